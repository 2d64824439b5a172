import type { Db } from '#database/db.ts'
import { type EventType, optionsOf, type PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findEventType } from '#domain/booking-pages/find-booking-page.ts'
import { findPublicPage } from '#domain/booking-pages/find-public-page.ts'
import { type BookingId, newUuid } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Instant } from '#kit/time.ts'
import type { Booked } from './book.ts'
import { type Booking, customerPathOf, draftBooking, timesOf } from './booking.ts'
import { findSuccessor, insertBooking, updateBooking } from './booking-repository.ts'
import { acts, afterAct, customerMay, isPossible } from './booking-status.ts'
import { asCustomer, type ChangeDeps, type ChangeProblem, type CustomerAddress } from './change-booking.ts'
import { whyNotOffered } from './find-slots.ts'
import { recordChange } from './record-change.ts'

export interface WantedMove {
  address: CustomerAddress
  start: Instant
  /** Where to: the booking's own page and event type, or others of the same account. */
  pageSlug: string
  eventTypeSlug: string
  /** IANA zone the customer looks at the times in. */
  customerZone: string
  reason?: string
}

/**
 * Moves a booking to another offered time, for its customer.
 *
 * On the same page and event type it stays the same booking. Elsewhere the booking is canceled and a new one takes its place,
 * linked to it: both or neither. After a user's request to reschedule, the canceled booking gets its successor the same way.
 */
export async function rescheduleAsCustomer(
  deps: ChangeDeps,
  wanted: WantedMove,
): Promise<Result<Booked, ChangeProblem>> {
  const found = await findPublicPage(deps, wanted.pageSlug)
  if (!found.ok) return found
  const target = found.value
  if (!target.acceptsBookings) return refuse({ code: 'page-closed' })
  const eventType = target.eventTypes.find(({ slug }) => slug === wanted.eventTypeSlug)
  if (!eventType) return refuse({ code: 'event-type-not-found' })

  return await asCustomer(deps, wanted.address, {
    owners: (booking) => [booking.ownerId, target.ownerId],
    work: async (tx, { booking, page, now }) => {
      if (target.accountId !== booking.accountId) return refuse({ code: 'page-not-found' })
      const refused = await whyNotMovable(tx, { booking, eventType, target, now, reason: wanted.reason })
      if (refused) return refuse(refused)
      const reason = booking.policy.reason === 'none' ? '' : (wanted.reason?.trim() ?? '')
      const closed = await whyNotOffered(tx, {
        page: target,
        eventType,
        start: wanted.start,
        customerZone: wanted.customerZone,
        now,
        ...(isPossible('move', booking.status) ? { except: booking.id } : {}),
      })
      if (closed) return refuse(closed)
      const customer = { ...booking.customer, zone: wanted.customerZone }
      const isSamePlace = target.id === booking.bookingPageId && eventType.id === booking.eventTypeId
      const moved =
        isSamePlace && booking.status !== 'canceled'
          ? await moveInPlace(tx, deps, {
              booking: { ...booking, customer },
              page,
              eventType,
              start: wanted.start,
              reason,
              now,
            })
          : await moveElsewhere(tx, deps, {
              booking: { ...booking, customer },
              page,
              target,
              eventType,
              start: wanted.start,
              reason,
              now,
            })
      if (!moved) return refuse({ code: 'slot-taken' })
      return ok({ bookingId: moved.id, customerPath: customerPathOf(deps.secrets, moved) })
    },
  })
}

/**
 * Whether a booking may be moved there by its customer alone: to another time of the same event type on the same page, or to where
 * nobody has to approve. Otherwise a reschedule would be the way round an approval.
 */
export const isMovableTo = (
  booking: Pick<Booking, 'bookingPageId' | 'eventTypeId'>,
  target: Pick<PublicPage, 'id' | 'availability' | 'scheduling'>,
  eventType: EventType,
): boolean =>
  (target.id === booking.bookingPageId && eventType.id === booking.eventTypeId) ||
  optionsOf(target, eventType).mode !== 'approval'

