import { expect, test } from 'vitest'
import { dateOfDay, dayOfDate, minutesOfWallTime, weekdayOfDay } from './calendar-day.ts'

test('every day of 1900 to 2199 has the number, the date and the weekday that Temporal gives it', {
  timeout: 60_000,
}, () => {
  const epoch = Temporal.PlainDate.from('1970-01-01')
  let date = Temporal.PlainDate.from('1900-01-01')
  let day = -epoch.since(date).days
  for (; date.year < 2200; date = date.add({ days: 1 }), day++) {
    const text = date.toString()
    if (dayOfDate(text) !== day || dateOfDay(day) !== text || weekdayOfDay(day) !== date.dayOfWeek) {
      expect([text, dayOfDate(text), dateOfDay(day), weekdayOfDay(day)]).toEqual([
        text,
        day,
        text,
        date.dayOfWeek,
      ])
    }
  }
  expect(dateOfDay(day)).toBe('2200-01-01')
})

test('dates that do not exist have no number', () => {
  for (const text of [
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '26-1-1',
    '',
  ]) {
    expect(dayOfDate(text), text).toBeUndefined()
  }
  expect(dayOfDate('2000-02-29')).toBe(11_016)
})

test('wall times run from 00:00 to 24:00', () => {
  expect(minutesOfWallTime('00:00')).toBe(0)
  expect(minutesOfWallTime('23:59')).toBe(1439)
  expect(minutesOfWallTime('24:00')).toBe(1440)
  for (const text of ['24:01', '9:00', '09:60', '09:00:00', '-1:00', ' 09:00', '']) {
    expect(minutesOfWallTime(text), text).toBeUndefined()
  }
})
