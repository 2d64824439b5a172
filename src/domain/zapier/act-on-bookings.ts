import { type Db, inAccount } from '#database/db.ts'
import { readAnswers } from '#domain/booking-pages/answers.ts'
import { findFields, listCustomFields } from '#domain/booking-pages/booking-forms.ts'
import { type EventType, optionsOf, type PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findBookingPage } from '#domain/booking-pages/find-booking-page.ts'
import { book } from '#domain/bookings/book.ts'
import type { BookingStatus } from '#domain/bookings/booking.ts'
import { cancelAsUser } from '#domain/bookings/cancel-booking.ts'
import type { ChangeProblem } from '#domain/bookings/change-booking.ts'
import { findSlots } from '#domain/bookings/find-slots.ts'
import { setNoShow } from '#domain/bookings/handle-booking.ts'
import { type BookingSearch, findBookings } from '#domain/bookings/search-bookings.ts'
import { type Contact, splitName } from '#domain/contacts/contact.ts'
import { findContact } from '#domain/contacts/find-contact.ts'
import type { Deps } from '#domain/deps.ts'
import type { BookingEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { ownerInScope } from '#domain/webhooks/subscription.ts'
import { type BookingId, type BookingPageId, type EventTypeId, publicId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { type Instant, isoInZone, isoSeconds, offsetOf } from '#kit/time.ts'
import { presentBookingFields, withoutPlus, type ZapItem } from './present-zap-item.ts'
import { momentInZone, zoneInWords } from './zap-item-text.ts'
import type { ZapierCaller } from './zapier-key.ts'

/**
 * What Zaps may do and look up with a user's key: bookings on the pages that also trigger this user's Zaps, and nothing else. One
 * scope rule for both (`ownerInScope`): what is outside answers like what does not exist.
 */
type ActDeps = Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker' | 'publicUrl'>
type Caller = Pick<ZapierCaller, 'user'>

type NotFound = { code: 'booking-not-found' }

/** Answers to the form that are not right, by field. */
export type AnswersWrong = { code: 'answers-wrong'; reason: string }

export interface WantedBookings {
  email?: string | undefined
  status?: BookingStatus | undefined
  bookingPageId?: BookingPageId | undefined
  eventTypeId?: EventTypeId | undefined
  when: BookingSearch['when']
  after?: BookingId | undefined
  limit: number
}

/** Bookings in the caller's scope, upcoming ones soonest first, others newest first. */
export const searchForZap = (
  deps: Pick<Deps, 'database' | 'clock' | 'publicUrl'>,
  { user }: Caller,
  { email, ...wanted }: WantedBookings,
): Promise<ZapItem[]> =>
  inAccount(deps.database, user.accountId, async (tx) => {
    const contact = email === undefined ? undefined : await findContact(tx, user.accountId, email)
    if (email !== undefined && !contact) return []
    const events = await findBookings(tx, user.accountId, {
      ...wanted,
      contactId: contact?.id,
      pageOwnerId: ownerInScope(user),
      now: deps.clock.now(),
    })
    return await presentAll(tx, deps, { user }, events)
  })

export const getForZap = (
  deps: Pick<Deps, 'database' | 'clock' | 'publicUrl'>,
  { user }: Caller,
  id: BookingId,
): Promise<Result<ZapItem, NotFound>> =>
  inAccount(deps.database, user.accountId, async (tx) => {
    const [event] = await findInScope(tx, deps, { user }, id)
    if (!event) return refuse({ code: 'booking-not-found' })
    const [item] = await presentAll(tx, deps, { user }, [event])
    return item ? ok(item) : refuse({ code: 'booking-not-found' })
  })

const findInScope = (
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  { user }: Caller,
  id: BookingId,
): Promise<BookingEvent[]> =>
  findBookings(tx, user.accountId, {
    id,
    when: 'any',
    now: clock.now(),
    pageOwnerId: ownerInScope(user),
    limit: 1,
  })

/** The contact with this e-mail, where it has a booking in the caller's scope. */
export const findContactForZap = (
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { user }: Caller,
  email: string,
): Promise<ZapItem[]> =>
  inAccount(database, user.accountId, async (tx) => {
    const contact = await findContact(tx, user.accountId, email)
    const [last] = contact
      ? await findBookings(tx, user.accountId, {
          contactId: contact.id,
          pageOwnerId: ownerInScope(user),
          when: 'any',
          now: clock.now(),
          limit: 1,
        })
      : []
    return contact && last ? [presentContact(contact, last.bookingId)] : []
  })

function presentContact(contact: Contact, lastBookingId: BookingId): ZapItem {
  const { firstName, lastName } = splitName(contact.name)
  return {
    id: publicId('contact', contact.id),
    name: contact.name,
    first_name: firstName,
    last_name: lastName,
    email: contact.email,
    company: contact.company,
    phone: withoutPlus(contact.phone),
    phone_e164: contact.phone,
    time_zone: zoneInWords(contact.updatedAt, contact.zone),
    zone: contact.zone,
    captured_at: isoSeconds(contact.capturedAt),
    updated_at: isoSeconds(contact.updatedAt),
    last_booking_id: publicId('booking', lastBookingId),
  }
}

/** Cancels a booking or takes a request back, as its user may (product.md 3.4). */
export const cancelForZap = (
  deps: ActDeps,
  caller: Caller,
  { id, reason }: { id: BookingId; reason?: string | undefined },
): Promise<Result<ZapItem, ChangeProblem>> =>
  actInScope(deps, caller, id, () =>
    cancelAsUser(deps, {
      viewer: caller.user,
      bookingId: id,
      cancel: { kind: 'cancel' },
      reason: reason ?? '',
    }),
  )

/** Cancels it and asks the customer to book anew. */
export const requestRescheduleForZap = (
  deps: ActDeps,
  caller: Caller,
  { id, reason, rebook }: { id: BookingId; reason?: string | undefined; rebook: 'same' | 'any' },
): Promise<Result<ZapItem, ChangeProblem>> =>
  actInScope(deps, caller, id, () =>
    cancelAsUser(deps, {
      viewer: caller.user,
      bookingId: id,
      cancel: { kind: 'ask-again', rebook },
      reason: reason ?? '',
    }),
  )

export const setNoShowForZap = (
  deps: ActDeps,
  caller: Caller,
  id: BookingId,
): Promise<Result<ZapItem, ChangeProblem>> =>
  actInScope(deps, caller, id, () => setNoShow(deps, { viewer: caller.user, bookingId: id }))

async function actInScope(
  deps: ActDeps,
  caller: Caller,
  id: BookingId,
  act: () => Promise<Result<unknown, ChangeProblem>>,
): Promise<Result<ZapItem, ChangeProblem>> {
  const seen = await getForZap(deps, caller, id)
  if (!seen.ok) return seen
  const done = await act()
  return done.ok ? await getForZap(deps, caller, id) : done
}

export interface WantedForZap {
  bookingPageId: BookingPageId
  eventTypeId: EventTypeId
  start: Instant
  customer: {
    name: string
    email: string
    company: string
    phone: string
    note: string
    zone: string | undefined
  }
  location: string | undefined
  /** By the names of the form's fields, or by their keys in items. */
  answers: Record<string, string>
}

export type ScheduleProblem = ChangeProblem | AnswersWrong

/** Books an offered slot on a page in scope, as the page itself would for this customer. */
export async function scheduleForZap(
  deps: ActDeps,
  caller: Caller,
  wanted: WantedForZap,
): Promise<Result<ZapItem, ScheduleProblem>> {
  const found = await findOffer(deps, caller, wanted)
  if (!found.ok) return found
  const { page, eventType } = found.value
  const fields = await findFields(deps, { page, eventType })
  const given = new Map(Object.entries(wanted.answers))
  const { answers, problems } = readAnswers(fields, (name) => {
    const text = given.get(name) ?? given.get(name.replaceAll('-', '_')) ?? ''
    const list = fields.find((field) => field.name === name && field.kind === 'checkbox')
    return list ? optionsIn(text, list.options) : [text]
  })
  const asksWhere = page.location.kind.endsWith('-by-customer')
  const reason =
    Object.values(problems)[0] ??
    (asksWhere && !wanted.location ? `Fill in: ${page.location.header}` : undefined)
  if (reason !== undefined) return refuse({ code: 'answers-wrong', reason })
  const booked = await book(deps, {
    pageSlug: page.slug,
    eventTypeSlug: eventType.slug,
    start: wanted.start,
    customer: { ...wanted.customer, zone: wanted.customer.zone ?? page.zone },
    answers,
    ...(asksWhere ? { location: wanted.location } : {}),
  })
  return booked.ok ? await getForZap(deps, caller, booked.value.bookingId) : booked
}

/**
 * The options that a text names, in lines or joined by comma and space as items have them. An option may hold commas of its own: the
 * longest one that fits is meant.
 */
function optionsIn(text: string, options: readonly string[]): string[] {
  const most = Math.max(1, ...options.map((option) => option.split(', ').length))
  return text.split('\n').flatMap((line) => {
    const parts = line.trim().split(', ')
    const named: string[] = []
    while (parts.length > 0) {
      let taken = Math.min(most, parts.length)
      while (taken > 1 && !options.includes(parts.slice(0, taken).join(', '))) taken -= 1
      named.push(parts.splice(0, taken).join(', '))
    }
    return named
  })
}

/** How many days of free times a page of the list covers. */
const daysAtOnce = 14
const furthestDays = 366

/**
 * Free times of a page in scope, for a dropdown: a fortnight at a time, in the owner's zone.
 *
 * @param after the date that the list begins with, as `nextDate` of the page before; today when left out.
 */
export async function listSlotsForZap(
  deps: Pick<Deps, 'database' | 'clock' | 'publicUrl'>,
  caller: Caller,
  { from, ...wanted }: { bookingPageId: BookingPageId; eventTypeId: EventTypeId; from?: string | undefined },
): Promise<Result<{ slots: { start: string; label: string }[]; nextDate: string | null }, ChangeProblem>> {
  const found = await findOffer(deps, caller, wanted)
  if (!found.ok) return found
  const { page, eventType } = found.value
  const today = deps.clock.now().toZonedDateTimeISO(page.zone).toPlainDate()
  let first = from === undefined ? today : Temporal.PlainDate.from(from)
  if (Temporal.PlainDate.compare(first, today) < 0) first = today
  const isApproval = optionsOf(page, eventType).mode === 'approval'
  // Fortnights without a free time are passed over: an empty page would look like the end of the list.
  for (; !isApproval && today.until(first).days < furthestDays; first = first.add({ days: daysAtOnce })) {
    const to = first.add({ days: daysAtOnce - 1 })
    const slots = await findSlots(deps, {
      page,
      eventType,
      customerZone: page.zone,
      range: { from: first.toString(), to: to.toString() },
    })
    if (slots.length > 0)
      return ok({
        slots: slots.map((start) => ({
          start: isoInZone(start, page.zone),
          label: `${momentInZone(start, page.zone)} (GMT${offsetOf(start, page.zone)})`,
        })),
        nextDate: to.add({ days: 1 }).toString(),
      })
  }
  return ok({ slots: [], nextDate: null })
}

async function findOffer(
  { database }: Pick<Deps, 'database'>,
  { user }: Caller,
  wanted: { bookingPageId: BookingPageId; eventTypeId: EventTypeId },
): Promise<Result<{ page: PublicPage; eventType: EventType }, ChangeProblem>> {
  const page = await inAccount(database, user.accountId, (tx) =>
    findBookingPage(tx, user.accountId, wanted.bookingPageId),
  )
  const owner = ownerInScope(user)
  if (!page || page.isDeleted || (owner !== undefined && page.ownerId !== owner))
    return refuse({ code: 'page-not-found' })
  const eventType = page.eventTypes.find(({ id }) => id === wanted.eventTypeId)
  return eventType ? ok({ page, eventType }) : refuse({ code: 'event-type-not-found' })
}

/** Bookings as actions and searches give them: the fields of the Booking Lifecycle Event, without the event. */
async function presentAll(
  tx: Db,
  { publicUrl }: Pick<Deps, 'publicUrl'>,
  { user }: Caller,
  events: BookingEvent[],
): Promise<ZapItem[]> {
  const customFields = await listCustomFields(tx, user.accountId)
  return events.map((event) => ({
    id: publicId('booking', event.bookingId),
    ...presentBookingFields(event, { publicUrl, trigger: 'booking_lifecycle', customFields }),
  }))
}
