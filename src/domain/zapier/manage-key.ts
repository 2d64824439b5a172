import { type Db, inAccount, inSystem } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { lockUserOf, setTriggersAllPages } from '#domain/accounts/change-user.ts'
import { findUserOf } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import { hashOfKey, makeKey, openKey, publicPartOf, sealKey } from '#domain/api-keys/api-key.ts'
import type { Deps } from '#domain/deps.ts'
import {
  endAllSubscriptions,
  holdAllSubscriptions,
  takeOverSubscriptions,
} from '#domain/webhooks/subscribe.ts'
import { type AccountId, newUuid, type UserId, type ZapierKeyId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Instant } from '#kit/time.ts'
import { tellOfKey } from './tell-of-key.ts'
import { graceHours, type KeyExists, type NoKey, type ZapierKey } from './zapier-key.ts'
import { endKey, findGrace, findLiveKey, insertKey, takeEndedGrace } from './zapier-key-repository.ts'

type KeyDeps = Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker' | 'publicUrl'>

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
): Promise<(ZapierKey & { key: string; formerWorksUntil: Instant | undefined }) | undefined> {
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
    return {
      ...key,
      key: openKey(deps.secrets, { sealed, holder: user.id }),
      formerWorksUntil: await findGrace(tx, user.accountId, { userId: user.id, now: deps.clock.now() }),
    }
  })
}

/** Whether the user has a key. Within the caller's transaction. */
export const hasKey = async (tx: Db, user: Pick<User, 'accountId' | 'id'>): Promise<boolean> =>
  (await findLiveKey(tx, user.accountId, user.id)) !== undefined

/**
 * Replaces the key. The old one is refused from the next request on, on every process: look-ups are never cached. The user's Zaps
 * wait for a reconnect; what happens meanwhile is held.
 *
 * With `grace` the old key goes on for a day, and the Zaps with it. Whatever has not been connected anew by then waits like above.
 */
export async function regenerateKey(
  deps: KeyDeps,
  user: User,
  { grace = false }: { grace?: boolean } = {},
): Promise<Result<{ key: string; zapsStopped: number }, NoKey>> {
  const now = deps.clock.now()
  const regenerated = await inAccount(
    deps.database,
    user.accountId,
    async (tx): Promise<Result<{ key: string; zapsStopped: number }, NoKey>> => {
      const graceUntil = grace ? now.add({ hours: graceHours }) : undefined
      const ended = await endKey(tx, user.accountId, { userId: user.id, by: 'regenerated', now, graceUntil })
      if (!ended) return refuse({ code: 'no-zapier-key' })
      const made = await storeNewKey(tx, deps, user)
      if (!made) throw new Error('A second key appeared while one was replaced')
      // A grace is of the key that ended last: Zaps of one before it, whose own grace it cut short, end their time with it.
      const zapsStopped = grace
        ? await takeOverSubscriptions(tx, user.accountId, { userId: user.id, keyId: ended.id })
        : await holdAllSubscriptions(tx, user.accountId, { userId: user.id })
      await audit(tx, deps, {
        accountId: user.accountId,
        actorUserId: user.id,
        action: 'zapier-key.regenerated',
        subject: made.id,
        details: { former: ended.id, zapsStopped, graceHours: grace ? graceHours : 0 },
      })
      await tellOfKey(tx, deps, { user, what: { kind: 'regenerated', zapsStopped, graceUntil } })
      return ok({ key: made.key, zapsStopped })
    },
  )
  if (regenerated.ok) deps.wakeWorker()
  return regenerated
}

/**
 * Takes the key away. It is refused from the next request on, and so is a former one in its grace; the user's Zaps end, what they
 * were still owed is dropped, and each target is told by DELETE, so that the Zap is paused where the user sees it. The permission to
 * trigger Zaps from all pages goes with it.
 */
