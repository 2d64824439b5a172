import { describe, expect, test } from 'vitest'
import { normaliseLoginId, weaknessOf } from './user.ts'

describe('weaknessOf', () => {
  test('accepts long passwords of any kind of characters', () => {
    for (const good of ['correct horse battery', 'Žluťoučký kůň 7', 'xK9$mmQ2!vbn', 'tuesday lantern'])
      expect(weaknessOf(good, 'ana@example.com')).toBeUndefined()
  })

  test('refuses short, endless, repeated, sequential and worn-out passwords and the Login ID', () => {
    for (const weak of [
      'short',
      'x'.repeat(300),
      'aaaaaaaaaaaa',
      '1234567890',
      'abcdefghijkl',
      'Password123',
      'ana.martin@example.com',
      'Ana.Martin2026',
    ])
      expect(weaknessOf(weak, 'ana.martin@example.com'), weak).toEqual(expect.any(String))
  })
})

test('Login IDs are compared trimmed and without case', () => {
  expect(normaliseLoginId('  Ana@Example.COM ')).toBe('ana@example.com')
})
