import { inAccount } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import type { SubscriptionId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { type DeliveryOverview, listDeliveriesOf } from './delivery-repository.ts'
import type { SubscriptionNotFound } from './subscribe.ts'
import type { Subscription } from './subscription.ts'
import { findSubscription } from './subscription-repository.ts'

/** The newest deliveries of one of the viewer's own subscriptions, with every attempt. */
export async function listDeliveries(
  { database }: Pick<Deps, 'database'>,
  { viewer, subscriptionId }: { viewer: User; subscriptionId: SubscriptionId },
): Promise<Result<{ subscription: Subscription; deliveries: DeliveryOverview[] }, SubscriptionNotFound>> {
  return await inAccount(database, viewer.accountId, async (tx) => {
    const subscription = await findSubscription(tx, viewer.accountId, {
      id: subscriptionId,
      userId: viewer.id,
    })
    if (!subscription) return refuse({ code: 'subscription-not-found' })
    return ok({
      subscription,
      deliveries: await listDeliveriesOf(tx, viewer.accountId, { subscriptionId, limit: 50 }),
    })
  })
}
