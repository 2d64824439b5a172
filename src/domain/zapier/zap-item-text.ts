import { type Instant, offsetOf } from '#kit/time.ts'

type Parts = Readonly<Record<string, string>>

/** As many instants as one item and its neighbours name. */
const mostRemembered = 32

/**
 * A format, as the parts of an instant by their kind. An item names the same instants in many ways, and goes to many Zaps: the last few
 * are remembered.
 */
function partsBy(options: Intl.DateTimeFormatOptions): (instant: Instant) => Parts {
  const format = new Intl.DateTimeFormat('en-US', options)
  const remembered = new Map<number, Parts>()
  return ({ epochMilliseconds }) => {
    const known = remembered.get(epochMilliseconds)
    if (known) return known
    const parts = Object.fromEntries(
      format.formatToParts(epochMilliseconds).map(({ type, value }) => [type, value]),
    )
    if (remembered.size >= mostRemembered) remembered.clear()
    remembered.set(epochMilliseconds, parts)
    return parts
  }
}

const formats = new Map<string, (instant: Instant) => Parts>()

/** Making a format costs a hundred times as much as using it. */
function partsOf(instant: Instant, zone: string, weekday: 'short' | 'long'): Parts {
  const key = `${weekday} ${zone}`
  const format =
    formats.get(key) ??
    partsBy({
      timeZone: zone,
      weekday,
      month: 'short',
      day: '2-digit',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h12',
    })
  formats.set(key, format)
  return format(instant)
}

const clockOf = ({ hour, minute, dayPeriod }: Parts) => `${hour}:${minute} ${dayPeriod}`

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

const names = new Map<string, (instant: Instant) => Parts>()

/** "Eastern Time (GMT-5:00)": the zone's usual name and its offset at that instant. */
export function zoneInWords(instant: Instant, zone: string): string {
  const format = names.get(zone) ?? partsBy({ timeZone: zone, timeZoneName: 'longGeneric' })
  names.set(zone, format)
  const name = format(instant).timeZoneName ?? zone
  return `${name} (GMT${offsetOf(instant, zone).replace(/^([+-])0(\d)/, '$1$2')})`
}
