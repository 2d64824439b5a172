import { describe, expect, test } from 'vitest'
import {
  isoInZone,
  isoSeconds,
  isZone,
  offsetOf,
  parseDate,
  parseInstant,
  presentZoneName,
  presentZoneNameAmong,
  tzWarning,
  zoneNames,
} from './time.ts'

const noon = Temporal.Instant.from('2026-12-01T12:00:00Z')

describe('time', () => {
  test('instants are written to the second, in UTC or with the zone offset', () => {
    expect(isoSeconds(noon)).toBe('2026-12-01T12:00:00Z')
    expect(isoInZone(noon, 'Asia/Kathmandu')).toBe('2026-12-01T17:45:00+05:45')
    expect(offsetOf(noon, 'America/St_Johns')).toBe('-03:30')
  })

  test('only IANA names are zones: no offsets, no rubbish', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Calcutta', 'America/Argentina/Buenos_Aires'])
      expect(isZone(zone)).toBe(true)
    for (const wrong of ['+01:00', '', 'Mars/Olympus', '../etc/passwd', 'Europe/Berlin\n', 'x'.repeat(200)])
      expect(isZone(wrong)).toBe(false)
    expect(zoneNames()[0]).toBe('UTC')
    expect(zoneNames().length).toBeGreaterThan(400)
    expect(zoneNames()).toContain('Asia/Kolkata')
    expect(zoneNames()).not.toContain('Asia/Calcutta')
    expect(presentZoneName('Europe/Kiev')).toBe('Europe/Kyiv')
    // tz data from before the renaming (2022b).
    expect(presentZoneNameAmong('Europe/Kiev', (name) => name !== 'Europe/Kyiv')).toBe('Europe/Kiev')
    for (const zone of zoneNames()) expect(isZone(zone), zone).toBe(true)
  })

  test('instants without an offset and dates that do not exist are not read', () => {
    expect(parseInstant('2026-12-01T12:00:00+01:00')?.epochMilliseconds).toBe(Date.UTC(2026, 11, 1, 11))
    for (const wrong of ['2026-12-01T12:00:00', 'tomorrow', '', `${'9'.repeat(60)}Z`])
      expect(parseInstant(wrong)).toBeUndefined()
    expect(parseDate('2028-02-29')?.toString()).toBe('2028-02-29')
    for (const wrong of ['2026-02-29', '2026-2-1', '20261201', 'x']) expect(parseDate(wrong)).toBeUndefined()
  })
})

describe('tzWarning', () => {
  const on = (date: string, version: string) => tzWarning(Temporal.Instant.from(`${date}T12:00:00Z`), version)

  test('warns after 90 days, and where the age is not known', () => {
    expect(on('2026-10-06', '2026c')).toBeUndefined()
    expect(on('2026-10-07', '2026c')).toContain('(2026c) is 91 days old')
    expect(on('2026-11-23', '2026f')).toBeUndefined()
    expect(on('2026-11-23', '1999a')).toContain('unknown age')
    expect(on('2026-11-23', 'unknown')).toContain('unknown age')
  })

  test('a version newer than the list is as old as the newest known one', () => {
    expect(on('2026-11-23', '2027a')).toBeUndefined()
    expect(on('2028-01-01', '2027a')).toContain('days old')
  })
})
