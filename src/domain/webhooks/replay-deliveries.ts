import { inAccount } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import { listCustomFields } from '#domain/booking-pages/booking-forms.ts'
import type { Deps } from '#domain/deps.ts'
import { type BookingId, type DeliveryId, newUuid, type SubscriptionId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { insertDeliveries, reopenDeliveries } from './delivery-repository.ts'
import { isWebhook, type SubscriptionNotFound } from './subscription.ts'
import { findSubscriptionFor } from './subscription-repository.ts'

type ReplayDeps = Pick<Deps, 'database' | 'clock' | 'wakeWorker'>

interface Asked {
  viewer: User
  subscriptionId: SubscriptionId
}

export type ReplayProblem = SubscriptionNotFound | { code: 'zap-ended' } | { code: 'delivery-not-found' }

/**
 * Sends one delivery again, or all that were given up: new attempts of the same deliveries, under the same message id. Where the
 * subscription waits, they wait with it.
 *
 * @returns how many are sent again.
 */
export async function replayDeliveries(
  deps: ReplayDeps,
  { viewer, subscriptionId, deliveryId }: Asked & { deliveryId?: DeliveryId | undefined },
): Promise<Result<number, ReplayProblem>> {
  const replayed = await inAccount(
    deps.database,
    viewer.accountId,
    async (tx): Promise<Result<number, ReplayProblem>> => {
      const subscription = await findSubscriptionFor(tx, viewer, { id: subscriptionId, lock: true })
      if (!subscription) return refuse({ code: 'subscription-not-found' })
      if (subscription.state === 'ended') return refuse({ code: 'zap-ended' })
      const count = await reopenDeliveries(tx, subscription, deliveryId)
      return deliveryId !== undefined && count === 0 ? refuse({ code: 'delivery-not-found' }) : ok(count)
    },
  )
  if (replayed.ok) deps.wakeWorker()
  return replayed
}

/** Owes the target a made-up event, to try whether it arrives and what comes of it. Sent like any other, retries included. */
export async function sendTestEvent(
  deps: ReplayDeps,
  { viewer, subscriptionId }: Asked,
): Promise<Result<DeliveryId, SubscriptionNotFound | { code: 'zap-not-on' }>> {
  const now = deps.clock.now()
  const id = newUuid(now.epochMilliseconds) as DeliveryId
  const planned = await inAccount(
    deps.database,
    viewer.accountId,
    async (tx): Promise<Result<DeliveryId, SubscriptionNotFound | { code: 'zap-not-on' }>> => {
      const subscription = await findSubscriptionFor(tx, viewer, { id: subscriptionId, lock: true })
      if (!subscription) return refuse({ code: 'subscription-not-found' })
      if (subscription.state !== 'on') return refuse({ code: 'zap-not-on' })
      await insertDeliveries(tx, [
        {
          accountId: viewer.accountId,
          id,
          subscriptionId,
          eventId: null,
          // A subject of its own: nothing waits for it, and it waits for nothing.
          subjectId: id as string as BookingId,
          sequence: 1,
          state: 'pending',
          attempts: 0,
          customFields:
            !isWebhook(subscription) && subscription.trigger.startsWith('booking_')
              ? await listCustomFields(tx, viewer.accountId)
              : [],
          createdAt: now,
        },
      ])
      return ok(id)
    },
  )
  if (planned.ok) deps.wakeWorker()
  return planned
}
