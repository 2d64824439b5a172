import type { Deps } from '#domain/deps.ts'
import type { MessageOf } from '#domain/webhooks/send-deliveries.ts'
import { type LifecycleEventId, publicId } from '#kit/ids.ts'
import { presentZapItem } from './present-zap-item.ts'
import { syntheticEvent } from './synthetic-event.ts'

/** What goes to a Zap for a delivery: the item of its event, or of a made-up one for a test event, which takes the delivery's id. */
export const createMessageOf =
  ({ publicUrl }: Pick<Deps, 'publicUrl'>): MessageOf =>
  ({ subscription, delivery, event }) => {
    if (!event && delivery.eventId) return undefined
    const { trigger } = subscription
    const id = (delivery.eventId ?? delivery.id) as string as LifecycleEventId
    const told = event ?? syntheticEvent({ now: delivery.createdAt, trigger, id })
    const item = presentZapItem(told, { publicUrl, trigger, customFields: delivery.customFields })
    return { id: publicId('lifecycle-event', id), body: JSON.stringify(item) }
  }
