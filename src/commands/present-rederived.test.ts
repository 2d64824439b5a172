import { describe, expect, test } from 'vitest'
import type { Rederived } from '#domain/bookings/rederive-bookings.ts'
import { rederivedInWords, waitingInWords } from './present-rederived.ts'

const booking = {
  id: 'BKNG-1',
  zone: 'Europe/Berlin',
  localStart: '2026-11-24T10:00',
  from: '2026-11-24T08:00:00Z',
  to: '2026-11-24T09:00:00Z',
}
const { localStart, from, to } = booking
const request = { id: 'BKNG-2', zone: 'Europe/Berlin', times: [{ localStart, from, to }] }
const unclear = { id: 'BKNG-3', zone: 'Europe/Berlin', starts: [from, to] }

const found = (count: number): Rederived => ({
  tz: '2026c',
  unchanged: count,
  moved: Array(count).fill(booking),
  conflicts: Array(count).fill(booking),
  requests: { unchanged: count, moved: Array(count).fill(request), unclear: Array(count).fill(unclear) },
})

/** Without the lines of single bookings. */
const sentences = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith(' '))

describe('what rederive found, in words', () => {
  test('one is one', () =>
    expect(sentences(rederivedInWords(found(1)))).toEqual([
      'Time-zone data: 2026c',
      '1 coming booking stays at its instant.',
      '1 coming booking keeps its local time at another instant:',
      '1 coming booking could not move, another booking is there; its owner is told:',
      '1 open request stays at its instants.',
      '1 open request keeps its local times at other instants; its owner is told:',
      '1 open request of an earlier version was left alone, its local times are not known; its owner is told:',
    ]))

  test('two are several, each with a line', () => {
    const words = rederivedInWords(found(2))
    expect(sentences(words)).toEqual([
      'Time-zone data: 2026c',
      '2 coming bookings stay at their instants.',
      '2 coming bookings keep their local time at another instant:',
      '2 coming bookings could not move, another booking is there; their owners are told:',
      '2 open requests stay at their instants.',
      '2 open requests keep their local times at other instants; their owners are told:',
      '2 open requests of an earlier version were left alone, their local times are not known; their owners are told:',
    ])
    expect(words).toContain(
      'told:\n  BKNG-1  2026-11-24T10:00 Europe/Berlin: 2026-11-24T08:00:00Z -> 2026-11-24T09:00:00Z\n',
    )
    expect(words).toContain('  BKNG-3  Europe/Berlin: 2026-11-24T08:00:00Z, 2026-11-24T09:00:00Z\n')
  })

  test('none says so, once', () =>
    expect(sentences(rederivedInWords(found(0)))).toEqual([
      'Time-zone data: 2026c',
      'No coming booking was made under other time-zone data.',
    ]))

  test.each([
    [{ bookings: 0, requests: 0 }, undefined],
    [{ bookings: 1, requests: 0 }, '1 coming booking was made'],
    [{ bookings: 0, requests: 1 }, '1 open request was made'],
    [{ bookings: 2, requests: 0 }, '2 coming bookings were made'],
    [{ bookings: 1, requests: 2 }, '1 coming booking and 2 open requests were made'],
  ])('at start: %o', (waiting, words) =>
    expect(waitingInWords(waiting, '2026c')).toBe(
      words && `${words} under other time-zone data than 2026c: run "npx hourwire rederive".`,
    ),
  )
})
