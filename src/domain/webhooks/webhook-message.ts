import { calendarIdOf, factsOfEvent, presentBooking } from '#domain/bookings/present-booking.ts'
import type { BookingEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { publicId } from '#kit/ids.ts'
import { isoMilliseconds } from '#kit/time.ts'

/**
 * What a webhook receives for an event (api-contract 11.2, 11.3): the envelope with the booking as it was then. One id for all webhooks
 * and attempts, and always the same bytes: all of it comes from the stored event.
 */
export function messageOfWebhook(
  event: BookingEvent,
  { publicUrl }: { publicUrl: string },
): { id: string; body: string } {
  const id = publicId('lifecycle-event', event.id)
  return { id, body: JSON.stringify(envelopeOf(event, publicUrl)) }
}

const envelopeOf = (event: BookingEvent, publicUrl: string) => {
  const facts = factsOfEvent(event)
  return {
    id: publicId('lifecycle-event', event.id),
    object: 'event' as const,
    creation_time: isoMilliseconds(event.occurredAt),
    type: event.type,
    api_version: 'v2' as const,
    data: {
      ...presentBooking(facts, publicUrl),
      owner: publicId('user', facts.hostId),
      booking_page: publicId('booking-page', facts.bookingPageId),
      event_type: publicId('event-type', facts.eventTypeId),
      booking_calendar: publicId('calendar', calendarIdOf(facts.bookingPageId, facts.eventTypeId)),
      cancel_reschedule_url: publicUrl + facts.customerPath,
    },
  }
}
