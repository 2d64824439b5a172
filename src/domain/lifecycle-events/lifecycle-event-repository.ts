import { sql } from 'kysely'
import { type Db, isOneOf } from '#database/db.ts'
import type {
  AccountId,
  BookingId,
  BookingPageId,
  ContactId,
  EventTypeId,
  LifecycleEventId,
  UserId,
} from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import {
  type Actor,
  type BookingEvent,
  type BookingSnapshot,
  type ContactEvent,
  type ContactSnapshot,
  isBookingEvent,
  type LifecycleEvent,
  type WantedEvents,
} from './lifecycle-event.ts'

/** Stores the event and its outbox row in one statement. */
export async function insertLifecycleEvent(tx: Db, event: LifecycleEvent): Promise<void> {
  await tx
    .with('recorded', (db) =>
      db
        .insertInto('lifecycle_events')
        .values({
          account_id: event.accountId,
          id: event.id,
          ...(isBookingEvent(event)
            ? { booking_id: event.bookingId, data: JSON.stringify(event.booking) }
            : { contact_id: event.contactId, data: JSON.stringify(event.contact) }),
          booking_page_id: event.bookingPageId,
          owner_id: event.ownerId,
          event_type_id: event.eventTypeId,
          type: event.type,
          sequence: event.sequence,
          actor: event.actor.kind,
          actor_user_id: event.actor.kind === 'user' ? event.actor.userId : null,
          occurred_at: event.occurredAt.toString(),
        })
        .returning(['account_id', 'id']),
    )
    .insertInto('unplanned_events')
    .columns(['account_id', 'event_id'])
    .expression((db) => db.selectFrom('recorded').select(['account_id', 'id']))
    .execute()
}

const eventColumns = [
  'lifecycle_events.account_id',
  'lifecycle_events.id',
  'lifecycle_events.booking_id',
  'lifecycle_events.contact_id',
  'lifecycle_events.booking_page_id',
  'lifecycle_events.owner_id',
  'lifecycle_events.event_type_id',
  'lifecycle_events.type',
  'lifecycle_events.sequence',
  'lifecycle_events.actor',
  'lifecycle_events.actor_user_id',
  'lifecycle_events.occurred_at',
  'lifecycle_events.data',
] as const

const selectEvents = (db: Db) => db.selectFrom('lifecycle_events').select(eventColumns)

type EventRow = Awaited<ReturnType<ReturnType<typeof selectEvents>['execute']>>[number]

/** What snapshots of older versions lack. */
const laterMembers = {
  answers: [],
  initiatedBy: { customer: '', user: '' },
  reason: '',
  canceledBookingId: '',
  formerStartsAt: '',
  suggestedStarts: [],
  bookingOwnerId: '',
  formerOwnerId: '',
  detail: '',
} satisfies Partial<BookingSnapshot>

const withLaterMembers = (stored: unknown): BookingSnapshot => {
  const snapshot = { ...laterMembers, ...(stored as BookingSnapshot) }
  return {
    ...snapshot,
    page: { ...snapshot.page, category: snapshot.page.category ?? '' },
    eventType: {
      ...snapshot.eventType,
      price: snapshot.eventType.price ?? '',
      currency: snapshot.eventType.currency ?? '',
      category: snapshot.eventType.category ?? '',
    },
  }
}

function eventOfRow(row: EventRow): LifecycleEvent {
  const any = {
    accountId: row.account_id,
    id: row.id,
    bookingPageId: row.booking_page_id,
    eventTypeId: row.event_type_id,
    ownerId: row.owner_id,
    sequence: row.sequence,
    actor: actorOf(row.actor, row.actor_user_id),
    occurredAt: row.occurred_at,
  }
  return row.contact_id === null
    ? {
        ...any,
        type: row.type as BookingEvent['type'],
        bookingId: row.booking_id as BookingId,
        booking: withLaterMembers(row.data),
      }
    : {
        ...any,
        type: row.type as ContactEvent['type'],
        contactId: row.contact_id,
        contact: row.data as ContactSnapshot,
      }
}

const actorOf = (kind: Actor['kind'], userId: UserId | null): Actor =>
  kind === 'user' ? { kind, userId: userId as UserId } : { kind }

/** An event that was taken out of the outbox. */
export interface TakenEvent {
  accountId: AccountId
  id: LifecycleEventId
  /** The booking or contact whose events are told in order, and the event's place among them. */
  subjectId: BookingId | ContactId
  sequence: number
  recordedAt: Instant
  /** The event itself. Throws where what is stored cannot be read: that is its account's trouble and nobody else's. */
  read(): LifecycleEvent
}

export interface ExceptFromOutbox {
  accounts: AccountId[]
  events: LifecycleEventId[]
}

/**
 * Takes up to `limit` events out of the outbox, oldest first, and returns them. Over the whole installation, but for some accounts and
 * events: the worker asks.
 *
 * They are back if the transaction does not commit; rows that another worker is planning are passed over, and so is what happened
 * later to the same booking or contact: it must not be planned, and sent, before them.
 */
