import type { OpenWindow, SlotQuestion } from './availability.ts'

/**
 * A second, slow and simple-minded answer to `listSlots`, to hold the quick one against.
 *
 * It walks the range minute by minute, asks Temporal for the local time of each minute and reads the rules word for
 * word. It shares no code with the implementation (types only) and knows nothing of transitions, stretches or sorting.
 * It sees starts on whole UTC minutes only, so it serves zones whose offset is whole minutes (all of them since 1972).
 */
export function walkSlots(question: SlotQuestion): number[] {
  const { range, nowMs, noticeMinutes, horizonMinutes } = question
  const firstMinute = Date.parse(`${range.from}T00:00Z`) / minute - 16 * 60
  const lastMinute = Date.parse(`${range.to}T00:00Z`) / minute + (24 + 16) * 60

  const pageReadings = readings(question.zone)
  const customerReadings = readings(question.customerZone)
  const openMinutes = new Map<number, boolean>()
  const isOpen = (at: number) => {
    let open = openMinutes.get(at)
    if (open === undefined) {
      open = windowsHolding(question, pageReadings(at)).length > 0
      openMinutes.set(at, open)
    }
    return open
  }
  const wholeSlotIsOpen = (at: number) => {
    for (let inside = at; inside < at + question.durationMinutes; inside++) if (!isOpen(inside)) return false
    return true
  }

  const slots: number[] = []
  for (let at = firstMinute; at <= lastMinute; at++) {
    const startMs = at * minute
    if (startMs < nowMs + noticeMinutes * minute) continue
    if (horizonMinutes !== null && startMs > nowMs + horizonMinutes * minute) continue
    if (!isOpen(at) || !isStartingTime(question, pageReadings(at))) continue
    const customerDate = customerReadings(at).date
    if (customerDate < range.from || customerDate > range.to) continue
    if (meetsBusy(question, startMs) || !wholeSlotIsOpen(at)) continue
    slots.push(startMs)
  }
  return slots
}

const minute = 60_000

interface Reading {
  date: string
  minutes: number
}

/** Local readings of one zone by UTC minute, each asked once. */
function readings(zone: string): (at: number) => Reading {
  const known = new Map<number, Reading>()
  return (at) => {
    let reading = known.get(at)
    if (!reading) {
      const local = Temporal.Instant.fromEpochMilliseconds(at * minute)
        .toZonedDateTimeISO(zone)
        .toPlainDateTime()
      const pad = (value: number) => (value < 10 ? `0${value}` : `${value}`)
      reading = {
        date: `${local.year}-${pad(local.month)}-${pad(local.day)}`,
        minutes: local.hour * 60 + local.minute,
      }
      known.set(at, reading)
    }
    return reading
  }
}

/** The windows open at this reading, each with the minutes since its start by the wall clock. */
function windowsHolding(question: SlotQuestion, { date, minutes }: Reading): { sinceStart: number }[] {
  const holding: { sinceStart: number }[] = []
  for (const window of windowsStartingOn(question, date)) {
    const end = window.endsNextDay ? minutesOf(window.end) + 1440 : minutesOf(window.end)
    if (minutes >= minutesOf(window.start) && minutes < end) {
      holding.push({ sinceStart: minutes - minutesOf(window.start) })
    }
  }
  for (const window of windowsStartingOn(question, dayBefore(date))) {
    if (window.endsNextDay && minutes < minutesOf(window.end)) {
      holding.push({ sinceStart: minutes + 1440 - minutesOf(window.start) })
    }
  }
  return holding
}

function windowsStartingOn(question: SlotQuestion, date: string): readonly OpenWindow[] {
  const override = question.overrides[date]
  if (override) return override
  const weekday = weekdayOf(date)
  return question.weekly.filter(({ day }) => day === weekday)
}

const isStartingTime = (question: SlotQuestion, reading: Reading) =>
  question.grid === 'clock'
    ? reading.minutes % question.spacingMinutes === 0
    : windowsHolding(question, reading).some(({ sinceStart }) => sinceStart % question.spacingMinutes === 0)

function meetsBusy(question: SlotQuestion, startMs: number): boolean {
  const endMs = startMs + question.durationMinutes * minute
  return question.busy.some((busy) => {
    if (busy.startMs === busy.endMs) return false
    const withPageBuffers = meet(
      startMs - question.bufferBeforeMinutes * minute,
      endMs + question.bufferAfterMinutes * minute,
      busy.startMs,
      busy.endMs,
    )
    const withOwnBuffers = meet(
      startMs,
      endMs,
      busy.startMs - (busy.bufferBeforeMinutes ?? 0) * minute,
      busy.endMs + (busy.bufferAfterMinutes ?? 0) * minute,
    )
    return withPageBuffers || withOwnBuffers
  })
}

const meet = (start: number, end: number, otherStart: number, otherEnd: number) =>
  start < otherEnd && otherStart < end

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

const weekdays = new Map<string, number>()
function weekdayOf(date: string): number {
  let weekday = weekdays.get(date)
  if (weekday === undefined) {
    weekday = Temporal.PlainDate.from(date).dayOfWeek
    weekdays.set(date, weekday)
  }
  return weekday
}

const daysBefore = new Map<string, string>()
function dayBefore(date: string): string {
  let before = daysBefore.get(date)
  if (before === undefined) {
    before = Temporal.PlainDate.from(date).subtract({ days: 1 }).toString()
    daysBefore.set(date, before)
  }
  return before
}
