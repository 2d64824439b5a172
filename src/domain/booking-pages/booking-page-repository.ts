import { sql } from 'kysely'
import type { Db } from '#database/db.ts'
import type { AccountId, BookingPageId, EventTypeId, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { BookingPage, EventType, PublicPage } from './booking-page.ts'

const pageColumns = [
  'booking_pages.account_id',
  'booking_pages.id',
  'booking_pages.owner_id',
  'booking_pages.public_name',
  'booking_pages.internal_label',
  'booking_pages.welcome_message',
  'booking_pages.zone',
  'booking_pages.accepts_bookings',
  'booking_pages.availability',
  'booking_pages.uses_owner_hours',
  'booking_pages.converts_zone',
  'booking_pages.location',
  'booking_pages.scheduling',
  'booking_pages.image_hash',
  'booking_pages.deleted_at',
] as const

const selectPages = (db: Db) =>
  db
    .selectFrom('booking_pages')
    .innerJoin('public_links', (join) =>
      join
        .onRef('public_links.account_id', '=', 'booking_pages.account_id')
        .onRef('public_links.booking_page_id', '=', 'booking_pages.id')
        .on('public_links.retired_at', 'is', null),
    )
    .innerJoin('users', (join) =>
      join
        .onRef('users.account_id', '=', 'booking_pages.account_id')
        .onRef('users.id', '=', 'booking_pages.owner_id'),
    )
    .leftJoin('categories', (join) =>
      join
        .onRef('categories.account_id', '=', 'booking_pages.account_id')
        .onRef('categories.id', '=', 'booking_pages.category_id'),
    )
    .select([
      ...pageColumns,
      'public_links.slug',
      'users.name as owner_name',
      'users.zone as owner_zone',
      'users.login_id as owner_login_id',
      'users.hours as owner_hours',
      'categories.id as category_id',
      'categories.name as category_name',
    ])

type PageRow = Awaited<ReturnType<ReturnType<typeof selectPages>['execute']>>[number]

const pageOfRow = (row: PageRow): BookingPage & { owner: PublicPage['owner'] } => ({
  accountId: row.account_id,
  id: row.id,
  ownerId: row.owner_id,
  publicName: row.public_name,
  internalLabel: row.internal_label,
  welcomeMessage: row.welcome_message,
  location: row.location,
  zone: row.zone,
  acceptsBookings: row.accepts_bookings,
  usesOwnerHours: row.uses_owner_hours,
  convertsZone: row.converts_zone,
  availability: row.uses_owner_hours ? { ...row.availability, ...row.owner_hours } : row.availability,
  scheduling: row.scheduling,
  category: row.category_id === null ? null : { id: row.category_id, name: row.category_name ?? '' },
  imageHash: row.image_hash,
  slug: row.slug,
  owner: { name: row.owner_name, zone: row.owner_zone, loginId: row.owner_login_id },
})

/** An event type as one JSON value. */
const eventTypeJson = sql<EventType>`json_build_object('id', event_types.id, 'name', event_types.name, 'slug', event_types.slug,
  'description', event_types.description, 'durationMinutes', event_types.duration_minutes, 'price', event_types.price,
  'currency', event_types.currency, 'scheduling', event_types.scheduling, 'category', (
    select json_build_object('id', id, 'name', name, 'shownToCustomers', shown_to_customers) from categories
    where account_id = event_types.account_id and id = event_types.category_id))`

/** The page's event types in their order, as one JSON value, so that a page is one round trip. */
const eventTypesOffered = sql<EventType[]>`(
  select coalesce(json_agg(${eventTypeJson} order by event_types.position), '[]')
  from booking_page_event_types offered
  join event_types on event_types.account_id = offered.account_id and event_types.id = offered.event_type_id
  where offered.account_id = booking_pages.account_id and offered.booking_page_id = booking_pages.id
    and event_types.deleted_at is null
)`.as('event_types')

/** True when a rule of this owner's pages spans several bookings (buffers, caps): then they must be made one after another. */
const ownerBooksInTurn = sql<boolean>`exists (
  select from booking_pages others
  left join booking_page_event_types offered
    on offered.account_id = others.account_id and offered.booking_page_id = others.id
  left join event_types on event_types.account_id = offered.account_id and event_types.id = offered.event_type_id
  cross join lateral (select coalesce(event_types.scheduling -> 'slots', others.availability) as slots) options
  where others.account_id = booking_pages.account_id and others.owner_id = booking_pages.owner_id
    and (slots ->> 'bufferBeforeMinutes' <> '0' or slots ->> 'bufferAfterMinutes' <> '0'
      or slots ->> 'bookingsPerDay' is not null or slots ->> 'bookingsPerWeek' is not null)
)`.as('owner_books_in_turn')

const selectPublicPages = (db: Db) => selectPages(db).select([eventTypesOffered, ownerBooksInTurn])

type PublicPageRow = Awaited<ReturnType<ReturnType<typeof selectPublicPages>['execute']>>[number]

const publicPageOfRow = (row: PublicPageRow): PublicPage => ({
  ...pageOfRow(row),
  eventTypes: row.event_types,
  isDeleted: row.deleted_at !== null,
  ownerBooksInTurn: row.owner_books_in_turn,
})

/** By public link, a former one included, over the whole installation: the link is all a visitor has. */
export async function findPageBySlug(system: Db, slug: string): Promise<PublicPage | undefined> {
  const row = await selectPublicPages(system)
    .innerJoin('public_links as asked', (join) =>
      join
        .onRef('asked.account_id', '=', 'booking_pages.account_id')
        .onRef('asked.booking_page_id', '=', 'booking_pages.id'),
    )
    .where('asked.slug', '=', slug)
    .where('booking_pages.deleted_at', 'is', null)
    .executeTakeFirst()
  return row && publicPageOfRow(row)
}

/** Also one that was deleted: bookings made on it live on. */
export async function findPage(
  tx: Db,
  accountId: AccountId,
  id: BookingPageId,
): Promise<PublicPage | undefined> {
  const row = await selectPublicPages(tx)
    .where('booking_pages.account_id', '=', accountId)
    .where('booking_pages.id', '=', id)
    .executeTakeFirst()
  return row && publicPageOfRow(row)
}

/** All pages of the account, by internal label. */
export async function listPages(
  tx: Db,
  accountId: AccountId,
): Promise<(BookingPage & { owner: PublicPage['owner'] })[]> {
  const rows = await selectPages(tx)
    .where('booking_pages.account_id', '=', accountId)
    .where('booking_pages.deleted_at', 'is', null)
    .orderBy('booking_pages.internal_label')
    .orderBy('booking_pages.id')
    .execute()
  return rows.map(pageOfRow)
}

/** All event types of the account that are not deleted, in their order. */
export async function listEventTypes(tx: Db, accountId: AccountId): Promise<EventType[]> {
  const rows = await tx
    .selectFrom('event_types')
    .select(eventTypeJson.as('event_type'))
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.event_type)
}

