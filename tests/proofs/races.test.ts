import { expect, test } from 'vitest'
import { proveRaces } from '../../bench/proof-races.ts'

// Small sizes of `npm run proof -- races` and `-- races-control`; the pages have to be built, which `npm test` does first.

test('races on four processes: nobody is booked twice, exactly one wins', { timeout: 180_000 }, async () => {
  const found = await proveRaces({ races: 20 })
  expect(found).toMatchObject({ doubleBookings: 0, racesWithWrongWinners: [] })
  expect(Object.keys(found.statuses).every((name) => / (303|409)$/.test(name))).toBe(true)
})

test('the same races find double bookings where the constraint is taken away', {
  timeout: 180_000,
}, async () => {
  const found = await proveRaces({ races: 20, guard: false })
  expect(found.doubleBookings).toBeGreaterThan(0)
})
