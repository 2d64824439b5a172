import type { Instant } from '#kit/time.ts'

const inWords = (instant: Instant, zone: string, options: Intl.DateTimeFormatOptions): string =>
  // ICU puts narrow spaces before AM, which plain-text mails show badly.
  instant.toLocaleString('en-US', { timeZone: zone, ...options }).replace(/[\u2009\u202f]/g, ' ')

const day = { weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' } as const
const time = { hour: 'numeric', minute: '2-digit' } as const

/** `Thu, Dec 3, 2026, 2:30 PM` */
export const momentInWords = (instant: Instant, zone: string): string =>
  inWords(instant, zone, { ...day, ...time })

/** `Europe/Berlin (GMT+1:00)`, with the offset that holds at this instant. */
export function zoneInWords(zone: string, instant: Instant): string {
  const { offset } = instant.toZonedDateTimeISO(zone)
  return `${zone.replaceAll('_', ' ')} (GMT${offset.replace(/^([+-])0(\d)/, '$1$2')})`
}

/** `Thu, Dec 3, 2026, 2:30 PM – 3:00 PM, Europe/Berlin (GMT+1:00)`; an end on another day names it. */
export function spanInWords(start: Instant, end: Instant, zone: string): string {
  const isSameDay = start
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .equals(end.toZonedDateTimeISO(zone).toPlainDate())
  const until = isSameDay ? inWords(end, zone, time) : momentInWords(end, zone)
  return `${momentInWords(start, zone)} – ${until}, ${zoneInWords(zone, start)}`
}
