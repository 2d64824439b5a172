import type { Db } from '#database/db.ts'
import type { BookingEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { listNewestEventsOf } from '#domain/lifecycle-events/read-lifecycle-events.ts'
import type { AccountId } from '#kit/ids.ts'
import { type BookingSearch, searchBookings } from './booking-repository.ts'

export type { BookingSearch }

/** Bookings of the account as their newest lifecycle events tell them, in the order of the search. Within the caller's transaction. */
export async function findBookings(
  tx: Db,
  accountId: AccountId,
  wanted: BookingSearch,
): Promise<BookingEvent[]> {
  const found = await searchBookings(tx, accountId, wanted)
  const events = await listNewestEventsOf(
    tx,
    accountId,
    found.map(({ id }) => id),
  )
  return found.flatMap(({ id }) => events.find(({ bookingId }) => bookingId === id) ?? [])
}
