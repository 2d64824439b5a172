import { dayMs, dayOfDate, dayOfLocalMs } from '#domain/availability/calendar-day.ts'
import type { WallClock } from './zone.ts'

/*
 * Instants and dates as customers read them. Making an Intl format costs a hundred times as much as using it, and a
 * format per zone would be needed; so the wall clock is read by arithmetic and only dates go through Intl, as UTC.
 */

const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' })

const longDate = format({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' })
const dayAndMonth = format({ weekday: 'long', month: 'long', day: 'numeric' })
const shortDate = format({ weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' })
const monthAndYear = format({ month: 'long', year: 'numeric' })

const msOfDate = (date: string) => (dayOfDate(date) as number) * dayMs

/** `2026-12-03` is "Thursday, December 3, 2026". */
export const dateInWords = (date: string): string => longDate.format(msOfDate(date))

/** `2026-12-03` is "Thursday, December 3": where the year is seen beside it. */
export const dayInWords = (date: string): string => dayAndMonth.format(msOfDate(date))

/** `2026-12` is "December 2026". */
export const monthInWords = (month: string): string => monthAndYear.format(msOfDate(`${month}-01`))

/** Minutes since midnight: 870 is "2:30 PM". */
function clockTime(minutes: number): string {
  const hour = Math.floor(minutes / 60)
  return `${hour % 12 || 12}:${String(minutes % 60).padStart(2, '0')} ${hour < 12 ? 'AM' : 'PM'}`
}

const minutesOfLocal = (localMs: number) => Math.floor((((localMs % dayMs) + dayMs) % dayMs) / 60_000)

/** "2:30 PM" on the wall clock of the zone. */
export const timeInWords = (clock: WallClock, ms: number): string =>
  clockTime(minutesOfLocal(clock.localMs(ms)))

/** "GMT+1:00", "GMT-3:30". */
function offsetInWords(clock: WallClock, ms: number): string {
  const minutes = Math.round(clock.offsetMs(ms) / 60_000)
  const size = Math.abs(minutes)
  return `GMT${minutes < 0 ? '-' : '+'}${Math.floor(size / 60)}:${String(size % 60).padStart(2, '0')}`
}

/** "America/New York": zone names without their underscores. */
export const zoneName = (zone: string): string => zone.replaceAll('_', ' ')

/** "Europe/Berlin, GMT+1:00" at that instant. */
export const zoneInWords = (clock: WallClock, ms: number): string =>
  clock.zone === 'UTC' ? 'UTC' : `${zoneName(clock.zone)}, ${offsetInWords(clock, ms)}`

/** "Thu, Dec 3, 2026, 2:30 PM". */
export const momentInWords = (clock: WallClock, ms: number): string =>
  `${shortDate.format(clock.localMs(ms))}, ${timeInWords(clock, ms)}`

interface SpanInWords {
  /** "Thursday, December 3, 2026" */
  date: string
  /** "2:30 PM – 3:00 PM"; an end on another day, or after the clock was changed, says so. */
  times: string
}

export function spanInWords(clock: WallClock, startMs: number, endMs: number): SpanInWords {
  const [from, to] = [clock.localMs(startMs), clock.localMs(endMs)]
  const sameDay = dayOfLocalMs(from) === dayOfLocalMs(to)
  const sameOffset = clock.offsetMs(startMs) === clock.offsetMs(endMs)
  const end = sameDay ? timeInWords(clock, endMs) : momentInWords(clock, endMs)
  return {
    date: longDate.format(from),
    times: sameOffset
      ? `${timeInWords(clock, startMs)} – ${end}`
      : `${timeInWords(clock, startMs)} ${offsetInWords(clock, startMs)} – ${end} ${offsetInWords(clock, endMs)}`,
  }
}

/** 30 is "30 minutes", 60 "1 hour", 90 "1 hour 30 minutes". */
export function durationInWords(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  const words = []
  if (hours > 0) words.push(hours === 1 ? '1 hour' : `${hours} hours`)
  if (rest > 0) words.push(rest === 1 ? '1 minute' : `${rest} minutes`)
  return words.join(' ')
}

/**
 * Moments to choose from, as `say` puts them. Where the clock is set back two of them read the same: then both carry
 * their offset, so that nobody books the wrong one.
 */
export function distinct(
  clock: WallClock,
  starts: readonly number[],
  say: (clock: WallClock, ms: number) => string,
): { ms: number; text: string }[] {
  const said = starts.map((ms) => ({ ms, text: say(clock, ms) }))
  const count = new Map<string, number>()
  for (const { text } of said) count.set(text, (count.get(text) ?? 0) + 1)
  return said.map(({ ms, text }) => ({
    ms,
    text: (count.get(text) ?? 0) > 1 ? `${text} ${offsetInWords(clock, ms)}` : text,
  }))
}

/** True before noon. */
export const isMorning = (clock: WallClock, ms: number): boolean => minutesOfLocal(clock.localMs(ms)) < 720
