import { describe, expect, test } from 'vitest'
import { type Ask, judgeCrash, type Kill, type Stored } from '../../bench/judge-crash.ts'
import type { Arrival } from '../../bench/recorder.ts'

type History = Parameters<typeof judgeCrash>[0]

const anAsk: Ask = {
  what: 'book',
  email: 'lena@example.org',
  start: '2026-11-24T09:00:00Z',
  tries: [{ atMs: 0, origin: 'http://127.0.0.1:1', answer: 303 }],
  status: 303,
  answeredMs: 10,
  booking: 'BKNG-1',
}
const anArrival: Arrival = {
  path: '/zap',
  id: 'EVNT-1',
  sha256: 'bytes',
  beganMs: 1_000,
  answeredMs: 1_020,
}
const stored: Stored = {
  bookings: [{ id: 'BKNG-1', email: 'lena@example.org', start: anAsk.start, status: 'scheduled' }],
  events: [{ id: 'EVNT-1', subject: 'BKNG-1', type: 'booking.scheduled', sequence: 1 }],
  subscriptions: [{ path: '/zap', types: ['booking.scheduled', 'booking.canceled'] }],
  attempts: [{ path: '/zap', event: 'EVNT-1', startedMs: 995, durationMs: 30, isSuccess: true }],
  unsettled: {},
  wentBack: [],
}
const aKill = (victim: Kill['victim'], atMs: number): Kill => ({
  victim,
  how: 'killed',
  atMs,
  backMs: atMs + 500,
})
const aStop = (atMs: number): Kill => ({ victim: 'worker', how: 'stopped', atMs, backMs: atMs + 11_000 })

const judge = (change: Partial<History> = {}) =>
  judgeCrash({ asks: [anAsk], arrivals: [anArrival], kills: [], stored, requestsAtOnce: 1, ...change })

/** Sent twice; what was stored is the second attempt. */
const sentAgain: Partial<History> = {
  arrivals: [anArrival, { ...anArrival, beganMs: 61_000, answeredMs: 61_020 }],
  stored: {
    ...stored,
    attempts: [{ path: '/zap', event: 'EVNT-1', startedMs: 60_995, durationMs: 30, isSuccess: true }],
  },
}

