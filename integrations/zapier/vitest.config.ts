import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'checks/**/*.test.ts'],
    // Zapier's core checks what a perform returns only when NODE_ENV says "test"; vitest says so by itself,
    // unless the caller's environment already says something else.
    env: { NODE_ENV: 'test' },
  },
})
