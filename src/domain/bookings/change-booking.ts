import { type Db, inAccount } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { PublicPage } from '#domain/booking-pages/booking-page.ts'
import { editorsOf, findBookingPage } from '#domain/booking-pages/find-booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import type { AccountId, BookingId, UserId } from '#kit/ids.ts'
import { type Result, refuse } from '#kit/result.ts'
import type { Instant } from '#kit/time.ts'
import { type Booking, type BookingStatus, type BookProblem, bookingIdOfPath } from './booking.ts'
import { findBooking, findBookingById, lockBooking, lockOwners } from './booking-repository.ts'

/** The customer's own address of a booking, in its two parts. */
export interface CustomerAddress {
  shownId: string
  signature: string
}

export type ChangeProblem =
  | BookProblem
  /** No such booking, or none that the asker may see. */
  | { code: 'booking-not-found' }
  /** A booking in this status cannot be changed so. */
  | { code: 'not-possible'; status: BookingStatus }
  /** The policy of the booking leaves this to its owner. */
  | { code: 'policy-forbids' }
  | { code: 'reason-missing' }
  | { code: 'already-rebooked' }
  | { code: 'user-not-found' }

export type ChangeDeps = Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker'>

interface Given {
  /** Locked: nobody else changes it until the transaction ends. */
  booking: Booking
  page: PublicPage
  now: Instant
}

interface Change<T> {
  /** Owners whose time the change takes: they are locked before the booking is. */
  owners?: (booking: Booking) => UserId[]
  work: (tx: Db, given: Given) => Promise<Result<T, ChangeProblem>>
}

/** A change by whoever holds the customer's address. */
export async function asCustomer<T>(
  deps: ChangeDeps,
  address: CustomerAddress,
  change: Change<T>,
): Promise<Result<T, ChangeProblem>> {
  const id = bookingIdOfPath(deps.secrets, address)
  const booking = id && (await findBookingById(deps.database.system, id))
  if (!booking) return refuse({ code: 'booking-not-found' })
  return await changeBooking(deps, booking.accountId, booking.id, change)
}

/** A change by a signed-in user, who has to be the owner, an editor of the page or an Administrator (product.md 3.3). */
export async function asUser<T>(
  deps: ChangeDeps,
  { viewer, bookingId }: { viewer: User; bookingId: BookingId },
  change: Change<T>,
): Promise<Result<T, ChangeProblem>> {
  return await changeBooking(deps, viewer.accountId, bookingId, {
    ...change,
    work: async (tx, given) =>
      (await mayHandle(tx, viewer, given))
        ? await change.work(tx, given)
        : refuse({ code: 'booking-not-found' }),
  })
}

/** Owner of the page or of the booking, editor of the page, or Administrator. */
export async function mayHandle(
  tx: Db,
  viewer: User,
  { booking, page }: Pick<Given, 'booking' | 'page'>,
): Promise<boolean> {
  if (viewer.accountId !== booking.accountId) return false
  if (viewer.role === 'administrator' || viewer.id === page.ownerId || viewer.id === booking.ownerId)
    return true
  return (await editorsOf(tx, booking.accountId, page.id)).includes(viewer.id)
}

async function changeBooking<T>(
  deps: ChangeDeps,
  accountId: AccountId,
  id: BookingId,
  { owners, work }: Change<T>,
): Promise<Result<T, ChangeProblem>> {
  const done = await inAccount(deps.database, accountId, async (tx): Promise<Result<T, ChangeProblem>> => {
    if (owners) {
      const seen = await findBooking(tx, accountId, id)
      if (!seen) return refuse({ code: 'booking-not-found' })
      await lockOwners(tx, owners(seen))
      const booking = await lockBooking(tx, accountId, id)
      // Reassigned in between: the locks held are another owner's. Rare, and the asker simply asks again.
      if (!booking || owners(booking).some((owner) => !owners(seen).includes(owner)))
        return refuse({ code: 'slot-taken' })
      return await changeLocked(tx, booking)
    }
    const booking = await lockBooking(tx, accountId, id)
    return booking ? await changeLocked(tx, booking) : refuse({ code: 'booking-not-found' })
  })
  if (done.ok) deps.wakeWorker()
  return done

  async function changeLocked(tx: Db, booking: Booking): Promise<Result<T, ChangeProblem>> {
    const page = await findBookingPage(tx, accountId, booking.bookingPageId)
    if (!page) throw new Error(`Booking ${booking.id} has lost its page`)
    return await work(tx, { booking, page, now: deps.clock.now() })
  }
}
