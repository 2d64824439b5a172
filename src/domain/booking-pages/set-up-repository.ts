import { type Db, isOneOf, moment } from '#database/db.ts'
import type { AccountId, BookingFormId, BookingPageId, CategoryId, EventTypeId, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { BookingForm, BookingPage, Category, EventType } from './booking-page.ts'

/** Stores everything of a page that its settings can change. */
export async function updatePage(tx: Db, page: BookingPage): Promise<void> {
  await tx
    .updateTable('booking_pages')
    .set({
      owner_id: page.ownerId,
      public_name: page.publicName,
      internal_label: page.internalLabel,
      welcome_message: page.welcomeMessage,
      zone: page.zone,
      accepts_bookings: page.acceptsBookings,
      uses_owner_hours: page.usesOwnerHours,
      converts_zone: page.convertsZone,
      availability: JSON.stringify(page.availability),
      location: JSON.stringify(page.location),
      scheduling: JSON.stringify(page.scheduling),
      category_id: page.category?.id ?? null,
      image_hash: page.imageHash,
    })
    .where('account_id', '=', page.accountId)
    .where('id', '=', page.id)
    .execute()
}

/** The page's own hours: `availability` of a page that follows its owner's holds those instead. */
export async function findOwnAvailability(
  tx: Db,
  accountId: AccountId,
  id: BookingPageId,
): Promise<BookingPage['availability'] | undefined> {
  const row = await tx
    .selectFrom('booking_pages')
    .select('availability')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.availability
}

/** Makes changes to one page wait for each other. */
export async function lockPage(tx: Db, accountId: AccountId, id: BookingPageId): Promise<boolean> {
  const row = await tx
    .selectFrom('booking_pages')
    .select('id')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

export async function markPageDeleted(
  tx: Db,
  accountId: AccountId,
  { id, now }: { id: BookingPageId; now: Instant },
): Promise<void> {
  await tx
    .updateTable('booking_pages')
    .set({ deleted_at: now.toString(), accepts_bookings: false })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute()
}

/**
 * Gives the page another public link. The former one stays its own for ever and leads to the new one; a former link of the same
 * page can be taken again. False when the link is another page's; then the transaction has to be given up.
 */
export async function replaceLink(
  tx: Db,
  accountId: AccountId,
  { pageId, slug, now }: { pageId: BookingPageId; slug: string; now: Instant },
): Promise<boolean> {
  await tx
    .updateTable('public_links')
    .set({ retired_at: now.toString() })
    .where('account_id', '=', accountId)
    .where('booking_page_id', '=', pageId)
    .where('retired_at', 'is', null)
    .execute()
  const ownAgain = await tx
    .updateTable('public_links')
    .set({ retired_at: null })
    .where('slug', '=', slug)
    .where('account_id', '=', accountId)
    .where('booking_page_id', '=', pageId)
    .returning('slug')
    .executeTakeFirst()
  if (ownAgain) return true
  const taken = await tx
    .insertInto('public_links')
    .values({ slug, account_id: accountId, booking_page_id: pageId })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returning('slug')
    .executeTakeFirst()
  return taken !== undefined
}

export async function replaceOfferedEventTypes(
  tx: Db,
  accountId: AccountId,
  { pageId, eventTypeIds }: { pageId: BookingPageId; eventTypeIds: EventTypeId[] },
): Promise<void> {
  await tx
    .deleteFrom('booking_page_event_types')
    .where('account_id', '=', accountId)
    .where('booking_page_id', '=', pageId)
    .execute()
  if (eventTypeIds.length > 0)
    await tx
      .insertInto('booking_page_event_types')
      .values(
        eventTypeIds.map((id) => ({ account_id: accountId, booking_page_id: pageId, event_type_id: id })),
      )
      .execute()
}

export async function replaceEditors(
  tx: Db,
  accountId: AccountId,
  { pageId, editorIds }: { pageId: BookingPageId; editorIds: UserId[] },
): Promise<void> {
  await tx
    .deleteFrom('booking_page_editors')
    .where('account_id', '=', accountId)
    .where('booking_page_id', '=', pageId)
    .execute()
  if (editorIds.length > 0)
    await tx
      .insertInto('booking_page_editors')
      .values(editorIds.map((id) => ({ account_id: accountId, booking_page_id: pageId, user_id: id })))
      .execute()
}

/** Gives all pages of one user to another, also those that were deleted, whose bookings live on. The heir is no Editor of them any more. */
export async function replaceOwner(
  tx: Db,
  accountId: AccountId,
  { from, to }: { from: UserId; to: UserId },
): Promise<{ id: BookingPageId; isDeleted: boolean }[]> {
  const rows = await tx
    .updateTable('booking_pages')
    .set({ owner_id: to })
    .where('account_id', '=', accountId)
    .where('owner_id', '=', from)
    .returning(['id', 'deleted_at'])
    .execute()
  const ids = rows.map(({ id }) => id)
  if (ids.length > 0)
    await tx
      .deleteFrom('booking_page_editors')
      .where('account_id', '=', accountId)
      .where(isOneOf('booking_page_id', ids))
      .where('user_id', '=', to)
      .execute()
  return rows.map((row) => ({ id: row.id, isDeleted: row.deleted_at !== null }))
}

export async function deleteEditor(tx: Db, accountId: AccountId, userId: UserId): Promise<void> {
  await tx
    .deleteFrom('booking_page_editors')
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .execute()
}

/** Pages of this owner that are still in one zone go to another: their hours mean the same wall clock there. */
export async function replaceZone(
  tx: Db,
  accountId: AccountId,
  { ownerId, from, to }: { ownerId: UserId; from: string; to: string },
): Promise<void> {
  await tx
    .updateTable('booking_pages')
    .set({ zone: to })
    .where('account_id', '=', accountId)
    .where('owner_id', '=', ownerId)
    .where('zone', '=', from)
    .execute()
}

/** Ids of the pages that a user edits beside their own. */
export async function listEditedPageIds(
  tx: Db,
  accountId: AccountId,
  userId: UserId,
): Promise<BookingPageId[]> {
  const rows = await tx
    .selectFrom('booking_page_editors')
    .select('booking_page_id')
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .execute()
  return rows.map((row) => row.booking_page_id)
}

/** What a page or an event type is still wanted for. */
export async function countDependents(
  tx: Db,
  accountId: AccountId,
  { column, id, now }: { column: 'booking_page_id' | 'event_type_id'; id: string; now: Instant },
): Promise<{ comingBookings: number; openRequests: number; zaps: number }> {
  const count = async (status: ('scheduled' | 'rescheduled' | 'requested')[]) => {
    const row = await tx
      .selectFrom('bookings')
      .select((is) => is.fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where(column, '=', id as never)
      .where(isOneOf('status', status, 'text'))
      .where('ends_at', '>', moment(now))
      .executeTakeFirstOrThrow()
    return Number(row.count)
  }
  const zaps = await tx
    .selectFrom('subscriptions')
    .select((is) => is.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where(column, '=', id as never)
    .where('state', '<>', 'ended')
    .executeTakeFirstOrThrow()
  return {
    comingBookings: await count(['scheduled', 'rescheduled']),
    openRequests: await count(['requested']),
    zaps: Number(zaps.count),
  }
}

export async function storeImage(
  tx: Db,
  accountId: AccountId,
  image: { pageId: BookingPageId; mediaType: ImageType; bytes: Buffer },
): Promise<void> {
  await tx
    .insertInto('booking_page_images')
    .values({
      account_id: accountId,
      booking_page_id: image.pageId,
      media_type: image.mediaType,
      bytes: image.bytes,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'booking_page_id'])
        .doUpdateSet({ media_type: image.mediaType, bytes: image.bytes }),
    )
    .execute()
}

export async function deleteImage(tx: Db, accountId: AccountId, pageId: BookingPageId): Promise<void> {
  await tx
    .deleteFrom('booking_page_images')
    .where('account_id', '=', accountId)
    .where('booking_page_id', '=', pageId)
    .execute()
}

export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'

/** By page id and content hash, over the whole installation: images are public. */
export async function findImage(
  system: Db,
  { pageId, hash }: { pageId: BookingPageId; hash: string },
): Promise<{ mediaType: ImageType; bytes: Buffer } | undefined> {
  const row = await system
    .selectFrom('booking_page_images')
    .innerJoin('booking_pages', (join) =>
      join
        .onRef('booking_pages.account_id', '=', 'booking_page_images.account_id')
        .onRef('booking_pages.id', '=', 'booking_page_images.booking_page_id'),
    )
    .select(['booking_page_images.media_type', 'booking_page_images.bytes'])
    .where('booking_pages.id', '=', pageId)
    .where('booking_pages.image_hash', '=', hash)
    .executeTakeFirst()
  return row && { mediaType: row.media_type, bytes: row.bytes }
}

/** Gives the copy the image of the page it was copied from. */
export async function copyImage(
  tx: Db,
  accountId: AccountId,
  { from, to }: { from: BookingPageId; to: BookingPageId },
): Promise<void> {
  await tx
    .insertInto('booking_page_images')
    .columns(['account_id', 'booking_page_id', 'media_type', 'bytes'])
    .expression(
      tx
        .selectFrom('booking_page_images')
        .select((is) => ['account_id', is.val(to).as('booking_page_id'), 'media_type', 'bytes'])
        .where('account_id', '=', accountId)
        .where('booking_page_id', '=', from),
    )
    .execute()
}

export async function updateEventType(tx: Db, accountId: AccountId, eventType: EventType): Promise<void> {
  await tx
    .updateTable('event_types')
    .set({
      name: eventType.name,
      description: eventType.description,
      duration_minutes: eventType.durationMinutes,
      price: eventType.price,
      currency: eventType.currency,
      category_id: eventType.category?.id ?? null,
      scheduling: eventType.scheduling && JSON.stringify(eventType.scheduling),
    })
    .where('account_id', '=', accountId)
    .where('id', '=', eventType.id)
    .execute()
}

export async function markEventTypeDeleted(
  tx: Db,
  accountId: AccountId,
  { id, now }: { id: EventTypeId; now: Instant },
): Promise<void> {
  await tx
    .updateTable('event_types')
    .set({ deleted_at: now.toString() })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute()
}

/** For each event type, the internal labels of the pages that offer it. */
export async function listOfferingPages(
  tx: Db,
  accountId: AccountId,
): Promise<{ eventTypeId: EventTypeId; pageId: BookingPageId; label: string }[]> {
  return await tx
    .selectFrom('booking_page_event_types')
    .innerJoin('booking_pages', (join) =>
      join
        .onRef('booking_pages.account_id', '=', 'booking_page_event_types.account_id')
        .onRef('booking_pages.id', '=', 'booking_page_event_types.booking_page_id'),
    )
    .select([
      'booking_page_event_types.event_type_id as eventTypeId',
      'booking_pages.id as pageId',
      'booking_pages.internal_label as label',
    ])
    .where('booking_page_event_types.account_id', '=', accountId)
    .where('booking_pages.deleted_at', 'is', null)
    .orderBy('booking_pages.internal_label')
    .execute()
}

export async function listForms(tx: Db, accountId: AccountId): Promise<BookingForm[]> {
  return await tx
    .selectFrom('booking_forms')
    .select(['id', 'name', 'fields'])
    .where('account_id', '=', accountId)
    .orderBy('name')
    .execute()
}

export async function findForm(
  tx: Db,
  accountId: AccountId,
  id: BookingFormId,
): Promise<BookingForm | undefined> {
  return await tx
    .selectFrom('booking_forms')
    .select(['id', 'name', 'fields'])
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** False when another form of the account has this name. */
export async function saveForm(
  tx: Db,
  accountId: AccountId,
  form: BookingForm & { now: Instant },
): Promise<boolean> {
  const others = await tx
    .selectFrom('booking_forms')
    .select((is) => is.fn<string>('lower', ['name']).as('name'))
    .where('account_id', '=', accountId)
    .where('id', '<>', form.id)
    .execute()
  if (others.some(({ name }) => name === form.name.toLowerCase())) return false
  const changed = { name: form.name, fields: JSON.stringify(form.fields) }
  await tx
    .insertInto('booking_forms')
    .values({ account_id: accountId, id: form.id, ...changed, created_at: form.now.toString() })
    .onConflict((conflict) => conflict.columns(['account_id', 'id']).doUpdateSet(changed))
    .execute()
  return true
}

export async function deleteForm(tx: Db, accountId: AccountId, id: BookingFormId): Promise<void> {
  await tx.deleteFrom('booking_forms').where('account_id', '=', accountId).where('id', '=', id).execute()
}

export async function listCategories(tx: Db, accountId: AccountId): Promise<Category[]> {
  const rows = await tx
    .selectFrom('categories')
    .select(['id', 'kind', 'name', 'shown_to_customers'])
    .where('account_id', '=', accountId)
    .orderBy('name')
    .execute()
  return rows.map(({ shown_to_customers, ...row }) => ({ ...row, shownToCustomers: shown_to_customers }))
}

/** False when another category of the same kind has this name. */
export async function saveCategory(
  tx: Db,
  accountId: AccountId,
  category: Category & { now: Instant },
): Promise<boolean> {
  const known = await listCategories(tx, accountId)
  const name = category.name.toLowerCase()
  if (
    known.some(
      ({ id, kind, name: other }) =>
        id !== category.id && kind === category.kind && other.toLowerCase() === name,
    )
  )
    return false
  const changed = { name: category.name, shown_to_customers: category.shownToCustomers }
  await tx
    .insertInto('categories')
    .values({
      account_id: accountId,
      id: category.id,
      kind: category.kind,
      ...changed,
      created_at: category.now.toString(),
    })
    .onConflict((conflict) => conflict.columns(['account_id', 'id']).doUpdateSet(changed))
    .execute()
  return true
}

/** Pages and event types that were in it are in none afterwards. */
export async function deleteCategory(tx: Db, accountId: AccountId, id: CategoryId): Promise<void> {
  for (const table of ['booking_pages', 'event_types'] as const)
    await tx
      .updateTable(table)
      .set({ category_id: null })
      .where('account_id', '=', accountId)
      .where('category_id', '=', id)
      .execute()
  await tx.deleteFrom('categories').where('account_id', '=', accountId).where('id', '=', id).execute()
}
