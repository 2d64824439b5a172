import { expect, test } from 'vitest'
import { proveRolling } from '../../bench/proof-rolling.ts'

// Small sizes of `npm run proof -- rolling` and `-- rolling-control`; the pages have to be built, which `npm test` does first.

test('processes that are replaced one by one fail no request and send nothing twice', {
  timeout: 180_000,
}, async () => {
  const found = await proveRolling({ restarts: 2, perSecond: 15 })
  expect(found).toMatchObject({ differences: 0, failed: 0, exits: { 0: 2 }, examples: [] })
  expect(found.bookings).toBeGreaterThan(0)
})

test('killed in place of being told to end, they do', { timeout: 180_000 }, async () => {
  const found = await proveRolling({ restarts: 4, kills: true })
  expect(found.failed).toBeGreaterThan(0)
})
