import { type Db, inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import type { User } from '#domain/accounts/user.ts'
import { hashOfKey, makeKey, openKey, publicPartOf, sealKey } from '#domain/api-keys/api-key.ts'
import type { Deps } from '#domain/deps.ts'
import { endAllSubscriptions, holdAllSubscriptions } from '#domain/webhooks/subscribe.ts'
import { newUuid, type ZapierKeyId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { KeyExists, NoKey, ZapierKey } from './zapier-key.ts'
import { endKey, findLiveKey, insertKey } from './zapier-key-repository.ts'

type KeyDeps = Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker'>

/** Makes the user's one Zapier key, usable at once. */
export async function generateKey(deps: KeyDeps, user: User): Promise<Result<{ key: string }, KeyExists>> {
  return await inAccount(deps.database, user.accountId, async (tx) => {
    const made = await storeNewKey(tx, deps, user)
    if (!made) return refuse({ code: 'zapier-key-exists' })
    await audit(tx, deps, {
      accountId: user.accountId,
      actorUserId: user.id,
      action: 'zapier-key.generated',
      subject: made.id,
    })
    return ok({ key: made.key })
  })
}

/** The user's own key, in full, as often as the user likes (architecture.md 6); each reveal is audited. */
export async function revealKey(
  deps: KeyDeps,
  user: User,
): Promise<(ZapierKey & { key: string }) | undefined> {
  return await inAccount(deps.database, user.accountId, async (tx) => {
    const found = await findLiveKey(tx, user.accountId, user.id)
    if (!found) return undefined
    await audit(tx, deps, {
      accountId: user.accountId,
      actorUserId: user.id,
      action: 'zapier-key.revealed',
      subject: found.id,
    })
    const { sealed, ...key } = found
    return { ...key, key: openKey(deps.secrets, { sealed, holder: user.id }) }
  })
}

/**
 * Replaces the key. The old one is refused from the next request on, on every process: look-ups are never cached. The user's Zaps
 * wait for a reconnect; what happens meanwhile is held.
 */
export async function regenerateKey(
  deps: KeyDeps,
  user: User,
): Promise<Result<{ key: string; zapsStopped: number }, NoKey>> {
  return await inAccount(deps.database, user.accountId, async (tx) => {
    const ended = await endKey(tx, user.accountId, {
      userId: user.id,
      by: 'regenerated',
      now: deps.clock.now(),
    })
    if (!ended) return refuse({ code: 'no-zapier-key' })
    const made = await storeNewKey(tx, deps, user)
    if (!made) throw new Error('A second key appeared while one was replaced')
    const zapsStopped = await holdAllSubscriptions(tx, user.accountId, user.id)
    await audit(tx, deps, {
      accountId: user.accountId,
      actorUserId: user.id,
      action: 'zapier-key.regenerated',
      subject: made.id,
      details: { former: ended.id, zapsStopped },
    })
    return ok({ key: made.key, zapsStopped })
  })
}

/**
 * Takes the key away. It is refused from the next request on; the user's Zaps end, what they were still owed is dropped, and each
 * target is told by DELETE, so that the Zap is paused where the user sees it.
 */
export async function revokeKey(deps: KeyDeps, user: User): Promise<Result<{ zapsEnded: number }, NoKey>> {
  const revoked = await inAccount(deps.database, user.accountId, async (tx) => {
    const ended = await endKey(tx, user.accountId, { userId: user.id, by: 'revoked', now: deps.clock.now() })
    if (!ended) return refuse({ code: 'no-zapier-key' })
    const zapsEnded = await endAllSubscriptions(tx, user.accountId, {
      userId: user.id,
      reason: 'The API key was revoked',
    })
    await audit(tx, deps, {
      accountId: user.accountId,
      actorUserId: user.id,
      action: 'zapier-key.revoked',
      subject: ended.id,
      details: { zapsEnded },
    })
    return ok({ zapsEnded })
  })
  if (revoked.ok && revoked.value.zapsEnded > 0) deps.wakeWorker()
  return revoked
}

async function storeNewKey(
  tx: Db,
  { clock, secrets }: KeyDeps,
  user: User,
): Promise<{ id: ZapierKeyId; key: string } | undefined> {
  const now = clock.now()
  const key = makeKey()
  const id = newUuid(now.epochMilliseconds) as ZapierKeyId
  const stored = await insertKey(tx, {
    accountId: user.accountId,
    id,
    userId: user.id,
    createdAt: now,
    connectedAt: null,
    lastUsedAt: null,
    publicPart: publicPartOf(key) as string,
    hash: hashOfKey(secrets, key),
    sealed: sealKey(secrets, { key, holder: user.id }),
  })
  return stored ? { id, key } : undefined
}