async function whyNotMovable(
  tx: Db,
  asked: {
    booking: Booking
    target: PublicPage
    eventType: EventType
    now: Instant
    reason: string | undefined
  },
): Promise<ChangeProblem | undefined> {
  const { booking, target, eventType, now } = asked
  if (booking.status === 'canceled') {
    if (booking.detail !== 'reschedule_requested') return { code: 'not-possible', status: booking.status }
    if (booking.rebook === 'same') {
      const former = await findEventType(tx, booking.accountId, booking.eventTypeId)
      if (former?.id !== eventType.id) return { code: 'event-type-not-found' }
    }
    return (await findSuccessor(tx, booking.accountId, booking.id)) ? { code: 'already-rebooked' } : undefined
  }
  if (!isPossible('move', booking.status)) return { code: 'not-possible', status: booking.status }
  if (!isMovableTo(booking, target, eventType)) return { code: 'needs-approval' }
  if (!customerMay('reschedule', booking, now)) return { code: 'policy-forbids' }
  if (booking.policy.reason === 'mandatory' && !asked.reason?.trim()) return { code: 'reason-missing' }
  return undefined
}

async function moveInPlace(
  tx: Db,
  deps: ChangeDeps,
  move: {
    booking: Booking
    page: PublicPage
    eventType: EventType
    start: Instant
    reason: string
    now: Instant
  },
): Promise<Booking | undefined> {
  const { booking, page, eventType, start, reason, now } = move
  const { slots } = optionsOf(page, eventType)
  const moved = afterAct(booking, 'move', {
    now,
    detail: 'by_customer',
    reason,
    // After a reassignment, a move falls back to the page's own rules and owner (product.md 3.7).
    ownerId: page.ownerId,
    ...timesOf(page.zone, start, eventType.durationMinutes),
    zone: page.zone,
    bufferBeforeMinutes: slots.bufferBeforeMinutes,
    bufferAfterMinutes: slots.bufferAfterMinutes,
  })
  if (!(await updateBooking(tx, moved))) return undefined
  await recordChange(tx, deps, {
    type: acts.move.event,
    booking: moved,
    by: { kind: 'customer' },
    formerStartsAt: booking.startsAt,
    ...(moved.ownerId === booking.ownerId ? {} : { formerOwnerId: booking.ownerId }),
    page,
    eventType,
  })
  return moved
}

async function moveElsewhere(
  tx: Db,
  deps: ChangeDeps,
  move: {
    booking: Booking
    page: PublicPage
    target: PublicPage
    eventType: EventType
    start: Instant
    reason: string
    now: Instant
  },
): Promise<Booking | undefined> {
  const { booking, page, target, eventType, start, reason, now } = move
  if (booking.status !== 'canceled') {
    const canceled = afterAct(booking, 'move-elsewhere', { now, detail: 'rescheduled_elsewhere', reason })
    await updateBooking(tx, canceled)
    await recordChange(tx, deps, {
      type: acts['move-elsewhere'].event,
      booking: canceled,
      by: { kind: 'customer' },
      page,
    })
  }
  const id = newUuid(now.epochMilliseconds) as BookingId
  const successor: Booking = {
    ...draftBooking(id, {
      page: target,
      eventType,
      start,
      now,
      customer: booking.customer,
      answers: booking.answers,
      location: booking.physicalLocation || booking.virtualLocation,
      utmParams: booking.utmParams,
    }),
    contactId: booking.contactId,
    status: 'rescheduled',
    reason,
    // The policy is the one of the first booking, whatever page it moves to.
    policy: booking.policy,
    reschedulesId: booking.id,
  }
  if (!(await insertBooking(tx, successor))) return undefined
  await recordChange(tx, deps, {
    type: acts.move.event,
    booking: successor,
    by: { kind: 'customer' },
    formerStartsAt: booking.startsAt,
    page: target,
    eventType,
  })
  return successor
}
