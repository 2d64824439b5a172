/**
 * The nouns of availability: when a page is open, how slots are cut from that time, what is already taken.
 *
 * All of it is plain data. Wall-clock times (`"09:00"`) and dates (`"2026-12-24"`) belong to a zone; instants are
 * epoch milliseconds, because this room compares thousands of them per question.
 */

/**
 * A stretch of wall-clock time, `[start, end)`, on the date it starts on.
 *
 * `start` is `"00:00"` to `"23:59"`, `end` up to `"24:00"`. With `endsNextDay` the end is that time on the following
 * date (`22:00` to `06:00`). An instant is open when its local time lies in the window: an hour that the clock
 * repeats is open twice, one that it skips never.
 */
export interface OpenWindow {
  start: string
  end: string
  endsNextDay?: boolean | undefined
}

/** An open window of every week; `day` is 1 (Monday) to 7 (Sunday), the day it starts on. */
export interface WeeklyWindow extends OpenWindow {
  day: number
}

/** Time already taken. The buffers are its own (a booking's), in elapsed minutes, and keep bare slots away. */
export interface BusyInterval {
  startMs: number
  endMs: number
  bufferBeforeMinutes?: number | undefined
  bufferAfterMinutes?: number | undefined
}

/**
 * Where slots may start: `window` counts `spacingMinutes` from each window's start, `clock` from each midnight.
 *
 * Both count wall-clock time, so the times offered look the same on every day of the year: a wall time that occurs
 * twice gives two starts, one that is skipped gives none.
 */
export type StartGrid = 'window' | 'clock'

/** Everything that decides whether a start can be booked, apart from which dates somebody looks at. */
export interface SlotRules {
  /** IANA zone of the page: weekly windows, overrides and grids are wall-clock times in it. */
  zone: string
  /** IANA zone of the person who books: only the dates of a range are counted in it. */
  customerZone: string
  nowMs: number
  weekly: readonly WeeklyWindow[]
  /** By date in `zone`: replaces the windows that start on that date. An empty list closes the day. */
  overrides: Readonly<Record<string, readonly OpenWindow[]>>
  durationMinutes: number
  spacingMinutes: number
  grid: StartGrid
  /** Elapsed minutes kept free of busy time around the slot; they need not lie in open time. */
  bufferBeforeMinutes: number
  bufferAfterMinutes: number
  /** A start is at least this many elapsed minutes after now; exactly so many is allowed. */
  noticeMinutes: number
  /** A start is at most this many elapsed minutes after now; exactly so many is allowed. `null`: no limit. */
  horizonMinutes: number | null
  busy: readonly BusyInterval[]
}

/** First and last local date in the customer's zone, both included, that a start may fall on. */
export interface DateRange {
  from: string
  to: string
}

export interface SlotQuestion extends SlotRules {
  range: DateRange
}

/** Settings or a question that make no sense: `path` names the member (`weekly[0].end`), `message` says why. */
export interface AvailabilityProblem {
  code: 'bad-slot-rules'
  path: string
  message: string
}

/** What a single question may ask for. Beyond these a mistake is likelier than a wish. */
export const slotLimits = {
  rangeDays: 400,
  firstYear: 1900,
  lastYear: 2199,
  startsPerQuestion: 1_000_000,
} as const
