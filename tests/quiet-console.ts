import { format } from 'node:util'
import { afterAll, afterEach } from 'vitest'

/**
 * Unexpected console output fails the test that caused it: it is a warning that somebody would otherwise scroll past.
 * A test that expects output replaces the method (`vi.spyOn(console, 'warn').mockImplementation(…)`).
 */
const heard: string[] = []

for (const level of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const)
  console[level] = (...words: unknown[]) => {
    heard.push(`console.${level}: ${format(...words)}`)
  }

function failOnNoise(): void {
  const noise = heard.splice(0)
  if (noise.length > 0) throw new Error(`Unexpected console output:\n${noise.join('\n')}`)
}

afterEach(failOnNoise)
// What was said while the file loaded, in a hook, or after the last test.
afterAll(failOnNoise)
