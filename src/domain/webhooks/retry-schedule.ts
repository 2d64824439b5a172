import type { AttemptOutcome } from '#kit/attempt-outcome.ts'

const seconds = 1
const minutes = 60
const hours = 3600

/** Wait after the first, second, … failed attempt: 11 attempts over 75.7 hours (reliability.md 1.2). */
const waits = [
  5 * seconds,
  1 * minutes,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
]

/** A receiver that is overloaded is left alone at least this long. */
const overloadedSeconds = 60

const longestRetryAfter = 24 * hours

/**
 * Seconds until the next attempt after `attempts` failed ones, or undefined when the last has been made.
 *
 * Jitter of up to a fifth either way keeps many failed deliveries from coming back at one moment. Retry-After is honoured up to
 * 24 hours; after 429 and 503 the wait is never less than a minute.
 *
 * @param random number in [0, 1).
 */
export function retryDelaySeconds(
  attempts: number,
  outcome: AttemptOutcome,
  random: number,
): number | undefined {
  const wait = waits[attempts - 1]
  if (wait === undefined) return undefined
  const jittered = wait * (0.8 + 0.4 * random)
  if (outcome.kind !== 'answered') return jittered
  const asked = Math.min(outcome.retryAfterSeconds ?? 0, longestRetryAfter)
  const least = outcome.status === 429 || outcome.status === 503 ? overloadedSeconds : 0
  return Math.max(jittered, asked, least)
}
