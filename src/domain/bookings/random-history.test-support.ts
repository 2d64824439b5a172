import type { Db } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { BookingPage } from '#domain/booking-pages/booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import { type BookingId, parsePublicId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import { type Booked, book, requestBooking } from './book.ts'
import { cancelAsCustomer, cancelAsUser } from './cancel-booking.ts'
import { completePastBookings } from './complete-past-bookings.ts'
import { approveRequest, reassign, setNoShow } from './handle-booking.ts'
import { rescheduleAsCustomer } from './reschedule.ts'

/**
 * Random histories of bookings: everything customers, users and the clock can do, several at once, in any order.
 *
 * What is legal is written down here a second time, from product.md 3.1, and not read from the code under test.
 */
const legal: Record<string, Record<string, string>> = {
  '': {
    'booking.requested': 'requested',
    'booking.scheduled': 'scheduled',
    'booking.rescheduled': 'rescheduled',
  },
  requested: { 'booking.scheduled': 'scheduled', 'booking.request_canceled': 'canceled' },
  scheduled: liveOnes('scheduled'),
  rescheduled: liveOnes('rescheduled'),
  completed: {
    'booking.no_show': 'no_show',
    'booking.canceled': 'canceled',
    'booking.canceled_reschedule_requested': 'canceled',
  },
  no_show: { 'booking.canceled': 'canceled', 'booking.canceled_reschedule_requested': 'canceled' },
  canceled: {},
}

function liveOnes(status: string): Record<string, string> {
  return {
    'booking.rescheduled': 'rescheduled',
    'booking.canceled': 'canceled',
    'booking.canceled_then_rescheduled': 'canceled',
    'booking.canceled_reschedule_requested': 'canceled',
    'booking.completed': 'completed',
    'booking.no_show': 'no_show',
    'booking.reassigned': status,
  }
}

/** mulberry32: the same seed gives the same history. */
function randomOf(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    below: (n: number) => Math.floor(next() * n),
    pick: <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T,
  }
}

export interface HistoryHouse {
  deps: Deps
  now(): Instant
  setNow(now: Instant): void
  users: [User, User]
  /** Automatic ones of both users, and one of the first that books with approval, two times suggested. */
  pages: [BookingPage, BookingPage, BookingPage]
}

/** Runs one history and returns the bookings it made. Refusals are fine; anything thrown is not. */
export async function runHistory(house: HistoryHouse, seed: number): Promise<Set<BookingId>> {
  const { deps } = house
  const random = randomOf(seed)
  const made: Booked[] = []
  const keep = (result: { ok: boolean; value?: unknown }) => {
    if (result.ok && result.value && typeof result.value === 'object' && 'customerPath' in result.value)
      made.push(result.value as Booked)
  }
  const zone = 'Europe/Berlin'
  const anyStart = () =>
    house
      .now()
      .toZonedDateTimeISO(zone)
      .add({ days: 1 + random.below(9) })
      .withPlainTime({ hour: 9 + random.below(8), minute: random.pick([0, 15, 30, 45]) })
      .toInstant()
  const customer = () => ({
    name: 'Lena Novak',
    email: `customer${seed}@example.org`,
    company: '',
    phone: '',
    note: '',
    zone: random.pick(['America/New_York', 'Asia/Kathmandu']),
  })
  const eventTypeSlug = () => random.pick(['15-minute-meeting', '30-minute-meeting', '60-minute-meeting'])
  const begin = async () => {
    const page = random.pick(house.pages)
    const asked = { pageSlug: page.slug, eventTypeSlug: eventTypeSlug(), customer: customer() }
    if (page === house.pages[2])
      keep(await requestBooking(deps, { ...asked, starts: [anyStart(), anyStart()] }))
    else keep(await book(deps, { ...asked, start: anyStart() }))
  }
  const act = async () => {
    const booked = random.pick(made)
    const [, , shownId = '', signature = ''] = booked.customerPath.split('/')
    const address = { shownId, signature }
    const bookingId = parsePublicId('booking', shownId) as BookingId
    const viewer = random.pick(house.users)
    switch (random.below(9)) {
      case 0:
        return await begin()
      case 1:
        return void (await cancelAsCustomer(deps, { address, reason: 'x' }))
      case 2:
      case 3:
        return keep(
          await rescheduleAsCustomer(deps, {
            address,
            start: anyStart(),
            pageSlug: random.pick(house.pages).slug,
            eventTypeSlug: eventTypeSlug(),
            customerZone: zone,
            reason: 'x',
          }),
        )
      case 4:
        return void (await cancelAsUser(deps, {
          viewer,
          bookingId,
          cancel: random.pick([
            { kind: 'cancel' },
            { kind: 'ask-again', rebook: 'same' },
            { kind: 'ask-again', rebook: 'any' },
          ] as const),
        }))
      case 5: {
        const [row] = await deps.database.system
          .selectFrom('bookings')
          .select('suggested_starts')
          .where('id', '=', bookingId)
          .execute()
        const start = random.pick(row?.suggested_starts ?? [])
        if (start) await approveRequest(deps, { viewer, bookingId, start: Temporal.Instant.from(start) })
        return
      }
      case 6:
        return void (await setNoShow(deps, { viewer, bookingId }))
      case 7:
        return void (await reassign(deps, { viewer, bookingId, toUserId: random.pick(house.users).id }))
      case 8:
        if (random.below(4) === 0) house.setNow(house.now().add({ hours: 24 * random.below(4) }))
        await completePastBookings(deps, 100)
    }
  }
  // Times of former histories pass, or there were none left to book.
  if (random.below(6) === 0) house.setNow(house.now().add({ hours: 24 }))
  await begin()
  const steps = 1 + random.below(8)
  for (let step = 0; step < steps && made.length > 0; step++)
    await Promise.all(Array.from({ length: 1 + random.below(3) }, act))
  return new Set(made.map(({ bookingId }) => bookingId))
}

