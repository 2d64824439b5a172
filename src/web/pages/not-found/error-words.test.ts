import { describe, expect, test } from 'vitest'
import { errorWords } from './error-words.ts'

const answered = (status: number) => ({ status, statusText: '', internal: false, data: 'secret detail' })

describe('errorWords', () => {
  test('tells a missing page from a bad form', () => {
    expect(errorWords(answered(404)).title).toBe('There is nothing at this address')
    expect(errorWords(answered(400)).title).toBe('This request could not be read')
    expect(errorWords(answered(405)).title).toBe('This request could not be read')
  })

  test('a database that is away: what was sent was not saved, or may have been', () => {
    const away = (databaseAway: string) => errorWords({ ...answered(503), data: { databaseAway } })
    expect(away('read')).toMatchObject({
      title: 'The server is without its database for a moment',
      again: true,
    })
    expect(away('nothing-saved').advice).toContain('Nothing was saved')
    expect(away('may-be-saved').advice).toContain('may have been saved')
    expect(away('who knows').title).toBe('Something went wrong on our side')
    expect(errorWords({ ...answered(503), data: null }).title).toBe('Something went wrong on our side')
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
