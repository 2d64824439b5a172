import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOwnAddress, slugOf } from './booking-page.ts'

describe('slugOf', () => {
  test('keeps the name readable', () => {
    expect(slugOf('Ana Martín')).toBe('ana-martin')
    expect(slugOf('  Dr. Bo   Øst & Co ')).toBe('dr-bo-st-co')
  })

  test('short names and the program’s own addresses get a prefix', () => {
    expect(slugOf('Bo')).toBe('meet-bo')
    expect(slugOf('Settings')).toBe('meet-settings')
    expect(slugOf('李明')).toBe('meet-me')
  })

  test('is a valid public link for any name', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (name) => {
        const slug = slugOf(name)
        expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
        expect(slug.length).toBeGreaterThanOrEqual(4)
        expect(slug.length).toBeLessThanOrEqual(60)
        expect(isOwnAddress(slug)).toBe(false)
      }),
    )
  })
})
