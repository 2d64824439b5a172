import type { AvailabilityProblem, OpenWindow, WeeklyWindow } from './availability.ts'
import { planSlots } from './slot-plan.ts'

/** More than these is a mistake, or an attack on everybody who looks at the page. */
export const hoursLimits = { windowsPerDay: 12, overrides: 1_000 } as const

/** What is wrong with hours that somebody wants to keep, or undefined: `weekly[0].end`, `overrides["2026-12-24"][0].start`. */
export function hoursProblem(hours: {
  weekly: readonly WeeklyWindow[]
  overrides: Readonly<Record<string, readonly OpenWindow[]>>
}): AvailabilityProblem | undefined {
  const bad = (path: string, message: string): AvailabilityProblem => ({
    code: 'bad-slot-rules',
    path,
    message,
  })
  const dates = Object.keys(hours.overrides)
  if (dates.length > hoursLimits.overrides)
    return bad('overrides', `has ${dates.length} dates; at most ${hoursLimits.overrides} can be kept`)
  for (const day of [1, 2, 3, 4, 5, 6, 7])
    if (hours.weekly.filter((window) => window.day === day).length > hoursLimits.windowsPerDay)
      return bad('weekly', `has more than ${hoursLimits.windowsPerDay} windows on one day`)
  for (const date of dates)
    if ((hours.overrides[date]?.length ?? 0) > hoursLimits.windowsPerDay)
      return bad(`overrides["${date}"]`, `has more than ${hoursLimits.windowsPerDay} windows`)
  const planned = planSlots({
    ...hours,
    zone: 'UTC',
    customerZone: 'UTC',
    nowMs: 0,
    durationMinutes: 1,
    spacingMinutes: 1,
    grid: 'clock',
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    noticeMinutes: 0,
    horizonMinutes: null,
    busy: [],
  })
  return planned.ok ? undefined : planned.problem
}