/** Replays every stored booking by its events alone. Returns what is wrong, in words; empty when all is well. */
export async function findBreaches(system: Db): Promise<string[]> {
  const breaches: string[] = []
  const bookings = await system
    .selectFrom('bookings')
    .select(['id', 'status', 'sequence', 'owner_id', 'starts_at', 'ends_at', 'reschedules_id'])
    .orderBy('owner_id')
    .orderBy('starts_at')
    .execute()
  const events = Map.groupBy(
    await system
      .selectFrom('lifecycle_events')
      .select(['id', 'booking_id', 'type', 'sequence'])
      .orderBy('sequence')
      .execute(),
    (event) => event.booking_id,
  )
  const byId = new Map(bookings.map((booking) => [booking.id, booking]))
  let before: (typeof bookings)[number] | undefined
  for (const booking of bookings) {
    const own = events.get(booking.id) ?? []
    let status = ''
    own.forEach(({ type, sequence }, index) => {
      if (sequence !== index + 1) breaches.push(`${booking.id}: sequence ${sequence} at place ${index + 1}`)
      const next = legal[status]?.[type]
      if (next === undefined) breaches.push(`${booking.id}: ${type} while ${status || 'new'}`)
      else status = next
    })
    if (status !== booking.status)
      breaches.push(`${booking.id}: stored as ${booking.status}, events say ${status}`)
    if (own.length !== booking.sequence)
      breaches.push(`${booking.id}: ${own.length} events, sequence ${booking.sequence}`)
    const former = booking.reschedules_id && byId.get(booking.reschedules_id)
    if (former && former.status !== 'canceled')
      breaches.push(`${booking.id} took the place of ${former.id}, which is ${former.status}`)
    if (booking.status !== 'scheduled' && booking.status !== 'rescheduled') continue
    if (
      before?.owner_id === booking.owner_id &&
      Temporal.Instant.compare(before.ends_at, booking.starts_at) > 0
    )
      breaches.push(`${before.id} and ${booking.id} take the same time`)
    before = booking
  }
  const outbox = await system.selectFrom('unplanned_events').select('event_id').execute()
  const told = [...events.values()].reduce((sum, own) => sum + own.length, 0)
  if (outbox.length !== told) breaches.push(`${told} events, ${outbox.length} of them in the outbox`)
  return breaches
}
