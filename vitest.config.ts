import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'sandbox/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'tests/journeys/**'],
    globalSetup: ['tests/database.global.ts'],
    setupFiles: ['tests/quiet-console.ts'],
    env: { NODE_ENV: 'test' },
    // A forgotten `test.only` must not turn the whole run green.
    allowOnly: process.env.CI === undefined,
    passWithNoTests: false,
    maxWorkers: 2,
    // Far above what any test needs: a loaded machine is no failure, a test that hangs is one.
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
