/** Instants inside the program are `Date`-free: `Temporal.Instant`, or epoch milliseconds where speed counts. */
export type Instant = Temporal.Instant

export const instantOfMs = (ms: number): Instant => Temporal.Instant.fromEpochMilliseconds(ms)

/** ISO 8601 in UTC, to the second: `2026-12-01T17:00:00Z`. */
export const isoSeconds = (instant: Instant): string => instant.toString({ smallestUnit: 'second' })

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
export const presentZoneName = (zone: string): string => renamed[zone] ?? zone

/** All zones offered in lists, by their present names, `UTC` first. */
export const zoneNames = (): string[] => [
  'UTC',
  ...[...new Set([...knownZones].map(presentZoneName))].filter((zone) => zone !== 'UTC').sort(),
]

/** `+01:00`, `-03:30` at this instant. */
export const offsetOf = (instant: Instant, zone: string): string => instant.toZonedDateTimeISO(zone).offset

/** Version of the tz database in use, such as `2026c`. */
export const tzVersion = (): string => process.versions.tz ?? 'unknown'

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
