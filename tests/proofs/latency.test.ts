import { expect, test } from 'vitest'
import { proveIsolation, proveLatency } from '../../bench/proof-latency.ts'

// Small sizes of `npm run proof -- latency`, `-- isolation` and `-- isolation-control`; `-- latency-control` takes a minute at least. Budgets are for those: here the machine does other things beside. A
// target that held up others would hold them for its fifteen seconds, which shows on any machine.

const heldUpMs = 12_000

test('dead targets hold up nobody else', { timeout: 180_000 }, async () => {
  const found = await proveLatency({ bookings: 60 })
  expect(found.missing).toBe(0)
  expect(found.owedToLivingTargets).toBeGreaterThan(60)
  expect(found.commitToFirstByteMs.most).toBeLessThan(heldUpMs)
})

test("an account's hanging and dripping targets hold up no other account, and take no memory", {
  timeout: 180_000,
}, async () => {
  const found = await proveIsolation({ bookings: 20, badTargets: 100 })
  expect(found.connectionsHeldByBadTargets).toBeGreaterThan(0)
  expect(found.beside.missing).toBe(0)
  expect(found.beside.commitToFirstByteMs.most).toBeLessThan(heldUpMs)
  // The budget of the full size is 50; what a process of a few seconds keeps beside is a matter of chance.
  expect(found.workerMb.grown).toBeLessThan(80)
})

test('without a share for each account the other account is seen to wait', { timeout: 180_000 }, async () => {
  const found = await proveIsolation({ bookings: 20, badTargets: 300, guard: false })
  expect(found.p99TimesBaseline).toBeGreaterThan(2)
  expect(found.differences).toBeGreaterThan(0)
})
