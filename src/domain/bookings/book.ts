import { type Db, inAccount } from '#database/db.ts'
import { explainInstant } from '#domain/availability/explain-instant.ts'
import { isBookable } from '#domain/availability/is-bookable.ts'
import type { EventType, PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findPublicPage } from '#domain/booking-pages/find-public-page.ts'
import { captureContact } from '#domain/contacts/capture-contact.ts'
import { type CustomerDetails, normaliseEmail } from '#domain/contacts/contact.ts'
import type { Deps } from '#domain/deps.ts'
import { recordLifecycleEvent } from '#domain/lifecycle-events/record-lifecycle-event.ts'
import { type BookingId, newUuid } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { type Instant, isoSeconds } from '#kit/time.ts'
import { type Booking, type BookProblem, customerPathOf, draftBooking, snapshotOf } from './booking.ts'
import { claimIdempotencyKey, insertBooking, lockOwner } from './booking-repository.ts'
import { slotRulesOf } from './find-slots.ts'

export interface WantedSlot {
  pageSlug: string
  eventTypeSlug: string
  start: Instant
  customer: CustomerDetails & { note: string }
  /** Chosen by the asker: the same key with the same request gives the same booking, however often it is asked. */
  idempotencyKey?: string | undefined
}

export interface Booked {
  bookingId: BookingId
  /** Path of the customer's own page of the booking. */
  customerPath: string
}

/**
 * Books one offered slot for a customer.
 *
 * Booking, contact, lifecycle event and idempotency record are stored together or not at all. Of two people who press the button
 * together, on any of the owner's pages, one is refused with `slot-taken`: by the exclusion constraint, and by a lock on the owner
 * where buffers make a rule that one range cannot say (ADR 0004). Nothing is sent here: the worker reads the lifecycle event.
 */
export async function book(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker'>,
  wanted: WantedSlot,
): Promise<Result<Booked, BookProblem>> {
  const { database, clock, secrets } = deps
  const found = await findPublicPage(deps, wanted.pageSlug)
  if (!found.ok) return found
  const page = found.value
  if (!page.acceptsBookings) return refuse({ code: 'page-closed' })
  const eventType = page.eventTypes.find(({ slug }) => slug === wanted.eventTypeSlug)
  if (!eventType) return refuse({ code: 'event-type-not-found' })

  const now = clock.now()
  const customer = { ...wanted.customer, email: normaliseEmail(wanted.customer.email) }
  const id = newUuid(now.epochMilliseconds) as BookingId
  const booked = await inAccount(database, page.accountId, async (tx) => {
    if (wanted.idempotencyKey !== undefined) {
      const former = await claimIdempotencyKey(tx, page.accountId, {
        verb: 'book',
        key: wanted.idempotencyKey,
        request: JSON.stringify([page.id, eventType.id, isoSeconds(wanted.start), customer]),
        bookingId: id,
        now,
      })
      if (former)
        return former.sameRequest ? ok(former.bookingId) : refuse({ code: 'idempotency-key-reused' })
    }
    if (page.ownerKeepsBuffers) await lockOwner(tx, page.ownerId)
    const closed = await closedReason(tx, { page, eventType, wanted, now })
    if (closed) return refuse(closed)

    const draft = draftBooking(id, { page, eventType, start: wanted.start, customer, now })
    const contactId = await captureContact(tx, deps, { accountId: page.accountId, customer })
    const booking: Booking = { ...draft, contactId }
    if (!(await insertBooking(tx, booking))) return refuse({ code: 'slot-taken' })
    await recordLifecycleEvent(tx, deps, {
      accountId: page.accountId,
      type: 'booking.scheduled',
      bookingId: id,
      bookingPageId: page.id,
      eventTypeId: eventType.id,
      ownerId: page.ownerId,
      sequence: booking.sequence,
      actor: { kind: 'customer' },
      booking: snapshotOf(booking, { page, eventType, secrets }),
    })
    return ok(id)
  })
  if (!booked.ok) return booked
  deps.wakeWorker()
  return ok({ bookingId: booked.value, customerPath: customerPathOf(secrets, { id: booked.value }) })
}

/** Why this slot cannot be had, by the same rules as the list of slots; undefined when it is offered. */
async function closedReason(
  tx: Db,
  {
    page,
    eventType,
    wanted,
    now,
  }: { page: PublicPage; eventType: EventType; wanted: WantedSlot; now: Instant },
): Promise<BookProblem | undefined> {
  const startMs = wanted.start.epochMilliseconds
  const rules = await slotRulesOf(tx, {
    page,
    eventType,
    customerZone: wanted.customer.zone,
    now,
    from: startMs,
    to: startMs + eventType.durationMinutes * 60_000,
  })
  if (isBookable(rules, startMs)) return undefined
  const explained = explainInstant(rules, startMs)
  if (!explained.ok) return { code: 'slot-not-offered', reason: explained.problem.message }
  const closing = new Set(explained.value.closedBy.map(({ rule }) => rule))
  if (startMs < now.epochMilliseconds) return { code: 'slot-past' }
  if (closing.size > 0 && [...closing].every((rule) => rule === 'busy' || rule === 'buffer'))
    return { code: 'slot-taken' }
  return { code: 'slot-not-offered', reason: [...closing].join(', ') }
}
