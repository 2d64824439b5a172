import { describe, expect, test } from 'vitest'
import { HoursField, placeOfHours, problemsOfHours, storedHours, typedHours } from './hours-form.ts'

describe('hours as people type them', () => {
  const hours = {
    weekly: [
      { day: 1, start: '09:00', end: '12:00' },
      { day: 1, start: '13:00', end: '24:00' },
      { day: 5, start: '22:00', end: '06:00', endsNextDay: true },
      { day: 7, start: '00:00', end: '24:00' },
    ],
    overrides: { '2026-12-24': [{ start: '09:00', end: '11:00' }], '2026-12-25': [] },
  }

  test('come back as they were stored', () => {
    expect(storedHours(typedHours(hours))).toEqual(hours)
  })

  test('midnight is an end, and an end before the start lies on the next day', () => {
    const typed = typedHours(hours)
    expect(typed.days[0]?.[1]).toEqual({ start: '13:00', end: '00:00' })
    expect(typed.days[4]).toEqual([{ start: '22:00', end: '06:00' }])
  })

  test('a field that is no JSON is refused with a sentence', () => {
    expect(HoursField.safeParse('{').success).toBe(false)
    expect(HoursField.safeParse(JSON.stringify({ days: [], dates: [] })).success).toBe(false)
    expect(HoursField.parse(JSON.stringify(typedHours(hours)))).toEqual(hours)
  })

  test('problems are told by day or date', () => {
    expect(placeOfHours('weekly[2].end', hours)).toBe('Friday')
    expect(placeOfHours('overrides["2026-12-24"][0].end', hours)).toBe('2026-12-24')
    expect(placeOfHours('weekly', hours)).toBe('Weekly hours')
  })

  test('every day and date is marked with its own sentence', () => {
    const wrong = (field: string, message: string) => ({ field, message })
    expect(
      problemsOfHours(
        [
          wrong('weekly[1].end', 'must be after the start'),
          wrong('weekly[3].end', 'must be after the start'),
          wrong('overrides["2026-12-24"]', 'has more than 12 windows'),
          wrong('overrides', 'has 1001 dates; at most 1000 can be kept'),
        ],
        hours,
      ),
    ).toEqual({
      Monday: 'Must be after the start.',
      Sunday: 'Must be after the start.',
      '2026-12-24': 'Has more than 12 windows.',
      form: 'Dates: Has 1001 dates; at most 1000 can be kept.',
    })
  })
})
