import { createHash, timingSafeEqual } from 'node:crypto'
import { inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { normaliseLoginId } from '#domain/accounts/user.ts'
import { isSameKey, publicPartOf } from '#domain/api-keys/api-key.ts'
import type { Deps } from '#domain/deps.ts'
import { resumeAllSubscriptions } from '#domain/webhooks/subscribe.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { CredentialsRefused, ZapierCaller, ZapierKey } from './zapier-key.ts'
import { findKeysByPublicPart, type KeyLookup, markConnected, markUsed } from './zapier-key-repository.ts'

export interface Credentials {
  key: string
  loginId: string
}

export type CheckCredentials = (given: Credentials) => Promise<Result<ZapierCaller, CredentialsRefused>>

/**
 * Checks a Zapier key and a Login ID together. Every wrong half gives the same refusal after the same work.
 *
 * Nothing is cached: each check reads the database after it was asked, so a revoked key is refused from the next request on,
 * on every process. Checks asked in the same turn of the event loop share one query.
 *
 * The first good call with a new key makes the connection: Zaps that waited for it go on.
 */
export function createCredentialCheck(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker'>,
): CheckCredentials {
  const find = inOneQuery((parts) => findKeysByPublicPart(deps.database.system, parts))
  const usedAt = new Map<string, number>()

  return async ({ key, loginId }) => {
    const publicPart = publicPartOf(key)
    const found = publicPart === undefined ? undefined : await find(publicPart)
    const rightKey = isSameKey(deps.secrets, key, found?.hash)
    const rightLoginId = isSameText(normaliseLoginId(loginId), found?.user.loginId ?? '')
    if (!found || !rightKey || !rightLoginId) return refuse({ code: 'credentials-refused' })
    if (found.key.connectedAt === null) await connect(deps, found.key)
    else noteUse(deps, usedAt, found.key)
    return ok({ user: found.user, accountName: found.accountName, keyId: found.key.id })
  }
}

async function connect(deps: Pick<Deps, 'database' | 'clock' | 'wakeWorker'>, key: ZapierKey): Promise<void> {
  const resumed = await inAccount(deps.database, key.accountId, async (tx) => {
    if (!(await markConnected(tx, key, deps.clock.now()))) return 0
    const zapsResumed = await resumeAllSubscriptions(tx, key.accountId, { userId: key.userId, keyId: key.id })
    await audit(tx, deps, {
      accountId: key.accountId,
      actorUserId: null,
      action: 'zapier.connected',
      subject: key.id,
      details: { zapsResumed },
    })
    return zapsResumed
  })
  if (resumed > 0) deps.wakeWorker()
}

/** "Last used" is for people: at most a minute late, and never worth a failed request. */
function noteUse(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  usedAt: Map<string, number>,
  key: ZapierKey,
): void {
  const now = clock.now()
  if (now.epochMilliseconds - (usedAt.get(key.id) ?? Number.NEGATIVE_INFINITY) < 60_000) return
  if (usedAt.size > 10_000) usedAt.clear()
  usedAt.set(key.id, now.epochMilliseconds)
  void markUsed(database.system, key, now).catch(() => usedAt.delete(key.id))
}

const digest = (text: string) => createHash('sha256').update(text).digest()
const isSameText = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))

/** Joins look-ups of one turn of the event loop into one query; each sees the database as it is after it was asked. */
function inOneQuery(
  query: (parts: string[]) => Promise<Map<string, KeyLookup>>,
): (part: string) => Promise<KeyLookup | undefined> {
  let next: { parts: Set<string>; answer: Promise<Map<string, KeyLookup>> } | undefined
  return async (part) => {
    if (!next) {
      const parts = new Set<string>()
      const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        next = undefined
        return query([...parts])
      })
      next = { parts, answer }
    }
    next.parts.add(part)
    return (await next.answer).get(part)
  }
}
