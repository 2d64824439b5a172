import { type Selectable, sql } from 'kysely'
import { type Db, moment } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { BusyInterval } from '#domain/availability/availability.ts'
import type { AccountId, BookingId, BookingPageId, ContactId, EventTypeId, UserId } from '#kit/ids.ts'
import { type Instant, instantOfMs } from '#kit/time.ts'
import { type Booking, type BookingStatus, liveStatuses } from './booking.ts'

/** Longest booking there can be (event_types_duration_minutes_check), so that a range of starts finds every overlap. */
const longestMs = 1440 * 60_000

/** Live bookings of the owner, on any page, that meet [from, to) in epoch milliseconds. Reads only the index range. */
export async function listBusyTimes(
  db: Db,
  accountId: AccountId,
  {
    ownerId,
    from,
    to,
    except,
  }: { ownerId: UserId; from: number; to: number; except?: BookingId | undefined },
): Promise<BusyInterval[]> {
  const rows = await db
    .selectFrom('bookings')
    .select([
      sql<number>`(extract(epoch from starts_at) * 1000)::int8`.as('startMs'),
      sql<number>`(extract(epoch from ends_at) * 1000)::int8`.as('endMs'),
      'buffer_before_minutes as bufferBeforeMinutes',
      'buffer_after_minutes as bufferAfterMinutes',
    ])
    .where('account_id', '=', accountId)
    .where('owner_id', '=', ownerId)
    .where('starts_at', '>', moment(instantOfMs(from - longestMs)))
    .where('starts_at', '<', moment(instantOfMs(to)))
    .where('status', 'in', liveStatuses)
    .$if(except !== undefined, (query) => query.where('id', '<>', except as BookingId))
    .orderBy('starts_at')
    .execute()
  return rows.filter(({ endMs }) => endMs > from)
}

/** Starts of the page's bookings that count for its caps, in [from, to) of epoch milliseconds. */
export async function listCountedStarts(
  db: Db,
  accountId: AccountId,
  {
    pageId,
    from,
    to,
    except,
  }: { pageId: BookingPageId; from: number; to: number; except?: BookingId | undefined },
): Promise<number[]> {
  const rows = await db
    .selectFrom('bookings')
    .select(sql<number>`(extract(epoch from starts_at) * 1000)::int8`.as('startMs'))
    .where('account_id', '=', accountId)
    .where('booking_page_id', '=', pageId)
    .where('starts_at', '>=', moment(instantOfMs(from)))
    .where('starts_at', '<', moment(instantOfMs(to)))
    .where('status', 'in', ['scheduled', 'rescheduled', 'completed', 'no_show'])
    .$if(except !== undefined, (query) => query.where('id', '<>', except as BookingId))
    .execute()
  return rows.map(({ startMs }) => startMs)
}

