import { type BusyInterval, type SlotRules, slotLimits } from './availability.ts'
import { dayMs, minuteMs } from './calendar-day.ts'
import { gridStarts, openTime } from './open-time.ts'
import type { SlotPlan } from './slot-plan.ts'
import { stretchAt, type ZoneOffsets, zoneOffsets } from './zone-offsets.ts'

/** Instants `[fromMs, untilMs)`. */
export interface Span {
  fromMs: number
  untilMs: number
}

/**
 * The bookable starts in a span, ascending and unique; undefined when the grid has more starts there than one
 * question may ask for.
 *
 * The one place where a slot is found. The list asks for whole ranges, the check before a booking for the single
 * millisecond of its start: so what is offered is what is bookable.
 */
export function startsWithin(plan: SlotPlan, span: Span): number[] | undefined {
  const fromMs = Math.max(span.fromMs, earliestStartMs(plan.rules))
  const untilMs = Math.min(span.untilMs, Math.floor(latestStartMs(plan.rules)) + 1)
  if (fromMs >= untilMs) return []

  const starts = gridStarts(plan, fromMs, untilMs, slotLimits.startsPerQuestion)
  if (!starts) return undefined
  const open = openTime(plan, fromMs, untilMs + plan.durationMs)
  const taken = takenStarts(plan.rules, fromMs, untilMs)

  const bookable: number[] = []
  let stretch = 0
  let begun = 0
  let ended = 0
  for (const startMs of starts) {
    while (stretch < open.untilMs.length && (open.untilMs[stretch] as number) <= startMs) stretch++
    const wholeSlotIsOpen = startMs + plan.durationMs <= (open.untilMs[stretch] ?? -Infinity)
    while (begun < taken.afterMs.length && (taken.afterMs[begun] as number) < startMs) begun++
    while (ended < taken.beforeMs.length && (taken.beforeMs[ended] as number) <= startMs) ended++
    if (wholeSlotIsOpen && begun === ended) bookable.push(startMs)
  }
  return bookable
}

/** First instant that the minimum notice leaves; equality is allowed. */
export const earliestStartMs = ({ nowMs, noticeMinutes }: SlotRules): number =>
  nowMs + noticeMinutes * minuteMs

/** Last instant that the horizon reaches; equality is allowed. */
export const latestStartMs = ({ nowMs, horizonMinutes }: SlotRules): number =>
  horizonMinutes === null ? Infinity : nowMs + horizonMinutes * minuteMs

/**
 * The starts that a busy interval forbids: those after `afterMs` and before `beforeMs`, both bounds allowed.
 *
 * The slot with the page's buffers must not meet the interval, the bare slot must not meet the interval with its own
 * buffers. Both hold together exactly when the gap is the larger of the two buffers that face each other, not their
 * sum. Undefined for an interval without length: it takes no time.
 */
export function startsTakenBy(
  {
    durationMinutes,
    bufferBeforeMinutes,
    bufferAfterMinutes,
  }: Pick<SlotRules, 'durationMinutes' | 'bufferBeforeMinutes' | 'bufferAfterMinutes'>,
  busy: BusyInterval,
): { afterMs: number; beforeMs: number } | undefined {
  if (busy.endMs <= busy.startMs) return undefined
  const gapBefore = Math.max(bufferAfterMinutes, busy.bufferBeforeMinutes ?? 0)
  const gapAfter = Math.max(bufferBeforeMinutes, busy.bufferAfterMinutes ?? 0)
  return {
    afterMs: busy.startMs - (durationMinutes + gapBefore) * minuteMs,
    beforeMs: busy.endMs + gapAfter * minuteMs,
  }
}

/**
 * The bounds of all forbidden starts near the span, each list sorted on its own: a start is taken when more
 * intervals have begun before it than have ended by then, so the pairs need not be kept together.
 */
function takenStarts(rules: SlotRules, fromMs: number, untilMs: number) {
  const afterMs = new Float64Array(rules.busy.length)
  const beforeMs = new Float64Array(rules.busy.length)
  let count = 0
  for (const busy of rules.busy) {
    const taken = startsTakenBy(rules, busy)
    if (!taken || taken.beforeMs <= fromMs || taken.afterMs >= untilMs) continue
    afterMs[count] = taken.afterMs
    beforeMs[count] = taken.beforeMs
    count++
  }
  return { afterMs: afterMs.subarray(0, count).sort(), beforeMs: beforeMs.subarray(0, count).sort() }
}

/**
 * The instants whose local date in the customer's zone lies in the plan's range, ascending; everything when no range
 * was asked. More than one span where a clock is set back over midnight, so that a date is left and comes again.
 */
export function spansOfRange({ range, rules }: SlotPlan): Span[] {
  if (!range) return [{ fromMs: -Infinity, untilMs: Infinity }]
  const localFromMs = range.fromDay * dayMs
  const localUntilMs = (range.toDay + 1) * dayMs
  // No zone is a whole day away from UTC.
  const searchFromMs = localFromMs - dayMs
  const searchUntilMs = localUntilMs + dayMs
  const offsets = zoneOffsets(rules.customerZone, searchFromMs, searchUntilMs) as ZoneOffsets

  const spans: Span[] = []
  for (let index = stretchAt(offsets, searchFromMs); index < offsets.fromMs.length; index++) {
    const offsetMs = offsets.offsetMs[index] as number
    const fromMs = Math.max(offsets.fromMs[index] as number, localFromMs - offsetMs)
    const untilMs = Math.min(offsets.fromMs[index + 1] ?? Infinity, localUntilMs - offsetMs)
    if ((offsets.fromMs[index] as number) >= searchUntilMs) break
    const last = spans[spans.length - 1]
    if (fromMs >= untilMs) continue
    if (last && last.untilMs === fromMs) last.untilMs = untilMs
    else spans.push({ fromMs, untilMs })
  }
  return spans
}
