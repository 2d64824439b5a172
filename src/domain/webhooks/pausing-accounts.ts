import type { AccountId } from '#kit/ids.ts'

/** Accounts that are left alone for a while after something of theirs failed, so that they hold up nobody else. */
export interface PausingAccounts {
  /** Those that are left alone now. */
  list(): AccountId[]
  failed(accountId: AccountId): void
  succeeded(accountId: AccountId): void
}

const shortestMs = 1_000
const longestMs = 300_000

/**
 * A second after the first failure, twice as long after each further one in a row, at most five minutes. One worker knows of it: to
 * lose it costs one more try.
 *
 * @param elapsed monotonic milliseconds.
 */
export function createPausingAccounts(elapsed: () => number): PausingAccounts {
  const failing = new Map<AccountId, { failures: number; untilMs: number }>()
  return {
    list: () => [...failing].filter(([, { untilMs }]) => elapsed() < untilMs).map(([accountId]) => accountId),
    failed: (accountId) => {
      const failures = (failing.get(accountId)?.failures ?? 0) + 1
      const pauseMs = Math.min(shortestMs * 2 ** (failures - 1), longestMs)
      failing.set(accountId, { failures, untilMs: elapsed() + pauseMs })
    },
    succeeded: (accountId) => void failing.delete(accountId),
  }
}
