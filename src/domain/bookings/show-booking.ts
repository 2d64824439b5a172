import { findPresentOrFormerUser } from '#domain/accounts/find-user.ts'
import type { EventType, PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findBookingPage, findEventType } from '#domain/booking-pages/find-booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { type Booking, bookingIdOfPath } from './booking.ts'
import { findBookingById, findSuccessor } from './booking-repository.ts'

export type BookingNotFound = { code: 'booking-not-found' }

/** The booking behind a customer's own address. A wrong signature answers exactly as a booking that never was. */
export async function showCustomersBooking(
  { database, secrets }: Pick<Deps, 'database' | 'secrets'>,
  address: { shownId: string; signature: string },
): Promise<
  Result<
    {
      booking: Booking
      page: PublicPage
      eventType: EventType | undefined
      /** Whom the customer meets: the page's owner, or who the booking was reassigned to. */
      ownerName: string
      /** The booking that took its place, after a reschedule elsewhere. */
      successor: Booking | undefined
    },
    BookingNotFound
  >
> {
  const id = bookingIdOfPath(secrets, address)
  const booking = id && (await findBookingById(database.system, id))
  if (!booking) return refuse({ code: 'booking-not-found' })
  const page = await findBookingPage(database.system, booking.accountId, booking.bookingPageId)
  if (!page) return refuse({ code: 'booking-not-found' })
  const eventType = await findEventType(database.system, booking.accountId, booking.eventTypeId)
  const successor =
    booking.status === 'canceled'
      ? await findSuccessor(database.system, booking.accountId, booking.id)
      : undefined
  const owner =
    booking.ownerId === page.ownerId
      ? page.owner
      : await findPresentOrFormerUser(database.system, booking.accountId, booking.ownerId)
  return ok({ booking, page, eventType, ownerName: owner?.name ?? page.owner.name, successor })
}
