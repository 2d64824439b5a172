import { ok, type Result } from '#kit/result.ts'
import type { AvailabilityProblem, SlotQuestion, SlotRules } from './availability.ts'
import { dateOfDay, dayMs, dayOfLocalMs, weekdayOfDay } from './calendar-day.ts'
import { listSlots } from './list-slots.ts'
import { earliestStartMs } from './slot-search.ts'
import { stretchAt, type ZoneOffsets, zoneOffsets } from './zone-offsets.ts'

/**
 * Limits that no single slot can tell (product.md 4.10): they look at all slots, or all bookings, of a day, a week or longer. Days and
 * weeks (from Monday) are those of the page's zone, so what is offered does not depend on where a customer is. `null`: no limit.
 */
export interface OfferLimits {
  /** Only the first so many days that have a free slot. */
  firstDays: number | null
  /** A day or week closes at so many bookings of the page. */
  bookingsPerDay: number | null
  bookingsPerWeek: number | null
  /** So many slots a day, spread over its open time. */
  slotsPerDay: number | null
  /** Starts of the page's bookings that count. */
  bookedMs: readonly number[]
}

export type LimitRule = 'bookings-per-day' | 'bookings-per-week' | 'first-days' | 'slots-per-day'

/** How far ahead the first days with free slots are looked for. */
export const firstDaysReach = 400

/** The bookable starts in a range of dates that the limits leave, ascending. Refuses like `listSlots`. */
export function listOfferedSlots(
  question: SlotQuestion,
  limits: OfferLimits,
): Result<number[], AvailabilityProblem> {
  const slots = listSlots(question)
  if (!slots.ok || !hasLimits(limits) || slots.value.length === 0) return slots
  const limitOf = limiter(question, limits)
  return ok(slots.value.filter((startMs) => limitOf(startMs) === undefined))
}

/** The first limit that keeps a bookable start from being offered; undefined for exactly those that `listOfferedSlots` lists. */
export const limitThatCloses = (
  rules: SlotRules,
  limits: OfferLimits,
  startMs: number,
): LimitRule | undefined => (hasLimits(limits) ? limiter(rules, limits)(startMs) : undefined)

const hasLimits = ({ firstDays, bookingsPerDay, bookingsPerWeek, slotsPerDay }: OfferLimits) =>
  firstDays !== null || bookingsPerDay !== null || bookingsPerWeek !== null || slotsPerDay !== null

export type Caps = Pick<OfferLimits, 'bookingsPerDay' | 'bookingsPerWeek' | 'bookedMs'>

/** The caps that keep a start closed, whatever else does. */
export function capsReached(
  zone: string,
  caps: Caps,
  startMs: number,
): ('bookings-per-day' | 'bookings-per-week')[] {
  const dayOf = dayIn(zone)
  return fullDays(caps, dayOf)(dayOf(startMs))
}

/** Which caps a day has reached. */
function fullDays({ bookingsPerDay, bookingsPerWeek, bookedMs }: Caps, dayOf: (ms: number) => number) {
  const weekOf = (day: number) => day - weekdayOfDay(day)
  const onDay = countBy(bookedMs, dayOf)
  const inWeek = countBy(bookedMs, (startMs) => weekOf(dayOf(startMs)))
  return (day: number): ('bookings-per-day' | 'bookings-per-week')[] => [
    ...(bookingsPerDay !== null && (onDay.get(day) ?? 0) >= bookingsPerDay
      ? ['bookings-per-day' as const]
      : []),
    ...(bookingsPerWeek !== null && (inWeek.get(weekOf(day)) ?? 0) >= bookingsPerWeek
      ? ['bookings-per-week' as const]
      : []),
  ]
}

