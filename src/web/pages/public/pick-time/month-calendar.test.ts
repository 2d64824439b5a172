import { describe, expect, test } from 'vitest'
import { wallClock } from '../zone.ts'
import {
  monthAfter,
  monthBefore,
  monthInReach,
  parseCalendarDate,
  parseMonth,
  rangeOfMonth,
  reachOf,
  startsByDate,
  weeksOf,
} from './month-calendar.ts'

const now = Date.parse('2026-11-22T23:30:00Z')
const berlin = wallClock('Europe/Berlin', now)
const reach = { today: '2026-11-23', last: '2027-01-10' }

test('reach is counted in the customer’s zone: from today to the day the horizon reaches', () => {
  expect(reachOf(berlin, now, 60)).toEqual({ today: '2026-11-23', last: '2026-11-23' })
  expect(reachOf(wallClock('America/New_York', now), now, 24 * 60)).toEqual({
    today: '2026-11-22',
    last: '2026-11-23',
  })
})

test('without a horizon, or with an absurd one, the calendar ends some years ahead', () => {
  expect(reachOf(berlin, now, null).last).toBe(reachOf(berlin, now, Number.MAX_SAFE_INTEGER).last)
  expect(reachOf(berlin, now, null).last.slice(0, 4)).toBe('2031')
})

test('months before today or beyond the reach cannot be looked at', () => {
  expect(monthInReach('2020-01', reach)).toBe('2026-11')
  expect(monthInReach('2026-12', reach)).toBe('2026-12')
  expect(monthInReach('2099-12', reach)).toBe('2027-01')
  expect(monthBefore('2026-11', reach)).toBeUndefined()
  expect(monthBefore('2027-01', reach)).toBe('2026-12')
  expect(monthAfter('2026-12', reach)).toBe('2027-01')
  expect(monthAfter('2027-01', reach)).toBeUndefined()
})

test('the range of a month is cut to what can be looked at', () => {
  expect(rangeOfMonth('2026-11', reach)).toEqual({ from: '2026-11-23', to: '2026-11-30' })
  expect(rangeOfMonth('2026-12', reach)).toEqual({ from: '2026-12-01', to: '2026-12-31' })
  expect(rangeOfMonth('2027-01', reach)).toEqual({ from: '2027-01-01', to: '2027-01-10' })
  expect(rangeOfMonth('2027-02', reach)).toBeUndefined()
})

describe('weeksOf', () => {
  test('starts each week on Monday and leaves other months’ days out', () => {
    const weeks = weeksOf('2026-12')
    expect(weeks).toHaveLength(5)
    expect(weeks[0]).toEqual([
      undefined,
      '2026-12-01',
      '2026-12-02',
      '2026-12-03',
      '2026-12-04',
      '2026-12-05',
      '2026-12-06',
    ])
    expect(weeks[4]).toEqual([
      '2026-12-28',
      '2026-12-29',
      '2026-12-30',
      '2026-12-31',
      undefined,
      undefined,
      undefined,
    ])
  })

  test.each([
    ['2027-02', 4],
    ['2028-02', 5],
    ['2026-11', 6],
    ['2026-06', 5],
  ])('%s has %i weeks, each day once, in order', (month, count) => {
    const weeks = weeksOf(month)
    expect(weeks).toHaveLength(count)
    expect(weeks.every((week) => week.length === 7)).toBe(true)
    const days = weeks.flat().filter((day) => day !== undefined)
    expect(days).toEqual([...new Set(days)].sort())
    expect(days).toHaveLength(
      new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate(),
    )
  })
})

test('starts go to the date they have in the zone', () => {
  const starts = ['2026-11-23T22:45:00Z', '2026-11-23T23:00:00Z', '2026-11-24T08:00:00Z'].map((text) =>
    Date.parse(text),
  )
  expect([...startsByDate(berlin, starts)]).toEqual([
    ['2026-11-23', [starts[0]]],
    ['2026-11-24', [starts[1], starts[2]]],
  ])
})

test.each([null, '', '2026', '2026-13', '2026-1', '0x10-01', '2026-12-01', "2026-12' or 1=1", '９９９９-01'])(
  '%j is no month',
  (text) => expect(parseMonth(text)).toBeUndefined(),
)

test.each([null, '', '2026-02-30', '2026-12-1', '12/03/2026', '-2026-12-01'])('%j is no date', (text) =>
  expect(parseCalendarDate(text)).toBeUndefined(),
)
