import { expect, test } from 'vitest'
import type { ChangeLimit } from '#domain/booking-pages/booking-page.ts'
import { policyInWords, refusalInWords } from './policy-words.ts'

const policy = (limit: ChangeLimit, text = '') =>
  ({ cancel: limit, reschedule: limit, reason: 'optional', text }) as const

test.each([
  ['any', 'It can be canceled any time before it starts.'],
  ['never', 'It cannot be canceled online. Please contact the owner.'],
  [15, 'It can be canceled up to 15 minutes before it starts.'],
  [60, 'It can be canceled up to 1 hour before it starts.'],
  [90, 'It can be canceled up to 90 minutes before it starts.'],
  [2880, 'It can be canceled up to 2 days before it starts.'],
] as const)('%s: %s', (limit, words) => expect(policyInWords(policy(limit), 'cancel')).toBe(words))

test('the owner’s own text stands in place of the sentence', () =>
  expect(policyInWords(policy('never', ' Call me. '), 'reschedule')).toBe('Call me.'))

test('in place of the button stands what the policy’s sentence does not say already', () => {
  expect(refusalInWords(policy(60), 'cancel')).toBe('This is not possible any more.')
  expect(refusalInWords(policy('never'), 'cancel')).toBe('')
  expect(refusalInWords(policy('never', 'Call me.'), 'reschedule')).toBe(
    'It cannot be rescheduled online. Please contact the owner.',
  )
})
