import { type Db, inAccount } from '#database/db.ts'
import { type EventType, optionsOf, type PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findPublicPage } from '#domain/booking-pages/find-public-page.ts'
import { captureContact } from '#domain/contacts/capture-contact.ts'
import { normaliseEmail } from '#domain/contacts/contact.ts'
import type { Deps } from '#domain/deps.ts'
import { claimIdempotencyKey } from '#domain/idempotency/claim-idempotency-key.ts'
import { spendOneTimeLink } from '#domain/one-time-links/one-time-links.ts'
import { type BookingId, newUuid } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Instant } from '#kit/time.ts'
import {
  type Booking,
  type BookingDetails,
  type BookProblem,
  bookingIdOfPath,
  customerPathOf,
  draftBooking,
} from './booking.ts'
import { insertBooking, lockBooking, lockOwners, updateBooking } from './booking-repository.ts'
import { acts, afterAct } from './booking-status.ts'
import { whyNotOffered } from './find-slots.ts'
import { recordChange, requestText } from './record-change.ts'

interface Wanted extends BookingDetails {
  pageSlug: string
  eventTypeSlug: string
  /** Chosen by the asker: the same key with the same request gives the same booking, however often it is asked. */
  idempotencyKey?: string | undefined
  /** Code of the one-time link that the booking uses up. */
  oneTimeLink?: string | undefined
}

export interface WantedSlot extends Wanted {
  start: Instant
}

export interface WantedTimes extends Wanted {
  /** Distinct; as many as the page asks for, or fewer where `mayBeFewer`. */
  starts: Instant[]
  mayBeFewer?: boolean
  /** Customer's address of a request that a user sent back, or that is still open: the new one takes its place. */
  instead?: { shownId: string; signature: string } | undefined
}

export interface Booked {
  bookingId: BookingId
  /** Path of the customer's own page of the booking. */
  customerPath: string
}

type BookDeps = Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker' | 'observer'>

/**
 * Books one offered slot for a customer.
 *
 * Booking, contact, lifecycle event and idempotency record are stored together or not at all. Of two people who press the button
 * together, on any of the owner's pages, one is refused with `slot-taken`: by the exclusion constraint, and by a lock on the owner
 * where buffers or caps make a rule that one range cannot say (ADR 0004). Nothing is sent here: the worker reads the event.
 */
export async function book(deps: BookDeps, wanted: WantedSlot): Promise<Result<Booked, BookProblem>> {
  return told(deps, await bookSlot(deps, wanted))
}

/** The observer counts what became of it. */
function told({ observer }: BookDeps, booked: Result<Booked, BookProblem>): Result<Booked, BookProblem> {
  observer?.bookingAsked(booked.ok ? 'booked' : booked.problem.code)
  return booked
}

async function bookSlot(deps: BookDeps, wanted: WantedSlot): Promise<Result<Booked, BookProblem>> {
  const found = await findOffer(deps, wanted)
  if (!found.ok) return found
  const { page, eventType } = found.value
  if (optionsOf(page, eventType).mode === 'approval') return refuse({ code: 'needs-approval' })
  return await store(deps, { verb: 'book', page, eventType, wanted }, async (tx, { id, now, details }) => {
    if (page.ownerBooksInTurn) await lockOwners(tx, [page.ownerId])
    const { start } = wanted
    const closed = await whyNotOffered(tx, {
      page,
      eventType,
      start,
      customerZone: details.customer.zone,
      now,
    })
    if (closed) return refuse(closed)
    return ok({
      booking: draftBooking(id, { page, eventType, start, now, ...details }),
      event: 'booking.scheduled',
    })
  })
}

/**
 * Asks for a booking, suggesting times of which a user approves one. Suggested times hold nobody's time until then
 * (product.md 3.5), so a request is refused only for times that are not offered.
 */
export async function requestBooking(
  deps: BookDeps,
  wanted: WantedTimes,
): Promise<Result<Booked, BookProblem>> {
  return told(deps, await requestTimes(deps, wanted))
}

