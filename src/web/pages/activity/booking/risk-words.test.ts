import { expect, test } from 'vitest'
import { risksInWords } from './risk-words.ts'

test('what speaks against a time stands in one sentence', () => {
  expect(risksInWords([])).toBe('')
  expect(risksInWords([{ rule: 'busy' }])).toBe('taken by another booking')
  expect(
    risksInWords([
      { rule: 'buffer' },
      { rule: 'bookings-per-day', most: 1 },
      { rule: 'bookings-per-week', most: 12 },
    ]),
  ).toBe('inside the buffer of another booking, over 1 booking per day, over 12 bookings per week')
})
