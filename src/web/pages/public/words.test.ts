import { describe, expect, test } from 'vitest'
import {
  dateInWords,
  dayInWords,
  distinct,
  durationInWords,
  isMorning,
  momentInWords,
  monthInWords,
  spanInWords,
  timeInWords,
  zoneInWords,
} from './words.ts'
import { wallClock } from './zone.ts'

const ms = (text: string) => Date.parse(text)
const clockOf = (zone: string) => wallClock(zone, ms('2026-12-01T00:00:00Z'))

test('dates and months are said in full', () => {
  expect(dateInWords('2026-12-03')).toBe('Thursday, December 3, 2026')
  expect(dayInWords('2026-12-03')).toBe('Thursday, December 3')
  expect(monthInWords('2026-12')).toBe('December 2026')
})

test.each([
  ['2026-12-03T00:00:00Z', '12:00 AM'],
  ['2026-12-03T09:05:00Z', '9:05 AM'],
  ['2026-12-03T12:00:00Z', '12:00 PM'],
  ['2026-12-03T23:45:00Z', '11:45 PM'],
])('%s is %s on the clock', (instant, words) => expect(timeInWords(clockOf('UTC'), ms(instant))).toBe(words))

test('times have plain spaces only, so that they can be searched and copied', () => {
  expect(momentInWords(clockOf('Europe/Berlin'), ms('2026-12-03T13:30:00Z'))).toBe(
    'Thu, Dec 3, 2026, 2:30 PM',
  )
})

test.each([
  ['Europe/Berlin', '2026-12-03T12:00:00Z', 'Europe/Berlin, GMT+1:00'],
  ['Europe/Berlin', '2026-07-03T12:00:00Z', 'Europe/Berlin, GMT+2:00'],
  ['America/New_York', '2026-12-03T12:00:00Z', 'America/New York, GMT-5:00'],
  ['America/St_Johns', '2026-12-03T12:00:00Z', 'America/St Johns, GMT-3:30'],
  ['Asia/Kathmandu', '2026-12-03T12:00:00Z', 'Asia/Kathmandu, GMT+5:45'],
  ['Europe/London', '2026-12-03T12:00:00Z', 'Europe/London, GMT+0:00'],
  ['UTC', '2026-12-03T12:00:00Z', 'UTC'],
])('%s at %s is "%s"', (zone, instant, words) => expect(zoneInWords(clockOf(zone), ms(instant))).toBe(words))

describe('spanInWords', () => {
  const span = (zone: string, start: string, end: string) => spanInWords(clockOf(zone), ms(start), ms(end))

  test('says both times of a day', () => {
    expect(span('Europe/Berlin', '2026-12-03T13:30:00Z', '2026-12-03T14:00:00Z')).toEqual({
      date: 'Thursday, December 3, 2026',
      times: '2:30 PM – 3:00 PM',
    })
  })

  test('names the day of an end after midnight', () => {
    expect(span('UTC', '2026-12-03T23:45:00Z', '2026-12-04T00:15:00Z').times).toBe(
      '11:45 PM – Fri, Dec 4, 2026, 12:15 AM',
    )
  })

  test('gives the offsets when the clock is changed in between', () => {
    expect(span('Europe/Berlin', '2027-10-31T00:30:00Z', '2027-10-31T01:30:00Z').times).toBe(
      '2:30 AM GMT+2:00 – 2:30 AM GMT+1:00',
    )
  })
})

describe('distinct', () => {
  test('says moments of a usual day plainly', () => {
    const starts = [ms('2026-12-03T10:45:00Z'), ms('2026-12-03T11:00:00Z')]
    expect(distinct(clockOf('Europe/Berlin'), starts, timeInWords)).toEqual([
      { ms: starts[0], text: '11:45 AM' },
      { ms: starts[1], text: '12:00 PM' },
    ])
    expect(starts.map((start) => isMorning(clockOf('Europe/Berlin'), start))).toEqual([true, false])
  })

  test('gives both of two moments that the clock shows alike their offset', () => {
    const starts = ['2027-10-30T23:30:00Z', '2027-10-31T00:30:00Z', '2027-10-31T01:30:00Z'].map(ms)
    expect(distinct(clockOf('Europe/Berlin'), starts, timeInWords).map(({ text }) => text)).toEqual([
      '1:30 AM',
      '2:30 AM GMT+2:00',
      '2:30 AM GMT+1:00',
    ])
    expect(
      distinct(clockOf('Europe/Berlin'), starts.slice(1), momentInWords).map(({ text }) => text),
    ).toEqual(['Sun, Oct 31, 2027, 2:30 AM GMT+2:00', 'Sun, Oct 31, 2027, 2:30 AM GMT+1:00'])
  })
})

test.each([
  [15, '15 minutes'],
  [60, '1 hour'],
  [90, '1 hour 30 minutes'],
  [121, '2 hours 1 minute'],
  [1440, '24 hours'],
])('%i minutes is %s', (minutes, words) => expect(durationInWords(minutes)).toBe(words))
