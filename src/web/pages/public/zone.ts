import { type ZoneOffsets, zoneOffsets } from '#domain/availability/zone-offsets.ts'
import { isZone, presentZoneName, zoneNames } from '#kit/time.ts'

/** By lower-cased name. Only names that exist are kept, so visitors cannot make it grow beyond the tz database. */
const known = new Map<string, string>()

/** The zone that a visitor, or a browser, names in any spelling; undefined when there is none of that name. */
export function parseZone(text: string | null | undefined): string | undefined {
  if (!text || text.length > 64) return undefined
  const key = text.toLowerCase()
  const found = known.get(key)
  if (found) return found
  if (!isZone(text)) return undefined
  try {
    const name = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId
    const zone = presentZoneName(name)
    known.set(key, zone)
    return zone
  } catch {
    // A few names pass Intl and not Temporal ("Factory").
    return undefined
  }
}

/** Zones to choose from, by region in the order of their names; `UTC` on its own first. */
export const zonesByRegion: readonly { region: string; zones: readonly string[] }[] = (() => {
  const regions = new Map<string, string[]>()
  for (const name of zoneNames()) {
    const region = name.includes('/') ? name.slice(0, name.indexOf('/')) : ''
    regions.set(region, [...(regions.get(region) ?? []), name])
  }
  return [...regions]
    .map(([region, zones]) => ({ region, zones }))
    .sort((one, other) => (one.region < other.region ? -1 : 1))
})()

/** Reads the wall clock of a zone by arithmetic: a month of slots is hundreds of readings. */
export interface WallClock {
  zone: string
  /** Wall-clock reading, counted in milliseconds as if it were UTC. */
  localMs(ms: number): number
  offsetMs(ms: number): number
}

/** @throws RangeError when there is no such zone; give it what `parseZone` returned. */
export function wallClock(zone: string, aroundMs: number): WallClock {
  const yearMs = 366 * 86_400_000
  const table = zoneOffsets(zone, aroundMs - yearMs, aroundMs + yearMs)
  if (!table) throw new RangeError(`No such time zone: ${zone}`)
  let offsets: ZoneOffsets = table
  let at = 0
  const offsetMs = (ms: number): number => {
    if (ms < offsets.coverFromMs || ms >= offsets.coverUntilMs) {
      offsets = zoneOffsets(zone, ms, ms + 1) as ZoneOffsets
      at = 0
    }
    // Readings come mostly in order, so the stretch of the last one is nearly always right.
    while (at > 0 && ms < (offsets.fromMs[at] as number)) at--
    while (at + 1 < offsets.fromMs.length && ms >= (offsets.fromMs[at + 1] as number)) at++
    return offsets.offsetMs[at] as number
  }
  return { zone, offsetMs, localMs: (ms) => ms + offsetMs(ms) }
}
