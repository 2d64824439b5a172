import { createHmac, timingSafeEqual } from 'node:crypto'
import type { EventType, PublicPage } from '#domain/booking-pages/booking-page.ts'
import type { CustomerDetails } from '#domain/contacts/contact.ts'
import type { Secrets } from '#domain/deps.ts'
import type { BookingSnapshot } from '#domain/lifecycle-events/lifecycle-event.ts'
import {
  type AccountId,
  type BookingId,
  type BookingPageId,
  type ContactId,
  type EventTypeId,
  parsePublicId,
  publicId,
  type UserId,
} from '#kit/ids.ts'
import { type Instant, isoSeconds, tzVersion } from '#kit/time.ts'

export type BookingStatus = 'requested' | 'scheduled' | 'rescheduled' | 'completed' | 'no_show' | 'canceled'

/** Statuses in which a booking holds its owner's time. */
export const liveStatuses = ['scheduled', 'rescheduled'] as const satisfies BookingStatus[]

export interface Booking {
  accountId: AccountId
  id: BookingId
  bookingPageId: BookingPageId
  eventTypeId: EventTypeId
  ownerId: UserId
  contactId: ContactId
  status: BookingStatus
  /** Sequence of the booking's newest lifecycle event. */
  sequence: number
  startsAt: Instant
  endsAt: Instant
  /** The page's zone, the start on its wall clock, and the tz data that told so: kept to derive the instants again. */
  zone: string
  localStart: string
  tzVersion: string
  bufferBeforeMinutes: number
  bufferAfterMinutes: number
  customer: CustomerDetails & { note: string }
  createdAt: Instant
  updatedAt: Instant
}

export type BookProblem =
  | { code: 'page-not-found' }
  | { code: 'page-closed' }
  | { code: 'event-type-not-found' }
  | { code: 'slot-taken' }
  | { code: 'slot-past' }
  | { code: 'slot-not-offered'; reason: string }
  | { code: 'idempotency-key-reused' }

/** A booking of this slot, not stored yet. The length comes from the event type, the zone from the page. */
export function draftBooking(
  id: BookingId,
  slot: {
    page: PublicPage
    eventType: EventType
    start: Instant
    customer: CustomerDetails & { note: string }
    now: Instant
  },
): Omit<Booking, 'contactId'> {
  const { page, eventType, start, customer, now } = slot
  return {
    accountId: page.accountId,
    id,
    bookingPageId: page.id,
    eventTypeId: eventType.id,
    ownerId: page.ownerId,
    status: 'scheduled',
    sequence: 1,
    startsAt: start,
    endsAt: start.add({ minutes: eventType.durationMinutes }),
    zone: page.zone,
    localStart: start.toZonedDateTimeISO(page.zone).toPlainDateTime().toString({ smallestUnit: 'minute' }),
    tzVersion: tzVersion(),
    bufferBeforeMinutes: page.availability.bufferBeforeMinutes,
    bufferAfterMinutes: page.availability.bufferAfterMinutes,
    customer,
    createdAt: now,
    updatedAt: now,
  }
}

/** The booking as its lifecycle events tell it. */
export const snapshotOf = (
  booking: Omit<Booking, 'contactId'>,
  { page, eventType, secrets }: { page: PublicPage; eventType: EventType; secrets: Pick<Secrets, 'links'> },
): BookingSnapshot => ({
  status: booking.status === 'completed' ? 'Completed' : 'Scheduled',
  subject: eventType.name,
  createdAt: isoSeconds(booking.createdAt),
  updatedAt: isoSeconds(booking.updatedAt),
  startsAt: isoSeconds(booking.startsAt),
  endsAt: isoSeconds(booking.endsAt),
  mode: 'Automatic booking',
  physicalLocation: page.physicalLocation,
  virtualLocation: page.virtualLocation,
  customerPath: customerPathOf(secrets, booking),
  customer: {
    name: booking.customer.name,
    email: booking.customer.email,
    company: booking.customer.company,
    phone: booking.customer.phone,
    note: booking.customer.note,
    zone: booking.customer.zone,
  },
  page: { publicName: page.publicName, internalLabel: page.internalLabel, slug: page.slug, zone: page.zone },
  owner: page.owner,
  eventType: {
    name: eventType.name,
    description: eventType.description,
    durationMinutes: eventType.durationMinutes,
  },
})

const signatureOf = ({ links }: Pick<Secrets, 'links'>, id: BookingId): string =>
  createHmac('sha256', links).update(`booking ${id}`).digest().subarray(0, 16).toString('base64url')

/**
 * The customer's own address of a booking: whoever holds it may see the booking. 128 unguessable bits, made from the
 * installation's secret, so nothing has to be stored and every mail and event can carry it.
 */
export const customerPathOf = (secrets: Pick<Secrets, 'links'>, { id }: { id: BookingId }): string =>
  `/my-booking/${publicId('booking', id)}/${signatureOf(secrets, id)}`

/** The booking that a customer's address is for, or undefined when it is not one of ours. */
export function bookingIdOfPath(
  secrets: Pick<Secrets, 'links'>,
  { shownId, signature }: { shownId: string; signature: string },
): BookingId | undefined {
  const id = parsePublicId('booking', shownId)
  if (!id) return undefined
  const right = Buffer.from(signatureOf(secrets, id))
  const given = Buffer.from(signature)
  return right.length === given.length && timingSafeEqual(right, given) ? id : undefined
}