describe('the judge of the crash proof', () => {
  test('finds nothing in a history without faults', () => {
    expect(judge()).toMatchObject({ breaches: 0, extra: 0, inFlight: 0 })
  })

  test('sees what did not arrive', () => {
    expect(judge({ arrivals: [], stored: { ...stored, attempts: [] } }).lost).toEqual(['/zap EVNT-1'])
  })

  test('sees a delivery that is stored and did not arrive', () => {
    expect(judge({ arrivals: [] }).breaches).toBeGreaterThan(0)
  })

  test('sees an answer that is not stored, and one without its event', () => {
    expect(judge({ stored: { ...stored, bookings: [] } }).notStored).toHaveLength(1)
    expect(judge({ stored: { ...stored, events: [] } }).eventless).toHaveLength(1)
  })

  test('sees a customer booked twice', () => {
    const twice = [...stored.bookings, { ...stored.bookings[0], id: 'BKNG-2' } as Stored['bookings'][number]]
    expect(judge({ stored: { ...stored, bookings: twice } }).doubleBooked).toEqual(['lena@example.org'])
  })

  test('lets a delivery come again that was in flight when its worker was killed', () => {
    expect(judge({ ...sentAgain, kills: [aKill('worker', 1_010)] })).toMatchObject({
      breaches: 0,
      extra: 1,
      inFlight: 1,
    })
  })

  test('does not let it come again without a kill, or after a kill of something else', () => {
    expect(judge(sentAgain).unexplained).toHaveLength(1)
    expect(judge({ ...sentAgain, kills: [aKill('web', 1_010)] }).unexplained).toHaveLength(1)
    expect(judge({ ...sentAgain, kills: [aKill('worker', 30_000)] }).unexplained).toHaveLength(1)
  })

  test('tells how long a subscription stood still whose worker was killed', () => {
    const kill = aKill('worker', 1_010)
    expect(judge({ ...sentAgain, kills: [kill] }).movedAfterMs).toEqual([59_990])
    // Who had it then was hit too: that says nothing about one kill.
    expect(judge({ ...sentAgain, kills: [kill, aKill('worker', 30_000)] }).movedAfterMs).toEqual([])
  })

  test('lets one come again that was in flight when its worker stood still, or that it sent when it went on', () => {
    const stopped = { arrivals: [anArrival, { ...anArrival, beganMs: 9_500, answeredMs: 9_520 }] }
    const attempts = [{ path: '/zap', event: 'EVNT-1', startedMs: 9_495, durationMs: 30, isSuccess: true }]
    const inFlight = { ...stopped, stored: { ...stored, attempts }, kills: [aStop(1_010)] }
    expect(judge(inFlight)).toMatchObject({ breaches: 0, extra: 1, inFlight: 1 })
    // The other worker's came first, the one of who had stood still a second after it went on.
    const late = { arrivals: [anArrival, { ...anArrival, beganMs: 13_000, answeredMs: 13_020 }] }
    expect(judge({ ...late, kills: [aStop(990)] })).toMatchObject({ breaches: 0, extra: 1, inFlight: 1 })
    const twice = [...late.arrivals, { ...anArrival, beganMs: 13_100, answeredMs: 13_120 }]
    const again = ['sent again after it was stored: /zap EVNT-1']
    expect(judge({ arrivals: twice, kills: [aStop(990)] }).unexplained).not.toEqual([])
    expect(judge({ ...late, kills: [aStop(5_990)] }).unexplained).toEqual(again)
    expect(judge({ ...late, kills: [aKill('worker', 13_010)] }).unexplained).toEqual(again)
  })

  test('sees a delivery that went back', () => {
    expect(judge({ stored: { ...stored, wentBack: ['1'] } }).breaches).toBe(1)
  })

  test('does not let it come again once it was stored', () => {
    const found = judge({ ...sentAgain, stored, kills: [aKill('worker', 61_010)] })
    expect(found.unexplained).toEqual(['sent again after it was stored: /zap EVNT-1'])
  })

  test('one kill accounts for one delivery of a subscription', () => {
    const two = { ...anArrival, id: 'EVNT-2' }
    const events = [
      ...stored.events,
      { id: 'EVNT-2', subject: 'BKNG-2', type: 'booking.scheduled', sequence: 1 },
    ]
    const found = judge({
      arrivals: [anArrival, two],
      kills: [aKill('worker', 1_010)],
      stored: { ...stored, events, attempts: [] },
    })
    expect(found).toMatchObject({ inFlight: 1, unexplained: [expect.stringContaining('EVNT-2')] })
  })

  test('sees other bytes at the repeat', () => {
    const [first, second] = sentAgain.arrivals as [Arrival, Arrival]
    const found = judge({
      ...sentAgain,
      arrivals: [first, { ...second, sha256: 'others' }],
      kills: [aKill('worker', 1_010)],
    })
    expect(found.differentBytes).toEqual(['/zap EVNT-1'])
  })

  test('sees a later event of a booking that came first', () => {
    const events = [
      ...stored.events,
      { id: 'EVNT-2', subject: 'BKNG-1', type: 'booking.canceled', sequence: 2 },
    ]
    const early = { ...anArrival, id: 'EVNT-2', beganMs: 900, answeredMs: 910 }
    const attempt = { path: '/zap', event: 'EVNT-2', startedMs: 890, durationMs: 30, isSuccess: true }
    const found = judge({
      arrivals: [early, anArrival],
      stored: { ...stored, events, attempts: [...stored.attempts, attempt] },
    })
    expect(found.outOfOrder).toEqual(['/zap BKNG-1'])
  })

  test('sees what nobody asked for, and what is left over', () => {
    expect(judge({ arrivals: [anArrival, { ...anArrival, id: 'EVNT-9' }] }).strange).toEqual([
      'arrived unasked: /zap EVNT-9',
    ])
    expect(judge({ stored: { ...stored, unsettled: { pending: 2 } } }).breaches).toBe(2)
  })
})
