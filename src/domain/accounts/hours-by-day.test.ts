import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Hours, HoursWindow } from '#database/tables.ts'
import { changedByDay, keepingLocations, withoutNights, withoutOverlaps } from './hours-by-day.ts'

const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** The quarters of an hour at which the hours are open on a date, by the plainest reading of what a window is. */
function openOn(hours: Hours, date: string): number[] {
  const plain = Temporal.PlainDate.from(date)
  const windowsOf = (day: Temporal.PlainDate): HoursWindow[] =>
    hours.overrides[day.toString()] ?? hours.weekly.filter((window) => window.day === day.dayOfWeek)
  const before = plain.subtract({ days: 1 })
  return Array.from({ length: 96 }, (_, quarter) => quarter * 15).filter(
    (at) =>
      windowsOf(plain).some(
        ({ start, end, endsNextDay }) => at >= minutes(start) && (endsNextDay || at < minutes(end)),
      ) || windowsOf(before).some(({ end, endsNextDay }) => endsNextDay && at < minutes(end)),
  )
}

const time = fc
  .integer({ min: 0, max: 95 })
  .map(
    (quarter) =>
      `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${['00', '15', '30', '45'][quarter % 4]}`,
  )
const window: fc.Arbitrary<HoursWindow> = fc
  .tuple(time, time)
  .map(([start, end]) => (end > start ? { start, end } : { start, end, endsNextDay: true }))
const windows = fc.array(window, { maxLength: 3 })
const date = fc.integer({ min: 20, max: 30 }).map((day) => `2026-12-${day}`)
const hours: fc.Arbitrary<Hours> = fc.record({
  weekly: fc.array(
    fc.tuple(fc.integer({ min: 1, max: 7 }), window).map(([day, one]) => ({ day, ...one })),
    { maxLength: 8 },
  ),
  overrides: fc.dictionary(date, windows, { maxKeys: 4 }),
})
const days = Array.from({ length: 18 }, (_, index) => `2026-12-${index + 14}`)

describe('hours by the day', () => {
  test('are open as before once windows over midnight are cut in two', () => {
    fc.assert(
      fc.property(hours, (given) => {
        const plain = withoutNights(given)
        const all = [...plain.weekly, ...Object.values(plain.overrides).flat()]
        expect(all.some(({ endsNextDay }) => endsNextDay)).toBe(false)
        for (const day of days) expect([day, openOn(plain, day)]).toEqual([day, openOn(given, day)])
      }),
      { numRuns: 60 },
    )
  })

  test('of a day that is replaced are the new ones, and of all others the former', () => {
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 7 }), date, windows, (given, day, on, wanted) => {
        const plain = wanted.filter(({ endsNextDay }) => !endsNextDay)
        const changed = changedByDay(given, {
          weekly: [{ day, windows: plain }],
          overrides: [{ date: on, windows: plain }],
        })
        const own = {
          weekly: [1, 2, 3, 4, 5, 6, 7].flatMap((one) => plain.map((w) => ({ day: one, ...w }))),
          overrides: {},
        }
        const kept = new Set(Object.keys(withoutNights(given).overrides))
        for (const one of days) {
          const isWanted = one === on || (!kept.has(one) && Temporal.PlainDate.from(one).dayOfWeek === day)
          expect([one, openOn(changed, one)]).toEqual([one, openOn(isWanted ? own : given, one)])
        }
      }),
      { numRuns: 60 },
    )
  })

  test('are shown without overlaps, and open as long', () => {
    fc.assert(
      fc.property(windows, (given) => {
        const plain = given.filter(({ endsNextDay }) => !endsNextDay)
        const apart = withoutOverlaps(plain)
        for (const [index, one] of apart.entries())
          expect(index === 0 || (apart[index - 1]?.end ?? '') <= one.start).toBe(true)
        const on = (overrides: HoursWindow[]) =>
          openOn({ weekly: [], overrides: { '2026-12-24': overrides } }, '2026-12-24')
        expect(on(apart)).toEqual(on(plain))
      }),
    )
  })

  test('keep the places of windows that a screen leaves alone', () => {
    const locations = [{ type: 'phone_by_guest' as const }]
    const former: Hours = {
      weekly: [
        { day: 1, start: '09:00', end: '12:00', locations },
        { day: 2, start: '22:00', end: '06:00', endsNextDay: true, locations },
      ],
      overrides: { '2026-12-24': [{ start: '09:00', end: '11:00', locations }] },
    }
    const typed: Hours = {
      weekly: [
        { day: 1, start: '09:00', end: '12:00' },
        { day: 2, start: '09:00', end: '12:00' },
        { day: 2, start: '22:00', end: '06:00', endsNextDay: true },
      ],
      overrides: {
        '2026-12-24': [{ start: '09:00', end: '11:00' }],
        '2026-12-25': [{ start: '09:00', end: '11:00' }],
      },
    }
    expect(keepingLocations(typed, former)).toEqual({
      weekly: [typed.weekly[0], typed.weekly[1], typed.weekly[2]].map((one, index) =>
        index === 1 ? one : { ...one, locations },
      ),
      overrides: {
        '2026-12-24': former.overrides['2026-12-24'],
        '2026-12-25': typed.overrides['2026-12-25'],
      },
    })
  })
})
