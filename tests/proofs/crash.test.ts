import { expect, test } from 'vitest'
import { proveCrash } from '../../bench/proof-crash.ts'

// Small sizes of `npm run proof -- crash` and `-- crash-control`; the pages have to be built, which `npm test` does first.

test('whatever is killed with signal 9, every booking that was answered is delivered', {
  timeout: 300_000,
}, async () => {
  const found = await proveCrash({ kills: 3, each: 1, hurries: true })
  expect(found).toMatchObject({ differences: 0, lost: 0, unsettled: {}, examples: [] })
  expect(found.extraDeliveries).toBeLessThanOrEqual(found.inFlightAtKills)
  expect(found.answeredBookings).toBeGreaterThan(0)
})

test('the same kills lose events of a program that enqueues after commit', { timeout: 300_000 }, async () => {
  const found = await proveCrash({ kills: 3, each: 1, hurries: true, enqueuesLate: true })
  expect(found.lost).toBeGreaterThan(0)
})

test('a worker that stood still while others took its leases changes nothing of theirs', {
  timeout: 300_000,
}, async () => {
  const found = await proveCrash({ kills: 1, stopsOnly: true })
  expect(found).toMatchObject({ differences: 0, lost: 0, unsettled: {}, examples: [] })
  expect(found.killed).toEqual({ 'worker stopped': 1 })
  expect(found.extraDeliveries).toBeLessThanOrEqual(found.inFlightAtKills)
})
