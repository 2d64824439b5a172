import {
  createMasterPageLink,
  getBookingPage,
  getEventType,
  getMasterPage,
  listBookingPages,
  listEventTypes,
  listMasterPages,
} from '#contracts/api/classic.ts'
import { inAccount } from '#database/db.ts'
import { listEventTypesWithDeleted, listPagesWithDeleted } from '#domain/booking-pages/find-booking-page.ts'
import { publicId } from '#kit/ids.ts'
import { ok, refuse } from '#kit/result.ts'
import { on } from './call.ts'
import { listAnswer, pageByIds, pageOfList } from './paging.ts'
import { deleted, presentBookingPage, presentEventType } from './present.ts'
import { notFound } from './refusal.ts'

/** The classic resources: booking pages and event types as they are; master pages there are none. */
export const classicEndpoints = [
  on(listBookingPages, ({ deps, caller, query }) =>
    inAccount(deps.database, caller.accountId, async (tx) => {
      const pages = (await listPagesWithDeleted(tx, caller.accountId)).filter(
        ({ isDeleted, ownerId, eventTypes }) =>
          !isDeleted &&
          query.master_page === undefined &&
          (query.user === undefined || publicId('user', ownerId) === query.user) &&
          (query.event_type === undefined ||
            eventTypes.some(({ id }) => publicId('event-type', id) === query.event_type)),
      )
      return ok(
        listAnswer(
          pageByIds(pages, query, ({ id }) => publicId('booking-page', id)),
          (page) => presentBookingPage(page, deps.publicUrl),
        ),
      )
    }),
  ),

  on(getBookingPage, ({ deps, caller, id }) =>
    inAccount(deps.database, caller.accountId, async (tx) => {
      const pages = await listPagesWithDeleted(tx, caller.accountId)
      const found = pages.find((page) => publicId('booking-page', page.id) === id)
      if (!found) return refuse(notFound('booking page', id))
      return ok(found.isDeleted ? deleted('booking_page', id) : presentBookingPage(found, deps.publicUrl))
    }),
  ),

  on(listEventTypes, ({ deps, caller, query }) =>
    inAccount(deps.database, caller.accountId, async (tx) => {
      const all = (await listEventTypesWithDeleted(tx, caller.accountId)).filter(
        ({ isDeleted }) => !isDeleted,
      )
      return ok(
        listAnswer(
          pageByIds(all, query, ({ id }) => publicId('event-type', id)),
          presentEventType,
        ),
      )
    }),
  ),

  on(getEventType, ({ deps, caller, id }) =>
    inAccount(deps.database, caller.accountId, async (tx) => {
      const all = await listEventTypesWithDeleted(tx, caller.accountId)
      const found = all.find((one) => publicId('event-type', one.id) === id)
      if (!found) return refuse(notFound('event type', id))
      return ok(found.isDeleted ? deleted('event_type', id) : presentEventType(found))
    }),
  ),

  on(listMasterPages, async ({ query }) =>
    ok(listAnswer(pageOfList<never>([], query, String), (none) => none)),
  ),

  on(createMasterPageLink, async ({ id }) => refuse(notFound('master page', id))),

  on(getMasterPage, async ({ id }) => refuse(notFound('master page', id))),
]
