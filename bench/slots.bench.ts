import type { SlotQuestion } from '../src/domain/availability/availability.ts'
import { isBookable } from '../src/domain/availability/is-bookable.ts'
import { listSlots } from '../src/domain/availability/list-slots.ts'

/** One measured promise. `budget` is in `unit`; a measurement without one is there to read. */
export interface Measurement {
  name: string
  value: number
  unit: string
  budget: number | null
  ok: boolean
}

/**
 * Slots of one page over 60 days with 500 busy intervals and 30-minute slots: CPU per question, and the same as a
 * ratio to a fixed piece of work in the same run, so that figures of different machines can be compared.
 */
export async function benchSlots(): Promise<Measurement[]> {
  const question = busyPage({ days: 60, busyIntervals: 500 })
  const shuffled = {
    ...question,
    busy: question.busy.toSorted((a, b) => (a.startMs % 977) - (b.startMs % 977)),
  }
  const firstSlot = answerOf(question)[0] as number

  const yardstickMs = medianCpuMs(yardstick)
  const listMs = medianCpuMs(() => answerOf(question))
  const shuffledMs = medianCpuMs(() => answerOf(shuffled))
  const bookableMs = medianCpuMs(() => isBookable(question, firstSlot))
  const absurdMs = medianCpuMs(() => answerOf(absurdPage()), { rounds: 5, perRound: 1 })

  return [
    measured('slots: 60 days, 500 busy', listMs, 'CPU ms', 2),
    measured('slots: 60 days, 500 busy, unsorted', shuffledMs, 'CPU ms', 2),
    measured('slots: one start checked, 500 busy', bookableMs, 'CPU ms', 2),
    measured('slots: 400 days, every minute, 10,000 overrides, 5,000 busy', absurdMs, 'CPU ms', 500),
    measured('slots: yardstick (JSON of 500 intervals, there and back)', yardstickMs, 'CPU ms', null),
    // Measured when the budget was set: 0.6 times the yardstick.
    measured('slots: 60 days, 500 busy', listMs / yardstickMs, 'x yardstick', 2),
  ]
}

const measured = (name: string, value: number, unit: string, budget: number | null): Measurement => ({
  name,
  value: Math.round(value * 1000) / 1000,
  unit,
  budget,
  ok: budget === null || value <= budget,
})

function answerOf(question: SlotQuestion): number[] {
  const slots = listSlots(question)
  if (!slots.ok) throw new Error(`${slots.problem.path} ${slots.problem.message}`)
  if (slots.value.length === 0) throw new Error('a benchmark of nothing: the page has no slots')
  return slots.value
}

/** Weekdays 9 to 5 in New York, over a change of clocks, for a customer in Berlin. */
function busyPage({ days, busyIntervals }: { days: number; busyIntervals: number }): SlotQuestion {
  const nowMs = Date.parse('2026-10-05T12:00:00Z')
  return {
    zone: 'America/New_York',
    customerZone: 'Europe/Berlin',
    nowMs,
    range: { from: '2026-10-05', to: isoDate(nowMs + (days - 1) * 86_400_000) },
    weekly: [1, 2, 3, 4, 5].map((day) => ({ day, start: '09:00', end: '17:00' })),
    overrides: { '2026-11-26': [], '2026-11-27': [{ start: '10:00', end: '14:00' }] },
    durationMinutes: 30,
    spacingMinutes: 30,
    grid: 'window',
    bufferBeforeMinutes: 5,
    bufferAfterMinutes: 10,
    noticeMinutes: 240,
    horizonMinutes: 180 * 1440,
    busy: Array.from({ length: busyIntervals }, (_, index) => {
      const startMs = nowMs + ((index * 173) % (days * 96)) * 900_000
      return { startMs, endMs: startMs + 1_800_000, bufferBeforeMinutes: 15, bufferAfterMinutes: 5 }
    }).toSorted((one, other) => one.startMs - other.startMs),
  }
}

function absurdPage(): SlotQuestion {
  const page = busyPage({ days: 400, busyIntervals: 5000 })
  const overrides: Record<string, { start: string; end: string }[]> = {}
  for (let day = 0; day < 10_000; day++) {
    overrides[isoDate(page.nowMs + day * 86_400_000)] = [{ start: '00:00', end: '24:00' }]
  }
  return { ...page, overrides, spacingMinutes: 1, durationMinutes: 1, horizonMinutes: null }
}

const isoDate = (ms: number) => new Date(ms).toISOString().slice(0, 10)

const intervals = Array.from({ length: 500 }, (_, index) => ({
  start: new Date(index * 3_600_000).toISOString(),
  end: new Date(index * 3_600_000 + 1_800_000).toISOString(),
}))

const yardstick = () => JSON.parse(JSON.stringify(intervals)).length as number

/** Median over rounds of the process's CPU time (both user and system) per call, warmed up. */
function medianCpuMs(work: () => unknown, { rounds = 41, perRound = 50 } = {}): number {
  for (let call = 0; call < perRound; call++) work()
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begun = process.cpuUsage()
    for (let call = 0; call < perRound; call++) work()
    const { user, system } = process.cpuUsage(begun)
    times.push((user + system) / 1000 / perRound)
  }
  times.sort((one, other) => one - other)
  return times[rounds >> 1] as number
}

if (import.meta.main) {
  const measurements = await benchSlots()
  for (const { name, value, unit, budget, ok } of measurements) {
    console.log(
      `${ok ? 'ok  ' : 'OVER'} ${name}: ${value} ${unit}${budget === null ? '' : ` (budget ${budget})`}`,
    )
  }
  if (measurements.some(({ ok }) => !ok)) process.exitCode = 1
}
