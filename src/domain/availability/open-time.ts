import { dayMs, dayOfLocalMs } from './calendar-day.ts'
import { type PlannedWindow, type SlotPlan, windowsOfDay } from './slot-plan.ts'
import { stretchAt, type ZoneOffsets, zoneOffsets } from './zone-offsets.ts'

/** Instants that are open, as stretches `[from[i], until[i])`: ascending, merged, never touching one another. */
export interface OpenTime {
  fromMs: readonly number[]
  untilMs: readonly number[]
}

/** A part of a window during which the zone keeps one offset. `local…` are wall-clock readings, see calendar-day. */
interface WindowPart {
  localFromMs: number
  localUntilMs: number
  offsetMs: number
  /** Day number of the date the window starts on. */
  day: number
  window: PlannedWindow
}

/**
 * Visits every part of every window that is open somewhere in `[fromMs, untilMs)`, cut to it.
 *
 * This is where DST lives. Windows are never converted by their ends, which may not exist or exist twice. Instead
 * each stretch of constant offset is one piece of wall clock, and the windows are cut to it: a skipped hour belongs
 * to no stretch, a repeated one to two. Parts come in ascending order of their beginning.
 */
function visitWindowParts(
  plan: SlotPlan,
  fromMs: number,
  untilMs: number,
  visit: (part: WindowPart) => void,
) {
  // The zone was checked when the plan was made.
  const offsets = zoneOffsets(plan.rules.zone, fromMs, untilMs) as ZoneOffsets
  for (let index = stretchAt(offsets, fromMs); index < offsets.fromMs.length; index++) {
    const stretchFromMs = Math.max(fromMs, offsets.fromMs[index] as number)
    const stretchUntilMs = Math.min(untilMs, offsets.fromMs[index + 1] ?? untilMs)
    if (stretchFromMs >= untilMs) return
    const offsetMs = offsets.offsetMs[index] as number
    const localFromMs = stretchFromMs + offsetMs
    const localUntilMs = stretchUntilMs + offsetMs
    // A window may reach into the day after the one it starts on, never further.
    for (let day = dayOfLocalMs(localFromMs) - 1; day * dayMs < localUntilMs; day++) {
      for (const window of windowsOfDay(plan, day)) {
        const partFromMs = Math.max(localFromMs, day * dayMs + window.startMs)
        const partUntilMs = Math.min(localUntilMs, day * dayMs + window.endMs)
        if (partFromMs < partUntilMs) {
          visit({ localFromMs: partFromMs, localUntilMs: partUntilMs, offsetMs, day, window })
        }
      }
    }
  }
}

/** The union of all windows within `[fromMs, untilMs)`. Windows that touch make one stretch. */
export function openTime(plan: SlotPlan, fromMs: number, untilMs: number): OpenTime {
  const from: number[] = []
  const until: number[] = []
  visitWindowParts(plan, fromMs, untilMs, ({ localFromMs, localUntilMs, offsetMs }) => {
    const last = until.length - 1
    const partFromMs = localFromMs - offsetMs
    const partUntilMs = localUntilMs - offsetMs
    if (last >= 0 && partFromMs <= (until[last] as number)) {
      until[last] = Math.max(until[last] as number, partUntilMs)
    } else {
      from.push(partFromMs)
      until.push(partUntilMs)
    }
  })
  return { fromMs: from, untilMs: until }
}

/**
 * The instants in `[fromMs, untilMs)` at which the grid lets a slot start, ascending and unique; undefined when there
 * are more than `most`, those of overlapping windows counted once per window.
 *
 * Steps are counted on the wall clock, from the window's start even where DST skips that very time or cuts the
 * window in two: 09:00, 09:45, 10:30 stay 09:00, 09:45, 10:30 all year. Each reading is looked for in every stretch
 * of constant offset, so one that occurs twice gives two starts and one that is skipped gives none.
 */
export function gridStarts(
  plan: SlotPlan,
  fromMs: number,
  untilMs: number,
  most: number,
): number[] | undefined {
  const { spacingMs, rules } = plan
  const starts: number[] = []
  let ascending = true
  const addSteps = (originMs: number, localFromMs: number, localUntilMs: number, offsetMs: number) => {
    const skipped = Math.max(0, Math.ceil((localFromMs - originMs) / spacingMs))
    for (let local = originMs + skipped * spacingMs; local < localUntilMs; local += spacingMs) {
      const startMs = local - offsetMs
      if (starts.length > 0 && startMs <= (starts[starts.length - 1] as number)) ascending = false
      if (starts.push(startMs) > most) return
    }
  }
  visitWindowParts(plan, fromMs, untilMs, ({ localFromMs, localUntilMs, offsetMs, day, window }) => {
    if (starts.length > most) return
    if (rules.grid === 'window') {
      addSteps(day * dayMs + window.startMs, localFromMs, localUntilMs, offsetMs)
      return
    }
    for (let midnightMs = dayOfLocalMs(localFromMs) * dayMs; midnightMs < localUntilMs; midnightMs += dayMs) {
      addSteps(midnightMs, localFromMs, Math.min(localUntilMs, midnightMs + dayMs), offsetMs)
    }
  })
  if (starts.length > most) return undefined
  return ascending ? starts : [...new Set(Float64Array.from(starts).sort())]
}

/** The windows that hold this instant, with the day number each starts on. */
export function windowsAt(plan: SlotPlan, atMs: number): { day: number; window: PlannedWindow }[] {
  const found: { day: number; window: PlannedWindow }[] = []
  visitWindowParts(plan, Math.floor(atMs), Math.floor(atMs) + 1, ({ day, window }) =>
    found.push({ day, window }),
  )
  return found
}
