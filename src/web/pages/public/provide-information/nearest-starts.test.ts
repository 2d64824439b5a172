import { describe, expect, test } from 'vitest'
import { nearestStarts, parseStart, startText } from './nearest-starts.ts'

describe('nearestStarts', () => {
  const starts = [1, 2, 3, 4, 5, 7, 8, 9, 10]

  test('are as many before as after', () => expect(nearestStarts(starts, 6, 6)).toEqual([3, 4, 5, 7, 8, 9]))
  test('never hold the time itself', () => expect(nearestStarts(starts, 5, 4)).toEqual([3, 4, 7, 8]))
  test('take more of one side where the other has few', () => {
    expect(nearestStarts(starts, 2, 6)).toEqual([1, 3, 4, 5, 7, 8])
    expect(nearestStarts(starts, 9, 6)).toEqual([3, 4, 5, 7, 8, 10])
    expect(nearestStarts(starts, 0, 3)).toEqual([1, 2, 3])
    expect(nearestStarts(starts, 99, 3)).toEqual([8, 9, 10])
  })
  test('are what there is when there is little', () => {
    expect(nearestStarts([1, 9], 5, 6)).toEqual([1, 9])
    expect(nearestStarts([], 5, 6)).toEqual([])
  })
})

describe('parseStart', () => {
  test('reads what startText writes', () => {
    const ms = Date.parse('2026-12-01T17:00:00Z')
    expect(startText(ms)).toBe('2026-12-01T17:00Z')
    expect(parseStart(startText(ms))?.epochMilliseconds).toBe(ms)
  })

  test.each([
    undefined,
    '',
    'garbage',
    '2026-12-01',
    '2026-12-01T17:00',
    '2026-12-01T17:00+01:00',
    '2026-12-01T17:00:30Z',
    '2026-02-30T10:00Z',
    '2026-12-01T25:00Z',
    '1999-12-01T17:00Z',
    '2100-01-01T00:00Z',
    '9999-12-01T17:00Z',
    '+275760-09-13T00:00Z',
    '2026-12-01T17:00Z[Europe/Berlin]',
    '2026-12-01T17:00Z\0',
  ])('%j is no start', (text) => expect(parseStart(text)).toBeUndefined())
})
