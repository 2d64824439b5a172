import type { CustomField } from '#database/tables.ts'
import { publicLinkOf } from '#domain/booking-pages/booking-page.ts'
import { splitName } from '#domain/contacts/contact.ts'
import type {
  BookingEvent,
  BookingSnapshot,
  ContactEvent,
  ContactField,
  LifecycleEvent,
} from '#domain/lifecycle-events/lifecycle-event.ts'
import { isBookingEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { Trigger } from '#domain/webhooks/subscription.ts'
import { publicId } from '#kit/ids.ts'
import { isoInZone, isoSeconds } from '#kit/time.ts'
import { momentInZone, spanInZone, zoneInWords } from './zap-item-text.ts'

/** One flat object, as a Zap maps it. */
export type ZapItem = Record<string, string | number>

interface Context {
  publicUrl: string
  trigger: Trigger
  /** Custom fields of the account: each gives the item a key, empty where the booking's form did not ask it. */
  customFields: readonly CustomField[]
}

/**
 * A lifecycle event as a Zap receives it: one flat object whose keys are the same for every event of one trigger, empty where there is
 * nothing.
 *
 * The only way from an event to Zapier: live deliveries, samples and the editor's list all pass here. The same event gives the same
 * bytes at every attempt. Texts are those of product.md 2.3 and 2.4; beside every date in words stands an ISO 8601 one.
 */
export function presentZapItem(event: LifecycleEvent, context: Context): ZapItem {
  const envelope = {
    id: publicId('lifecycle-event', event.id),
    event: event.type,
    sequence: event.sequence,
    occurred_at: isoSeconds(event.occurredAt),
  }
  if (!isBookingEvent(event)) return { ...envelope, ...contactPart(event, context) }
  return { ...envelope, ...presentBookingFields(event, context) }
}

/** What is told of a booking beside the event itself. */
export interface ToldBooking {
  bookingId: BookingEvent['bookingId']
  bookingPageId: BookingEvent['bookingPageId']
  eventTypeId: BookingEvent['eventTypeId']
  booking: BookingSnapshot
}

/** The groups of fields that only some triggers carry (product.md 2.3). */
const change = new Set<Trigger>([
  'booking_rescheduled',
  'booking_canceled',
  'booking_canceled_rescheduled',
  'booking_lifecycle',
])
const changeSummaries = new Set<Trigger>([
  'booking_rescheduled',
  'booking_canceled_rescheduled',
  'booking_lifecycle',
])
const customerLink = new Set<Trigger>(['booking_scheduled', 'booking_rescheduled', 'booking_lifecycle'])
const formerBooking = new Set<Trigger>(['booking_rescheduled', 'booking_lifecycle'])

/** All fields of a booking for this trigger, in the order in which Zapier lists them. */
export function presentBookingFields(
  told: ToldBooking,
  { publicUrl, trigger, customFields }: Context,
): ZapItem {
  const { booking } = told
  const { customer, page, owner, eventType } = booking
  const start = Temporal.Instant.from(booking.startsAt)
  const end = Temporal.Instant.from(booking.endsAt)
  const created = Temporal.Instant.from(booking.createdAt)
  const updated = Temporal.Instant.from(booking.updatedAt)
  const minutes = Math.round((end.epochMilliseconds - start.epochMilliseconds) / 60_000)
  const location = booking.virtualLocation || booking.physicalLocation
  const { firstName, lastName } = splitName(customer.name)
  const answerOf = (...names: string[]) =>
    booking.answers.find(({ name }) => names.includes(name))?.value ?? ''
  const mobile = answerOf('mobile-phone')
  const { long, short } = summariesOf(booking, { start, minutes, location, mobile })

  return {
    booking_id: publicId('booking', told.bookingId),
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
    booking_ends_at_customer_zone: isoInZone(end, customer.zone),
    booking_meeting_time_owner_zone: spanInZone(start, end, owner.zone),
    booking_starting_time_owner_zone: momentInZone(start, owner.zone),
    booking_starts_at_owner_zone: isoInZone(start, owner.zone),
    booking_ends_at_owner_zone: isoInZone(end, owner.zone),
    booking_mode: booking.mode,
    // Every booking is one session; packages, attachments and master pages do not exist here, their keys do.
    booking_number_of_sessions: 1,
    booking_package_id: '',
    booking_summary_long: long,
    booking_summary_short: short,
    booking_invoice_line_item: `${booking.subject}, ${momentInZone(start, customer.zone)}, ${minutes} min, with ${owner.name}`,
    booking_physical_location: booking.physicalLocation,
    booking_virtual_location: booking.virtualLocation,
    booking_location: location,
    booking_attachment: '',
    join_link: joinLinkOf(booking.virtualLocation),
    manage_link: `${publicUrl}/activity/${publicId('booking', told.bookingId)}`,
    booking_answers: inOneLine(booking.answers.map(({ title, value }) => [title, value])),
    customer_name: customer.name,
    customer_first_name: firstName,
    customer_last_name: lastName,
    customer_email: customer.email,
    customer_company: customer.company,
    customer_phone: withoutPlus(customer.phone),
    customer_phone_e164: customer.phone,
    customer_mobile_phone: withoutPlus(mobile),
    customer_mobile_phone_e164: e164Of(mobile),
    customer_note: customer.note,
    customer_time_zone: zoneInWords(start, customer.zone),
    customer_zone: customer.zone,
    customer_country: answerOf('country'),
    customer_state: answerOf('state'),
    customer_location: answerOf('city', 'customer-location'),
    booking_page_id: publicId('booking-page', told.bookingPageId),
    booking_page_public_name: page.publicName,
    booking_page_internal_label: page.internalLabel,
    booking_page_public_link: publicLinkOf(publicUrl, page.slug),
    booking_page_owner: owner.name,
    booking_page_time_zone: page.zone,
    booking_page_category: page.category,
    master_page_public_name: '',
    master_page_internal_label: '',
    master_page_public_link: '',
    event_type_id: publicId('event-type', told.eventTypeId),
    event_type_name: eventType.name,
    event_type_description: eventType.description,
    event_type_price: eventType.price,
    event_type_currency: eventType.currency,
    event_type_category: eventType.category,
    ...(change.has(trigger) && {
      cancel_reschedule_by_customer: booking.initiatedBy.customer,
      cancel_reschedule_by_user: booking.initiatedBy.user,
      cancel_reschedule_reason: booking.reason,
    }),
    ...(changeSummaries.has(trigger) && {
      cancel_reschedule_summary_long: changeSummaryOf(booking, long),
      cancel_reschedule_summary_short: changeSummaryOf(booking, short),
    }),
    ...(customerLink.has(trigger) && { cancel_reschedule_customer_link: publicUrl + booking.customerPath }),
    ...(formerBooking.has(trigger) && {
      cancel_reschedule_canceled_booking_id: booking.canceledBookingId,
      booking_former_start: booking.formerStartsAt
        ? momentInZone(Temporal.Instant.from(booking.formerStartsAt), owner.zone)
        : '',
      booking_former_starts_at: booking.formerStartsAt,
    }),
    ...Object.fromEntries(customFields.map(({ name }) => [answerKeyOf(name), answerOf(name)] as const)),
  }
}

/** The key of a custom field in items: names have no underscores, so two never share one. */
export const answerKeyOf = (name: string): string => `answer_${name.replaceAll('-', '_')}`

/** The two texts of product.md 2.4. */
function summariesOf(
  { customer, owner, subject }: BookingSnapshot,
  {
    start,
    minutes,
    location,
    mobile,
  }: { start: Temporal.Instant; minutes: number; location: string; mobile: string },
) {
  return {
    long: inOneLine([
      ['Meeting with', customer.name],
      ['Company', customer.company],
      ['Subject', subject],
      ['Start time', momentInZone(start, owner.zone, 'long')],
      ['Duration', `${minutes} min`],
      ['Location', location],
      ['Customer email', customer.email],
      ['Customer phone', customer.phone],
      ['Customer mobile phone', mobile],
      ['Note from customer', customer.note],
    ]),
    short: inOneLine([
      ['Meeting with', customer.name],
      ['Company', customer.company],
      ['Location', location],
      ['Note from customer', customer.note],
    ]),
  }
}

/** Of a booking that was moved, or canceled to be moved; empty for every other one. */
function changeSummaryOf(booking: BookingSnapshot, summary: string): string {
  const isMoved = booking.status === 'Rescheduled'
  const isToBeMoved = booking.detail === 'reschedule_requested' || booking.detail === 'rescheduled_elsewhere'
  if (!isMoved && !isToBeMoved) return ''
  const sentence = isMoved
    ? 'The meeting was rescheduled.'
    : 'The meeting was canceled and is to be rescheduled.'
  return [sentence, inOneLine([['Rescheduling reason', booking.reason]]), summary].filter(Boolean).join(' ')
}

function contactPart(event: ContactEvent, { publicUrl }: Context): ZapItem {
  const { contact } = event
  const captured = Temporal.Instant.from(contact.capturedAt)
  const updated = Temporal.Instant.from(contact.updatedAt)
  const { zone } = contact.owner
  const { firstName, lastName } = splitName(contact.name)
  return {
    contact_id: publicId('contact', event.contactId),
    contact_name: contact.name,
    contact_first_name: firstName,
    contact_last_name: lastName,
    contact_email: contact.email,
    contact_company: contact.company,
    contact_phone: withoutPlus(contact.phone),
    contact_phone_e164: contact.phone,
    contact_time_zone: zoneInWords(updated, contact.zone),
    contact_zone: contact.zone,
    contact_captured_date: momentInZone(captured, zone),
    contact_captured_at: isoInZone(captured, zone),
    contact_last_updated: momentInZone(updated, zone),
    contact_updated_at: isoInZone(updated, zone),
    contact_changed_fields: contact.changedFields.map((field) => contactFieldNames[field]).join(', '),
    booking_id: contact.bookingId,
    booking_page_id: publicId('booking-page', event.bookingPageId),
    booking_page_public_name: contact.page.publicName,
    booking_page_internal_label: contact.page.internalLabel,
    booking_page_public_link: publicLinkOf(publicUrl, contact.page.slug),
    booking_page_owner: contact.owner.name,
  }
}

const contactFieldNames: Record<ContactField, string> = {
  name: 'Name',
  email: 'Email',
  company: 'Company',
  phone: 'Phone',
  zone: 'Time zone',
}

/** "Meeting with: Lena Novak, Company: Novak Design": empty parts are left out. */
const inOneLine = (parts: [string, string][]): string =>
  parts
    .filter(([, value]) => value !== '')
    .map(([title, value]) => `${title}: ${value}`)
    .join(', ')

/** The first web address in what the owner wrote about the virtual meeting, or empty. */
const joinLinkOf = (virtualLocation: string): string =>
  /https?:\/\/[^\s<>"]+/.exec(virtualLocation)?.[0].replace(/[.,;)]+$/, '') ?? ''

/** Phones as the original delivers them: without the leading plus, North American ones with a hyphen after the 1. */
export function withoutPlus(phone: string): string {
  const digits = phone.replace(/^\+/, '')
  return /^1\d{10}$/.test(digits) ? `1-${digits.slice(1)}` : digits
}

/** What somebody typed into a field of the form, as E.164 where it is one, else empty. */
function e164Of(text: string): string {
  const digits = text.replace(/[\s().-]/g, '')
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : ''
}
