import { ok, type Result, refuse } from '#kit/result.ts'
import {
  type AvailabilityProblem,
  type DateRange,
  type OpenWindow,
  type SlotRules,
  slotLimits,
} from './availability.ts'
import { dayMs, dayOfDate, minuteMs, minutesOfWallTime, weekdayOfDay } from './calendar-day.ts'
import { zoneOffsets } from './zone-offsets.ts'

/** A window with its bounds in milliseconds after midnight of the date it starts on (up to two days). */
export interface PlannedWindow {
  startMs: number
  endMs: number
  window: OpenWindow
}

/** Checked rules, ready for arithmetic. The days of `range` are day numbers; undefined when no range was asked. */
export interface SlotPlan {
  rules: SlotRules
  /** Index 1 to 7, Monday first; windows by their start. */
  weekly: readonly (readonly PlannedWindow[])[]
  overrides: ReadonlyMap<number, readonly PlannedWindow[]>
  range: { fromDay: number; toDay: number } | undefined
  durationMs: number
  spacingMs: number
}

const firstDay = dayOfDate(`${slotLimits.firstYear}-01-01`) as number
const lastDay = dayOfDate(`${slotLimits.lastYear}-12-31`) as number
export const firstMs = firstDay * dayMs
export const lastMs = (lastDay + 1) * dayMs

/** Checks the rules and turns them into numbers, or names the first member that makes no sense. */
export function planSlots(rules: SlotRules & { range?: DateRange }): Result<SlotPlan, AvailabilityProblem> {
  for (const member of ['zone', 'customerZone'] as const) {
    if (!zoneOffsets(rules[member], 0, 0))
      return bad(member, `"${rules[member]}" is not a known IANA time zone`)
  }
  for (const member of ['durationMinutes', 'spacingMinutes'] as const) {
    if (!isMinutes(rules[member], 1)) return bad(member, 'must be a whole number of minutes, at least 1')
  }
  for (const member of ['bufferBeforeMinutes', 'bufferAfterMinutes', 'noticeMinutes'] as const) {
    if (!isMinutes(rules[member], 0)) return bad(member, 'must be a whole number of minutes, at least 0')
  }
  if (rules.horizonMinutes !== null && !isMinutes(rules.horizonMinutes, 0)) {
    return bad('horizonMinutes', 'must be null or a whole number of minutes, at least 0')
  }
  if (rules.grid !== 'window' && rules.grid !== 'clock') return bad('grid', 'must be "window" or "clock"')
  if (!Number.isFinite(rules.nowMs)) return bad('nowMs', 'must be an instant in epoch milliseconds')

  const range = rules.range && planRange(rules.range)
  if (range && !range.ok) return range
  const weekly = planWeekly(rules)
  if (!weekly.ok) return weekly
  const overrides = planOverrides(rules)
  if (!overrides.ok) return overrides
  const badBusy = findBadBusy(rules)
  if (badBusy) return refuse(badBusy)

  return ok({
    rules,
    weekly: weekly.value,
    overrides: overrides.value,
    range: range?.value,
    durationMs: rules.durationMinutes * minuteMs,
    spacingMs: rules.spacingMinutes * minuteMs,
  })
}

/** The windows that start on a day: the date's override where there is one, else the weekday's. */
export const windowsOfDay = ({ overrides, weekly }: SlotPlan, day: number): readonly PlannedWindow[] =>
  overrides.get(day) ?? (weekly[weekdayOfDay(day)] as readonly PlannedWindow[])

function planRange({ from, to }: DateRange): Result<{ fromDay: number; toDay: number }, AvailabilityProblem> {
  const fromDay = dayOfDate(from)
  if (fromDay === undefined || fromDay < firstDay || fromDay > lastDay) return bad('range.from', datesAllowed)
  const toDay = dayOfDate(to)
  if (toDay === undefined || toDay < firstDay || toDay > lastDay) return bad('range.to', datesAllowed)
  if (toDay < fromDay) return bad('range.to', `${to} is before range.from (${from})`)
  const days = toDay - fromDay + 1
  if (days > slotLimits.rangeDays) {
    return bad('range', `covers ${days} days; at most ${slotLimits.rangeDays} can be asked at once`)
  }
  return ok({ fromDay, toDay })
}

