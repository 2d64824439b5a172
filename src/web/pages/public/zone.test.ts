import { describe, expect, test } from 'vitest'
import { parseZone, wallClock, zonesByRegion } from './zone.ts'

describe('parseZone', () => {
  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['US/Eastern', 'US/Eastern'],
  ])('%s is %s', (text, zone) => expect(parseZone(text)).toBe(zone))

  test.each([
    null,
    undefined,
    '',
    '+01:00',
    'Factory',
    'Mars/Olympus',
    '../../etc/passwd',
    '<script>',
    '\0',
    'x'.repeat(5000),
  ])('%j is no zone', (text) => expect(parseZone(text)).toBeUndefined())
})

test('offers every zone once, in regions, each one that parseZone knows by that name', () => {
  const zones = zonesByRegion.flatMap((group) => group.zones)
  expect(new Set(zones).size).toBe(zones.length)
  expect(zones.filter((zone) => parseZone(zone) !== zone)).toEqual([])
  expect(zones[0]).toBe('UTC')
  expect(zones).toContain('Asia/Kolkata')
  expect(zones.filter((zone) => !/^[A-Za-z0-9/_+-]+$/.test(zone))).toEqual([])
})

test('a wall clock reads what Temporal reads, in any order and far away', () => {
  const clock = wallClock('America/New_York', Date.parse('2026-11-01T05:00:00Z'))
  for (const text of [
    '2026-11-01T05:59:00Z',
    '2026-11-01T06:00:00Z',
    '2026-07-01T00:00:00Z',
    '2026-12-24T12:00:00Z',
    '2031-07-01T00:00:00Z',
    '2001-01-01T00:00:00Z',
  ]) {
    const instant = Temporal.Instant.from(text)
    const { offsetNanoseconds } = instant.toZonedDateTimeISO('America/New_York')
    expect(clock.offsetMs(instant.epochMilliseconds)).toBe(offsetNanoseconds / 1e6)
  }
})
