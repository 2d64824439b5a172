import { publicLinkOf } from '#domain/booking-pages/booking-page.ts'
import { splitName } from '#domain/contacts/contact.ts'
import type { LifecycleEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { publicId } from '#kit/ids.ts'
import { isoInZone, isoSeconds } from '#kit/time.ts'
import { momentInZone, spanInZone, zoneInWords } from './zap-item-text.ts'

/**
 * A lifecycle event as a Zap receives it: one flat object whose keys are the same for every booking, empty where there is nothing.
 *
 * The only way from an event to Zapier: live deliveries, samples and the editor's list all pass here. The same event gives the same
 * bytes at every attempt. Texts are those of product.md 2.3 and 2.4; beside every date in words stands an ISO 8601 one.
 */
export function presentZapItem(event: LifecycleEvent, { publicUrl }: { publicUrl: string }) {
  const { booking } = event
  const { customer, page, owner, eventType } = booking
  const start = Temporal.Instant.from(booking.startsAt)
  const end = Temporal.Instant.from(booking.endsAt)
  const created = Temporal.Instant.from(booking.createdAt)
  const updated = Temporal.Instant.from(booking.updatedAt)
  const minutes = Math.round((end.epochMilliseconds - start.epochMilliseconds) / 60_000)
  const location = booking.virtualLocation || booking.physicalLocation
  const ownersStart = momentInZone(start, owner.zone)
  const shortSummary: [string, string][] = [
    ['Meeting with', customer.name],
    ['Company', customer.company],
    ['Location', location],
    ['Note from customer', customer.note],
  ]
  const longSummary: [string, string][] = [
    ['Meeting with', customer.name],
    ['Company', customer.company],
    ['Subject', booking.subject],
    ['Start time', momentInZone(start, owner.zone, 'long')],
    ['Duration', `${minutes} min`],
    ['Location', location],
    ['Customer email', customer.email],
    ['Customer phone', customer.phone],
    ['Note from customer', customer.note],
  ]
  const { firstName, lastName } = splitName(customer.name)

  return {
    id: publicId('lifecycle-event', event.id),
    event: event.type,
    sequence: event.sequence,
    occurred_at: isoSeconds(event.occurredAt),
    booking_id: publicId('booking', event.bookingId),
    booking_status: booking.status,
    booking_subject: booking.subject,
    booking_creation_date: momentInZone(created, owner.zone),
    booking_created_at: isoInZone(created, owner.zone),
    booking_last_updated: momentInZone(updated, owner.zone),
    booking_updated_at: isoInZone(updated, owner.zone),
    booking_duration_minutes: minutes,
    booking_duration_seconds: minutes * 60,
    booking_meeting_time_utc: momentInZone(start, 'UTC'),
    booking_starts_at: isoSeconds(start),
    booking_ends_at: isoSeconds(end),
    booking_meeting_time_customer_zone: spanInZone(start, end, customer.zone),
    booking_starting_time_customer_zone: momentInZone(start, customer.zone),
    booking_starts_at_customer_zone: isoInZone(start, customer.zone),
    booking_meeting_time_owner_zone: spanInZone(start, end, owner.zone),
    booking_starting_time_owner_zone: ownersStart,
    booking_starts_at_owner_zone: isoInZone(start, owner.zone),
    booking_mode: booking.mode,
    booking_summary_long: inOneLine(longSummary),
    booking_summary_short: inOneLine(shortSummary),
    booking_invoice_line_item: `${booking.subject}, ${momentInZone(start, customer.zone)}, ${minutes} min, with ${owner.name}`,
    booking_physical_location: booking.physicalLocation,
    booking_virtual_location: booking.virtualLocation,
    booking_location: location,
    customer_name: customer.name,
    customer_first_name: firstName,
    customer_last_name: lastName,
    customer_email: customer.email,
    customer_company: customer.company,
    customer_phone: withoutPlus(customer.phone),
    customer_phone_e164: customer.phone,
    customer_note: customer.note,
    customer_time_zone: zoneInWords(start, customer.zone),
    customer_zone: customer.zone,
    cancel_reschedule_customer_link: publicUrl + booking.customerPath,
    booking_page_id: publicId('booking-page', event.bookingPageId),
    booking_page_public_name: page.publicName,
    booking_page_internal_label: page.internalLabel,
    booking_page_public_link: publicLinkOf(publicUrl, page.slug),
    booking_page_owner: owner.name,
    booking_page_time_zone: page.zone,
    event_type_id: publicId('event-type', event.eventTypeId),
    event_type_name: eventType.name,
    event_type_description: eventType.description,
  }
}

export type ZapItem = ReturnType<typeof presentZapItem>

/** "Meeting with: Lena Novak, Company: Novak Design": empty parts are left out. */
const inOneLine = (parts: [string, string][]): string =>
  parts
    .filter(([, value]) => value !== '')
    .map(([title, value]) => `${title}: ${value}`)
    .join(', ')

/** Phones as the original delivers them: without the leading plus, North American ones with a hyphen after the 1. */
function withoutPlus(phone: string): string {
  const digits = phone.replace(/^\+/, '')
  return /^1\d{10}$/.test(digits) ? `1-${digits.slice(1)}` : digits
}
