import type { BusyInterval, SlotRules } from './availability.ts'
import { type Caps, capsReached } from './offered-slots.ts'
import { startsTakenBy } from './slot-search.ts'

/** What speaks against a start, for somebody who may take it all the same: only `busy` stands in the way. */
export type StartRisk =
  | { rule: 'busy' }
  /** The slot is clear of all busy time, but not by the buffers, its own or another booking's. */
  | { rule: 'buffer' }
  /** There are `most` bookings already, or more. */
  | { rule: 'bookings-per-day' | 'bookings-per-week'; most: number }

const minuteMs = 60_000

/** The risks of a start, by the same buffers and caps as the times offered; nothing is said of open hours, notice and horizon. */
export function weighStart(
  slot: Pick<SlotRules, 'zone' | 'durationMinutes' | 'bufferBeforeMinutes' | 'bufferAfterMinutes'>,
  { busy, caps }: { busy: readonly BusyInterval[]; caps: Caps },
  startMs: number,
): StartRisk[] {
  const endMs = startMs + slot.durationMinutes * minuteMs
  const near = busy.filter((interval) => {
    const taken = startsTakenBy(slot, interval)
    return taken && startMs > taken.afterMs && startMs < taken.beforeMs
  })
  const meets = near.some((interval) => interval.startMs < endMs && startMs < interval.endMs)
  return [
    ...(near.length === 0 ? [] : [{ rule: meets ? ('busy' as const) : ('buffer' as const) }]),
    ...capsReached(slot.zone, caps, startMs).map((rule) => ({
      rule,
      most: (rule === 'bookings-per-day' ? caps.bookingsPerDay : caps.bookingsPerWeek) as number,
    })),
  ]
}
