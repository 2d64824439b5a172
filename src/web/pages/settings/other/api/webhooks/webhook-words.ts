import type { WebhookProblem } from '#domain/webhooks/account-webhooks.ts'
import type { WebhookEvent } from '#domain/webhooks/subscription.ts'

/** What can be asked for on screen. Conversations do not exist here, so their events are not offered. */
export const offeredEvents = {
  booking: 'All booking events',
  'booking.scheduled': 'Booking scheduled',
  'booking.rescheduled': 'Booking rescheduled',
  'booking.reassigned': 'Booking reassigned',
  'booking.canceled': 'Booking canceled',
  'booking.canceled_reschedule_requested': 'Booking canceled, another time asked for',
  'booking.canceled_then_rescheduled': 'Booking canceled, then booked anew elsewhere',
  'booking.completed': 'Booking completed',
  'booking.no_show': 'Booking no-show',
} as const satisfies Partial<Record<WebhookEvent, string>>

/** One asked for by the API may be of those that never happen; it goes by its own name. */
export const eventName = (event: WebhookEvent): string =>
  Object.hasOwn(offeredEvents, event) ? offeredEvents[event as keyof typeof offeredEvents] : event

/** Why no webhook was made: the field to blame, and the status of the answer. */
export function refusalWords(problem: WebhookProblem): {
  problems: { name?: string; url?: string; events?: string }
  status: number
} {
  switch (problem.code) {
    case 'webhook-name-taken':
      return { problems: { name: 'There is a webhook with this name. Choose another one.' }, status: 409 }
    case 'webhook-name-wrong':
      return { problems: { name: `The name ${problem.reason}.` }, status: 400 }
    case 'webhook-events-wrong':
      return { problems: { events: 'Choose at least one event.' }, status: 400 }
    case 'too-many-webhooks':
      return {
        problems: { name: `There are ${problem.most} webhooks already. Delete one first.` },
        status: 409,
      }
    case 'target-refused':
      return { problems: { url: problem.reason }, status: 400 }
  }
}