export async function revokeKey(deps: KeyDeps, user: User): Promise<Result<{ zapsEnded: number }, NoKey>> {
  const revoked = await inAccount(
    deps.database,
    user.accountId,
    async (tx): Promise<Result<{ zapsEnded: number }, NoKey>> => {
      const ended = await revokeKeyOf(tx, deps, {
        user,
        actorUserId: user.id,
        reason: 'The API key was revoked',
      })
      if (!ended) return refuse({ code: 'no-zapier-key' })
      await tellOfKey(tx, deps, { user, what: { kind: 'revoked', ...ended } })
      return ok(ended)
    },
  )
  if (revoked.ok) deps.wakeWorker()
  return revoked
}

/** The same within the caller's transaction and without mail; undefined where there is no key. The caller wakes the worker. */
export async function revokeKeyOf(
  tx: Db,
  deps: Pick<Deps, 'clock'>,
  {
    user,
    actorUserId,
    reason,
  }: { user: Pick<User, 'accountId' | 'id'>; actorUserId: UserId | null; reason: string },
): Promise<{ zapsEnded: number } | undefined> {
  const { accountId } = user
  // Before the key: who is just giving the permission, which needs a key, waits for us or we for them.
  const present = await lockUserOf(tx, user)
  const ended = await endKey(tx, accountId, { userId: user.id, by: 'revoked', now: deps.clock.now() })
  if (!ended) return undefined
  const zapsEnded = await endAllSubscriptions(tx, accountId, { userId: user.id, reason })
  if (present?.triggersAllPages) {
    await setTriggersAllPages(tx, deps, { user, allowed: false })
    await audit(tx, deps, { accountId, actorUserId, action: 'user.all-pages-withdrawn', subject: user.id })
  }
  await audit(tx, deps, {
    accountId,
    actorUserId,
    action: 'zapier-key.revoked',
    subject: ended.id,
    details: { zapsEnded },
  })
  return { zapsEnded }
}

/**
 * Ends graces that are over: Zaps that were connected anew with the present key meanwhile go on under it, the others wait for the
 * reconnect. Calls with the former key are refused by the clock alone, without waiting for this.
 *
 * Each in a transaction of its own: Zaps of several users, held at once, would deadlock with the planning of their account's events.
 *
 * @returns how many graces were ended; fewer than `limit` means that none is left.
 */
export async function endGraces(
  deps: Pick<Deps, 'database' | 'clock' | 'publicUrl'>,
  limit: number,
): Promise<number> {
  let ended = 0
  while (ended < limit && (await endOneGrace(deps))) ended += 1
  return ended
}

const endOneGrace = (deps: Pick<Deps, 'database' | 'clock' | 'publicUrl'>): Promise<boolean> =>
  inSystem(deps.database, async (tx) => {
    const over = await takeEndedGrace(tx, deps.clock.now())
    if (!over) return false
    const { accountId, id, userId } = over
    const user = await findUserOf(tx, accountId, userId)
    const present = user && (await findLiveKey(tx, accountId, userId))
    const zapsStopped = present?.connectedAt
      ? await takeOverSubscriptions(tx, accountId, { userId, keyId: present.id })
      : await holdAllSubscriptions(tx, accountId, { userId, keyId: id })
    await audit(tx, deps, {
      accountId,
      actorUserId: null,
      action: 'zapier-key.grace-ended',
      subject: id,
      details: { zapsStopped },
    })
    if (user && zapsStopped > 0)
      await tellOfKey(tx, deps, { user, what: { kind: 'grace-ended', zapsStopped } })
    return true
  })

async function storeNewKey(
  tx: Db,
  { clock, secrets }: KeyDeps,
  user: { accountId: AccountId; id: UserId },
): Promise<{ id: ZapierKeyId; key: string } | undefined> {
  const now = clock.now()
  const key = makeKey('hwz')
  const id = newUuid(now.epochMilliseconds) as ZapierKeyId
  const stored = await insertKey(tx, {
    accountId: user.accountId,
    id,
    userId: user.id,
    createdAt: now,
    publicPart: publicPartOf('hwz', key) as string,
    hash: hashOfKey(secrets, key),
    sealed: sealKey(secrets, { key, holder: user.id }),
  })
  return stored ? { id, key } : undefined
}
