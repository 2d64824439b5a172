import { afterEach, describe, expect, test, vi } from 'vitest'
import { isOwnDoor, parseBaseUrl } from './base-url.ts'

describe('the address of the server', () => {
  test('is kept without a slash at its end, with a path if there is one', () => {
    expect(parseBaseUrl('https://book.example.org/')).toBe('https://book.example.org')
    expect(parseBaseUrl('https://example.org/hourwire/')).toBe('https://example.org/hourwire')
  })

  test('may be plain http on the own machine only', () => {
    expect(parseBaseUrl('http://127.0.0.1:3000')).toBe('http://127.0.0.1:3000')
    expect(parseBaseUrl('http://[::1]:3000')).toBe('http://[::1]:3000')
    expect(parseBaseUrl('http://localhost:3000')).toBe('http://localhost:3000')
    expect(() => parseBaseUrl('http://book.example.org')).toThrow('must start with https://')
    expect(() => parseBaseUrl('http://127.0.0.1.example.org')).toThrow('must start with https://')
  })

  test.each(['book.example.org', 'ftp://book.example.org', 'javascript:alert(1)', 'not an address'])(
    'refuses %s and says what it should look like',
    (text) => {
      expect(() => parseBaseUrl(text)).toThrow(
        'HOURWIRE_BASE_URL must be the address of your Hourwire server',
      )
    },
  )

  test.each(['https://me:pw@example.org', 'https://example.org/?a=1', 'https://example.org/#top'])(
    'refuses %s, which holds more than an address',
    (text) => {
      expect(() => parseBaseUrl(text)).toThrow('must be a plain address')
    },
  )
})

describe('our own door', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('is below the base address and nowhere else', () => {
    vi.stubEnv('HOURWIRE_BASE_URL', 'https://example.org/hourwire')
    expect(isOwnDoor('https://example.org/hourwire/zapier/v1/me')).toBe(true)
    expect(isOwnDoor('https://example.org/zapier/v1/me')).toBe(false)
    expect(isOwnDoor('https://example.org/hourwire/zapier/v1/../../elsewhere')).toBe(false)
    expect(isOwnDoor('http://example.org/hourwire/zapier/v1/me')).toBe(false)
    expect(isOwnDoor('https://example.org.evil.test/hourwire/zapier/v1/me')).toBe(false)
    expect(isOwnDoor('https://example.org@evil.test/hourwire/zapier/v1/me')).toBe(false)
    expect(isOwnDoor('/zapier/v1/me')).toBe(false)
  })
})
