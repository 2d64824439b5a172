import { describe, expect, test } from 'vitest'
import { readAnswers } from './answers.ts'
import type { FormField } from './booking-page.ts'

const field = (name: string, changes: Partial<FormField> = {}): FormField => ({
  name,
  kind: 'single-line',
  title: `Title of ${name}`,
  subtext: '',
  required: false,
  hidden: false,
  options: [],
  ...changes,
})

const read = (fields: FormField[], sent: Record<string, string[]>) =>
  readAnswers(fields, (name) => sent[name] ?? [])

describe('readAnswers', () => {
  test('keeps the order of the form, joins checked options, leaves the system’s fields to others', () => {
    const fields = [
      field('company', { title: 'Company' }),
      field('topics', { kind: 'checkbox', options: ['Prices', 'Support', 'Other'] }),
      field('insurance'),
    ]
    expect(read(fields, { insurance: [' 12 '], topics: ['Prices', 'Other'], company: ['x'] })).toEqual({
      answers: [
        { name: 'topics', title: 'Title of topics', value: 'Prices, Other' },
        { name: 'insurance', title: 'Title of insurance', value: '12' },
      ],
      problems: {},
    })
  })

  test('says what is missing, too long, not offered or cannot be shown', () => {
    const fields = [
      field('a', { required: true }),
      field('b', { kind: 'dropdown', options: ['x', 'y'] }),
      field('c', { kind: 'checkbox', options: ['x'], required: true }),
      field('d'),
      field('e', { kind: 'multi-line' }),
      field('f'),
    ]
    const { problems } = read(fields, {
      b: ['z'],
      d: ['x'.repeat(251)],
      e: ['x'.repeat(5000)],
      f: ['a\u0000b'],
    })
    expect(Object.keys(problems)).toEqual(['a', 'b', 'c', 'd', 'f'])
  })
})
