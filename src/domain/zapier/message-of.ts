import type { Deps } from '#domain/deps.ts'
import { isBookingEvent, type LifecycleEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { MessageOf } from '#domain/webhooks/send-deliveries.ts'
import { eventTypesOfTrigger, isAskedFor, isWebhook, type Webhook } from '#domain/webhooks/subscription.ts'
import { messageOfWebhook } from '#domain/webhooks/webhook-message.ts'
import { type LifecycleEventId, publicId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import { presentZapItem } from './present-zap-item.ts'
import { syntheticEvent } from './synthetic-event.ts'

/**
 * What goes out for a delivery: to a Zap the item of its event, to a webhook the event in its envelope; of a made-up event for a test,
 * which takes the delivery's id.
 */
export const createMessageOf =
  ({ publicUrl }: Pick<Deps, 'publicUrl'>): MessageOf =>
  ({ subscription, delivery, event }) => {
    if (!event && delivery.eventId) return undefined
    const id = (delivery.eventId ?? delivery.id) as string as LifecycleEventId
    if (isWebhook(subscription)) {
      const told = event ?? madeUpFor(subscription, { now: delivery.createdAt, id })
      return isBookingEvent(told) ? messageOfWebhook(told, { publicUrl }) : undefined
    }
    const { trigger } = subscription
    const told = event ?? syntheticEvent({ now: delivery.createdAt, trigger, id })
    const item = presentZapItem(told, { publicUrl, trigger, customFields: delivery.customFields })
    return { id: publicId('lifecycle-event', id), body: JSON.stringify(item) }
  }

/** An event that the webhook asked for, where its list has one that can happen. */
function madeUpFor(
  { events }: Pick<Webhook, 'events'>,
  { now, id }: { now: Instant; id: LifecycleEventId },
): LifecycleEvent {
  const trigger = bookingTriggers.find((one) =>
    eventTypesOfTrigger[one].some((type) => isAskedFor(events, type)),
  )
  return syntheticEvent({ now, trigger: trigger ?? 'booking_scheduled', id })
}

const bookingTriggers = [
  'booking_scheduled',
  'booking_rescheduled',
  'booking_canceled',
  'booking_canceled_rescheduled',
  'booking_completed',
  'booking_no_show',
] as const