export async function takeUnplannedEvents(
  tx: Db,
  { limit, except }: { limit: number; except: ExceptFromOutbox },
): Promise<TakenEvent[]> {
  const waitsForAnEarlier = (subject: 'booking_id' | 'contact_id') => sql`exists (
    select from lifecycle_events earlier
    join unplanned_events waiting on waiting.account_id = earlier.account_id and waiting.event_id = earlier.id
    where earlier.account_id = mine.account_id and ${sql.ref(`earlier.${subject}`)} = ${sql.ref(`mine.${subject}`)}
      and earlier.sequence < mine.sequence
      and (waiting.account_id, waiting.event_id) not in (select account_id, event_id from free))`
  const { rows } = await sql<EventRow & { recorded_at: Instant }>`
    with free as materialized (
      select account_id, event_id from unplanned_events
      where account_id <> all (${except.accounts}::uuid[]) and event_id <> all (${except.events}::uuid[])
      order by recorded_at limit ${limit} for update skip locked
    ), taken as (
      delete from unplanned_events using free join lifecycle_events mine
        on mine.account_id = free.account_id and mine.id = free.event_id
      where unplanned_events.account_id = free.account_id and unplanned_events.event_id = free.event_id
        and not ${waitsForAnEarlier('booking_id')} and not ${waitsForAnEarlier('contact_id')}
      returning unplanned_events.account_id, unplanned_events.event_id, unplanned_events.recorded_at
    )
    select taken.recorded_at, ${sql.join(eventColumns.map((column) => sql.ref(column)))}
    from taken join lifecycle_events on lifecycle_events.account_id = taken.account_id and lifecycle_events.id = taken.event_id
    order by lifecycle_events.id`.execute(tx)
  return rows.map((row) => ({
    accountId: row.account_id,
    id: row.id,
    subjectId: (row.contact_id ?? row.booking_id) as BookingId | ContactId,
    sequence: row.sequence,
    recordedAt: row.recorded_at,
    read: () => eventOfRow(row),
  }))
}

/** The way back into the outbox, to where they were. All of one account. */
export async function putBackEvents(tx: Db, events: TakenEvent[]): Promise<void> {
  await sql`
    insert into unplanned_events (account_id, event_id, recorded_at)
    select * from unnest(
      ${events.map(({ accountId }) => accountId)}::uuid[],
      ${events.map(({ id }) => id)}::uuid[],
      ${events.map(({ recordedAt }) => recordedAt.toString())}::timestamptz[]
    )`.execute(tx)
}

/** The newest events of some kinds, only those about pages of `ownerId` when given. */
export async function listNewestEvents(
  tx: Db,
  accountId: AccountId,
  wanted: WantedEvents,
): Promise<LifecycleEvent[]> {
  const { types, ownerId, bookingPageId, eventTypeId, limit } = wanted
  const rows = await selectEvents(tx)
    .where('account_id', '=', accountId)
    .where(isOneOf('type', types, 'text'))
    .$if(ownerId !== undefined, (query) => query.where('owner_id', '=', ownerId as UserId))
    .$if(bookingPageId !== undefined, (query) =>
      query.where('booking_page_id', '=', bookingPageId as BookingPageId),
    )
    .$if(eventTypeId !== undefined, (query) => query.where('event_type_id', '=', eventTypeId as EventTypeId))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(eventOfRow)
}

/** Those of these events that exist, by id. */
export async function listEventsByIds(
  tx: Db,
  accountId: AccountId,
  ids: LifecycleEventId[],
): Promise<Map<LifecycleEventId, LifecycleEvent>> {
  if (ids.length === 0) return new Map()
  const rows = await selectEvents(tx).where('account_id', '=', accountId).where(isOneOf('id', ids)).execute()
  return new Map(rows.map((row) => [row.id, eventOfRow(row)]))
}

/** The same over accounts, but for those that cannot be read: the worker asks. */
export async function listEventsByKeys(
  system: Db,
  keys: { accountId: AccountId; id: LifecycleEventId }[],
): Promise<Map<LifecycleEventId, LifecycleEvent>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<EventRow>`
    select ${sql.join(eventColumns.map((column) => sql.ref(column)))}
    from unnest(${keys.map(({ accountId }) => accountId)}::uuid[], ${keys.map(({ id }) => id)}::uuid[]) as wanted (account_id, id)
    join lifecycle_events on lifecycle_events.account_id = wanted.account_id and lifecycle_events.id = wanted.id`.execute(
    system,
  )
  return new Map(
    rows.flatMap((row) => {
      try {
        return [[row.id, eventOfRow(row)]]
      } catch {
        return []
      }
    }),
  )
}

/** The newest event of each of these bookings. */
export async function listNewestOfEach(
  tx: Db,
  accountId: AccountId,
  bookingIds: BookingId[],
): Promise<BookingEvent[]> {
  if (bookingIds.length === 0) return []
  const rows = await selectEvents(tx)
    .distinctOn('booking_id')
    .where('account_id', '=', accountId)
    .where(isOneOf('booking_id', bookingIds))
    .orderBy('booking_id')
    .orderBy('sequence', 'desc')
    .execute()
  return rows.map(eventOfRow).filter(isBookingEvent)
}

/** All events of one booking, oldest first. */
export async function listEventsByBooking(
  tx: Db,
  accountId: AccountId,
  bookingId: BookingId,
): Promise<BookingEvent[]> {
  const rows = await selectEvents(tx)
    .where('account_id', '=', accountId)
    .where('booking_id', '=', bookingId)
    .orderBy('sequence')
    .execute()
  return rows.map(eventOfRow).filter(isBookingEvent)
}

/** How many events of the whole installation wait to be planned, counted up to `most`, and for how long the oldest has. */
export async function readOutbox(
  system: Db,
  most: number,
): Promise<{ waiting: number; oldestSeconds: number }> {
  const { rows } = await sql<{ waiting: number; oldestSeconds: number }>`
    select (select count(*)::int from (select from unplanned_events limit ${most}) counted) as waiting,
      greatest(0, coalesce(extract(epoch from now() - (select min(recorded_at) from unplanned_events)), 0))::float8 as "oldestSeconds"`.execute(
    system,
  )
  return rows[0] as { waiting: number; oldestSeconds: number }
}
