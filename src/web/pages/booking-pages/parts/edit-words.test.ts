import { expect, test } from 'vitest'
import { problemsOf } from './edit-words.ts'

test('every wrong setting is marked at its own field, in the order of the form', () => {
  const problems = problemsOf({
    code: 'bad-settings',
    settings: [
      { field: 'suggestedTimes', message: 'must be a whole number from 1 to 10 times' },
      { field: 'policy.cancel', message: 'must be a whole number from 15 to 20160 minutes' },
      { field: 'fields[2].title', message: 'must not be empty' },
    ],
  })
  expect(Object.entries(problems)).toEqual([
    ['suggestedTimes', 'Must be a whole number from 1 to 10 times.'],
    ['cancel', 'Must be a whole number from 15 to 20160 minutes.'],
    ['fields[2].title', 'Must not be empty.'],
  ])
})
