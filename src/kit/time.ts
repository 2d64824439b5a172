/** Instants inside the program are `Date`-free: `Temporal.Instant`, or epoch milliseconds where speed counts. */
export type Instant = Temporal.Instant

export const instantOfMs = (ms: number): Instant => Temporal.Instant.fromEpochMilliseconds(ms)

/** ISO 8601 in UTC, to the second: `2026-12-01T17:00:00Z`. */
export const isoSeconds = (instant: Instant): string => instant.toString({ smallestUnit: 'second' })

/** ISO 8601 in UTC, to the millisecond: `2026-12-01T17:00:00.000Z`. */
export const isoMilliseconds = (instant: Instant): string => instant.toString({ smallestUnit: 'millisecond' })

/** ISO 8601 with the zone's offset, to the second: `2026-12-01T18:00:00+01:00`. */
export const isoInZone = (instant: Instant, zone: string): string =>
  instant
    .toZonedDateTimeISO(zone)
    .toString({ smallestUnit: 'second', timeZoneName: 'never', calendarName: 'never' })

const knownZones = new Set(Intl.supportedValuesOf('timeZone'))

/** True for an IANA zone name this runtime knows, links such as `Asia/Calcutta` included; offsets are no zones. */
export function isZone(text: string): boolean {
  if (knownZones.has(text) || text === 'UTC') return true
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,63}$/.test(text)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}

/** Names that runtimes list under their former spelling. Browsers send either; people look for the newer one. */
const renamed: Record<string, string> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
}

/** The name of a zone as people know it today: `Asia/Kolkata` for `Asia/Calcutta`. */
export const presentZoneName = (zone: string): string => presentZoneNameAmong(zone, isZone)

/** The same where only some names are known: tz data older than a new name (ICU_TIMEZONE_FILES_DIR) keeps the former one. */
export function presentZoneNameAmong(zone: string, isKnown: (name: string) => boolean): string {
  const present = renamed[zone]
  return present !== undefined && isKnown(present) ? present : zone
}

/** All zones offered in lists, by their present names, `UTC` first. */
export const zoneNames = (): string[] => [
  'UTC',
  ...[...new Set([...knownZones].map(presentZoneName))].filter((zone) => zone !== 'UTC').sort(),
]

/** `+01:00`, `-03:30` at this instant. */
export const offsetOf = (instant: Instant, zone: string): string => instant.toZonedDateTimeISO(zone).offset

/** Version of the tz database in use, such as `2026c`. */
export const tzVersion = (): string => process.versions.tz ?? 'unknown'

/** Release dates of the tz database (iana.org/time-zones). A version newer than all of these is taken to be as old as the last. */
const tzReleases: [string, string][] = [
  ['2024a', '2024-02-01'],
  ['2024b', '2024-09-04'],
  ['2025a', '2025-01-15'],
  ['2025b', '2025-03-22'],
  ['2025c', '2025-12-10'],
  ['2026a', '2026-03-01'],
  ['2026b', '2026-04-22'],
  ['2026c', '2026-07-08'],
  ['2026e', '2026-09-29'],
  ['2026f', '2026-10-28'],
]

/** The day a tz version was released, or the latest earlier release known here; undefined for older ones. */
export const tzReleasedOn = (version: string): string | undefined =>
  /^\d{4}[a-z]+$/.test(version) ? tzReleases.findLast(([name]) => name <= version)?.[1] : undefined

/** A sentence when the tz data in use is older than 90 days, or of unknown age. */
export function tzWarning(now: Instant, version: string = tzVersion()): string | undefined {
  const advice =
    'Rules of zones change several times a year: update Node, or point ICU_TIMEZONE_FILES_DIR at newer files (operator guide).'
  const released = tzReleasedOn(version)
  if (released === undefined) return `The time-zone data (${version}) is of unknown age. ${advice}`
  const days = Math.floor(
    Temporal.Instant.from(`${released}T00:00:00Z`).until(now).total({ unit: 'hours' }) / 24,
  )
  return days > 90 ? `The time-zone data (${version}) is ${days} days old. ${advice}` : undefined
}

/** Reads an ISO 8601 instant that names its offset (`Z` or `+01:00`); anything else is undefined. */
export function parseInstant(text: string): Instant | undefined {
  if (text.length > 40) return undefined
  try {
    return Temporal.Instant.from(text)
  } catch {
    return undefined
  }
}

/** Reads a calendar date `2026-12-01`; anything else is undefined. */
export function parseDate(text: string): Temporal.PlainDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return undefined
  }
}
