import { describe, expect, test } from 'vitest'
import { type StartRisk, weighStart } from './weigh-start.ts'

const at = (iso: string) => Date.parse(iso)
const slot = { zone: 'Europe/Berlin', durationMinutes: 30, bufferBeforeMinutes: 0, bufferAfterMinutes: 0 }
const noCaps = { bookingsPerDay: null, bookingsPerWeek: null, bookedMs: [] }
// Ten to half past ten in Berlin.
const meeting = { startMs: at('2026-11-24T09:00Z'), endMs: at('2026-11-24T09:30Z') }

const weigh = (time: string, like: { slot?: object; meeting?: object; caps?: object } = {}): StartRisk[] =>
  weighStart(
    { ...slot, ...like.slot },
    { busy: [{ ...meeting, ...like.meeting }], caps: { ...noCaps, ...like.caps } },
    at(`2026-11-24T${time}Z`),
  )

describe('weighStart', () => {
  test('without buffers and caps only the meeting itself counts, and touching is no risk', () => {
    for (const time of ['08:45', '09:00', '09:15']) expect(weigh(time)).toEqual([{ rule: 'busy' }])
    for (const time of ['08:30', '09:30', '07:00']) expect(weigh(time)).toEqual([])
  })

  test('the larger of the two buffers that face each other has to be kept', () => {
    const like = {
      slot: { bufferBeforeMinutes: 10, bufferAfterMinutes: 5 },
      meeting: { bufferAfterMinutes: 15 },
    }
    // After it: ten minutes of its own, fifteen of the meeting's.
    expect(weigh('09:44', like)).toEqual([{ rule: 'buffer' }])
    expect(weigh('09:45', like)).toEqual([])
    // Before it: five of its own.
    expect(weigh('08:26', like)).toEqual([{ rule: 'buffer' }])
    expect(weigh('08:25', like)).toEqual([])
    expect(weigh('09:29', like)).toEqual([{ rule: 'busy' }])
  })

  test('a cap is a risk once it is reached, on days and weeks of the page’s zone', () => {
    const caps = {
      bookingsPerDay: 2,
      bookingsPerWeek: 3,
      // Tuesday twice, the second just before midnight in Berlin; Sunday of that week; Monday of the next.
      bookedMs: ['2026-11-24T09:00Z', '2026-11-24T22:30Z', '2026-11-29T12:00Z', '2026-11-30T12:00Z'].map(at),
    }
    expect(weigh('12:00', { caps })).toEqual([
      { rule: 'bookings-per-day', most: 2 },
      { rule: 'bookings-per-week', most: 3 },
    ])
    // Wednesday in Berlin, still Tuesday in UTC.
    expect(weigh('23:30', { caps })).toEqual([{ rule: 'bookings-per-week', most: 3 }])
    expect(weigh('12:00', { caps: { ...caps, bookingsPerDay: 3, bookingsPerWeek: 4 } })).toEqual([])
  })
})
