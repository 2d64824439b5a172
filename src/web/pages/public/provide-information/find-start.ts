import type { EventType, PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findSlotProblem, findSlots } from '#domain/bookings/find-slots.ts'
import type { Deps } from '#domain/deps.ts'
import type { BookingId } from '#kit/ids.ts'
import { instantOfMs } from '#kit/time.ts'
import { dateOn } from '../pick-time/month-calendar.ts'
import { distinct, momentInWords } from '../words.ts'
import type { WallClock } from '../zone.ts'
import { nearestStarts, startText } from './nearest-starts.ts'

/** Free times to choose from instead of one that cannot be had. */
export interface OtherTime {
  /** As the form sends it, `2026-12-01T17:00Z`. */
  start: string
  /** "Thu, Dec 3, 2026, 2:30 PM" */
  text: string
}

interface Asked {
  page: PublicPage
  eventType: EventType
  clock: WallClock
  startMs: number
  /** A booking that is being moved does not stand in its own way. */
  except?: BookingId | undefined
}

type SlotDeps = Pick<Deps, 'database' | 'clock'>

/** Why this time cannot be had; undefined when it is free. */
export async function whyNotFree(
  deps: SlotDeps,
  { page, eventType, clock, startMs, except }: Asked,
): Promise<'slot-taken' | 'slot-past' | 'slot-not-offered' | undefined> {
  const start = instantOfMs(startMs)
  const problem = await findSlotProblem(deps, { page, eventType, start, customerZone: clock.zone, except })
  return problem?.code
}

/** Up to six of the nearest free times within some weeks; for a time long past, the first ones there are. */
export async function findOtherTimes(
  deps: SlotDeps,
  { page, eventType, clock, startMs, except }: Asked,
): Promise<OtherTime[]> {
  const dayMs = 86_400_000
  const nowMs = deps.clock.now().epochMilliseconds
  const from = Math.max(startMs - 7 * dayMs, nowMs)
  const range = { from: dateOn(clock, from), to: dateOn(clock, Math.max(startMs, nowMs) + 21 * dayMs) }
  if (range.from > range.to) return []
  const slots = await findSlots(deps, { page, eventType, customerZone: clock.zone, range, except })
  const starts = slots.map((slot) => slot.epochMilliseconds)
  return distinct(clock, nearestStarts(starts, startMs, 6), momentInWords).map(({ ms, text }) => ({
    start: startText(ms),
    text,
  }))
}
