import { sql } from 'kysely'
import { type Db, isOneOf, moment } from '#database/db.ts'
import type { AccountId, BookingId, BookingPageId, ContactId, EventTypeId, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { Booking, BookingStatus } from './booking.ts'
import { bookingOfRow } from './booking-repository.ts'

/** Which bookings of an account are asked for; what is left out does not count. Bounds are exclusive. */
export interface BookingFilter {
  id?: BookingId | undefined
  statuses?: BookingStatus[] | undefined
  ownerId?: UserId | undefined
  contactId?: ContactId | undefined
  bookingPageId?: BookingPageId | undefined
  eventTypeId?: EventTypeId | undefined
  createdAfter?: Instant | undefined
  createdBefore?: Instant | undefined
  startsAfter?: Instant | undefined
  startsBefore?: Instant | undefined
  updatedAfter?: Instant | undefined
  updatedBefore?: Instant | undefined
}

/** A place in the list: what follows, or precedes, the booking with this id. */
export interface Place {
  id: BookingId
  side: 'after' | 'before'
}

/** A booking with what its readers ask beside it. */
export interface AccountBooking extends Booking {
  ownerEmail: string
}

/**
 * Bookings of the account, newest first by creation. Reads only the rows it gives where no filter is set, however many there are.
 *
 * A place that does not exist is the beginning of the list.
 */
export async function listAccountBookings(
  tx: Db,
  accountId: AccountId,
  filter: BookingFilter,
  { limit, place }: { limit: number; place?: Place | undefined },
): Promise<AccountBooking[]> {
  const backwards = place?.side === 'before'
  const bounds = [
    ['created_at', '>', filter.createdAfter],
    ['created_at', '<', filter.createdBefore],
    ['starts_at', '>', filter.startsAfter],
    ['starts_at', '<', filter.startsBefore],
    ['updated_at', '>', filter.updatedAfter],
    ['updated_at', '<', filter.updatedBefore],
  ] as const
  const from = place && (await placeOf(tx, accountId, place.id))
  let query = tx
    .selectFrom('bookings')
    .innerJoin('users', (join) =>
      join.onRef('users.account_id', '=', 'bookings.account_id').onRef('users.id', '=', 'bookings.owner_id'),
    )
    .selectAll('bookings')
    // What is left of a deleted user's Login ID is no address.
    .select(sql<string>`case when users.deleted_at is null then users.login_id else '' end`.as('owner_email'))
    .where('bookings.account_id', '=', accountId)
    .$if(filter.id !== undefined, (q) => q.where('bookings.id', '=', filter.id as BookingId))
    .$if(filter.statuses !== undefined, (q) =>
      q.where(isOneOf('bookings.status', filter.statuses as BookingStatus[], 'text')),
    )
    .$if(filter.ownerId !== undefined, (q) => q.where('bookings.owner_id', '=', filter.ownerId as UserId))
    .$if(filter.contactId !== undefined, (q) =>
      q.where('bookings.contact_id', '=', filter.contactId as ContactId),
    )
    .$if(filter.bookingPageId !== undefined, (q) =>
      q.where('bookings.booking_page_id', '=', filter.bookingPageId as BookingPageId),
    )
    .$if(filter.eventTypeId !== undefined, (q) =>
      q.where('bookings.event_type_id', '=', filter.eventTypeId as EventTypeId),
    )
  for (const [column, operator, bound] of bounds)
    if (bound) query = query.where(`bookings.${column}`, operator, moment(bound))
  if (from)
    query = query.where(
      sql<boolean>`(bookings.created_at, bookings.id) ${sql.raw(backwards ? '>' : '<')} (${from.createdAt.toString()}::timestamptz, ${place.id}::uuid)`,
    )
  const rows = await query
    .orderBy('bookings.created_at', backwards && from ? 'asc' : 'desc')
    .orderBy('bookings.id', backwards && from ? 'asc' : 'desc')
    .limit(limit)
    .execute()
  const found = rows.map((row) => ({
    ...bookingOfRow(row),
    ownerEmail: row.owner_email,
  }))
  return backwards && from ? found.reverse() : found
}

async function placeOf(
  tx: Db,
  accountId: AccountId,
  id: BookingId,
): Promise<{ createdAt: Instant } | undefined> {
  const row = await tx
    .selectFrom('bookings')
    .select('created_at')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { createdAt: row.created_at }
}
