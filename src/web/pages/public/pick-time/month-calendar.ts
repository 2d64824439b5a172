import { dateOfDay, dayOfDate, dayOfLocalMs, weekdayOfDay } from '#domain/availability/calendar-day.ts'
import type { WallClock } from '../zone.ts'

/** First and last date that can be looked at, in the customer's zone: today, and the day the horizon reaches. */
export interface Reach {
  today: string
  last: string
}

const dayMs = 86_400_000

/** Without a horizon of the page's own, the calendar ends here: nobody turns pages any longer. */
const furthestMs = 5 * 366 * dayMs

export function reachOf(clock: WallClock, nowMs: number, horizonMinutes: number | null): Reach {
  const lastMs = nowMs + Math.min(horizonMinutes === null ? furthestMs : horizonMinutes * 60_000, furthestMs)
  return { today: dateOn(clock, nowMs), last: dateOn(clock, lastMs) }
}

/** The local date of an instant. */
export const dateOn = (clock: WallClock, ms: number): string => dateOfDay(dayOfLocalMs(clock.localMs(ms)))

export const monthOf = (date: string): string => date.slice(0, 7)

/** Reads `2026-12`; anything else is undefined. */
export const parseMonth = (text: string | null): string | undefined =>
  text !== null && dayOfDate(`${text}-01`) !== undefined ? text : undefined

/** Reads `2026-12-03`; anything else is undefined. */
export const parseCalendarDate = (text: string | null): string | undefined =>
  text !== null && dayOfDate(text) !== undefined ? text : undefined

/** The month itself, or the nearest one that can be looked at. */
export function monthInReach(month: string, { today, last }: Reach): string {
  if (month < monthOf(today)) return monthOf(today)
  return month > monthOf(last) ? monthOf(last) : month
}

export function monthAfter(month: string, { last }: Reach): string | undefined {
  const [year, number] = yearAndMonth(month)
  const next = number === 12 ? monthText(year + 1, 1) : monthText(year, number + 1)
  return next > monthOf(last) ? undefined : next
}

export function monthBefore(month: string, { today }: Reach): string | undefined {
  const [year, number] = yearAndMonth(month)
  const previous = number === 1 ? monthText(year - 1, 12) : monthText(year, number - 1)
  return previous < monthOf(today) ? undefined : previous
}

const yearAndMonth = (month: string): [number, number] => [Number(month.slice(0, 4)), Number(month.slice(5))]
const monthText = (year: number, month: number) =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`

/** The dates of a month that can be looked at, both included; undefined when none of them can. */
export function rangeOfMonth(
  month: string,
  { today, last }: Reach,
): { from: string; to: string } | undefined {
  const dates = datesOf(month)
  const first = dates[0] as string
  const end = dates[dates.length - 1] as string
  const range = { from: first < today ? today : first, to: end > last ? last : end }
  return range.from > range.to ? undefined : range
}

function datesOf(month: string): string[] {
  const dates: string[] = []
  for (let day = dayOfDate(`${month}-01`) as number; monthOf(dateOfDay(day)) === month; day++)
    dates.push(dateOfDay(day))
  return dates
}

/** The weeks of a month, Monday first; undefined where a week reaches into another month. */
export function weeksOf(month: string): (string | undefined)[][] {
  const weeks: (string | undefined)[][] = []
  for (const date of datesOf(month)) {
    const weekday = weekdayOfDay(dayOfDate(date) as number)
    const last = weeks[weeks.length - 1]
    const week = last && weekday > 1 ? last : (Array(7).fill(undefined) as undefined[])
    if (week !== last) weeks.push(week)
    week[weekday - 1] = date
  }
  return weeks
}

/** Starts by their local date, in the order of the starts. A date that a clock comes back to keeps all its starts. */
export function startsByDate(clock: WallClock, starts: readonly number[]): Map<string, number[]> {
  const byDate = new Map<string, number[]>()
  let lastDay = Number.NaN
  let ofLastDay: number[] = []
  for (const ms of starts) {
    const day = dayOfLocalMs(clock.localMs(ms))
    if (day !== lastDay) {
      lastDay = day
      const date = dateOfDay(day)
      ofLastDay = byDate.get(date) ?? []
      byDate.set(date, ofLastDay)
    }
    ofLastDay.push(ms)
  }
  return byDate
}