const datesAllowed = `must be a date (YYYY-MM-DD) in the years ${slotLimits.firstYear} to ${slotLimits.lastYear}`

function planWeekly({ weekly }: SlotRules): Result<PlannedWindow[][], AvailabilityProblem> {
  const byWeekday: PlannedWindow[][] = [[], [], [], [], [], [], [], []]
  for (const [index, window] of weekly.entries()) {
    if (!Number.isInteger(window.day) || window.day < 1 || window.day > 7) {
      return bad(`weekly[${index}].day`, 'must be 1 (Monday) to 7 (Sunday)')
    }
    const planned = planWindow(window, `weekly[${index}]`)
    if (!planned.ok) return planned
    byWeekday[window.day]?.push(planned.value)
  }
  for (const windows of byWeekday) windows.sort(byStart)
  return ok(byWeekday)
}

function planOverrides({ overrides }: SlotRules): Result<Map<number, PlannedWindow[]>, AvailabilityProblem> {
  const byDay = new Map<number, PlannedWindow[]>()
  for (const date of Object.keys(overrides)) {
    const day = dayOfDate(date)
    if (day === undefined) return bad(`overrides["${date}"]`, 'must be named by a date (YYYY-MM-DD)')
    const windows: PlannedWindow[] = []
    for (const [index, window] of (overrides[date] ?? []).entries()) {
      const planned = planWindow(window, `overrides["${date}"][${index}]`)
      if (!planned.ok) return planned
      windows.push(planned.value)
    }
    byDay.set(day, windows.sort(byStart))
  }
  return ok(byDay)
}

function planWindow(window: OpenWindow, path: string): Result<PlannedWindow, AvailabilityProblem> {
  const start = minutesOfWallTime(window.start)
  if (start === undefined || start === 1440) return bad(`${path}.start`, 'must be a time "00:00" to "23:59"')
  const end = minutesOfWallTime(window.end)
  if (end === undefined) return bad(`${path}.end`, 'must be a time "00:00" to "24:00"')
  const endMs = end * minuteMs + (window.endsNextDay ? dayMs : 0)
  if (endMs <= start * minuteMs) {
    return bad(
      `${path}.end`,
      `${window.end} is not after ${window.start}; a window over midnight says endsNextDay`,
    )
  }
  return ok({ startMs: start * minuteMs, endMs, window })
}

function findBadBusy({ busy }: SlotRules): AvailabilityProblem | undefined {
  for (let index = 0; index < busy.length; index++) {
    const { startMs, endMs, bufferBeforeMinutes, bufferAfterMinutes } = busy[
      index
    ] as SlotRules['busy'][number]
    if (!Number.isFinite(startMs) || !Number.isFinite(endMs)) {
      return problem(`busy[${index}]`, 'must start and end at instants in epoch milliseconds')
    }
    if (endMs < startMs) return problem(`busy[${index}].end`, 'must not be before its start')
    for (const [member, minutes] of [
      ['bufferBeforeMinutes', bufferBeforeMinutes],
      ['bufferAfterMinutes', bufferAfterMinutes],
    ] as const) {
      if (minutes !== undefined && !isMinutes(minutes, 0)) {
        return problem(`busy[${index}].${member}`, 'must be a whole number of minutes, at least 0')
      }
    }
  }
  return undefined
}

const byStart = (one: PlannedWindow, other: PlannedWindow) => one.startMs - other.startMs

const isMinutes = (value: number, least: number) => Number.isSafeInteger(value) && value >= least

const problem = (path: string, message: string): AvailabilityProblem => ({
  code: 'bad-slot-rules',
  path,
  message,
})

const bad = (path: string, message: string) => refuse(problem(path, message))
