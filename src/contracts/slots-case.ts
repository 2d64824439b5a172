import { z } from 'zod'

/**
 * A case for `hourwire slots`: one page's rules and one question, as plain data.
 *
 * Every member must be there unless its docstring says otherwise, and no other: a misspelt rule must not pass for an
 * absent one. The limits keep out what can only be a mistake; they are far beyond any real page.
 */

/** The words for a wrong member; one that is not there is called missing. */
const says = (text: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? 'is missing' : text

const wholeMinutes = (least: number, most: number) => {
  const allowed = `must be a whole number of minutes, ${least} to ${most}`
  return z
    .int({ error: says(allowed) })
    .min(least, { error: allowed })
    .max(most, { error: allowed })
}

const list = <Shape extends z.ZodType>(shape: Shape, what: string, most: number) =>
  z
    .array(shape, { error: says(`must be a list of ${what}`) })
    .max(most, { error: `holds more than ${most} ${what}` })

const daysAsMinutes = (days: number) => days * 24 * 60

const commonZones = new Set(Intl.supportedValuesOf('timeZone'))

const zoneName = z.string({ error: says('must be an IANA time zone') }).refine(isIanaZone, {
  error: 'is not a known IANA time zone (an example: "Europe/Berlin")',
})

/** An instant with its offset: `2026-12-01T17:00:00Z`, `2026-12-01T18:00+01:00`. */
const instant = z.union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })], {
  error: says('must be an instant with its offset, such as "2026-12-01T17:00:00Z"'),
})

const date = z.iso
  .date({ error: says('must be a date, such as "2026-12-24"') })
  .refine((text) => text >= '1900-01-01' && text < '2200-01-01', {
    error: 'must be in the years 1900 to 2199',
  })

const startTimes = /^([01]\d|2[0-3]):[0-5]\d$/
const endTimes = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/
const start = z
  .string({ error: says('must be a time "00:00" to "23:59"') })
  .regex(startTimes, { error: 'must be a time "00:00" to "23:59"' })
const end = z
  .string({ error: says('must be a time "00:00" to "24:00"') })
  .regex(endTimes, { error: 'must be a time "00:00" to "24:00"' })
/** Optional. The end is on the date after the start. */
const endsNextDay = z.boolean({ error: 'must be true or false' }).optional()

interface WindowEnds {
  start: string
  end: string
  endsNextDay?: boolean | undefined
}

const endsAfterStart = (window: WindowEnds) =>
  window.endsNextDay === true ||
  window.end > window.start ||
  !startTimes.test(window.start) ||
  !endTimes.test(window.end)

const mustEndAfterStart = {
  path: ['end'],
  error: 'must be after start; a window over midnight needs "endsNextDay": true',
}

const WeeklyWindowShape = z
  .strictObject(
    {
      /** 1 is Monday, 7 is Sunday: the day the window starts on. */
      day: z.literal([1, 2, 3, 4, 5, 6, 7], { error: says('must be 1 (Monday) to 7 (Sunday)') }),
      start,
      end,
      endsNextDay,
    },
    { error: objectWords },
  )
  .refine(endsAfterStart, mustEndAfterStart)

const OverrideWindowShape = z
  .strictObject({ start, end, endsNextDay }, { error: objectWords })
  .refine(endsAfterStart, mustEndAfterStart)

const BusyShape = z
  .strictObject(
    {
      start: instant,
      end: instant,
      /** Optional. The interval's own buffers, as of a booking; the bare slot stays out of them. */
      bufferBeforeMinutes: wholeMinutes(0, daysAsMinutes(31)).optional(),
      bufferAfterMinutes: wholeMinutes(0, daysAsMinutes(31)).optional(),
    },
    { error: objectWords },
  )
  // A start or end that is no instant has been named already, and compares as false.
  .refine((busy) => !(Date.parse(busy.end) < Date.parse(busy.start)), {
    path: ['end'],
    error: 'must not be before start',
  })

const RangeShape = z
  .strictObject({ from: date, to: date }, { error: objectWords })
  .refine((range) => !(Date.parse(range.to) < Date.parse(range.from)), {
    path: ['to'],
    error: 'must not be before from',
  })
  .refine((range) => !((Date.parse(range.to) - Date.parse(range.from)) / 86_400_000 >= 400), {
    error: 'covers too many days; at most 400 can be asked at once',
  })

export const SlotsCaseShape = z.strictObject(
  {
    /** IANA zone of the page: weekly windows and overrides are wall-clock times in it. */
    zone: zoneName,
    /** IANA zone of the customer: the dates of `range` are counted in it. */
    customerZone: zoneName,
    now: instant,
    /** Local dates in the customer's zone, both included, tested on the start of a slot. */
    range: RangeShape,
    weekly: list(WeeklyWindowShape, 'windows', 700),
    /** Replaces the windows that start on that date; an empty list closes the day. */
    overrides: z
      .record(date, list(OverrideWindowShape, 'windows', 100), {
        error: says('must be an object of dates, each with a list of windows'),
      })
      .refine((byDate) => Object.keys(byDate).length <= 10_000, { error: 'holds more than 10000 dates' }),
    durationMinutes: wholeMinutes(1, daysAsMinutes(31)),
    spacingMinutes: wholeMinutes(1, daysAsMinutes(7)),
    grid: z.enum(['window', 'clock'], { error: says('must be "window" or "clock"') }),
    bufferBeforeMinutes: wholeMinutes(0, daysAsMinutes(31)),
    bufferAfterMinutes: wholeMinutes(0, daysAsMinutes(31)),
    noticeMinutes: wholeMinutes(0, daysAsMinutes(3660)),
    /** `null`: no limit. */
    horizonMinutes: wholeMinutes(0, daysAsMinutes(3660)).nullable(),
    busy: list(BusyShape, 'intervals', 100_000),
  },
  { error: objectWords },
)

export type SlotsCase = z.infer<typeof SlotsCaseShape>

/** Offsets such as `+01:00` are no zones: they know no daylight saving time. */
export function isIanaZone(text: string): boolean {
  // The common names first: making a formatter costs a hundred times as much.
  if (commonZones.has(text)) return true
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,63}$/.test(text)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}

function objectWords(issue: { code?: string | undefined; input?: unknown }): string | undefined {
  if (issue.code !== 'invalid_type') return undefined
  return issue.input === undefined ? 'is missing' : 'must be an object'
}
