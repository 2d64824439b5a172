import { z } from 'zod'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { actingAs, deleteWebhook, pauseWebhook, resumeWebhook } from '#domain/webhooks/account-webhooks.ts'
import { replayDeliveries, sendTestEvent } from '#domain/webhooks/replay-deliveries.ts'
import { rotateSecret } from '#domain/webhooks/signing-secrets.ts'
import { type DeliveryId, isUuid, type SubscriptionId } from '#kit/ids.ts'

export const WebhookForm = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('test') }),
  z.object({ intent: z.literal('pause') }),
  z.object({ intent: z.literal('resume') }),
  z.object({ intent: z.literal('delete') }),
  z.object({ intent: z.literal('rotate-secret') }),
  z.object({ intent: z.literal('replay-failed') }),
  z.object({ intent: z.literal('replay'), delivery: z.string().refine(isUuid) }),
])

/** Does what the form asks for, by the domain's verbs; false where it could not be done any more. */
export async function perform(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker'>,
  { viewer, id, form }: { viewer: User; id: SubscriptionId; form: z.output<typeof WebhookForm> },
): Promise<boolean> {
  const acting = actingAs(viewer)
  if (!acting) return false
  const of = { viewer, subscriptionId: id }
  switch (form.intent) {
    case 'test':
      return (await sendTestEvent(deps, of)).ok
    case 'pause':
      return (await pauseWebhook(deps, acting, id)).ok
    case 'resume':
      return (await resumeWebhook(deps, acting, id)).ok
    case 'delete':
      return (await deleteWebhook(deps, acting, id)).ok
    case 'rotate-secret':
      return (await rotateSecret(deps, { viewer, id })).ok
    case 'replay':
      return (await replayDeliveries(deps, { ...of, deliveryId: form.delivery as DeliveryId })).ok
    case 'replay-failed':
      return (await replayDeliveries(deps, of)).ok
  }
}