/** Also one that was deleted or that its page no longer offers: bookings of it live on. */
export async function findEventTypeById(
  tx: Db,
  accountId: AccountId,
  id: EventTypeId,
): Promise<EventType | undefined> {
  const row = await tx
    .selectFrom('event_types')
    .select(eventTypeJson.as('event_type'))
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.event_type
}

export async function insertEventType(
  tx: Db,
  accountId: AccountId,
  eventType: EventType & { position: number; now: Instant },
): Promise<void> {
  await tx
    .insertInto('event_types')
    .values({
      account_id: accountId,
      id: eventType.id,
      name: eventType.name,
      slug: eventType.slug,
      description: eventType.description,
      duration_minutes: eventType.durationMinutes,
      position: eventType.position,
      price: eventType.price,
      currency: eventType.currency,
      category_id: eventType.category?.id ?? null,
      scheduling: eventType.scheduling && JSON.stringify(eventType.scheduling),
      created_at: eventType.now.toString(),
    })
    .execute()
}

/** Stores the page under the first free public link: its slug, else the slug with -2, -3, … Returns the link taken. */
export async function insertPage(tx: Db, page: BookingPage, now: Instant): Promise<string> {
  await tx
    .insertInto('booking_pages')
    .values({
      account_id: page.accountId,
      id: page.id,
      owner_id: page.ownerId,
      public_name: page.publicName,
      internal_label: page.internalLabel,
      welcome_message: page.welcomeMessage,
      uses_owner_hours: page.usesOwnerHours,
      converts_zone: page.convertsZone,
      location: JSON.stringify(page.location),
      scheduling: JSON.stringify(page.scheduling),
      category_id: page.category?.id ?? null,
      image_hash: page.imageHash,
      zone: page.zone,
      accepts_bookings: page.acceptsBookings,
      availability: JSON.stringify(page.availability),
      created_at: now.toString(),
    })
    .execute()
  for (let suffix = 1; ; suffix += 1) {
    const slug = suffix === 1 ? page.slug : `${page.slug}-${suffix}`
    const taken = await tx
      .insertInto('public_links')
      .values({ slug, account_id: page.accountId, booking_page_id: page.id })
      .onConflict((conflict) => conflict.column('slug').doNothing())
      .returning('slug')
      .executeTakeFirst()
    if (taken) return slug
  }
}

export async function offerEventTypes(
  tx: Db,
  accountId: AccountId,
  { pageId, eventTypeIds }: { pageId: BookingPageId; eventTypeIds: EventTypeId[] },
): Promise<void> {
  if (eventTypeIds.length === 0) return
  await tx
    .insertInto('booking_page_event_types')
    .values(eventTypeIds.map((id) => ({ account_id: accountId, booking_page_id: pageId, event_type_id: id })))
    .execute()
}

export async function listEditorIds(tx: Db, accountId: AccountId, pageId: BookingPageId): Promise<UserId[]> {
  const rows = await tx
    .selectFrom('booking_page_editors')
    .select('user_id')
    .where('account_id', '=', accountId)
    .where('booking_page_id', '=', pageId)
    .execute()
  return rows.map((row) => row.user_id)
}

/** All pages of the account with what they offer, newest first, also deleted ones. */
export async function listPublicPages(tx: Db, accountId: AccountId): Promise<PublicPage[]> {
  const rows = await selectPublicPages(tx)
    .where('booking_pages.account_id', '=', accountId)
    .orderBy('booking_pages.id', 'desc')
    .execute()
  return rows.map(publicPageOfRow)
}

/** All event types of the account, newest first, also deleted ones. */
export async function listEventTypesOfAccount(
  tx: Db,
  accountId: AccountId,
): Promise<(Pick<EventType, 'id' | 'name' | 'description'> & { isDeleted: boolean })[]> {
  const rows = await tx
    .selectFrom('event_types')
    .select(['id', 'name', 'description', 'deleted_at'])
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(({ deleted_at, ...row }) => ({ ...row, isDeleted: deleted_at !== null }))
}
