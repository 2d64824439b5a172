import { isZone } from '#kit/time.ts'
import { dayMs } from './calendar-day.ts'

/**
 * The UTC offsets of a zone as a table: stretch `i` runs from `fromMs[i]` (inclusive) to `fromMs[i + 1]`, and local
 * time in it is the instant plus `offsetMs[i]`.
 */
export interface ZoneOffsets {
  fromMs: readonly number[]
  offsetMs: readonly number[]
  coverFromMs: number
  coverUntilMs: number
}

/**
 * Tables already read. A table depends on the tz data only, so keeping it is safe in any process; the count is bound
 * because visitors name zones too, in any spelling the runtime accepts.
 */
const tables = new Map<string, ZoneOffsets>()
const tablesKept = 2000
const yearMs = 365.2425 * dayMs

/** The offsets of a zone over at least `[fromMs, untilMs)`; undefined when the runtime knows no such zone. */
export function zoneOffsets(zone: string, fromMs: number, untilMs: number): ZoneOffsets | undefined {
  const known = tables.get(zone)
  if (known && known.coverFromMs <= fromMs && known.coverUntilMs >= untilMs) return known
  if (!known && !isZone(zone)) return undefined

  const coverFromMs = Math.min(known?.coverFromMs ?? Infinity, (Math.floor(fromMs / yearMs) - 1) * yearMs)
  const coverUntilMs = Math.max(known?.coverUntilMs ?? -Infinity, (Math.ceil(untilMs / yearMs) + 2) * yearMs)
  const table = readOffsets(zone, Math.floor(coverFromMs), Math.ceil(coverUntilMs))
  if (!table) return undefined
  if (tables.size >= tablesKept) tables.clear()
  tables.set(zone, table)
  return table
}

/** Index of the stretch that `ms` lies in. The table must cover it. */
export function stretchAt({ fromMs }: ZoneOffsets, ms: number): number {
  let low = 0
  let high = fromMs.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((fromMs[middle] as number) <= ms) low = middle
    else high = middle - 1
  }
  return low
}

function readOffsets(zone: string, coverFromMs: number, coverUntilMs: number): ZoneOffsets | undefined {
  const fromMs: number[] = []
  const offsetMs: number[] = []
  let at: Temporal.ZonedDateTime | null
  try {
    at = Temporal.Instant.fromEpochMilliseconds(coverFromMs).toZonedDateTimeISO(zone)
  } catch {
    // A few names pass Intl and not Temporal ("Factory").
    return undefined
  }
  while (at && at.epochMilliseconds < coverUntilMs) {
    const offset = at.offsetNanoseconds / 1_000_000
    if (offset !== offsetMs[offsetMs.length - 1]) {
      fromMs.push(at.epochMilliseconds)
      offsetMs.push(offset)
    }
    at = at.getTimeZoneTransition('next')
  }
  return { fromMs, offsetMs, coverFromMs, coverUntilMs }
}
