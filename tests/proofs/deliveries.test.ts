import { expect, test } from 'vitest'
import { proveDeliveries } from '../../bench/proof-deliveries.ts'

// A small size of `npm run proof -- deliveries`.

test('without faults every event arrives once, and those of a booking in their order', {
  timeout: 180_000,
}, async () => {
  const found = await proveDeliveries({ events: 400 })
  expect(found).toMatchObject({ events: 400, arrived: 400, duplicates: 0, outOfOrder: 0, differences: 0 })
})

test('events that do not wait for the one before, and deliveries that stay unsettled, are seen', {
  timeout: 180_000,
}, async () => {
  const unordered = await proveDeliveries({ events: 400, fault: 'unordered' })
  expect(unordered.outOfOrder).toBeGreaterThan(0)
  const unsettled = await proveDeliveries({ events: 400, fault: 'unsettled' })
  expect(unsettled.duplicates).toBeGreaterThan(0)
})
