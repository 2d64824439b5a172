import { inSystem } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { takePastBookings, updateBooking } from './booking-repository.ts'
import { acts, afterAct } from './booking-status.ts'
import { recordChange } from './record-change.ts'

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
      const booking = afterAct(former, 'complete', { now, detail: 'by_system' })
      await updateBooking(tx, booking)
      await recordChange(tx, deps, { type: acts.complete.event, booking, by: { kind: 'system' } })
    }
    return past.length
  })
  if (completed > 0) deps.wakeWorker()
  return completed
}
