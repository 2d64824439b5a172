import type { SlotQuestion } from './availability.ts'
import { listSlots } from './list-slots.ts'

/** A question about one day in UTC, open all day, hourly, with nothing in the way: tests change what they are about. */
export const question = (changes: Partial<SlotQuestion> = {}): SlotQuestion => ({
  zone: 'UTC',
  customerZone: changes.zone ?? 'UTC',
  nowMs: at('1990-01-01T00:00:00Z'),
  range: { from: '2026-06-01', to: '2026-06-01' },
  weekly: everyDay('00:00', '24:00'),
  overrides: {},
  durationMinutes: 60,
  spacingMinutes: 60,
  grid: 'window',
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  noticeMinutes: 0,
  horizonMinutes: null,
  busy: [],
  ...changes,
})

export const everyDay = (start: string, end: string, endsNextDay = false) =>
  [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, start, end, endsNextDay }))

export const on = (date: string) => ({ from: date, to: date })

export const at = (instant: string) => Temporal.Instant.from(instant).epochMilliseconds

/** The listed starts as `2026-06-01T09:00Z`. */
export function starts(changes: Partial<SlotQuestion>): string[] {
  const slots = listSlots(question(changes))
  if (!slots.ok) throw new Error(`refused: ${slots.problem.path} ${slots.problem.message}`)
  return slots.value.map((ms) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toString({ smallestUnit: 'minute' }),
  )
}
