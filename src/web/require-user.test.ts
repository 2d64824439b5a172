import { describe, expect, test } from 'vitest'
import { ownAddress } from './require-user.ts'

describe('ownAddress', () => {
  test.each([
    '/',
    '/booking-pages',
    '/settings/other/zapier/api-key?confirm=revoke',
    '/?when=past',
    '/a%20b#c',
  ])('goes on to %s', (address) => expect(ownAddress(address)).toBe(address))

  test.each([
    null,
    '',
    'booking-pages',
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/a\\b',
    '/\t/evil.example',
    '/\n/evil.example',
    '/ /evil.example',
    ' //evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
  ])('goes to the start page instead of %j', (address) => expect(ownAddress(address)).toBe('/'))

  test('never leads to another origin', () => {
    for (const address of ['/@evil.example', '/.//evil.example', '/..//evil.example', '/%2f%2fevil.example'])
      expect(new URL(ownAddress(address), 'https://meet.example').origin).toBe('https://meet.example')
  })
})
