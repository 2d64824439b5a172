import { expect, test } from 'vitest'
import { createApiLimits, networkOf } from './limits.ts'

test('an account may burst, then goes on at its rate; the wait is told in whole seconds', () => {
  let now = 0
  const limit = createApiLimits({ perSecond: 5, burst: 20, perAddress: 0 }, () => now)
  const take = (times: number) => Array.from({ length: times }, () => limit.takeOfAccount('a'))
  expect(take(20).every((wait) => wait === undefined)).toBe(true)
  expect(take(1)).toEqual([1])
  expect(limit.takeOfAccount('b')).toBeUndefined()
  now += 1_000
  expect(take(6).filter((wait) => wait === undefined)).toHaveLength(5)
})

test('an address has its calls for five minutes; of IPv6 a network of 64 bits counts as one', () => {
  let now = 0
  const limit = createApiLimits({ perSecond: 0, burst: 0, perAddress: 2 }, () => now)
  const take = (address: string) => limit.takeOfAddress(address)
  expect([take('2001:db8::1'), take('2001:db8::2'), take('2001:db8::3')]).toEqual([undefined, undefined, 300])
  expect([take('2001:db8:0:1::1'), take('203.0.113.1')]).toEqual([undefined, undefined])
  now += 299_500
  expect(take('2001:db8::1')).toBe(1)
  now += 500
  expect(take('2001:db8::1')).toBeUndefined()
  expect(networkOf('::ffff:203.0.113.1')).toBe('203.0.113.1')
})

test('many strangers take away the counts of the longest unseen, not of all', () => {
  const limit = createApiLimits({ perSecond: 0, burst: 0, perAddress: 1 }, () => 0)
  for (let n = 0; n < 50_000; n += 1) limit.takeOfAddress(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)
  limit.takeOfAddress('203.0.113.1')
  expect(limit.takeOfAddress('203.0.113.1')).toBe(300)
  expect(limit.takeOfAddress('10.0.0.5')).toBe(300)
})
