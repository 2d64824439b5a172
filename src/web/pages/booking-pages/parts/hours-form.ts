import { z } from 'zod'
import { sentence } from './edit-words.ts'

/** One stretch as people type it: wall-clock times. An end of 00:00 is midnight, an end before the start is on the next day. */
export interface TypedRange {
  start: string
  end: string
}

/** What the hours editor works on. */
export interface TypedHours {
  /** Index 0 is Monday. */
  days: TypedRange[][]
  dates: { date: string; ranges: TypedRange[] }[]
}

interface Window {
  start: string
  end: string
  endsNextDay?: boolean | undefined
}

interface Hours {
  weekly: (Window & { day: number })[]
  overrides: Record<string, Window[]>
}

export const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const typed = ({ start, end }: Window): TypedRange => ({ start, end: end === '24:00' ? '00:00' : end })

const stored = ({ start, end }: TypedRange): Window =>
  end === '00:00'
    ? { start, end: '24:00' }
    : end <= start
      ? { start, end, endsNextDay: true }
      : { start, end }

/** True when the range ends on the day after. */
export const endsNextDay = (range: TypedRange): boolean => stored(range).endsNextDay === true

export const typedHours = ({ weekly, overrides }: Hours): TypedHours => ({
  days: dayNames.map((_, index) =>
    weekly
      .filter(({ day }) => day === index + 1)
      .map(typed)
      .sort((one, other) => (one.start < other.start ? -1 : 1)),
  ),
  dates: Object.entries(overrides)
    .map(([date, windows]) => ({ date, ranges: windows.map(typed) }))
    .sort((one, other) => (one.date < other.date ? -1 : 1)),
})

export const storedHours = ({ days, dates }: TypedHours): Hours => ({
  weekly: days.flatMap((ranges, index) => ranges.map((range) => ({ day: index + 1, ...stored(range) }))),
  overrides: Object.fromEntries(dates.map(({ date, ranges }) => [date, ranges.map(stored)])),
})

const Range = z.object({ start: z.string(), end: z.string() })
const TypedHoursShape = z.object({
  days: z.array(z.array(Range)).length(7),
  dates: z.array(z.object({ date: z.string(), ranges: z.array(Range) })).max(20_000),
})

/** The `hours` field of a form. What the times mean is checked by the verb that stores them. */
export const HoursField = z.string('The hours are missing.').transform((text, context): Hours => {
  try {
    return storedHours(TypedHoursShape.parse(JSON.parse(text)))
  } catch {
    context.addIssue('These hours could not be read. Load the page anew and try again.')
    return z.NEVER
  }
})

/** One sentence for each day or date (`Wednesday`, `2026-12-24`) whose hours have to be changed; what is about none of them, for the form. */
export function problemsOfHours(
  wrong: readonly { field: string; message: string }[],
  hours: Hours,
): Record<string, string> {
  const problems: Record<string, string> = {}
  for (const { field, message } of wrong) {
    const place = placeOfHours(field, hours)
    if (dayNames.includes(place) || place in hours.overrides) problems[place] ??= sentence(message)
    else problems.form ??= `${place}: ${sentence(message)}`
  }
  return problems
}

/** `weekly[2].end` becomes `Wednesday`, `overrides["2026-12-24"]` that date. */
export function placeOfHours(field: string, hours: Hours): string {
  const index = /^weekly\[(\d+)\]/.exec(field)?.[1]
  const day = index === undefined ? undefined : hours.weekly[Number(index)]?.day
  if (day !== undefined) return dayNames[day - 1] ?? 'Weekly hours'
  const date = /^overrides\["(.*?)"\]/.exec(field)?.[1]
  return date ?? (field.startsWith('overrides') ? 'Dates' : 'Weekly hours')
}
