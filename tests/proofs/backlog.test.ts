import { expect, test } from 'vitest'
import { proveBacklog } from '../../bench/proof-backlog.ts'

// A small size of `npm run proof -- backlog`. The budget is for that; here, where other tests run beside, what is not found by an index
// shows by a factor of ten and more.

test('a backlog does not slow planning, leasing and sending down', { timeout: 180_000 }, async () => {
  const found = await proveBacklog({ pending: 10_000, rounds: 2 })
  for (const [step, slowdown] of Object.entries(found.timesSlowerThanEmpty))
    expect(slowdown, step).toBeLessThan(5)
})

test('without its indexes the same backlog is seen', { timeout: 180_000 }, async () => {
  const found = await proveBacklog({ pending: 10_000, rounds: 1, guard: false })
  expect(found.timesSlowerThanEmpty['due, sending']).toBeGreaterThan(5)
})