async function requestTimes(deps: BookDeps, wanted: WantedTimes): Promise<Result<Booked, BookProblem>> {
  const found = await findOffer(deps, wanted)
  if (!found.ok) return found
  const { page, eventType } = found.value
  const options = optionsOf(page, eventType)
  if (options.mode !== 'approval') return refuse({ code: 'needs-no-approval' })
  const starts = [...wanted.starts].sort(Temporal.Instant.compare)
  const isEnough = starts.length === options.suggestedTimes || (wanted.mayBeFewer && starts.length > 0)
  if (
    !isEnough ||
    starts.length > options.suggestedTimes ||
    new Set(starts.map(String)).size !== starts.length
  )
    return refuse({ code: 'wrong-number-of-times', wanted: options.suggestedTimes })
  const formerId = wanted.instead && bookingIdOfPath(deps.secrets, wanted.instead)
  return await store(deps, { verb: 'request', page, eventType, wanted }, async (tx, { id, now, details }) => {
    for (const start of starts) {
      const closed = await whyNotOffered(tx, {
        page,
        eventType,
        start,
        customerZone: details.customer.zone,
        now,
      })
      if (closed) return refuse(closed)
    }
    const former = formerId && (await lockBooking(tx, page.accountId, formerId))
    if (former?.status === 'requested') {
      const canceled = afterAct(former, 'cancel-request', { now, detail: 'new_times_sent' })
      await updateBooking(tx, canceled)
      await recordChange(tx, deps, {
        type: acts['cancel-request'].event,
        booking: canceled,
        by: { kind: 'customer' },
      })
    }
    const takesPlace = former?.status === 'requested' || former?.detail === 'new_times_requested'
    const draft = draftBooking(id, { page, eventType, start: starts[0] as Instant, now, ...details })
    return ok({
      booking: {
        ...draft,
        status: 'requested' as const,
        suggestedStarts: starts,
        reschedulesId: former && takesPlace ? former.id : null,
      },
      event: 'booking.requested',
    })
  })
}

async function findOffer(
  deps: BookDeps,
  wanted: Wanted,
): Promise<Result<{ page: PublicPage; eventType: EventType }, BookProblem>> {
  const found = await findPublicPage(deps, wanted.pageSlug)
  if (!found.ok) return found
  const page = found.value
  if (!page.acceptsBookings) return refuse({ code: 'page-closed' })
  const eventType = page.eventTypes.find(({ slug }) => slug === wanted.eventTypeSlug)
  return eventType ? ok({ page, eventType }) : refuse({ code: 'event-type-not-found' })
}

/** The transaction of every new booking: idempotency key, the caller's checks, contact, booking, event. */
async function store(
  deps: BookDeps,
  asked: {
    verb: 'book' | 'request'
    page: PublicPage
    eventType: EventType
    wanted: WantedSlot | WantedTimes
  },
  draft: (
    tx: Db,
    given: { id: BookingId; now: Instant; details: BookingDetails },
  ) => Promise<
    Result<
      { booking: Omit<Booking, 'contactId'>; event: 'booking.scheduled' | 'booking.requested' },
      BookProblem
    >
  >,
): Promise<Result<Booked, BookProblem>> {
  const { page, eventType, wanted } = asked
  const now = deps.clock.now()
  const customer = { ...wanted.customer, email: normaliseEmail(wanted.customer.email) }
  const details: BookingDetails = {
    customer,
    answers: wanted.answers,
    location: wanted.location,
    byPhone: wanted.byPhone,
    utmParams: wanted.utmParams,
  }
  const id = newUuid(now.epochMilliseconds) as BookingId
  const stored = await inAccount(deps.database, page.accountId, async (tx) => {
    if (wanted.idempotencyKey !== undefined) {
      const times = 'start' in wanted ? wanted.start : wanted.starts.map(String)
      const former = await claimIdempotencyKey(tx, page.accountId, {
        verb: asked.verb,
        key: wanted.idempotencyKey,
        request: requestText(
          page.id,
          eventType.id,
          times,
          customer,
          wanted.answers,
          wanted.location,
          ...(wanted.byPhone ? ['by phone'] : []),
          ...(wanted.utmParams ? [wanted.utmParams] : []),
        ),
        bookingId: id,
        now,
      })
      if (former)
        return former.sameRequest ? ok(former.bookingId) : refuse({ code: 'idempotency-key-reused' })
    }
    if (wanted.oneTimeLink !== undefined) {
      const used = await spendOneTimeLink(tx, {
        code: wanted.oneTimeLink,
        page,
        eventType,
        bookingId: id,
        now,
      })
      if (!used.ok) return used
      details.utmParams = used.value.utmParams
    }
    const drafted = await draft(tx, { id, now, details })
    if (!drafted.ok) return drafted
    const { booking, event } = drafted.value
    const contactId = await captureContact(tx, deps, {
      accountId: page.accountId,
      customer,
      through: { bookingId: id, page, eventTypeId: eventType.id, actor: { kind: 'customer' } },
    })
    if (!(await insertBooking(tx, { ...booking, contactId }))) return refuse({ code: 'slot-taken' })
    await recordChange(tx, deps, { type: event, booking, by: { kind: 'customer' }, page, eventType })
    return ok(id)
  })
  if (!stored.ok) return stored
  deps.wakeWorker()
  return ok({
    bookingId: stored.value,
    customerPath: customerPathOf(deps.secrets, { id: stored.value }),
  })
}
