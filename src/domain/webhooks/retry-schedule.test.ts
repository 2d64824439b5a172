import { describe, expect, test } from 'vitest'
import type { AttemptOutcome } from '#kit/attempt-outcome.ts'
import { retryDelaySeconds } from './retry-schedule.ts'

const answered = (status: number, retryAfterSeconds?: number): AttemptOutcome => ({
  kind: 'answered',
  status,
  responseHead: '',
  truncated: false,
  durationMs: 1,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
})

describe('the retry schedule', () => {
  test('makes eleven attempts over about 75 hours', () => {
    const waits = Array.from({ length: 10 }, (_, n) => retryDelaySeconds(n + 1, answered(500), 0.5) ?? 0)
    expect(waits).toEqual([5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400])
    expect(retryDelaySeconds(11, answered(500), 0.5)).toBeUndefined()
  })

  test('keeps jitter within a fifth either way', () => {
    expect(retryDelaySeconds(2, answered(500), 0)).toBeCloseTo(48)
    expect(retryDelaySeconds(2, answered(500), 0.999_999)).toBeCloseTo(72, 2)
  })

  test('honours Retry-After, and leaves an overloaded target alone for a minute', () => {
    expect(retryDelaySeconds(1, answered(500, 30), 0.5)).toBe(30)
    expect(retryDelaySeconds(3, answered(500, 30), 0.5)).toBe(300)
    expect(retryDelaySeconds(1, answered(429), 0.5)).toBe(60)
    expect(retryDelaySeconds(1, answered(503, 120), 0.5)).toBe(120)
    expect(retryDelaySeconds(1, { kind: 'timed-out', phase: 'headers', durationMs: 15_000 }, 0.5)).toBe(5)
  })
})