/** Stores the booking. False when the owner is taken at that time: the exclusion constraint answers, without an error. */
export async function insertBooking(tx: Db, booking: Booking): Promise<boolean> {
  const inserted = await tx
    .insertInto('bookings')
    .values({
      account_id: booking.accountId,
      id: booking.id,
      booking_page_id: booking.bookingPageId,
      event_type_id: booking.eventTypeId,
      owner_id: booking.ownerId,
      contact_id: booking.contactId,
      status: booking.status,
      sequence: booking.sequence,
      starts_at: booking.startsAt.toString(),
      ends_at: booking.endsAt.toString(),
      local_start: booking.localStart,
      zone: booking.zone,
      tz_version: booking.tzVersion,
      buffer_before_minutes: booking.bufferBeforeMinutes,
      buffer_after_minutes: booking.bufferAfterMinutes,
      customer_name: booking.customer.name,
      customer_email: booking.customer.email,
      customer_company: booking.customer.company,
      customer_phone: booking.customer.phone,
      customer_note: booking.customer.note,
      customer_zone: booking.customer.zone,
      created_at: booking.createdAt.toString(),
      updated_at: booking.updatedAt.toString(),
      mode: booking.mode,
      detail: booking.detail,
      reason: booking.reason,
      subject: booking.subject,
      physical_location: booking.physicalLocation,
      virtual_location: booking.virtualLocation,
      policy: JSON.stringify(booking.policy),
      answers: JSON.stringify(booking.answers),
      suggested_starts: suggestedText(suggestedStartsOf(booking), booking.zone),
      reschedules_id: booking.reschedulesId,
      rebook: booking.rebook,
      utm_params: booking.utmParams && JSON.stringify(booking.utmParams),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

interface SuggestedStart {
  start: Instant
  /** Its wall clock in the zone, as it was agreed. */
  localStart: string
}

const suggestedStartsOf = ({ suggestedStarts, zone }: Booking): SuggestedStart[] =>
  suggestedStarts.map((start) => ({
    start,
    localStart: start.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' }),
  }))

/** `2026-12-01T09:00+01:00[Europe/Berlin]`: the instant, and the wall clock that was agreed, whatever the zone's rules become. */
const suggestedText = (suggested: SuggestedStart[], zone: string): string =>
  JSON.stringify(
    suggested.map(({ start, localStart }) => {
      const ahead = start.until(`${localStart}Z`).total('minutes')
      const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60].map((part) =>
        String(part).padStart(2, '0'),
      )
      return `${localStart}${ahead < 0 ? '-' : '+'}${hours}:${minutes}[${zone}]`
    }),
  )

export const bookingOfRow = (row: Selectable<Tables['bookings']>): Booking => ({
  accountId: row.account_id,
  id: row.id,
  bookingPageId: row.booking_page_id,
  eventTypeId: row.event_type_id,
  ownerId: row.owner_id,
  contactId: row.contact_id,
  status: row.status,
  sequence: row.sequence,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  zone: row.zone,
  localStart: row.local_start,
  tzVersion: row.tz_version,
  bufferBeforeMinutes: row.buffer_before_minutes,
  bufferAfterMinutes: row.buffer_after_minutes,
  customer: {
    name: row.customer_name,
    email: row.customer_email,
    company: row.customer_company,
    phone: row.customer_phone,
    note: row.customer_note,
    zone: row.customer_zone,
  },
  detail: row.detail,
  reason: row.reason,
  mode: row.mode,
  subject: row.subject,
  physicalLocation: row.physical_location,
  virtualLocation: row.virtual_location,
  policy: row.policy,
  answers: row.answers,
  suggestedStarts: row.suggested_starts.map((text) => Temporal.Instant.from(text)),
  reschedulesId: row.reschedules_id,
  rebook: row.rebook,
  utmParams: row.utm_params,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** By id alone, over the whole installation: whoever holds the customer's address has nothing else. */
export async function findBookingById(system: Db, id: BookingId): Promise<Booking | undefined> {
  const row = await system.selectFrom('bookings').selectAll().where('id', '=', id).executeTakeFirst()
  return row && bookingOfRow(row)
}

/**
 * Holds back every other booking and move of these owners until the transaction ends; always in the same order, so that two
 * swaps wait for each other instead of deadlocking. Before any row is locked.
 */
export async function lockOwners(tx: Db, ownerIds: UserId[]): Promise<void> {
  for (const ownerId of [...new Set(ownerIds)].sort())
    await sql`select pg_advisory_xact_lock(hashtextextended(${ownerId}, 0))`.execute(tx)
}

/** Bookings that a user handles, or all of the account: coming ones and requests soonest first, the rest newest first. */
export async function listBookings(
  tx: Db,
  accountId: AccountId,
  wanted: {
    handledBy?: UserId | undefined
    ownedBy?: UserId | undefined
    list: 'coming' | 'requests' | 'past'
    now: Instant
    limit: number
  },
): Promise<(Booking & { eventTypeName: string; pageLabel: string; ownerName: string })[]> {
  const { handledBy, ownedBy, list } = wanted
  const now = moment(wanted.now)
  const rows = await tx
    .selectFrom('bookings')
    .innerJoin('event_types', (join) =>
      join
        .onRef('event_types.account_id', '=', 'bookings.account_id')
        .onRef('event_types.id', '=', 'bookings.event_type_id'),
    )
    .innerJoin('booking_pages', (join) =>
      join
        .onRef('booking_pages.account_id', '=', 'bookings.account_id')
        .onRef('booking_pages.id', '=', 'bookings.booking_page_id'),
    )
    .innerJoin('users', (join) =>
      join.onRef('users.account_id', '=', 'bookings.account_id').onRef('users.id', '=', 'bookings.owner_id'),
    )
    .selectAll('bookings')
    .select([
      'event_types.name as event_type_name',
      'booking_pages.internal_label',
      'users.name as owner_name',
    ])
    .where('bookings.account_id', '=', accountId)
    .$if(handledBy !== undefined, (query) =>
      query.where((is) =>
        is.or([
          is('bookings.owner_id', '=', handledBy as UserId),
          is('booking_pages.owner_id', '=', handledBy as UserId),
          is.exists(
            is
              .selectFrom('booking_page_editors')
              .select('user_id')
              .whereRef('booking_page_editors.account_id', '=', 'bookings.account_id')
              .whereRef('booking_page_editors.booking_page_id', '=', 'bookings.booking_page_id')
              .where('booking_page_editors.user_id', '=', handledBy as UserId),
          ),
        ]),
      ),
    )
    .$if(ownedBy !== undefined, (query) => query.where('bookings.owner_id', '=', ownedBy as UserId))
    .$if(list === 'requests', (query) => query.where('bookings.status', '=', 'requested'))
    .$if(list === 'coming', (query) =>
      query.where('bookings.status', 'in', liveStatuses).where('bookings.ends_at', '>', now),
    )
    .$if(list === 'past', (query) =>
      query.where((is) =>
        is.or([
          is('bookings.status', 'in', ['completed', 'no_show', 'canceled']),
          is.and([is('bookings.status', 'in', liveStatuses), is('bookings.ends_at', '<=', now)]),
        ]),
      ),
    )
    .orderBy('bookings.starts_at', list === 'past' ? 'desc' : 'asc')
    .orderBy('bookings.id')
    .limit(wanted.limit)
    .execute()
  return rows.map((row) => ({
    ...bookingOfRow(row),
    eventTypeName: row.event_type_name,
    pageLabel: row.internal_label,
    ownerName: row.owner_name,
  }))
}

/** Which bookings a search asks for. `upcoming` ones soonest first, all others newest first. */
export interface BookingSearch {
  /** Only those on pages of this owner. */
  pageOwnerId?: UserId | undefined
  contactId?: ContactId | undefined
  id?: BookingId | undefined
  status?: BookingStatus | undefined
  bookingPageId?: BookingPageId | undefined
  eventTypeId?: EventTypeId | undefined
  when: 'upcoming' | 'past' | 'any'
  now: Instant
  /** Goes on after this booking. */
  after?: BookingId | undefined
  limit: number
}

export async function searchBookings(
  tx: Db,
  accountId: AccountId,
  wanted: BookingSearch,
): Promise<Booking[]> {
  const { when, pageOwnerId, contactId, status, bookingPageId, eventTypeId, id, after } = wanted
  const now = moment(wanted.now)
  const direction = when === 'upcoming' ? 'asc' : 'desc'
  const rows = await tx
    .selectFrom('bookings')
    .selectAll('bookings')
    .where('bookings.account_id', '=', accountId)
    .$if(pageOwnerId !== undefined, (query) =>
      query.where(
        'bookings.booking_page_id',
        'in',
        tx
          .selectFrom('booking_pages')
          .select('booking_pages.id')
          .where('booking_pages.account_id', '=', accountId)
          .where('booking_pages.owner_id', '=', pageOwnerId as UserId),
      ),
    )
    .$if(id !== undefined, (query) => query.where('bookings.id', '=', id as BookingId))
    .$if(contactId !== undefined, (query) => query.where('bookings.contact_id', '=', contactId as ContactId))
    .$if(status !== undefined, (query) => query.where('bookings.status', '=', status as BookingStatus))
    .$if(bookingPageId !== undefined, (query) =>
      query.where('bookings.booking_page_id', '=', bookingPageId as BookingPageId),
    )
    .$if(eventTypeId !== undefined, (query) =>
      query.where('bookings.event_type_id', '=', eventTypeId as EventTypeId),
    )
    .$if(when === 'upcoming', (query) => query.where('bookings.ends_at', '>', now))
    // A search for canceled ones is one for canceled ones; else what was called off is not to come.
    .$if(when === 'upcoming' && status === undefined, (query) =>
      query.where('bookings.status', 'in', ['requested', ...liveStatuses]),
    )
    .$if(when === 'past', (query) => query.where('bookings.ends_at', '<=', now))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(bookings.starts_at, bookings.id) ${sql.raw(direction === 'asc' ? '>' : '<')} (
          select last.starts_at, last.id from bookings last where last.account_id = ${accountId} and last.id = ${after})`,
      ),
    )
    .orderBy('bookings.starts_at', direction)
    .orderBy('bookings.id', direction)
    .limit(wanted.limit)
    .execute()
  return rows.map(bookingOfRow)
}

/** Live bookings whose end has passed, locked, those of other workers passed over. Over the whole installation. */
export async function takePastBookings(tx: Db, now: Instant, limit: number): Promise<Booking[]> {
  const rows = await tx
    .selectFrom('bookings')
    .selectAll()
    .where('ends_at', '<=', moment(now))
    .where('status', 'in', liveStatuses)
    .orderBy('ends_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
  return rows.map(bookingOfRow)
}

const otherTz = (now: Instant, tz: string) =>
  sql<boolean>`status in ('scheduled', 'rescheduled') and ends_at > ${moment(now)} and starts_at > ${moment(now)} and tz_version <> ${tz}`

// Of a request the first time alone is a column: one that has passed says nothing of the others.
const requestOfOtherTz = (tz: string) => sql<boolean>`status = 'requested' and tz_version <> ${tz}`

/** Coming bookings derived from other tz data, over the whole installation, by id. */
export async function listBookingsOfOtherTz(
  system: Db,
  { now, tz, after, limit }: { now: Instant; tz: string; after: BookingId | undefined; limit: number },
): Promise<Booking[]> {
  const rows = await system
    .selectFrom('bookings')
    .selectAll()
    .where(otherTz(now, tz))
    .$if(after !== undefined, (query) => query.where('id', '>', after as BookingId))
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(bookingOfRow)
}

export interface RequestOfOtherTz {
  request: Booking
  /** Wall clock of each suggested start as it was agreed, in the request's zone; null where only the instant was stored. */
  localStarts: (string | null)[]
}

/** Open requests derived from other tz data, over the whole installation, by id. */
export async function listRequestsOfOtherTz(
  system: Db,
  { tz, after, limit }: { tz: string; after: BookingId | undefined; limit: number },
): Promise<RequestOfOtherTz[]> {
  const rows = await system
    .selectFrom('bookings')
    .selectAll()
    .where(requestOfOtherTz(tz))
    .$if(after !== undefined, (query) => query.where('id', '>', after as BookingId))
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    request: bookingOfRow(row),
    localStarts: row.suggested_starts.map((text) => localStartOf(text, row)),
  }))
}

const localStartOf = (
  text: string,
  row: Pick<Selectable<Tables['bookings']>, 'starts_at' | 'local_start'>,
): string | null => {
  if (text.includes('[')) return Temporal.PlainDateTime.from(text).toString({ smallestUnit: 'minute' })
  return Temporal.Instant.from(text).equals(row.starts_at) ? row.local_start : null
}

/** Stores at which instants the suggested times of a request are, ascending; the first of them is its start. */
export async function updateSuggestedStarts(
  tx: Db,
  {
    accountId,
    id,
    zone,
    updatedAt,
    startsAt,
    endsAt,
    tzVersion,
    suggested,
  }: Booking & { suggested: SuggestedStart[] },
): Promise<void> {
  await tx
    .updateTable('bookings')
    .set({
      starts_at: startsAt.toString(),
      ends_at: endsAt.toString(),
      local_start: suggested[0]?.localStart,
      tz_version: tzVersion,
      suggested_starts: suggestedText(suggested, zone),
      updated_at: updatedAt.toString(),
    })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute()
}

/** Coming bookings and open requests. */
export async function countBookingsOfOtherTz(
  system: Db,
  { now, tz }: { now: Instant; tz: string },
): Promise<{ bookings: number; requests: number }> {
  const row = await system
    .selectFrom('bookings')
    .select((is) => [
      is.fn.countAll<number>().filterWhere(otherTz(now, tz)).as('bookings'),
      is.fn.countAll<number>().filterWhere(requestOfOtherTz(tz)).as('requests'),
    ])
    .where('status', 'in', ['requested', ...liveStatuses])
    .executeTakeFirstOrThrow()
  return { bookings: Number(row.bookings), requests: Number(row.requests) }
}

/** Says that these bookings were looked at under this tz data and stay where they are. */
export async function setTzVersion(system: Db, { ids, tz }: { ids: BookingId[]; tz: string }): Promise<void> {
  if (ids.length === 0) return
  await system.updateTable('bookings').set({ tz_version: tz }).where('id', 'in', ids).execute()
}

/** The booking, locked until the transaction ends, so that of two changes the second sees the first. */
export async function lockBooking(tx: Db, accountId: AccountId, id: BookingId): Promise<Booking | undefined> {
  const row = await tx
    .selectFrom('bookings')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && bookingOfRow(row)
}

export async function findBooking(tx: Db, accountId: AccountId, id: BookingId): Promise<Booking | undefined> {
  const row = await tx
    .selectFrom('bookings')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && bookingOfRow(row)
}

/** The booking that took the place of this one, if any. */
export async function findSuccessor(
  tx: Db,
  accountId: AccountId,
  id: BookingId,
): Promise<Booking | undefined> {
  const row = await tx
    .selectFrom('bookings')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('reschedules_id', '=', id)
    .executeTakeFirst()
  return row && bookingOfRow(row)
}

/**
 * Stores what a change can change: status, times, owner, reason. False when the owner is taken at the new time: the exclusion
 * constraint answered, and the transaction is lost (an UPDATE has no ON CONFLICT).
 */
export async function updateBooking(tx: Db, booking: Booking): Promise<boolean> {
  try {
    await tx
      .updateTable('bookings')
      .set({
        status: booking.status,
        detail: booking.detail,
        reason: booking.reason,
        sequence: booking.sequence,
        owner_id: booking.ownerId,
        event_type_id: booking.eventTypeId,
        starts_at: booking.startsAt.toString(),
        ends_at: booking.endsAt.toString(),
        local_start: booking.localStart,
        zone: booking.zone,
        tz_version: booking.tzVersion,
        buffer_before_minutes: booking.bufferBeforeMinutes,
        buffer_after_minutes: booking.bufferAfterMinutes,
        subject: booking.subject,
        customer_zone: booking.customer.zone,
        rebook: booking.rebook,
        updated_at: booking.updatedAt.toString(),
      })
      .where('account_id', '=', booking.accountId)
      .where('id', '=', booking.id)
      .execute()
    return true
  } catch (error) {
    if (isTaken(error)) return false
    throw error
  }
}

/** exclusion_violation (23P01), or a deadlock (40P01) with somebody who wants the same time. */
const isTaken = (error: unknown): boolean => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === '23P01' || code === '40P01'
}
