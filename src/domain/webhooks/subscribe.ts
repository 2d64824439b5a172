import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { type AccountId, newUuid, type SubscriptionId, type UserId, type ZapierKeyId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Subscription, SubscriptionOverview } from './subscription.ts'
import {
  endSubscriptions,
  insertFarewells,
  insertSubscription,
  listSubscriptionsOf,
  pauseSubscriptions,
  resumeSubscriptions,
} from './subscription-repository.ts'

export type SubscriptionNotFound = { code: 'subscription-not-found' }

/** Adds a subscription. Several to one address are several: turning one Zap on never overwrites another. Within the caller's transaction. */
export async function subscribe(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  wanted: Pick<
    Subscription,
    'accountId' | 'userId' | 'keyId' | 'trigger' | 'targetUrl' | 'bookingPageId' | 'eventTypeId'
  >,
): Promise<Subscription> {
  const now = clock.now()
  const subscription: Subscription = {
    ...wanted,
    id: newUuid(now.epochMilliseconds) as SubscriptionId,
    state: 'on',
    endedReason: null,
    createdAt: now,
  }
  await insertSubscription(tx, subscription)
  return subscription
}

/** Ends one subscription of this user, as its receiver asked. The second time it is not found. Within the caller's transaction. */
export async function unsubscribe(
  tx: Db,
  accountId: AccountId,
  which: { userId: UserId; id: SubscriptionId },
): Promise<Result<Subscription, SubscriptionNotFound>> {
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

/** Holds what a user's subscriptions are owed until the next successful call with a current key. Returns how many were stopped. */
export const holdAllSubscriptions = (tx: Db, accountId: AccountId, userId: UserId): Promise<number> =>
  pauseSubscriptions(tx, accountId, userId)

/** Goes on with what was held. Returns how many subscriptions went on. */
export const resumeAllSubscriptions = (
  tx: Db,
  accountId: AccountId,
  user: { userId: UserId; keyId: ZapierKeyId },
): Promise<number> => resumeSubscriptions(tx, accountId, user)

/** A user's subscriptions, live ones first. */
export const listSubscriptions = (
  tx: Db,
  accountId: AccountId,
  userId: UserId,
): Promise<SubscriptionOverview[]> => listSubscriptionsOf(tx, accountId, userId, 200)