/** One list or check: what is found out about a day is kept for the next start of the same day. */
function limiter(rules: SlotRules, limits: OfferLimits): (startMs: number) => LimitRule | undefined {
  const { firstDays, slotsPerDay } = limits
  const dayOf = dayIn(rules.zone)
  const capsOf = fullDays(limits, dayOf)
  const capOf = (day: number): LimitRule | undefined => capsOf(day)[0]
  const lastDay =
    firstDays === null
      ? Infinity
      : lastOfFirstDays(rules, firstDays, dayOf, (day) => capOf(day) === undefined)
  const spreads = new Map<number, Set<number>>()
  const isSpread = (day: number, startMs: number, most: number) => {
    const spread = spreads.get(day) ?? spreadOf(rules, day, most)
    spreads.set(day, spread)
    return spread.has(startMs)
  }
  return (startMs) => {
    const day = dayOf(startMs)
    const cap = capOf(day)
    if (cap) return cap
    if (day > lastDay) return 'first-days'
    return slotsPerDay === null || isSpread(day, startMs, slotsPerDay) ? undefined : 'slots-per-day'
  }
}

/** The last of the first `count` days that have a free slot and are not full; Infinity where there are fewer. */
function lastOfFirstDays(
  rules: SlotRules,
  count: number,
  dayOf: (ms: number) => number,
  isOpen: (day: number) => boolean,
): number {
  const firstDay = dayOf(earliestStartMs(rules))
  const chunk = 50
  let found = 0
  for (let from = firstDay; from < firstDay + firstDaysReach; from += chunk) {
    let last: number | undefined
    for (const startMs of slotsOfDays(rules, from, from + chunk - 1)) {
      const day = dayOf(startMs)
      if (day === last || !isOpen(day)) continue
      last = day
      found += 1
      if (found === count) return day
    }
  }
  return Infinity
}

/**
 * The starts of a day that are offered when only so many may be: evenly spread over the day's starts as they would be if nothing were
 * taken, and in place of each that is not free the nearest free one. So a booking, or time passing, changes one time offered and
 * leaves the others where people saw them.
 */
function spreadOf(rules: SlotRules, day: number, most: number): Set<number> {
  const free = slotsOfDays(rules, day, day)
  if (free.length <= most) return new Set(free)
  const whole = { ...rules, busy: [], noticeMinutes: 0, horizonMinutes: null, nowMs: (day - 2) * dayMs }
  const open = slotsOfDays(whole, day, day)
  const targets = Array.from({ length: most }, (_, index) =>
    most === 1 ? 0 : Math.round((index * (open.length - 1)) / (most - 1)),
  ).map((index) => open[index] as number)
  const left = new Set(free)
  const offered = new Set(targets.filter((target) => left.delete(target)))
  for (const target of targets) {
    if (offered.has(target)) continue
    let nearest: number | undefined
    for (const startMs of left)
      if (nearest === undefined || Math.abs(startMs - target) < Math.abs(nearest - target)) nearest = startMs
    if (nearest === undefined) break
    left.delete(nearest)
    offered.add(nearest)
  }
  return offered
}

/** Free starts on days of the page's zone, both included. Rules that make no sense offer nothing. */
function slotsOfDays(rules: SlotRules, fromDay: number, toDay: number): number[] {
  const range = { from: dateOfDay(fromDay), to: dateOfDay(toDay) }
  const slots = listSlots({ ...rules, customerZone: rules.zone, range })
  return slots.ok ? slots.value : []
}

const countBy = (starts: readonly number[], keyOf: (ms: number) => number): Map<number, number> => {
  const counts = new Map<number, number>()
  for (const startMs of starts) counts.set(keyOf(startMs), (counts.get(keyOf(startMs)) ?? 0) + 1)
  return counts
}

/** The local day of an instant. */
const dayIn = (zone: string) => {
  let offsets: ZoneOffsets | undefined
  return (ms: number): number => {
    if (!offsets || ms < offsets.coverFromMs || ms >= offsets.coverUntilMs)
      offsets = zoneOffsets(zone, ms, ms + 1) as ZoneOffsets
    return dayOfLocalMs(ms + (offsets.offsetMs[stretchAt(offsets, ms)] as number))
  }
}
