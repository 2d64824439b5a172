import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BookingId, isUuid, newUuid, parsePublicId, publicId } from './ids.ts'

describe('ids', () => {
  test('a public id reads back as the same id, whatever its bits', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const shown = publicId('booking', uuid as BookingId)
        expect(shown).toMatch(/^BKNG-[0-9A-HJKMNP-TV-Z]{26}$/)
        expect(parsePublicId('booking', shown)).toBe(uuid)
      }),
    )
  })

  test('another kind, a wrong length, a wrong letter and too many bits are refused', () => {
    const shown = publicId('booking', newUuid(0) as BookingId)
    expect(parsePublicId('user', shown)).toBeUndefined()
    for (const wrong of [
      shown.slice(0, -1),
      `${shown}0`,
      shown.toLowerCase(),
      `BKNG-${'U'.repeat(26)}`,
      '',
      'BKNG-',
    ])
      expect(parsePublicId('booking', wrong)).toBeUndefined()
    expect(parsePublicId('booking', `BKNG-${'Z'.repeat(26)}`)).toBeUndefined()
  })

  test('a new id is a version 7 UUID that carries its time', () => {
    const now = Date.UTC(2100, 10, 22)
    const uuid = newUuid(now)
    expect(isUuid(uuid)).toBe(true)
    expect(uuid[14]).toBe('7')
    expect(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(now)
  })

  test('ids sort as they were made, within a millisecond and over a clock that goes back', () => {
    const made = Array.from({ length: 10_000 }, (_, n) => newUuid(Date.UTC(2101, 0, 1) - (n % 3)))
    expect(made).toEqual([...made].sort())
    expect(new Set(made).size).toBe(10_000)
  })
})
