import { describe, expect, test } from 'vitest'
import { proveHostileTargets } from '../../bench/proof-hostile-targets.ts'

// A small size of `npm run proof -- hostile-targets`, and its controls.

const timeout = 180_000

describe('hostile targets, watched at the socket', () => {
  test('reach nothing, and honest ones are not refused', { timeout }, async () => {
    const found = await proveHostileTargets({ generated: 200 })
    expect(found.examples).toEqual([])
    expect(found).toMatchObject({
      forbiddenConnections: 0,
      honestRefused: 0,
      verdictsThatDiffer: 0,
      differences: 0,
    })
    expect(found.targets).toBeGreaterThanOrEqual(150)
    expect(found.honest).toBeGreaterThanOrEqual(25)
    expect(found.connections).toBeGreaterThanOrEqual(found.honest)
  })

  test('reach nothing where no network namespace can be made', { timeout }, async () => {
    const found = await proveHostileTargets({ generated: 200, inNamespace: false })
    expect(found.examples).toEqual([])
    expect(found.connections).toBeGreaterThanOrEqual(found.honest)
  })

  test('fire the tripwires where nothing guards, and where the connection is not bound to the verdict', {
    timeout,
  }, async () => {
    const off = await proveHostileTargets({ generated: 0, guard: 'off' })
    expect(off.targetsThatReached).toBeGreaterThan(200)
    const once = await proveHostileTargets({ generated: 0, guard: 'once' })
    expect(once.targetsThatReached).toBeGreaterThan(0)
    expect(once.targetsThatReached).toBeLessThan(off.targetsThatReached)
  })
})
