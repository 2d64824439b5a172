import { z } from 'zod'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { replayDeliveries, sendTestEvent } from '#domain/webhooks/replay-deliveries.ts'
import { rotateSecret } from '#domain/webhooks/signing-secrets.ts'
import { endZap, pauseZap, resumeZap } from '#domain/zapier/manage-zaps.ts'
import { type DeliveryId, isUuid, type SubscriptionId } from '#kit/ids.ts'
import type { Done } from './done-words.ts'

export const ZapForm = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('test') }),
  z.object({ intent: z.literal('pause') }),
  z.object({ intent: z.literal('resume') }),
  z.object({ intent: z.literal('end') }),
  z.object({ intent: z.literal('rotate-secret') }),
  z.object({ intent: z.literal('replay-failed') }),
  z.object({ intent: z.literal('replay'), delivery: z.string().refine(isUuid) }),
])

/** Does what the form asks for, by the domain's verbs. */
export async function perform(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker'>,
  { viewer, id, form }: { viewer: User; id: SubscriptionId; form: z.output<typeof ZapForm> },
): Promise<Done | undefined> {
  const of = { viewer, subscriptionId: id }
  switch (form.intent) {
    case 'test':
      return (await sendTestEvent(deps, of)).ok ? 'test' : undefined
    case 'pause':
      return (await pauseZap(deps, { viewer, id })).ok ? 'paused' : undefined
    case 'resume':
      return (await resumeZap(deps, { viewer, id })).ok ? 'resumed' : undefined
    case 'end':
      return (await endZap(deps, { viewer, id })).ok ? 'ended' : undefined
    case 'rotate-secret':
      return (await rotateSecret(deps, { viewer, id })).ok ? 'rotated' : undefined
    case 'replay':
      return (await replayDeliveries(deps, { ...of, deliveryId: form.delivery as DeliveryId })).ok
        ? 'replayed'
        : undefined
    case 'replay-failed':
      return (await replayDeliveries(deps, of)).ok ? 'replayed-failed' : undefined
  }
}
