import { expect, test } from 'vitest'
import type { UserId } from '#kit/ids.ts'
import { publicId } from '#kit/ids.ts'
import { addressWith, filterOf, placeOf } from './filter-address.ts'

const id = '01a2076b-4400-7252-b8db-b527db4f28a1'
const set = (query: string) =>
  Object.fromEntries(
    Object.entries(filterOf(new URLSearchParams(query), 'Europe/Berlin'))
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'object' ? String(value) : value]),
  )

test('an address is read as the filter it names, times on the reader’s clock', () => {
  expect(
    set(
      `state=given_up&user=${publicId('user', id as UserId)}&trigger=booking_no_show&event=booking.no_show&from=2026-07-01T08:00&until=2026-11-23&failed=1`,
    ),
  ).toEqual({
    state: 'given_up',
    userId: id,
    trigger: 'booking_no_show',
    eventType: 'booking.no_show',
    from: '2026-07-01T06:00:00Z',
    until: '2026-11-22T23:00:00Z',
    failedOnly: true,
  })
  expect(set('event=test')).toEqual({ eventType: 'test' })
})

test('what nobody can mean is left out', () => {
  expect(
    set(
      "state=on&user=USR-1&trigger=x&event=booking.requested&zap=1&from=yesterday&until=2026-13-40T25:00&failed=yes&x='--",
    ),
  ).toEqual({})
  expect(placeOf(new URLSearchParams('older=1'))).toBeUndefined()
  expect(placeOf(new URLSearchParams(`newer=${id}`))).toEqual({ side: 'newer', id })
})

test('an address with something changed keeps the filter and nothing else', () => {
  const query = new URLSearchParams(`state=held&user=&older=${id}&done=replayed`)
  expect(addressWith(query, { newer: id })).toBe(`?state=held&newer=${id}`)
  expect(addressWith(new URLSearchParams())).toBe('?')
})
