import { type Db, inAccount } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Caps } from '#domain/availability/offered-slots.ts'
import { type StartRisk, weighStart } from '#domain/availability/weigh-start.ts'
import { capOf, type EventType, type PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findBookingPage } from '#domain/booking-pages/find-booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import type { BookingId, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { Booking } from './booking.ts'
import { findBooking, listBusyTimes, listCountedStarts } from './booking-repository.ts'
import { mayHandle } from './change-booking.ts'

const dayMs = 86_400_000

/** Buffers are a day at most, weeks seven. */
const reachMs = 8 * dayMs

/**
 * What speaks against each suggested time of a request: the owner's time, the buffers the request was made under, the page's caps.
 * Users may approve one all the same, unless the time is taken. Within the caller's transaction.
 */
export async function weighSuggestedTimes(
  tx: Db,
  { booking, page, eventType }: { booking: Booking; page: PublicPage; eventType: EventType },
): Promise<{ start: Instant; risks: StartRisk[] }[]> {
  const { accountId, ownerId, suggestedStarts } = booking
  const startMs = suggestedStarts.map((start) => start.epochMilliseconds)
  const between = {
    from: Math.min(...startMs) - reachMs,
    to: Math.max(...startMs) + reachMs,
    except: booking.id,
  }
  const busy = await listBusyTimes(tx, accountId, { ownerId, ...between })
  const caps: Caps = {
    bookingsPerDay: capOf(page, eventType, 'bookingsPerDay'),
    bookingsPerWeek: capOf(page, eventType, 'bookingsPerWeek'),
    bookedMs: await listCountedStarts(tx, accountId, { pageId: page.id, ...between }),
  }
  return suggestedStarts.map((start) => ({
    start,
    risks: weighStart({ ...slotOf(booking), zone: page.zone }, { busy, caps }, start.epochMilliseconds),
  }))
}

/**
 * What speaks against handing a booking to each of these users: the time is taken, or inside the buffer of another booking of theirs.
 * Caps are the page's, which keeps the booking: they stay as they are. Empty for whoever may not handle the booking.
 */
export const weighReassignment = (
  { database }: Pick<Deps, 'database'>,
  { viewer, bookingId, toUserIds }: { viewer: User; bookingId: BookingId; toUserIds: UserId[] },
): Promise<Map<UserId, StartRisk[]>> =>
  inAccount(database, viewer.accountId, async (tx) => {
    const weighed = new Map<UserId, StartRisk[]>()
    const booking = await findBooking(tx, viewer.accountId, bookingId)
    const page = booking && (await findBookingPage(tx, viewer.accountId, booking.bookingPageId))
    if (!booking || !page || !(await mayHandle(tx, viewer, { booking, page }))) return weighed
    const startMs = booking.startsAt.epochMilliseconds
    const caps: Caps = { bookingsPerDay: null, bookingsPerWeek: null, bookedMs: [] }
    for (const ownerId of toUserIds) {
      const busy = await listBusyTimes(tx, viewer.accountId, {
        ownerId,
        from: startMs - reachMs,
        to: startMs + reachMs,
        except: booking.id,
      })
      weighed.set(ownerId, weighStart(slotOf(booking), { busy, caps }, startMs))
    }
    return weighed
  })

const slotOf = ({ zone, bufferBeforeMinutes, bufferAfterMinutes, startsAt, endsAt }: Booking) => ({
  zone,
  bufferBeforeMinutes,
  bufferAfterMinutes,
  durationMinutes: Math.round(startsAt.until(endsAt).total('minutes')),
})
