import type { Instant } from '#kit/time.ts'

/** One instant as pages show it. */
export interface Moment {
  /** ISO 8601 in UTC, for `<time>`. */
  iso: string
  /** `Tue, Dec 1, 2026, 10:00 AM`, on the reader's wall clock. */
  words: string
  /** `3 minutes ago`. */
  ago: string
}

/** Says instants for one reader, at one moment. Pages ask on the server, so that every browser shows the same. */
export const momentIn =
  (zone: string, now: Instant) =>
  (instant: Instant): Moment => ({
    iso: instant.toString({ smallestUnit: 'second' }),
    words: dayAndTime(instant, zone),
    ago: ago(instant, now),
  })

const day = { weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' } as const
const time = { hour: 'numeric', minute: '2-digit' } as const

const inWords = (instant: Instant, zone: string, options: Intl.DateTimeFormatOptions): string =>
  plainSpaces(instant.toLocaleString('en-US', { timeZone: zone, ...options }))

/** ICU puts narrow and thin spaces around AM and dashes, which search and copy trip over. */
const plainSpaces = (text: string): string => text.replace(/[\u2009\u202f]/g, ' ')

/** `Tue, Dec 1, 2026, 10:00 AM` */
export const dayAndTime = (instant: Instant, zone: string): string =>
  inWords(instant, zone, { ...day, ...time })

/** `10:00 AM` */
export const timeOfDay = (instant: Instant, zone: string): string => inWords(instant, zone, time)

/** `Tuesday, December 1, 2026` */
export const longDay = (instant: Instant, zone: string): string =>
  inWords(instant, zone, { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' })

/**
 * `10:00 – 10:30 AM`, `11:45 AM – 12:15 PM`; an end on another day names it: `11:45 PM – 12:15 AM (Wed, Dec 2)`. Where the clock is
 * changed in between each end has its offset: `2:30 AM GMT+2 – 2:30 AM GMT+1`.
 */
export function timeSpan(start: Instant, end: Instant, zone: string): string {
  const localStart = start.toZonedDateTimeISO(zone)
  const localEnd = end.toZonedDateTimeISO(zone)
  const isChanged = localStart.offset !== localEnd.offset
  const withOffset = (instant: Instant) =>
    inWords(instant, zone, time) + (isChanged ? ` ${offsetInWords(zone, instant)}` : '')
  const from = withOffset(start)
  const to = withOffset(end)
  if (!localStart.toPlainDate().equals(localEnd.toPlainDate()))
    return `${from} – ${to} (${inWords(end, zone, { weekday: 'short', month: 'short', day: 'numeric' })})`
  const sameHalf = localStart.hour < 12 === localEnd.hour < 12
  return `${sameHalf ? from.replace(/ [AP]M$/, '') : from} – ${to}`
}

/** `GMT+1`, `GMT-3:30`, `GMT`, at this instant. */
function offsetInWords(zone: string, instant: Instant): string {
  const offset = instant
    .toZonedDateTimeISO(zone)
    .offset.replace(/^([+-])0?(\d+):00$/, '$1$2')
    .replace(/^([+-])0(\d)/, '$1$2')
  return /^[+-]0$/.test(offset) ? 'GMT' : `GMT${offset}`
}

/** `Europe/Berlin (GMT+1)`, with the offset that holds at this instant. */
export const zoneInWords = (zone: string, instant: Instant): string =>
  `${zone.replaceAll('_', ' ')} (${offsetInWords(zone, instant)})`

const relative = new Intl.RelativeTimeFormat('en-US', { numeric: 'auto' })
const steps = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** `just now` under a minute, else the largest whole unit: `3 minutes ago`, `yesterday`, `in 2 hours`. */
export function ago(instant: Instant, now: Instant): string {
  const seconds = (instant.epochMilliseconds - now.epochMilliseconds) / 1000
  for (const [unit, length] of steps)
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit)
  return seconds > 0 ? 'in a moment' : 'just now'
}

/** `850 ms`, `2.4 s` */
export const spanOfMs = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(Math.round(ms / 100) / 10).toFixed(1)} s`
