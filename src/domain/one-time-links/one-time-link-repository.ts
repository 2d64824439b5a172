import type { Selectable } from 'kysely'
import { type Db, moment } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { AccountId, BookingId, BookingPageId, EventTypeId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { OneTimeLink } from './one-time-link.ts'

/** With the booking that used it, or null. */
type StoredLink = OneTimeLink & { usedBy: BookingId | null }

const linkOfRow = (row: Selectable<Tables['one_time_links']>): StoredLink => ({
  accountId: row.account_id,
  code: row.code,
  bookingPageId: row.booking_page_id,
  eventTypeId: row.event_type_id,
  prefill: row.prefill,
  utmParams: row.utm_params,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  usedBy: row.used_by_booking_id,
})

export async function insertLink(tx: Db, link: OneTimeLink): Promise<void> {
  await tx
    .insertInto('one_time_links')
    .values({
      account_id: link.accountId,
      code: link.code,
      booking_page_id: link.bookingPageId,
      event_type_id: link.eventTypeId,
      prefill: JSON.stringify(link.prefill),
      utm_params: link.utmParams && JSON.stringify(link.utmParams),
      created_at: link.createdAt.toString(),
      expires_at: link.expiresAt.toString(),
    })
    .execute()
}

/** By its code alone: in the scope of an account only that account's, over the whole installation for whoever opens a link. */
export async function findLink(db: Db, code: string): Promise<StoredLink | undefined> {
  const row = await db.selectFrom('one_time_links').selectAll().where('code', '=', code).executeTakeFirst()
  return row && linkOfRow(row)
}

/**
 * Marks a link of this event type as used, and tells what it brings along. Undefined where it was used, has ended, or is for something
 * else: of two who use it together the second one waits for the first, and is told so.
 */
export async function markLinkUsed(
  tx: Db,
  {
    accountId,
    code,
    bookingPageId,
    eventTypeId,
    bookingId,
    now,
  }: {
    accountId: AccountId
    code: string
    bookingPageId: BookingPageId
    eventTypeId: EventTypeId
    bookingId: BookingId
    now: Instant
  },
): Promise<Pick<OneTimeLink, 'utmParams'> | undefined> {
  return await tx
    .updateTable('one_time_links')
    .set({ used_by_booking_id: bookingId })
    .where('account_id', '=', accountId)
    .where('code', '=', code)
    .where('booking_page_id', '=', bookingPageId)
    .where((eb) => eb.or([eb('event_type_id', 'is', null), eb('event_type_id', '=', eventTypeId)]))
    .where('used_by_booking_id', 'is', null)
    .where('expires_at', '>', moment(now))
    .returning('utm_params as utmParams')
    .executeTakeFirst()
}

/** Unused ones that ended before. */
export async function deleteEndedLinks(system: Db, before: Instant): Promise<number> {
  const result = await system
    .deleteFrom('one_time_links')
    .where('used_by_booking_id', 'is', null)
    .where('expires_at', '<', moment(before))
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
