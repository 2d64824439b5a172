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

/** All zones offered in lists, `UTC` first. */
export const zoneNames = (): string[] => ['UTC', ...[...knownZones].filter((zone) => zone !== 'UTC').sort()]

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
