import { type Instant, offsetOf } from '#kit/time.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format costs a hundred times as much as using it. */
function formatOf(zone: string, weekday: 'short' | 'long'): Intl.DateTimeFormat {
  const key = `${weekday} ${zone}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday,
    month: 'short',
    day: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h12',
  })
  formats.set(key, made)
  return made
}

function partsOf(instant: Instant, zone: string, weekday: 'short' | 'long'): Record<string, string> {
  return Object.fromEntries(
    formatOf(zone, weekday)
      .formatToParts(instant.epochMilliseconds)
      .map(({ type, value }) => [type, value]),
  )
}

const clockOf = ({ hour, minute, dayPeriod }: Record<string, string>) => `${hour}:${minute} ${dayPeriod}`

/** "Tue, Feb 14, 2023, 11:00 AM" (product.md 2.3), or with the long weekday, "Tuesday, Feb 14, …". */
export function momentInZone(instant: Instant, zone: string, weekday: 'short' | 'long' = 'short'): string {
  const parts = partsOf(instant, zone, weekday)
  return `${parts.weekday}, ${parts.month} ${parts.day}, ${parts.year}, ${clockOf(parts)}`
}

/** "Thu, Feb 16, 2023, 10:30 AM - 11:00 AM"; an end on another day is written out. */
export function spanInZone(start: Instant, end: Instant, zone: string): string {
  const [from, to] = [partsOf(start, zone, 'short'), partsOf(end, zone, 'short')]
  const sameDay = from.day === to.day && from.month === to.month && from.year === to.year
  return `${momentInZone(start, zone)} - ${sameDay ? clockOf(to) : momentInZone(end, zone)}`
}

const names = new Map<string, Intl.DateTimeFormat>()

/** "Eastern Time (GMT-5:00)": the zone's usual name and its offset at that instant. */
export function zoneInWords(instant: Instant, zone: string): string {
  const format =
    names.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longGeneric' })
  names.set(zone, format)
  const name =
    format.formatToParts(instant.epochMilliseconds).find(({ type }) => type === 'timeZoneName')?.value ?? zone
  return `${name} (GMT${offsetOf(instant, zone).replace(/^([+-])0(\d)/, '$1$2')})`
}
