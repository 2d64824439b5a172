import { createHmac, timingSafeEqual } from 'node:crypto'
import type { StatusDetail, UtmParams } from '#database/tables.ts'
import {
  type ChangePolicy,
  type EventType,
  type FormAnswer,
  optionsOf,
  type PageLocation,
  type PublicPage,
} from '#domain/booking-pages/booking-page.ts'
import type { CustomerDetails } from '#domain/contacts/contact.ts'
import type { Secrets } from '#domain/deps.ts'
import type { LinkProblem } from '#domain/one-time-links/one-time-link.ts'
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
import { type Instant, tzVersion } from '#kit/time.ts'

export type { StatusDetail }

export type BookingStatus = 'requested' | 'scheduled' | 'rescheduled' | 'completed' | 'no_show' | 'canceled'

/** Statuses in which a booking holds its owner's time. */
export const liveStatuses = ['scheduled', 'rescheduled'] as const satisfies BookingStatus[]

export const isLive = (status: BookingStatus): boolean => (liveStatuses as BookingStatus[]).includes(status)

export interface Booking {
  accountId: AccountId
  id: BookingId
  bookingPageId: BookingPageId
  eventTypeId: EventTypeId
  /** Whose time it takes: the page's owner, or who it was reassigned to. */
  ownerId: UserId
  contactId: ContactId
  status: BookingStatus
  /** Who brought it into its status, and how. */
  detail: StatusDetail
  /** Reason given for the last change, or empty. */
  reason: string
  /** Sequence of the booking's newest lifecycle event. */
  sequence: number
  /** Of a request: the first of the suggested times. */
  startsAt: Instant
  endsAt: Instant
  /** The page's zone, the start on its wall clock, and the tz data that told so: kept to derive the instants again. */
  zone: string
  localStart: string
  tzVersion: string
  bufferBeforeMinutes: number
  bufferAfterMinutes: number
  customer: CustomerDetails & { note: string }
  mode: 'automatic' | 'approval'
  subject: string
  physicalLocation: string
  virtualLocation: string
  /** What the customer may do with it: the policy at the time of booking. */
  policy: ChangePolicy
  /** Answers to the form's custom fields. */
  answers: FormAnswer[]
  /** Of a request: what the customer suggests, ascending. */
  suggestedStarts: Instant[]
  /** The booking that this one takes the place of. */
  reschedulesId: BookingId | null
  /** A user has asked the customer to book anew: the same event type, or any. */
  rebook: 'same' | 'any' | null
  utmParams: UtmParams | null
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
  | { code: 'needs-approval' }
  | { code: 'needs-no-approval' }
  | { code: 'wrong-number-of-times'; wanted: number }
  | LinkProblem

/** What somebody who books hands in, beside the time. */
export interface BookingDetails {
  customer: CustomerDetails & { note: string }
  answers?: FormAnswer[] | undefined
  /** Where to meet, on pages that let the customer say so. */
  location?: string | undefined
  /** Meet by telephone, at the customer's number, whatever the page says. */
  byPhone?: boolean | undefined
  /** Where the customer came from. */
  utmParams?: UtmParams | null | undefined
}

/** A booking of this slot, not stored yet. The length comes from the event type, the zone from the page. */
export function draftBooking(
  id: BookingId,
  slot: BookingDetails & { page: PublicPage; eventType: EventType; start: Instant; now: Instant },
): Omit<Booking, 'contactId'> {
  const { page, eventType, start, customer, now } = slot
  const options = optionsOf(page, eventType)
  return {
    accountId: page.accountId,
    id,
    bookingPageId: page.id,
    eventTypeId: eventType.id,
    ownerId: page.ownerId,
    status: 'scheduled',
    detail: 'by_customer',
    reason: '',
    sequence: 1,
    ...timesOf(page.zone, start, eventType.durationMinutes),
    zone: page.zone,
    bufferBeforeMinutes: options.slots.bufferBeforeMinutes,
    bufferAfterMinutes: options.slots.bufferAfterMinutes,
    customer,
    mode: options.mode,
    subject: eventType.name,
    ...(slot.byPhone
      ? { physicalLocation: '', virtualLocation: `Telephone: ${customer.phone}` }
      : placeOf(page.location, slot.location ?? '')),
    policy: options.policy,
    answers: slot.answers ?? [],
    suggestedStarts: [],
    reschedulesId: null,
    rebook: null,
    utmParams: slot.utmParams ?? null,
    createdAt: now,
    updatedAt: now,
  }
}

/** Start and end, with the wall clock they are kept by. */
export const timesOf = (zone: string, start: Instant, minutes: number) => ({
  startsAt: start,
  endsAt: start.add({ minutes }),
  localStart: start.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' }),
  tzVersion: tzVersion(),
})

/**
 * The instant of a wall-clock time. One that comes twice is the one it was before; where it was neither, the first.
 */
export function instantOfLocal(localStart: string, zone: string, former: Instant): Instant {
  const local = Temporal.PlainDateTime.from(localStart)
  const second = local.toZonedDateTime(zone, { disambiguation: 'later' }).toInstant()
  return second.equals(former) ? second : local.toZonedDateTime(zone).toInstant()
}

function placeOf(location: PageLocation, ofCustomer: string) {
  const text = location.kind.endsWith('-by-customer') ? ofCustomer : location.text
  return {
    physicalLocation: location.kind.startsWith('physical') ? text : '',
    virtualLocation: location.kind.startsWith('virtual') ? text : '',
  }
}

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
