/** What is left alone for a while after it failed, so that it holds up nothing else: accounts, or events. */
export interface Pausing<Id> {
  /** Those that are left alone now. */
  list(): Id[]
  failed(id: Id): void
  succeeded(id: Id): void
}

const shortestMs = 1_000
const longestMs = 300_000

/**
 * A second after the first failure, twice as long after each further one in a row, at most five minutes. One worker knows of it: to
 * lose it costs one more try.
 *
 * @param elapsed monotonic milliseconds.
 */
export function createPausing<Id>(elapsed: () => number): Pausing<Id> {
  const failing = new Map<Id, { failures: number; untilMs: number }>()
  return {
    list: () => {
      // Not tried again for so long: another worker had more luck.
      for (const [id, { untilMs }] of failing) if (elapsed() >= untilMs + longestMs) failing.delete(id)
      return [...failing].filter(([, { untilMs }]) => elapsed() < untilMs).map(([id]) => id)
    },
    failed: (id) => {
      const failures = (failing.get(id)?.failures ?? 0) + 1
      const pauseMs = Math.min(shortestMs * 2 ** (failures - 1), longestMs)
      failing.set(id, { failures, untilMs: elapsed() + pauseMs })
    },
    succeeded: (id) => void failing.delete(id),
  }
}
