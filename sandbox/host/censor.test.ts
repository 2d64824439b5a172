import { expect, test } from 'vitest'
import { censorAddress, censorFor } from './censor.ts'

test('hides a credential as it is, URL-encoded and in base64', () => {
  const censor = censorFor(['s3cret/ü&'])
  const base64 = Buffer.from('s3cret/ü&').toString('base64')
  expect(censor(`a s3cret/ü& b ${encodeURIComponent('s3cret/ü&')} c ${base64} d`)).not.toMatch(/s3cret|czNj/)
})

test('hides the longer of two credentials as a whole', () => {
  expect(censorFor(['abc', 'abcdef'])('abcdef')).toBe(':censored:')
})

test('leaves a text alone when a credential is empty', () => {
  expect(censorFor([''])('plain')).toBe('plain')
})

test('hides parameters with telling names and passwords in addresses', () => {
  const shown = censorAddress('http://u:pw@localhost/?api_key=1234&page=2', (text) => text)
  expect(shown).not.toMatch(/1234|pw@/)
  expect(shown).toContain('page=2')
})
