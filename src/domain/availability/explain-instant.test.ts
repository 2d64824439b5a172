import { describe, expect, test } from 'vitest'
import { at, everyDay, on, question } from './ask.test-support.ts'
import type { SlotQuestion } from './availability.ts'
import { explainInstant } from './explain-instant.ts'
import { isBookable } from './is-bookable.ts'
import { listSlots } from './list-slots.ts'
import { randomQuestion } from './random-question.test-support.ts'

const office = { weekly: everyDay('09:00', '12:00') }

function explain(instant: string, changes: Partial<SlotQuestion> = {}) {
  const explained = explainInstant(question({ ...office, ...changes }), at(instant))
  if (!explained.ok) throw new Error(explained.problem.message)
  return explained.value
}

const rules = (instant: string, changes: Partial<SlotQuestion> = {}) =>
  explain(instant, changes).closedBy.map(({ rule }) => rule)

describe('explainInstant', () => {
  test('names the window that opens a bookable instant', () => {
    expect(explain('2026-06-01T09:00Z')).toMatchObject({
      bookable: true,
      openedBy: [{ rule: 'weekly-window', date: '2026-06-01', window: { start: '09:00', end: '12:00' } }],
      closedBy: [],
    })
    const overrides = { '2026-06-01': [{ start: '08:00', end: '10:00' }] }
    expect(explain('2026-06-01T09:00Z', { overrides }).openedBy).toEqual([
      { rule: 'override-window', date: '2026-06-01', window: { start: '08:00', end: '10:00' } },
    ])
  })

  test('names the week’s windows when none holds the instant, and the override where there is one', () => {
    expect(explain('2026-06-01T12:00Z').closedBy).toEqual([
      { rule: 'outside-weekly-windows', date: '2026-06-01', windows: [office.weekly[0]] },
    ])
    expect(explain('2026-06-01T09:00Z', { overrides: { '2026-06-01': [] } }).closedBy).toEqual([
      { rule: 'date-override', date: '2026-06-01', windows: [] },
    ])
  })

  test('names the starting times on either side', () => {
    expect(explain('2026-06-01T10:10Z').closedBy).toContainEqual({
      rule: 'starting-times',
      previousMs: at('2026-06-01T10:00Z'),
      nextMs: at('2026-06-01T11:00Z'),
    })
  })

  test('says when the slot would outlast the open time', () => {
    expect(explain('2026-06-01T11:00Z', { durationMinutes: 90 }).closedBy).toEqual([
      {
        rule: 'slot-outlasts-open-time',
        endMs: at('2026-06-01T12:30Z'),
        openUntilMs: at('2026-06-01T12:00Z'),
      },
    ])
  })

  test('names notice, horizon and dates', () => {
    const nowMs = at('2026-06-01T08:00Z')
    expect(explain('2026-06-01T09:00Z', { nowMs, noticeMinutes: 90 }).closedBy).toEqual([
      { rule: 'minimum-notice', earliestMs: at('2026-06-01T09:30Z') },
    ])
    expect(explain('2026-06-01T10:00Z', { nowMs, horizonMinutes: 90 }).closedBy).toEqual([
      { rule: 'horizon', latestMs: at('2026-06-01T09:30Z') },
    ])
    expect(explain('2026-06-02T09:00Z', { customerZone: 'Pacific/Auckland' }).closedBy).toEqual([
      { rule: 'date-range', date: '2026-06-02' },
    ])
  })

  test('tells busy time from a buffer, and says which buffer is the larger', () => {
    const busy = { startMs: at('2026-06-01T10:00Z'), endMs: at('2026-06-01T11:00Z'), bufferAfterMinutes: 20 }
    const page = { busy: [busy], bufferBeforeMinutes: 5, bufferAfterMinutes: 15 }
    expect(explain('2026-06-01T10:00Z', page).closedBy).toEqual([{ rule: 'busy', busy }])
    expect(explain('2026-06-01T09:00Z', page).closedBy).toEqual([
      { rule: 'buffer', busy, side: 'after-slot', gapMinutes: 15 },
    ])
    expect(explain('2026-06-01T11:00Z', page).closedBy).toEqual([
      { rule: 'buffer', busy, side: 'before-slot', gapMinutes: 20 },
    ])
  })

  test('names every rule that closes an instant, the most basic first', () => {
    const busy = [{ startMs: at('2026-06-03T10:00Z'), endMs: at('2026-06-03T11:00Z') }]
    const nowMs = at('2026-06-03T09:30Z')
    expect(rules('2026-06-03T10:10Z', { busy, nowMs, noticeMinutes: 60 })).toEqual([
      'starting-times',
      'date-range',
      'minimum-notice',
      'busy',
    ])
  })

  test('a start that two windows share is a starting time', () => {
    const weekly = [...everyDay('09:00', '12:00'), ...everyDay('08:00', '12:00')]
    expect(explain('2026-06-01T10:00Z', { weekly })).toMatchObject({ bookable: true, closedBy: [] })
  })

  test('a reading that occurs twice is explained for each of its instants', () => {
    const changes = { zone: 'America/New_York', range: on('2026-11-01'), weekly: everyDay('01:00', '02:00') }
    expect(explain('2026-11-01T05:00Z', changes).bookable).toBe(true)
    expect(explain('2026-11-01T06:00Z', changes).bookable).toBe(true)
    expect(rules('2026-11-01T07:00Z', changes)).toContain('outside-weekly-windows')
  })

  test('refuses instants and rules that make no sense', () => {
    expect(explainInstant(question(), at('2500-01-01T00:00Z'))).toMatchObject({
      ok: false,
      problem: { path: 'instant' },
    })
    expect(explainInstant(question({ spacingMinutes: 0 }), 0)).toMatchObject({
      ok: false,
      problem: { path: 'spacingMinutes' },
    })
  })

  test('never contradicts the list: an instant is closed by a rule exactly when it is not offered', {
    timeout: 60_000,
  }, () => {
    const seedsThatDiffer = new Set<number>()
    for (let seed = 2_000_000; seed < 2_000_300; seed++) {
      const asked = randomQuestion(seed)
      const listed = listSlots(asked)
      const offered = new Set(listed.ok ? listed.value : [])
      const noon = Date.parse(`${asked.range.from}T12:00Z`)
      const probes = [...Array(60).keys()].map((step) => noon + (step - 30) * 45 * 60_000)
      for (const atMs of [...probes, ...[...offered].slice(0, 30)]) {
        const explained = explainInstant(asked, atMs)
        const closed = !explained.ok || explained.value.closedBy.length > 0
        if (!explained.ok || explained.value.bookable === closed || closed === offered.has(atMs)) {
          seedsThatDiffer.add(seed)
        }
      }
    }
    expect([...seedsThatDiffer], 'seeds for randomQuestion() that disagree').toEqual([])
  })
})

describe('isBookable', () => {
  test('accepts an offered start, and nothing a moment beside it', () => {
    const start = at('2026-06-01T10:00Z')
    expect(isBookable(question(office), start)).toBe(true)
    for (const besideMs of [-60_000, -1, -0.5, 0.5, 1, 60_000]) {
      expect(isBookable(question(office), start + besideMs), `${besideMs} ms`).toBe(false)
    }
  })

  test('without dates asks only whether the start can be booked', () => {
    const { range: _, ...withoutDates } = question(office)
    expect(isBookable(withoutDates, at('2031-06-01T10:00Z'))).toBe(true)
    expect(isBookable(withoutDates, at('2031-06-01T13:00Z'))).toBe(false)
  })

  test('accepts nothing under rules that make no sense, and no instant out of the world', () => {
    expect(isBookable(question({ ...office, durationMinutes: 0 }), at('2026-06-01T10:00Z'))).toBe(false)
    const { range: _, ...withoutDates } = question()
    for (const ms of [Number.NaN, Infinity, -Infinity, 8.64e15, -8.64e15])
      expect(isBookable(withoutDates, ms)).toBe(false)
  })
})
