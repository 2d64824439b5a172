import { inAccount } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { listLifecycleEvents } from '#domain/lifecycle-events/read-lifecycle-events.ts'
import type { DeliveryId, SubscriptionId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { type DeliveryOverview, listDeliveriesOf } from './delivery-repository.ts'
import type { MessageOf } from './send-deliveries.ts'
import { signedHeaders } from './signature.ts'
import { signingSecretsOf } from './signing-secrets.ts'
import type { SubscriptionNotFound, SubscriptionOverview, WebhookOverview } from './subscription.ts'
import { findSubscriptionFor, listSubscriptionsOf, listWebhooksOf } from './subscription-repository.ts'

/** The newest deliveries of one of the viewer's own subscriptions, with every attempt. */
export async function listDeliveries(
  { database }: Pick<Deps, 'database'>,
  { viewer, subscriptionId }: { viewer: User; subscriptionId: SubscriptionId },
): Promise<
  Result<{ subscription: SubscriptionOverview; deliveries: DeliveryOverview[] }, SubscriptionNotFound>
> {
  return await inAccount(database, viewer.accountId, async (tx) => {
    const [subscription] = await listSubscriptionsOf(tx, viewer.accountId, {
      id: subscriptionId,
      userId: viewer.id,
      limit: 1,
    })
    if (!subscription) return refuse({ code: 'subscription-not-found' })
    return ok({
      subscription,
      deliveries: await listDeliveriesOf(tx, viewer.accountId, { subscriptionId, limit: 50 }),
    })
  })
}

/** The same of a webhook, for an Administrator; also of one that has ended. */
export const listWebhookDeliveries = (
  { database }: Pick<Deps, 'database'>,
  { viewer, subscriptionId }: { viewer: User; subscriptionId: SubscriptionId },
): Promise<Result<{ webhook: WebhookOverview; deliveries: DeliveryOverview[] }, SubscriptionNotFound>> =>
  inAccount(database, viewer.accountId, async (tx) => {
    const [webhook] =
      viewer.role === 'administrator'
        ? await listWebhooksOf(tx, viewer.accountId, { id: subscriptionId })
        : []
    if (!webhook) return refuse({ code: 'subscription-not-found' })
    return ok({
      webhook,
      deliveries: await listDeliveriesOf(tx, viewer.accountId, { subscriptionId, limit: 50 }),
    })
  })

/** What one delivery sends, as it goes over the wire: headers of the newest attempt, and the body's bytes. */
export async function showRequest(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets'> & { messageOf: MessageOf },
  asked: { viewer: User; subscriptionId: SubscriptionId; deliveryId: DeliveryId },
): Promise<
  Result<{ url: string; headers: Record<string, string>; body: string }, { code: 'delivery-not-found' }>
> {
  const { viewer, subscriptionId, deliveryId } = asked
  return await inAccount(deps.database, viewer.accountId, async (tx) => {
    const subscription = await findSubscriptionFor(tx, viewer, { id: subscriptionId })
    const [found] = await listDeliveriesOf(tx, viewer.accountId, { subscriptionId, deliveryId, limit: 1 })
    if (!subscription || !found) return refuse({ code: 'delivery-not-found' })
    const { delivery, attempts } = found
    const events = await listLifecycleEvents(tx, viewer.accountId, delivery.eventId ? [delivery.eventId] : [])
    const event = delivery.eventId ? events.get(delivery.eventId) : undefined
    const message = deps.messageOf({ subscription, delivery, event })
    if (!message) return refuse({ code: 'delivery-not-found' })
    const at = attempts.at(-1)?.startedAt ?? delivery.createdAt
    const headers = signedHeaders(message, at, await signingSecretsOf(deps, subscription))
    return ok({ url: subscription.targetUrl, headers, body: message.body })
  })
}
