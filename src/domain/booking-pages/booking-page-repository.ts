import { sql } from 'kysely'
import type { Db } from '#database/db.ts'
import type { AccountId, BookingPageId, EventTypeId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { BookingPage, EventType, PublicPage } from './booking-page.ts'

const pageColumns = [
  'booking_pages.account_id',
  'booking_pages.id',
  'booking_pages.owner_id',
  'booking_pages.public_name',
  'booking_pages.internal_label',
  'booking_pages.welcome_message',
  'booking_pages.physical_location',
  'booking_pages.virtual_location',
  'booking_pages.zone',
  'booking_pages.accepts_bookings',
  'booking_pages.availability',
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
    .select([...pageColumns, 'public_links.slug', 'users.name as owner_name', 'users.zone as owner_zone'])

type PageRow = Awaited<ReturnType<ReturnType<typeof selectPages>['execute']>>[number]

const pageOfRow = (row: PageRow): BookingPage & { owner: { name: string; zone: string } } => ({
  accountId: row.account_id,
  id: row.id,
  ownerId: row.owner_id,
  publicName: row.public_name,
  internalLabel: row.internal_label,
  welcomeMessage: row.welcome_message,
  physicalLocation: row.physical_location,
  virtualLocation: row.virtual_location,
  zone: row.zone,
  acceptsBookings: row.accepts_bookings,
  availability: row.availability,
  slug: row.slug,
  owner: { name: row.owner_name, zone: row.owner_zone },
})

const eventTypeOfRow = (row: {
  id: EventTypeId
  name: string
  slug: string
  description: string
  duration_minutes: number
}): EventType => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  description: row.description,
  durationMinutes: row.duration_minutes,
})

/** The page's event types in their order, as one JSON value, so that a page is one round trip. */
const eventTypesOffered = sql<EventType[]>`(
  select coalesce(json_agg(json_build_object('id', event_types.id, 'name', event_types.name, 'slug', event_types.slug,
    'description', event_types.description, 'durationMinutes', event_types.duration_minutes) order by event_types.position), '[]')
  from booking_page_event_types offered
  join event_types on event_types.account_id = offered.account_id and event_types.id = offered.event_type_id
  where offered.account_id = booking_pages.account_id and offered.booking_page_id = booking_pages.id
)`.as('event_types')

/** True when a page of this owner keeps buffers: then bookings of this owner must be made one after another. */
const ownerKeepsBuffers = sql<boolean>`exists (
  select from booking_pages others
  where others.account_id = booking_pages.account_id and others.owner_id = booking_pages.owner_id
    and (others.availability ->> 'bufferBeforeMinutes' <> '0' or others.availability ->> 'bufferAfterMinutes' <> '0')
)`.as('owner_keeps_buffers')

const selectPublicPages = (db: Db) => selectPages(db).select([eventTypesOffered, ownerKeepsBuffers])

type PublicPageRow = Awaited<ReturnType<ReturnType<typeof selectPublicPages>['execute']>>[number]

const publicPageOfRow = (row: PublicPageRow): PublicPage => ({
  ...pageOfRow(row),
  eventTypes: row.event_types,
  ownerKeepsBuffers: row.owner_keeps_buffers,
})

/** By public link, over the whole installation: the link is all a visitor has. */
export async function findPageBySlug(system: Db, slug: string): Promise<PublicPage | undefined> {
  const row = await selectPublicPages(system).where('public_links.slug', '=', slug).executeTakeFirst()
  return row && publicPageOfRow(row)
}

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
): Promise<(BookingPage & { owner: { name: string } })[]> {
  const rows = await selectPages(tx)
    .where('booking_pages.account_id', '=', accountId)
    .orderBy('booking_pages.internal_label')
    .orderBy('booking_pages.id')
    .execute()
  return rows.map(pageOfRow)
}

export async function listEventTypes(tx: Db, accountId: AccountId): Promise<EventType[]> {
  const rows = await tx
    .selectFrom('event_types')
    .select(['id', 'name', 'slug', 'description', 'duration_minutes'])
    .where('account_id', '=', accountId)
    .orderBy('position')
    .execute()
  return rows.map(eventTypeOfRow)
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
      physical_location: page.physicalLocation,
      virtual_location: page.virtualLocation,
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
