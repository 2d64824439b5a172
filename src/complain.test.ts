import { expect, test } from 'vitest'
import { createComplain } from './complain.ts'

const away = Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED' })

test('an outage is told at once and then twice a minute, with how often it was met; anything else always', () => {
  const lines: string[] = []
  let now = 0
  const complain = createComplain({ write: (words) => void lines.push(words), elapsed: () => now })
  for (; now < 60_000; now += 1_000) complain(away)
  complain(new TypeError('x is not a function'))
  complain(new TypeError('x is not a function'))
  expect(lines).toEqual([
    'The database is away: connect ECONNREFUSED 10.0.0.5:5432',
    'The database is away: connect ECONNREFUSED 10.0.0.5:5432 (29 more like it before)',
    'x is not a function',
    'x is not a function',
  ])
})
