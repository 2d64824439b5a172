import { describe, expect, test } from 'vitest'
import { errorWords } from './error-words.ts'

const answered = (status: number) => ({ status, statusText: '', internal: false, data: 'secret detail' })

describe('errorWords', () => {
  test('tells a missing page from a bad form', () => {
    expect(errorWords(answered(404)).title).toBe('There is nothing at this address')
    expect(errorWords(answered(400)).title).toBe('This request could not be read')
    expect(errorWords(answered(405)).title).toBe('This request could not be read')
  })

  test('never repeats what an exception says', () => {
    for (const error of [
      new Error('secret detail'),
      answered(500),
      answered(404),
      'secret detail',
      undefined,
    ])
      expect(JSON.stringify(errorWords(error))).not.toContain('secret')
  })
})
