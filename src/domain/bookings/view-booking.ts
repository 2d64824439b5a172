import { type Db, inAccount } from '#database/db.ts'
import { findPresentOrFormerUser } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import type { StartRisk } from '#domain/availability/weigh-start.ts'
import type { EventType, PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findBookingPage, findEventType } from '#domain/booking-pages/find-booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import type { BookingEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { listEventsOfBooking } from '#domain/lifecycle-events/read-lifecycle-events.ts'
import type { BookingId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Instant } from '#kit/time.ts'
import type { Booking } from './booking.ts'
import { findBooking, findSuccessor, listBookings } from './booking-repository.ts'
import { type BookingAct, isPossible } from './booking-status.ts'
import { mayHandle } from './change-booking.ts'
import { weighSuggestedTimes } from './weigh-booking.ts'

/** What a user sees of one booking, and may do with it. */
export interface ViewedBooking {
  booking: Booking
  page: PublicPage
  eventType: EventType
  /** Whose time it takes. */
  owner: Pick<User, 'id' | 'name' | 'zone'>
  /** Oldest first. */
  history: BookingEvent[]
  former: Booking | undefined
  successor: Booking | undefined
  /** Of a request: its suggested times, which of them the owner is still free at, and what else speaks against each. */
  suggested: { start: Instant; isFree: boolean; risks: StartRisk[] }[]
  acts: BookingAct[]
}

const usersActs: BookingAct[] = [
  'approve',
  'request-new-times',
  'cancel-request',
  'cancel',
  'reassign',
  'set-no-show',
]

/** One booking for a signed-in user; those that the user may not handle answer like missing ones. */
export const viewBooking = (
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { viewer, bookingId }: { viewer: User; bookingId: BookingId },
): Promise<Result<ViewedBooking, { code: 'booking-not-found' }>> =>
  inAccount(database, viewer.accountId, async (tx) => {
    const booking = await findBooking(tx, viewer.accountId, bookingId)
    const page = booking && (await findBookingPage(tx, viewer.accountId, booking.bookingPageId))
    const eventType = booking && (await findEventType(tx, viewer.accountId, booking.eventTypeId))
    if (!booking || !page || !eventType || !(await mayHandle(tx, viewer, { booking, page })))
      return refuse({ code: 'booking-not-found' })
    const owner = await findPresentOrFormerUser(tx, viewer.accountId, booking.ownerId)
    if (!owner) return refuse({ code: 'booking-not-found' })
    const weighed =
      booking.status === 'requested' ? await weighSuggestedTimes(tx, { booking, page, eventType }) : []
    const suggested = weighed.map(({ start, risks }) => ({
      start,
      isFree: !risks.some(({ rule }) => rule === 'busy') && Temporal.Instant.compare(start, clock.now()) >= 0,
      risks,
    }))
    return ok({
      booking,
      page,
      eventType,
      owner: { id: owner.id, name: owner.name, zone: owner.zone },
      history: await listEventsOfBooking(tx, viewer.accountId, bookingId),
      former: booking.reschedulesId
        ? await findBooking(tx, viewer.accountId, booking.reschedulesId)
        : undefined,
      successor: await findSuccessor(tx, viewer.accountId, bookingId),
      suggested,
      acts: usersActs.filter(
        (act) => isPossible(act, booking.status) && (act !== 'reassign' || viewer.role === 'administrator'),
      ),
    })
  })

/** What a list of activity holds: `coming` holds time, `requests` wait for an answer, `past` is all the rest. */
export type ActivityList = 'coming' | 'requests' | 'past'

export type ListedBooking = Awaited<ReturnType<typeof listBookings>>[number]

/** What a user sees under Activity: bookings of the own time and of pages owned or edited, Administrators all. At most 100. */
export const listActivity = (
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { viewer, list }: { viewer: User; list: ActivityList },
): Promise<ListedBooking[]> =>
  inAccount(database, viewer.accountId, (tx) =>
    listBookings(tx, viewer.accountId, {
      handledBy: viewer.role === 'administrator' ? undefined : viewer.id,
      list,
      now: clock.now(),
      limit: 100,
    }),
  )

/** Coming bookings of one user's own time, soonest first, at most 100; within the caller's transaction. */
export const listComingBookingsOf = (
  tx: Db,
  { owner, now }: { owner: Pick<User, 'accountId' | 'id'>; now: Instant },
): Promise<ListedBooking[]> =>
  listBookings(tx, owner.accountId, { ownedBy: owner.id, list: 'coming', now, limit: 100 })
