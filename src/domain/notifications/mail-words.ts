import type { Instant } from '#kit/time.ts'

const inWords = (instant: Instant, zone: string, options: Intl.DateTimeFormatOptions): string =>
  // ICU puts narrow spaces before AM, which plain-text mails show badly.
  instant.toLocaleString('en-US', { timeZone: zone, ...options }).replace(/[\u2009\u202f]/g, ' ')

const day = { weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' } as const
const time = { hour: 'numeric', minute: '2-digit' } as const

/** `Thu, Dec 3, 2026, 2:30 PM` */
export const momentInWords = (instant: Instant, zone: string): string =>
  inWords(instant, zone, { ...day, ...time })

/** `GMT+1:00`, at this instant. */
function offsetInWords(zone: string, instant: Instant): string {
  const { offset } = instant.toZonedDateTimeISO(zone)
  return `GMT${offset.replace(/^([+-])0(\d)/, '$1$2')}`
}

const nameInWords = (zone: string) => zone.replaceAll('_', ' ')

/** `Europe/Berlin (GMT+1:00)`, with the offset that holds at this instant. */
export const zoneInWords = (zone: string, instant: Instant): string =>
  `${nameInWords(zone)} (${offsetInWords(zone, instant)})`

/** `Thu, Dec 3, 2026, 2:30 PM, Europe/Berlin (GMT+1:00)` */
export const momentAndZoneInWords = (instant: Instant, zone: string): string =>
  `${momentInWords(instant, zone)}, ${zoneInWords(zone, instant)}`

/**
 * `Thu, Dec 3, 2026, 2:30 PM – 3:00 PM, Europe/Berlin (GMT+1:00)`; an end on another day names it, and where the clock is changed in
 * between each end has its own offset.
 */
export function spanInWords(start: Instant, end: Instant, zone: string): string {
  const [from, to] = [start.toZonedDateTimeISO(zone), end.toZonedDateTimeISO(zone)]
  const until = from.toPlainDate().equals(to.toPlainDate())
    ? inWords(end, zone, time)
    : momentInWords(end, zone)
  return from.offset === to.offset
    ? `${momentInWords(start, zone)} – ${until}, ${zoneInWords(zone, start)}`
    : `${momentInWords(start, zone)} ${offsetInWords(zone, start)} – ${until} ${offsetInWords(zone, end)}, ${nameInWords(zone)}`
}
