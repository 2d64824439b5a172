import type { Db } from '#database/db.ts'
import type { AccountId, BookingId, LifecycleEventId } from '#kit/ids.ts'
import type { BookingEvent, LifecycleEvent, WantedEvents } from './lifecycle-event.ts'
import {
  type ExceptFromOutbox,
  listEventsByBooking,
  listEventsByIds,
  listEventsByKeys,
  listNewestEvents,
  listNewestOfEach,
  putBackEvents,
  type TakenEvent,
  takeUnplannedEvents,
} from './lifecycle-event-repository.ts'

/** Takes up to `limit` events out of the outbox, but for some accounts and events, for the transaction that plans their deliveries. */
export const takeOutbox = (
  tx: Db,
  limit: number,
  except: ExceptFromOutbox = { accounts: [], events: [] },
): Promise<TakenEvent[]> => takeUnplannedEvents(tx, { limit, except })

export type { TakenEvent }

/** Puts events back that could not be planned. */
export const putBackInOutbox = (tx: Db, events: TakenEvent[]): Promise<void> => putBackEvents(tx, events)

export const listLifecycleEvents = (
  db: Db,
  accountId: AccountId,
  ids: LifecycleEventId[],
): Promise<Map<LifecycleEventId, LifecycleEvent>> => listEventsByIds(db, accountId, ids)

/** The same over accounts, but for those that cannot be read. */
export const listLifecycleEventsOf = (
  system: Db,
  keys: { accountId: AccountId; id: LifecycleEventId }[],
): Promise<Map<LifecycleEventId, LifecycleEvent>> => listEventsByKeys(system, keys)

/** The newest events of some types, of all pages or of one owner's, newest first. */
export const listNewestLifecycleEvents = (
  tx: Db,
  accountId: AccountId,
  wanted: WantedEvents,
): Promise<LifecycleEvent[]> => listNewestEvents(tx, accountId, wanted)

/** The newest event of each of these bookings, which says what has become of it. */
export const listNewestEventsOf = (
  tx: Db,
  accountId: AccountId,
  bookingIds: BookingId[],
): Promise<BookingEvent[]> => listNewestOfEach(tx, accountId, bookingIds)

/** All that happened to one booking, oldest first. */
export const listEventsOfBooking = (
  tx: Db,
  accountId: AccountId,
  bookingId: BookingId,
): Promise<BookingEvent[]> => listEventsByBooking(tx, accountId, bookingId)
