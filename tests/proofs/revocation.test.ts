import { expect, test } from 'vitest'
import { proveRevocation } from '../../bench/proof-revocation.ts'

// Small sizes of `npm run proof -- revocation` and `-- revocation-control`; `npm test` builds the pages first.

test('on four processes nobody gets in with the former pair once a rotation is answered', {
  timeout: 180_000,
}, async () => {
  expect(await proveRevocation({ rotations: 20 })).toMatchObject({
    acceptedAfterTheAnswer: 0,
    differences: 0,
  })
})

test('the same calls see a former key that is let go on', { timeout: 180_000 }, async () => {
  expect((await proveRevocation({ rotations: 3, grace: true })).acceptedAfterTheAnswer).toBeGreaterThan(0)
})
