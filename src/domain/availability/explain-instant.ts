import { ok, type Result } from '#kit/result.ts'
import type { AvailabilityProblem, BusyInterval, DateRange, OpenWindow, SlotRules } from './availability.ts'
import { dateOfDay, dayMs, dayOfLocalMs, minuteMs } from './calendar-day.ts'
import { planOffers } from './is-bookable.ts'
import { gridStarts, openTime, windowsAt } from './open-time.ts'
import { firstMs, lastMs, planSlots, type SlotPlan, windowsOfDay } from './slot-plan.ts'
import { earliestStartMs, latestStartMs, spansOfRange, startsTakenBy } from './slot-search.ts'
import { stretchAt, type ZoneOffsets, zoneOffsets } from './zone-offsets.ts'

/** Where a window comes from: the week, or the override of the date it starts on. */
export interface WindowFact {
  rule: 'weekly-window' | 'override-window'
  date: string
  window: OpenWindow
}

/** Why no slot may start at an instant, with the facts that a person needs to believe it. */
export type ClosingRule =
  /** The date has no window around this time: neither the week's own nor one from the day before. */
  | { rule: 'outside-weekly-windows'; date: string; windows: OpenWindow[] }
  /** An override took the place of the week's windows on this date; with no windows it closes the day. */
  | { rule: 'date-override'; date: string; windows: OpenWindow[] }
  /** Open, but no starting time. The neighbours are the nearest ones in open time, within a day. */
  | { rule: 'starting-times'; previousMs: number | undefined; nextMs: number | undefined }
  /** The slot would run on after the open time has ended. */
  | { rule: 'slot-outlasts-open-time'; endMs: number; openUntilMs: number }
  /** The local date in the customer's zone is not among the dates asked for. */
  | { rule: 'date-range'; date: string }
  | { rule: 'minimum-notice'; earliestMs: number }
  | { rule: 'horizon'; latestMs: number }
  /** The slot itself meets busy time. */
  | { rule: 'busy'; busy: BusyInterval }
  /** Only the buffers meet: `gapMinutes` must stay free between the slot and this interval, the larger of the two. */
  | { rule: 'buffer'; busy: BusyInterval; side: 'before-slot' | 'after-slot'; gapMinutes: number }

export interface Explanation {
  atMs: number
  /** The same answer as `isBookable`. */
  bookable: boolean
  /** The windows the instant lies in; at least one when it is bookable. */
  openedBy: WindowFact[]
  /** Every rule that closes it, the most basic first; empty when it is bookable. */
  closedBy: ClosingRule[]
}

/**
 * Says which rules open or close an instant as the start of a slot.
 *
 * It asks the same parts that the list is made of, so it never contradicts the list. Refuses like `listSlots`, and an
 * instant outside the years of `slotLimits`.
 */
export function explainInstant(
  question: SlotRules & { range?: DateRange },
  atMs: number,
): Result<Explanation, AvailabilityProblem> {
  const plan = planSlots(question)
  if (!plan.ok) return plan
  if (!Number.isFinite(atMs) || atMs < firstMs || atMs >= lastMs) {
    return {
      ok: false,
      problem: { code: 'bad-slot-rules', path: 'instant', message: 'lies outside the years 1900 to 2199' },
    }
  }
  const windows = windowsAt(plan.value, atMs)
  return ok({
    atMs,
    bookable: planOffers(plan.value, atMs),
    openedBy: windows.map(({ day, window }) => ({
      rule: plan.value.overrides.has(day) ? 'override-window' : 'weekly-window',
      date: dateOfDay(day),
      window: window.window,
    })),
    closedBy: [
      ...(windows.length === 0 ? [missingWindow(plan.value, atMs)] : closedWithinWindow(plan.value, atMs)),
      ...outsideAskedTime(plan.value, atMs),
      ...meetsBusyTime(plan.value.rules, atMs),
    ],
  })
}

function missingWindow(plan: SlotPlan, atMs: number): ClosingRule {
  const day = localDay(plan.rules.zone, atMs)
  return {
    rule: plan.overrides.has(day) ? 'date-override' : 'outside-weekly-windows',
    date: dateOfDay(day),
    windows: windowsOfDay(plan, day).map(({ window }) => window),
  }
}

function closedWithinWindow(plan: SlotPlan, atMs: number): ClosingRule[] {
  const closing: ClosingRule[] = []
  if (gridStarts(plan, atMs, atMs + 1, Infinity)?.[0] !== atMs) {
    const near = gridStarts(plan, atMs - dayMs, atMs + dayMs, Infinity) ?? []
    closing.push({
      rule: 'starting-times',
      previousMs: near.findLast((startMs) => startMs < atMs),
      nextMs: near.find((startMs) => startMs > atMs),
    })
  }
  const endMs = atMs + plan.durationMs
  const openUntilMs = openTime(plan, atMs, endMs).untilMs[0] as number
  if (openUntilMs < endMs) closing.push({ rule: 'slot-outlasts-open-time', endMs, openUntilMs })
  return closing
}

function outsideAskedTime(plan: SlotPlan, atMs: number): ClosingRule[] {
  const closing: ClosingRule[] = []
  if (!spansOfRange(plan).some(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)) {
    closing.push({ rule: 'date-range', date: dateOfDay(localDay(plan.rules.customerZone, atMs)) })
  }
  const earliestMs = earliestStartMs(plan.rules)
  if (atMs < earliestMs) closing.push({ rule: 'minimum-notice', earliestMs })
  const latestMs = latestStartMs(plan.rules)
  if (atMs > latestMs) closing.push({ rule: 'horizon', latestMs })
  return closing
}

function meetsBusyTime(rules: SlotRules, atMs: number): ClosingRule[] {
  const endMs = atMs + rules.durationMinutes * minuteMs
  return rules.busy.flatMap((busy): ClosingRule[] => {
    const taken = startsTakenBy(rules, busy)
    if (!taken || atMs <= taken.afterMs || atMs >= taken.beforeMs) return []
    if (busy.startMs < endMs && atMs < busy.endMs) return [{ rule: 'busy', busy }]
    return busy.endMs <= atMs
      ? [{ rule: 'buffer', busy, side: 'before-slot', gapMinutes: (taken.beforeMs - busy.endMs) / minuteMs }]
      : [
          {
            rule: 'buffer',
            busy,
            side: 'after-slot',
            gapMinutes: (busy.startMs - taken.afterMs) / minuteMs - rules.durationMinutes,
          },
        ]
  })
}

function localDay(zone: string, atMs: number): number {
  const offsets = zoneOffsets(zone, atMs, atMs + 1) as ZoneOffsets
  return dayOfLocalMs(atMs + (offsets.offsetMs[stretchAt(offsets, atMs)] as number))
}
