import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { type AccountId, newUuid, type SubscriptionId, type UserId, type ZapierKeyId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { makeSigningSecret } from './signature.ts'
import { sealSecret } from './signing-secrets.ts'
import type {
  AnySubscription,
  Subscription,
  SubscriptionNotFound,
  SubscriptionOverview,
} from './subscription.ts'
import {
  endSubscriptions,
  findSubscription,
  insertFarewells,
  insertSubscription,
  listSubscriptionsOf,
  moveToKey,
  pausedNeedsReconnect,
  resumeSubscriptions,
  stopSubscriptions,
} from './subscription-repository.ts'

/** Adds a subscription. Several to one address are several: turning one Zap on never overwrites another. Within the caller's transaction. */
export async function subscribe(
  tx: Db,
  { clock, secrets }: Pick<Deps, 'clock' | 'secrets'>,
  wanted: Pick<
    Subscription,
    'accountId' | 'userId' | 'keyId' | 'trigger' | 'targetUrl' | 'bookingPageId' | 'eventTypeId'
  >,
): Promise<Subscription> {
  const now = clock.now()
  const id = newUuid(now.epochMilliseconds) as SubscriptionId
  const subscription: Subscription = {
    ...wanted,
    id,
    state: 'on',
    pausedFor: null,
    endedReason: null,
    createdAt: now,
    failingSince: null,
    signing: { secret: sealSecret({ secrets }, id, makeSigningSecret()), former: null },
  }
  await insertSubscription(tx, subscription)
  return subscription
}

/** Ends one subscription of this user, as its receiver asked. The second time it is not found. Within the caller's transaction. */
export async function unsubscribe(
  tx: Db,
  accountId: AccountId,
  which: { userId: UserId; id: SubscriptionId },
): Promise<Result<AnySubscription, SubscriptionNotFound>> {
  const [ended] = await endSubscriptions(tx, accountId, which, 'The Zap was turned off')
  return ended ? ok(ended) : refuse({ code: 'subscription-not-found' })
}

/** Ends all live subscriptions of a user and owes each target a farewell. Returns how many ended. Within the caller's transaction. */
export async function endAllSubscriptions(
  tx: Db,
  accountId: AccountId,
  { userId, reason }: { userId: UserId; reason: string },
): Promise<number> {
  const ended = await endSubscriptions(tx, accountId, { userId }, reason)
  await insertFarewells(tx, ended)
  return ended.length
}

/** Ends one subscription by its user's wish: its target is told. */
export async function endSubscription(
  tx: Db,
  accountId: AccountId,
  which: { userId: UserId; id: SubscriptionId },
): Promise<Result<AnySubscription, SubscriptionNotFound>> {
  const ended = await endSubscriptions(tx, accountId, which, 'Ended in Hourwire')
  await insertFarewells(tx, ended)
  return ended[0] ? ok(ended[0]) : refuse({ code: 'subscription-not-found' })
}

/**
 * Holds what a user's subscriptions are owed until the next successful call with a current key; only those of one key when given.
 * Returns how many were stopped.
 */
export const holdAllSubscriptions = async (
  tx: Db,
  accountId: AccountId,
  which: { userId: UserId; keyId?: ZapierKeyId },
): Promise<number> => (await stopSubscriptions(tx, accountId, which, 'needs_reconnect')).length

/** Lets a user's subscriptions belong to this key, whatever their state. Returns 0: none was stopped. */
export async function takeOverSubscriptions(
  tx: Db,
  accountId: AccountId,
  key: { userId: UserId; keyId: ZapierKeyId },
): Promise<number> {
  await moveToKey(tx, accountId, key)
  return 0
}

/** Goes on with what was held for the reconnect, under this key. Returns how many subscriptions went on. */
export async function resumeAllSubscriptions(
  tx: Db,
  accountId: AccountId,
  { userId, keyId }: { userId: UserId; keyId: ZapierKeyId },
): Promise<number> {
  await moveToKey(tx, accountId, { userId, keyId })
  return await resumeSubscriptions(tx, accountId, { userId }, 'needs_reconnect')
}

/** Stops one subscription until its user goes on; events are held meanwhile. */
export async function pauseSubscription(
  tx: Db,
  accountId: AccountId,
  which: { userId: UserId; id: SubscriptionId },
): Promise<Result<AnySubscription, SubscriptionNotFound>> {
  const [stopped] = await stopSubscriptions(tx, accountId, which, 'user')
  return stopped ? ok(stopped) : refuse({ code: 'subscription-not-found' })
}

/** Goes on with a paused subscription, or lets it wait for the reconnect where the connection is broken. */
export async function resumeSubscription(
  tx: Db,
  accountId: AccountId,
  which: { userId: UserId; id: SubscriptionId; isConnected: boolean },
): Promise<void> {
  if (!which.isConnected) return await pausedNeedsReconnect(tx, accountId, which)
  const paused = await findSubscription(tx, accountId, { ...which, lock: true })
  const failedSince = paused?.pausedFor === 'failing' ? paused.failingSince : undefined
  await resumeSubscriptions(tx, accountId, which, 'paused', failedSince)
}

/** A user's subscriptions, live ones first; without a user those of the account. */
export const listSubscriptions = (
  tx: Db,
  accountId: AccountId,
  which: { userId?: UserId | undefined; liveOnly?: boolean },
): Promise<SubscriptionOverview[]> => listSubscriptionsOf(tx, accountId, { ...which, limit: 200 })
