import { inSystem } from '#database/db.ts'
import { findBookingPage } from '#domain/booking-pages/find-booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import { recordLifecycleEvent } from '#domain/lifecycle-events/record-lifecycle-event.ts'
import { snapshotOf } from './booking.ts'
import { takePastBookings, updateStatus } from './booking-repository.ts'

/**
 * Sets bookings whose end has passed to completed, each with its lifecycle event.
 *
 * Several workers share the work without doing any of it twice.
 *
 * @returns how many were completed; fewer than `limit` means that none is left.
 */
export async function completePastBookings(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker'>,
  limit: number,
): Promise<number> {
  const completed = await inSystem(deps.database, async (tx) => {
    const now = deps.clock.now()
    const past = await takePastBookings(tx, now, limit)
    for (const former of past) {
      const booking = {
        ...former,
        status: 'completed' as const,
        sequence: former.sequence + 1,
        updatedAt: now,
      }
      const page = await findBookingPage(tx, booking.accountId, booking.bookingPageId)
      const eventType = page?.eventTypes.find(({ id }) => id === booking.eventTypeId)
      if (!page || !eventType) throw new Error(`Booking ${booking.id} has lost its page or event type`)
      await updateStatus(tx, booking)
      await recordLifecycleEvent(tx, deps, {
        accountId: booking.accountId,
        type: 'booking.completed',
        bookingId: booking.id,
        bookingPageId: booking.bookingPageId,
        eventTypeId: booking.eventTypeId,
        ownerId: page.ownerId,
        sequence: booking.sequence,
        actor: { kind: 'system' },
        booking: snapshotOf(booking, { page, eventType, secrets: deps.secrets }),
      })
    }
    return past.length
  })
  if (completed > 0) deps.wakeWorker()
  return completed
}
