import type { Instant } from '#kit/time.ts'

const time = { hour: 'numeric', minute: '2-digit' } as const
const shapes = {
  time,
  moment: { weekday: 'short', month: 'short', day: 'numeric', year: 'numeric', ...time },
} as const

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format costs a hundred times as much as using it. */
function formatOf(zone: string, shape: keyof typeof shapes): Intl.DateTimeFormat {
  const key = `${shape} ${zone}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, ...shapes[shape] })
  formats.set(key, format)
  return format
}

const inWords = (instant: Instant, zone: string, shape: keyof typeof shapes): string =>
  // ICU puts narrow spaces before AM, which plain-text mails show badly.
  formatOf(zone, shape)
    .format(instant.epochMilliseconds)
    .replace(/[\u2009\u202f]/g, ' ')

/** `Thu, Dec 3, 2026, 2:30 PM` */
export const momentInWords = (instant: Instant, zone: string): string => inWords(instant, zone, 'moment')

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
    ? inWords(end, zone, 'time')
    : momentInWords(end, zone)
  return from.offset === to.offset
    ? `${momentInWords(start, zone)} – ${until}, ${zoneInWords(zone, start)}`
    : `${momentInWords(start, zone)} ${offsetInWords(zone, start)} – ${until} ${offsetInWords(zone, end)}, ${nameInWords(zone)}`
}
