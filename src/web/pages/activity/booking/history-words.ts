import type { BookingEvent, BookingEventType } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { UserId } from '#kit/ids.ts'

const words: Record<BookingEventType, string> = {
  'booking.requested': 'Requested',
  'booking.request_canceled': 'Request canceled',
  'booking.scheduled': 'Scheduled',
  'booking.rescheduled': 'Rescheduled',
  'booking.canceled': 'Canceled',
  'booking.canceled_then_rescheduled': 'Canceled, and booked anew elsewhere',
  'booking.canceled_reschedule_requested': 'Canceled, and the customer asked to book anew',
  'booking.reassigned': 'Handed to another owner',
  'booking.completed': 'Completed',
  'booking.no_show': 'Set to No-show',
}

/** What happened, and who did it: `Canceled by Lena Novak`. `nameOf` knows the users of the account. */
export function eventInWords(
  { type, actor, booking }: Pick<BookingEvent, 'type' | 'actor' | 'booking'>,
  nameOf: (userId: UserId) => string | undefined,
): string {
  if (actor.kind === 'system') return `${words[type]} by the system`
  const name = actor.kind === 'customer' ? booking.customer.name : (nameOf(actor.userId) ?? 'a former user')
  return `${words[type]} by ${name}`
}
