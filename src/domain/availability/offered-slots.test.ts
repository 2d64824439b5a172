import { describe, expect, test } from 'vitest'
import { everyDay, question } from './ask.test-support.ts'
import type { SlotQuestion } from './availability.ts'
import { isBookable } from './is-bookable.ts'
import { listSlots } from './list-slots.ts'
import { limitThatCloses, listOfferedSlots, type OfferLimits } from './offered-slots.ts'
import { randomQuestion } from './random-question.test-support.ts'

const none: OfferLimits = {
  firstDays: null,
  bookingsPerDay: null,
  bookingsPerWeek: null,
  slotsPerDay: null,
  bookedMs: [],
}

const at = (iso: string) => Date.parse(iso)

/** `06-01 09:00` */
function offered(limits: Partial<OfferLimits>, changes: Partial<SlotQuestion> = {}): string[] {
  const slots = listOfferedSlots(question(changes), { ...none, ...limits })
  if (!slots.ok) throw new Error(slots.problem.message)
  return slots.value.map((ms) => new Date(ms).toISOString().slice(5, 16).replace('T', ' '))
}

const nineToFive = { weekly: everyDay('09:00', '17:00') }

describe('slots per day', () => {
  test('so many are spread over the day, first and last included', () => {
    expect(offered({ slotsPerDay: 3 }, nineToFive)).toEqual(['06-01 09:00', '06-01 13:00', '06-01 16:00'])
    expect(offered({ slotsPerDay: 1 }, nineToFive)).toEqual(['06-01 09:00'])
    expect(offered({ slotsPerDay: 99 }, nineToFive)).toHaveLength(8)
  })

  test('one that is booked is replaced by its nearest neighbour, the others stay', () => {
    const busy = [{ startMs: at('2026-06-01T13:00Z'), endMs: at('2026-06-01T14:00Z') }]
    expect(offered({ slotsPerDay: 3 }, { ...nineToFive, busy })).toEqual([
      '06-01 09:00',
      '06-01 12:00',
      '06-01 16:00',
    ])
  })

  test('as the day goes by, the later ones stay where they were', () => {
    const now = { nowMs: at('2026-06-01T09:30Z') }
    expect(offered({ slotsPerDay: 3 }, { ...nineToFive, ...now })).toEqual([
      '06-01 10:00',
      '06-01 13:00',
      '06-01 16:00',
    ])
  })

  test('days are those of the page, wherever the customer is', () => {
    const kiritimati = { customerZone: 'Pacific/Kiritimati', range: { from: '2026-06-01', to: '2026-06-03' } }
    const here = { range: { from: '2026-06-01', to: '2026-06-02' } }
    const seenFromAfar = offered({ slotsPerDay: 2 }, { ...nineToFive, ...kiritimati })
    expect(seenFromAfar).toEqual(
      expect.arrayContaining(offered({ slotsPerDay: 2 }, { ...nineToFive, ...here })),
    )
  })
})

describe('caps', () => {
  const twoDays = { ...nineToFive, range: { from: '2026-06-01', to: '2026-06-02' } }

  test('a day closes at so many bookings of the page, the next stays open', () => {
    const bookedMs = [at('2026-06-01T09:00Z'), at('2026-06-01T10:00Z')]
    expect(offered({ bookingsPerDay: 3, bookedMs }, twoDays)).toHaveLength(16)
    const full = offered({ bookingsPerDay: 2, bookedMs }, twoDays)
    expect(full).toHaveLength(8)
    expect(full[0]).toBe('06-02 09:00')
  })

  test('a week runs from Monday to Sunday in the page’s zone', () => {
    // Sunday 23:30 in New York is Monday in UTC.
    const bookedMs = [at('2026-06-08T03:30Z')]
    const asked = {
      ...nineToFive,
      zone: 'America/New_York',
      customerZone: 'America/New_York',
      range: { from: '2026-06-07', to: '2026-06-08' },
    }
    const left = offered({ bookingsPerWeek: 1, bookedMs }, asked)
    expect(left).toHaveLength(8)
    expect(left[0]).toBe('06-08 13:00')
  })
})

describe('first days', () => {
  test('full days and days off are skipped', () => {
    const asked = {
      nowMs: at('2026-06-01T00:00Z'),
      weekly: [2, 4, 5].map((day) => ({ day, start: '09:00', end: '11:00' })),
      busy: [{ startMs: at('2026-06-04T09:00Z'), endMs: at('2026-06-04T11:00Z') }],
      range: { from: '2026-06-01', to: '2026-06-20' },
    }
    expect(offered({ firstDays: 2 }, asked)).toEqual([
      '06-02 09:00',
      '06-02 10:00',
      '06-05 09:00',
      '06-05 10:00',
    ])
    const bookedMs = [at('2026-06-02T12:00Z')]
    expect(offered({ firstDays: 2, bookingsPerDay: 1, bookedMs }, asked)[0]).toBe('06-05 09:00')
  })

  test('a page that never opens is answered at once', () => {
    expect(offered({ firstDays: 30 }, { weekly: [], nowMs: at('2026-06-01T00:00Z') })).toEqual([])
  })
})

test('what is listed is what is bookable, for random rules and limits', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const asked = randomQuestion(seed)
    const all = listSlots(asked)
    if (!all.ok || all.value.length === 0) continue
    const pick = (among: (number | null)[], salt: number) =>
      among[(seed * 7 + salt * 13) % among.length] as number | null
    const limits: OfferLimits = {
      firstDays: pick([null, null, 1, 2], 1),
      bookingsPerDay: pick([null, 1, 2], 2),
      bookingsPerWeek: pick([null, null, 1, 3], 3),
      slotsPerDay: pick([null, 1, 2, 5], 4),
      bookedMs: all.value.filter((_, index) => (index + seed) % 11 === 0).slice(0, 3),
    }
    const listed = listOfferedSlots(asked, limits)
    if (!listed.ok) throw new Error(listed.problem.message)
    const { range: _, ...rules } = asked
    const accepted = all.value.filter(
      (startMs) => isBookable(rules, startMs) && limitThatCloses(rules, limits, startMs) === undefined,
    )
    expect(listed.value, `seed ${seed}`).toEqual(accepted)
    // Counted another way: by the wall clock's dates.
    const dates = listed.value.map((ms) =>
      Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(asked.zone).toPlainDate().toString(),
    )
    if (limits.slotsPerDay !== null)
      for (const date of new Set(dates))
        expect(dates.filter((other) => other === date).length).toBeLessThanOrEqual(limits.slotsPerDay)
    if (limits.firstDays !== null) expect(new Set(dates).size).toBeLessThanOrEqual(limits.firstDays)
  }
})
