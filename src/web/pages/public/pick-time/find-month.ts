import { type EventType, optionsOf, type PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findSlots } from '#domain/bookings/find-slots.ts'
import type { Deps } from '#domain/deps.ts'
import type { BookingId } from '#kit/ids.ts'
import type { WallClock } from '../zone.ts'
import {
  dateOn,
  monthAfter,
  monthInReach,
  monthOf,
  type Reach,
  rangeOfMonth,
  reachOf,
  startsByDate,
} from './month-calendar.ts'

/** How many months after one without free times are looked through for the next free time. */
const lookAheadMonths = 6

interface FoundMonth {
  reach: Reach
  month: string
  /** Free starts of the month, by local date, ascending. */
  byDate: Map<string, number[]>
  /** The date whose times are shown; undefined when the month has none and none was asked for. */
  date: string | undefined
  /** First free start after the month, looked for only when the month shows no time. */
  nextFree: { date: string; ms: number } | undefined
}

/**
 * The month to show, with its free times. Slots are computed once per month.
 *
 * A visitor who names no month sees the first one with free times. One who names a month sees that one, or the nearest
 * within reach, and is told where the next free time is.
 */
export async function findMonth(
  deps: Pick<Deps, 'database' | 'clock'>,
  asked: {
    page: PublicPage
    eventType: EventType
    clock: WallClock
    month: string | undefined
    date: string | undefined
    /** A booking that is being moved does not stand in its own way. */
    except?: BookingId | undefined
  },
): Promise<FoundMonth> {
  const { page, eventType, clock, except } = asked
  const { horizonMinutes } = optionsOf(page, eventType).slots
  const reach = reachOf(clock, deps.clock.now().epochMilliseconds, horizonMinutes)
  const named = asked.month ?? (asked.date && monthOf(asked.date))
  const month = monthInReach(named ?? monthOf(reach.today), reach)
  const startsIn = async (first: string, last = first): Promise<number[]> => {
    const [from, to] = [rangeOfMonth(first, reach)?.from, rangeOfMonth(last, reach)?.to]
    if (!from || !to) return []
    const range = { from, to }
    const slots = await findSlots(deps, { page, eventType, customerZone: clock.zone, range, except })
    return slots.map((slot) => slot.epochMilliseconds)
  }
  const shown = (shownMonth: string, starts: number[]) => {
    const byDate = startsByDate(clock, starts)
    const askedDate = asked.date && monthOf(asked.date) === shownMonth ? asked.date : undefined
    return { reach, month: shownMonth, byDate, date: askedDate ?? byDate.keys().next().value }
  }

  const here = shown(month, await startsIn(month))
  const { byDate, date } = here
  if (date !== undefined && byDate.has(date)) return { ...here, nextFree: undefined }
  // The day asked for has no times (any more), or the whole month has none.
  for (const [day, [first]] of byDate)
    if (date !== undefined && day > date && first !== undefined)
      return { ...here, nextFree: { date: day, ms: first } }
  const later = monthAfter(month, reach)
  if (later === undefined) return { ...here, nextFree: undefined }
  // Mostly the next month has times; else all the others are looked through in one go.
  const starts = await startsIn(later)
  const ahead = monthsAhead(later, reach)
  const lastAhead = ahead[ahead.length - 1]
  const [first] =
    starts.length > 0 || lastAhead === undefined ? starts : await startsIn(ahead[0] as string, lastAhead)
  if (first === undefined) return { ...here, nextFree: undefined }
  const nextFree = { date: dateOn(clock, first), ms: first }
  if (named !== undefined) return { ...here, nextFree }
  const opened = monthOf(nextFree.date)
  return { ...shown(opened, opened === later ? starts : await startsIn(opened)), nextFree: undefined }
}

/** The months that are looked through after `month`. */
function monthsAhead(month: string, reach: Reach): string[] {
  const months: string[] = []
  for (let next = monthAfter(month, reach); next && months.length < lookAheadMonths - 1; ) {
    months.push(next)
    next = monthAfter(next, reach)
  }
  return months
}
