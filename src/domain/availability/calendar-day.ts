/**
 * Dates as whole days since 1970-01-01, so that a year of days is arithmetic instead of a year of objects.
 *
 * "Local milliseconds" in this room are wall-clock readings counted the same way: day number × `dayMs` + time of day.
 */
export const minuteMs = 60_000
export const dayMs = 86_400_000

/** Days since 1970-01-01 of a date of the Gregorian calendar, or undefined when there is no such date. */
export function dayOfDate(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined
  const year = Number(date.slice(0, 4))
  const month = Number(date.slice(5, 7))
  const dayOfMonth = Number(date.slice(8, 10))
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > lengthOfMonth(year, month)) return undefined
  // Years are counted from March, so that the leap day is the last day of a year.
  const marchYear = month > 2 ? year : year - 1
  const monthsSinceMarch = (month + 9) % 12
  const dayOfYear = Math.floor((153 * monthsSinceMarch + 2) / 5) + dayOfMonth - 1
  return marchYear * 365 + leapDaysBefore(marchYear) + dayOfYear - 719_468
}

/** The date of a day number: the inverse of `dayOfDate`. */
export function dateOfDay(day: number): string {
  const sinceYearZero = day + 719_468
  const inEra = sinceYearZero - Math.floor(sinceYearZero / 146_097) * 146_097
  const yearOfEra = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365,
  )
  const dayOfYear = inEra - (yearOfEra * 365 + leapDaysBefore(yearOfEra))
  const monthsSinceMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * monthsSinceMarch + 2) / 5) + 1
  const month = monthsSinceMarch < 10 ? monthsSinceMarch + 3 : monthsSinceMarch - 9
  const year = yearOfEra + Math.floor(sinceYearZero / 146_097) * 400 + (month <= 2 ? 1 : 0)
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(dayOfMonth, 2)}`
}

/** 1 (Monday) to 7 (Sunday). 1970-01-01 was a Thursday. */
export const weekdayOfDay = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

/** The day a local reading falls on. */
export const dayOfLocalMs = (localMs: number): number => Math.floor(localMs / dayMs)

/** Minutes since midnight of `"09:30"`; `"24:00"` is 1440. Undefined for anything else. */
export function minutesOfWallTime(text: string): number | undefined {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)$|^24:00$/.exec(text)
  if (!parts) return undefined
  return parts[1] === undefined ? 1440 : Number(parts[1]) * 60 + Number(parts[2])
}

const leapDaysBefore = (year: number) =>
  Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400)

function lengthOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

const padded = (number: number, width: number) => String(number).padStart(width, '0')
