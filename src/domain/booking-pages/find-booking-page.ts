import type { Db } from '#database/db.ts'
import type { AccountId, BookingPageId, EventTypeId, UserId } from '#kit/ids.ts'
import type { EventType, PublicPage } from './booking-page.ts'
import {
  findEventTypeById,
  findPage,
  listEditorIds,
  listEventTypes,
  listEventTypesOfAccount,
  listPages,
  listPublicPages,
} from './booking-page-repository.ts'

/** A page of this account with its owner and event types. */
export const findBookingPage = (
  db: Db,
  accountId: AccountId,
  id: BookingPageId,
): Promise<PublicPage | undefined> => findPage(db, accountId, id)

/** All pages of the account, by internal label. */
export const listAllPages = (tx: Db, accountId: AccountId): ReturnType<typeof listPages> =>
  listPages(tx, accountId)

/** All event types of the account, in their order. */
export const listAllEventTypes = (tx: Db, accountId: AccountId): Promise<EventType[]> =>
  listEventTypes(tx, accountId)

/** An event type of this account, also one that was deleted or that its page no longer offers. */
export const findEventType = (
  tx: Db,
  accountId: AccountId,
  id: EventTypeId,
): Promise<EventType | undefined> => findEventTypeById(tx, accountId, id)

/** Users who may act on the page's bookings beside its owner and the Administrators. */
export const editorsOf = (tx: Db, accountId: AccountId, pageId: BookingPageId): Promise<UserId[]> =>
  listEditorIds(tx, accountId, pageId)

/** Everything an account has, newest first, also what was deleted. */
export const listPagesWithDeleted = (tx: Db, accountId: AccountId): Promise<PublicPage[]> =>
  listPublicPages(tx, accountId)

export const listEventTypesWithDeleted = (
  tx: Db,
  accountId: AccountId,
): ReturnType<typeof listEventTypesOfAccount> => listEventTypesOfAccount(tx, accountId)
