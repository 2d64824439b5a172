import { expect, test } from 'vitest'
import { proveSchedule } from '../../bench/proof-schedule.ts'

// A small size of `npm run proof -- schedule`.
test('every attempt comes inside its window, across restarts, dead workers and jumps of both clocks', {
  timeout: 180_000,
}, async () => {
  expect(await proveSchedule({ events: 4 })).toMatchObject({
    differences: 0,
    examples: [],
    deliveries: 48,
    delivered: 8,
    given_up: 40,
  })
})
