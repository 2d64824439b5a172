import { describe, expect, test } from 'vitest'
import { ago, dayAndTime, longDay, momentIn, spanOfMs, timeSpan, zoneInWords } from './moment.ts'

const at = (text: string) => Temporal.Instant.from(text)

describe('dayAndTime', () => {
  test('says an instant on the wall clock of the zone, with plain spaces', () => {
    expect(dayAndTime(at('2026-12-01T09:00:00Z'), 'Europe/Berlin')).toBe('Tue, Dec 1, 2026, 10:00 AM')
    expect(dayAndTime(at('2026-12-01T03:00:00Z'), 'America/New_York')).toBe('Mon, Nov 30, 2026, 10:00 PM')
    expect(dayAndTime(at('2026-12-01T00:05:00Z'), 'UTC')).toBe('Tue, Dec 1, 2026, 12:05 AM')
  })

  test('follows the change of the clocks', () => {
    expect(dayAndTime(at('2026-03-29T00:59:00Z'), 'Europe/Berlin')).toBe('Sun, Mar 29, 2026, 1:59 AM')
    expect(dayAndTime(at('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toBe('Sun, Mar 29, 2026, 3:00 AM')
  })
})

test('longDay writes weekday and month out', () => {
  expect(longDay(at('2026-12-01T23:30:00Z'), 'Asia/Tokyo')).toBe('Wednesday, December 2, 2026')
})

describe('timeSpan', () => {
  const span = (start: string, end: string, zone = 'UTC') => timeSpan(at(start), at(end), zone)

  test('says AM or PM once within one half of the day', () => {
    expect(span('2026-12-01T10:00:00Z', '2026-12-01T10:30:00Z')).toBe('10:00 – 10:30 AM')
    expect(span('2026-12-01T12:00:00Z', '2026-12-01T13:00:00Z')).toBe('12:00 – 1:00 PM')
  })

  test('says both across noon', () => {
    expect(span('2026-12-01T11:45:00Z', '2026-12-01T12:15:00Z')).toBe('11:45 AM – 12:15 PM')
  })

  test('names the other day across midnight', () => {
    expect(span('2026-12-01T23:45:00Z', '2026-12-02T00:15:00Z')).toBe('11:45 PM – 12:15 AM (Wed, Dec 2)')
    expect(span('2026-12-01T22:45:00Z', '2026-12-01T23:15:00Z', 'Europe/Berlin')).toBe(
      '11:45 PM – 12:15 AM (Wed, Dec 2)',
    )
  })
})

test('a span over a change of clocks says both offsets', () => {
  const berlin = (start: string, end: string) => timeSpan(at(start), at(end), 'Europe/Berlin')
  expect(berlin('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z')).toBe('2:30 AM GMT+2 – 2:30 AM GMT+1')
  expect(berlin('2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z')).toBe('1:30 AM GMT+1 – 3:30 AM GMT+2')
})

describe('zoneInWords', () => {
  test.each([
    ['Europe/Berlin', '2026-12-01T00:00:00Z', 'Europe/Berlin (GMT+1)'],
    ['Europe/Berlin', '2026-07-01T00:00:00Z', 'Europe/Berlin (GMT+2)'],
    ['America/New_York', '2026-12-01T00:00:00Z', 'America/New York (GMT-5)'],
    ['Asia/Kolkata', '2026-12-01T00:00:00Z', 'Asia/Kolkata (GMT+5:30)'],
    ['Pacific/Marquesas', '2026-12-01T00:00:00Z', 'Pacific/Marquesas (GMT-9:30)'],
    ['Pacific/Kiritimati', '2026-12-01T00:00:00Z', 'Pacific/Kiritimati (GMT+14)'],
    ['Asia/Kathmandu', '2026-12-01T00:00:00Z', 'Asia/Kathmandu (GMT+5:45)'],
    ['UTC', '2026-12-01T00:00:00Z', 'UTC (GMT)'],
  ])('%s at %s', (zone, instant, words) => expect(zoneInWords(zone, at(instant))).toBe(words))
})

describe('ago', () => {
  const now = at('2026-12-01T12:00:00Z')
  test.each([
    ['2026-12-01T12:00:00Z', 'just now'],
    ['2026-12-01T11:59:01Z', 'just now'],
    ['2026-12-01T11:59:00Z', '1 minute ago'],
    ['2026-12-01T11:00:01Z', '59 minutes ago'],
    ['2026-12-01T10:00:00Z', '2 hours ago'],
    ['2026-11-30T12:00:00Z', 'yesterday'],
    ['2026-11-20T12:00:00Z', '11 days ago'],
    ['2026-09-01T12:00:00Z', '3 months ago'],
    ['2024-11-01T12:00:00Z', '2 years ago'],
    ['2026-12-01T12:00:30Z', 'in a moment'],
    ['2026-12-01T14:00:00Z', 'in 2 hours'],
  ])('%s is %s', (instant, words) => expect(ago(at(instant), now)).toBe(words))
})

test('momentIn gives all three for one reader', () => {
  expect(momentIn('Europe/Berlin', at('2026-12-01T12:00:00Z'))(at('2026-12-01T11:57:10.123Z'))).toEqual({
    iso: '2026-12-01T11:57:10Z',
    words: 'Tue, Dec 1, 2026, 12:57 PM',
    ago: '2 minutes ago',
  })
})

test('spanOfMs speaks in milliseconds, then in seconds', () => {
  expect([0, 12.4, 999, 1000, 2449, 30_000].map(spanOfMs)).toEqual([
    '0 ms',
    '12 ms',
    '999 ms',
    '1.0 s',
    '2.4 s',
    '30.0 s',
  ])
})
