import type { Deps } from '#domain/deps.ts'
import { inOneQuery } from '#kit/in-one-query.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { ApiCaller, ApiKeyRefused } from './account-key.ts'
import { findAccountKeys, markAccountKeyUsed } from './account-key-repository.ts'
import { isSameKey, publicPartOf } from './api-key.ts'

export type CheckAccountKey = (call: {
  key: string
  address: string
}) => Promise<Result<ApiCaller, ApiKeyRefused>>

/**
 * Checks a key of the REST API. Unknown, wrong and revoked ones are refused alike.
 *
 * Nothing is cached: each check reads the database after it was asked, so a revoked key is refused from the next request on, on every
 * process. Checks asked in the same turn of the event loop share one query.
 */
export function createAccountKeyCheck(deps: Pick<Deps, 'database' | 'clock' | 'secrets'>): CheckAccountKey {
  const find = inOneQuery((parts) => findAccountKeys(deps.database.system, parts))
  const noted = new Map<string, number>()

  return async ({ key, address }) => {
    const publicPart = publicPartOf('hwk', key)
    const found = publicPart === undefined ? undefined : await find(publicPart)
    if (!isSameKey(deps.secrets, key, found?.hash) || !found) return refuse({ code: 'api-key-refused' })
    const { hash: _, ...caller } = found
    noteUse(caller, address)
    return ok(caller)
  }

  /** Notes are for people: at most a minute late, never waited for, and never worth a failed request. */
  function noteUse(caller: ApiCaller, address: string): void {
    const now = deps.clock.now()
    if (now.epochMilliseconds - (noted.get(caller.keyId) ?? Number.NEGATIVE_INFINITY) < 60_000) return
    if (noted.size > 10_000) noted.clear()
    noted.set(caller.keyId, now.epochMilliseconds)
    void markAccountKeyUsed(deps.database.system, caller, { now, address }).catch(() =>
      noted.delete(caller.keyId),
    )
  }
}
