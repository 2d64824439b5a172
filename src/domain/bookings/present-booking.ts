import { createHash } from 'node:crypto'
import type { FormAnswer } from '#domain/booking-pages/booking-page.ts'
import type { BookingEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import {
  type BookingId,
  type BookingPageId,
  type CalendarId,
  type EventTypeId,
  publicId,
  type UserId,
} from '#kit/ids.ts'
import { type Instant, isoMilliseconds } from '#kit/time.ts'
import type { BookingStatus, StatusDetail } from './booking.ts'

/** What the REST API and webhooks tell of a booking, wherever it was read from (api-contract 10.1). */
export interface BookingFacts {
  id: BookingId
  bookingPageId: BookingPageId
  eventTypeId: EventTypeId
  hostId: UserId
  hostEmail: string
  subject: string
  status: BookingStatus
  detail: StatusDetail
  reason: string
  /** To the millisecond. */
  createdAt: string
  startsAt: string
  updatedAt: string
  durationMinutes: number
  customer: { name: string; email: string; company: string; phone: string; note: string; zone: string }
  answers: FormAnswer[]
  physicalLocation: string
  virtualLocation: string
  /** Public id, or empty. */
  formerBookingId: string
  /** Path of the customer's own page of the booking. */
  customerPath: string
}

/** The booking as its event tells it: what happened since does not show. */
export const factsOfEvent = ({
  booking,
  bookingId,
  bookingPageId,
  eventTypeId,
  ownerId,
}: BookingEvent): BookingFacts => ({
  id: bookingId,
  bookingPageId,
  eventTypeId,
  hostId: (booking.bookingOwnerId || ownerId) as UserId,
  hostEmail: booking.owner.email ?? '',
  subject: booking.subject,
  status: statusOfWords[booking.status],
  detail: booking.detail as StatusDetail,
  reason: booking.reason,
  createdAt: booking.exact?.createdAt ?? withMilliseconds(booking.createdAt),
  updatedAt: booking.exact?.updatedAt ?? withMilliseconds(booking.updatedAt),
  startsAt: withMilliseconds(booking.startsAt),
  durationMinutes: booking.eventType.durationMinutes,
  customer: booking.customer,
  answers: booking.answers,
  physicalLocation: booking.physicalLocation,
  virtualLocation: booking.virtualLocation,
  formerBookingId: booking.canceledBookingId,
  customerPath: booking.customerPath,
})

const statusOfWords: Record<BookingEvent['booking']['status'], BookingStatus> = {
  Requested: 'requested',
  Scheduled: 'scheduled',
  Rescheduled: 'rescheduled',
  Canceled: 'canceled',
  Completed: 'completed',
  'No-show': 'no_show',
}

const withMilliseconds = (text: string) => isoMilliseconds(Temporal.Instant.from(text) as Instant)

/** A page with one of its event types: the same two always make the same id, as `booking_page_event_types.calendar_id` does. */
export function calendarIdOf(pageId: BookingPageId, eventTypeId: EventTypeId): CalendarId {
  const hex = createHash('md5').update(`${pageId}${eventTypeId}`).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as CalendarId
}

/** The members that both tell alike; empty texts are null (api-contract T15). */
export function presentBooking(facts: BookingFacts, publicUrl: string) {
  const { customer } = facts
  const customerUrl = publicUrl + facts.customerPath
  return {
    object: 'booking' as const,
    id: publicId('booking', facts.id),
    tracking_id: publicId('booking', facts.id),
    subject: facts.subject,
    status: facts.status,
    in_trash: false,
    creation_time: facts.createdAt,
    starting_time: facts.startsAt,
    last_updated_time: facts.updatedAt,
    customer_timezone: customer.zone,
    duration_minutes: facts.durationMinutes,
    virtual_conferencing: conferencingIn(facts.virtualLocation),
    location_description: facts.physicalLocation || facts.virtualLocation || null,
    rescheduled_booking_id: facts.formerBookingId || null,
    cancel_reschedule_information: changeOf(facts),
    attendees: [facts.hostEmail, customer.email].filter((address) => address !== ''),
    form_submission: {
      name: customer.name || null,
      email: customer.email || null,
      phone: customer.phone || null,
      mobile_phone: null,
      note: customer.note || null,
      company: customer.company || null,
      guests: [],
      custom_fields: facts.answers.map(({ name, value }) => ({ name, value: value || null })),
    },
    master_page: null,
    external_calendar: null,
    conversation: null,
    ics_url: `${customerUrl}?format=ics`,
    cancel_url: `${customerUrl}?do=cancel`,
    reschedule_url: `${customerUrl}?do=reschedule`,
    payment_information: null,
    custom_fields: [],
  }
}

/** Why and by whom it was canceled or moved; null for what was neither. */
function changeOf({ status, detail, reason, hostId }: BookingFacts) {
  if (status !== 'canceled' && status !== 'rescheduled') return null
  const byCustomer =
    detail === 'by_customer' || detail === 'new_times_sent' || detail === 'rescheduled_elsewhere'
  return {
    reason: reason || null,
    actioned_by: byCustomer ? ('customer' as const) : ('user' as const),
    user_id: byCustomer ? null : publicId('user', hostId),
  }
}

/** The first web address in a text is where one joins; a telephone number is none. */
const conferencingIn = (text: string): { join_url: string } | null => {
  const found = /https?:\/\/[^\s<>"]+/.exec(text)?.[0]
  return found === undefined ? null : { join_url: found }
}
