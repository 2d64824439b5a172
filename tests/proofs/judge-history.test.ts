import { expect, test } from 'vitest'
import {
  type Ask,
  judgeHistory,
  judgeReadiness,
  type Look,
  type Stored,
  type Try,
} from '../../bench/judge-history.ts'

// A judge that sees nothing proves nothing: each breach is planted into a history without any.

const tried = (answer: Try['answer'], more: Partial<Try> = {}): Try => ({
  atMs: 0,
  endedMs: 10,
  process: 0,
  answer,
  hasRetryAfter: answer === 503,
  says: answer === 503 ? 'nothing-saved' : undefined,
  ...more,
})

const ask = (email: string, tries: Try[], booking = ''): Ask => ({
  what: 'book',
  path: `/ana/${email}`,
  email,
  start: '2027-01-04T09:00:00Z',
  tries,
  booking,
})

const booked = (email: string, id: string, start = '2027-01-04T09:00:00Z'): Stored['bookings'][number] => ({
  id,
  email,
  start,
  owner: `owner of ${id}`,
  endMs: Date.parse(start) + 1_800_000,
})

/** One booked at once, one at the second try, one given up and told that nothing was saved, one that was read. */
function aHistory() {
  const read: Ask = { what: 'read', path: '/ana', email: '', start: '', tries: [tried(200)], booking: '' }
  return {
    asks: [
      ask('one', [tried(303)], 'B1'),
      ask('two', [tried(503, { says: 'may-be-saved' }), tried(303)], 'B2'),
      ask('three', [tried(503)]),
      read,
    ],
    stored: {
      bookings: [booked('one', 'B1'), booked('two', 'B2')],
      events: [
        { id: 'E1', booking: 'B1' },
        { id: 'E2', booking: 'B2' },
      ],
      zaps: ['/zap'],
    },
    arrivals: [
      { path: '/zap', id: 'E1' },
      { path: '/zap', id: 'E2' },
    ],
    mayFail: true,
  }
}

type History = ReturnType<typeof aHistory>

const breachesOf = (plant: (history: History) => void) => {
  const history = aHistory()
  plant(history)
  return Object.entries(judgeHistory(history))
    .filter(([, of]) => of.length > 0)
    .map(([name]) => name)
}

test('a history without a breach has none', () => expect(breachesOf(() => undefined)).toEqual([]))

test.each<[string, (history: History) => void]>([
  ['lost', ({ stored }) => void stored.bookings.splice(0, 1)],
  ['lost', ({ asks }) => void Object.assign(asks[0] as Ask, { booking: 'B9' })],
  [
    'lost',
    ({ stored }) => void Object.assign(stored.bookings[0] as object, { start: '2027-01-04T10:00:00Z' }),
  ],
  [
    'claimedNothing',
    ({ stored, arrivals }) => {
      stored.bookings.push(booked('three', 'B3'))
      stored.events.push({ id: 'E3', booking: 'B3' })
      arrivals.push({ path: '/zap', id: 'E3' })
    },
  ],
  [
    'doubleBooked',
    ({ stored }) => {
      const [one, two] = stored.bookings
      if (one && two) two.owner = one.owner
    },
  ],
  ['wrongAnswers', ({ asks }) => void asks[2]?.tries.push(tried(500))],
  ['wrongAnswers', ({ asks }) => void asks[2]?.tries.push(tried('ECONNRESET'))],
  ['wrongAnswers', ({ asks }) => void asks[3]?.tries.push(tried(503, { hasRetryAfter: false }))],
  ['wrongAnswers', (history) => void Object.assign(history, { mayFail: false })],
  ['late', ({ asks }) => void asks[3]?.tries.push(tried(200, { endedMs: 31_000 }))],
  ['undelivered', ({ arrivals }) => void arrivals.pop()],
  ['extraDeliveries', ({ arrivals }) => void arrivals.push({ path: '/zap', id: 'E1' })],
])('sees %s', (name, plant) => expect(breachesOf(plant)).toEqual([name]))

test('sees two bookings of one ask, and one that nobody asked for', () => {
  expect(breachesOf(({ stored }) => void stored.bookings.push(booked('one', 'B4')))).toContain('doubleBooked')
  expect(breachesOf(({ stored }) => void stored.bookings.push(booked('nobody', 'B5')))).toContain('unasked')
})

test('one that was told that it may have been saved may be stored, or not', () => {
  expect(
    breachesOf(
      ({ asks }) => void Object.assign(asks[0] as Ask, { tries: [tried(503, { says: 'may-be-saved' })] }),
    ),
  ).toEqual([])
})

const look = (askedMs: number, ready: boolean, tookMs = 10): Look => ({
  process: 0,
  askedMs,
  answeredMs: askedMs + tookMs,
  ready,
  why: '',
})
const outage = { kind: 'stopped at once', atMs: 1_000, backMs: 5_000 }
const readiness = (looks: Look[]) => judgeReadiness({ looks, outages: [outage] }).breaches

test('/ready: in time both ways', () => {
  expect(
    readiness([
      look(500, true),
      look(1_100, true),
      look(1_500, false),
      look(4_900, false),
      look(5_200, true),
    ]),
  ).toEqual([])
})

test.each([
  ['ready after 2000 ms', [look(1_100, false), look(3_500, true), look(5_200, true)]],
  ['not noticed', [look(1_100, true), look(5_200, true)]],
  ['not ready 5000 ms after it was back', [look(1_100, false), look(11_000, true)]],
  ['not ready 5000 ms after it was back', [look(1_100, false), look(5_100, true, 6_000)]],
])('/ready: sees %s', (words, looks) => expect(readiness(looks).join()).toContain(words))
