import { expect, test } from 'vitest'
import { proveDatabaseRestarts } from '../../bench/proof-database-restarts.ts'

// Small sizes of `npm run proof -- database-restarts` and its control; the pages have to be built, which `npm test` does first.

test('while the database comes, goes and stands still, what is acknowledged is stored, and all else is told so', {
  timeout: 240_000,
}, async () => {
  const found = await proveDatabaseRestarts({
    restarts: 3,
    stallEvery: 3,
    longestAwayMs: 1_500,
    perSecond: 15,
  })
  expect(found).toMatchObject({ differences: 0, examples: [] })
  expect(found.acknowledged).toBeGreaterThan(0)
  expect(found.answers[503]).toBeGreaterThan(0)
})

test('a database that says "committed" before it is loses what was acknowledged', {
  timeout: 240_000,
}, async () => {
  const found = await proveDatabaseRestarts({ restarts: 2, longestAwayMs: 500, lies: true })
  expect(found.lost).toBeGreaterThan(0)
})
