import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { isOwnDoor, parseBaseUrl, serverOf } from './base-url.ts'

const connected = (server_url?: string) => ({ authData: { server_url } })

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
    expect(isOwnDoor('https://example.org/hourwire/zapier/v1/me', connected())).toBe(true)
    expect(isOwnDoor('https://example.org/zapier/v1/me', connected())).toBe(false)
    expect(isOwnDoor('https://example.org/hourwire/zapier/v1/../../elsewhere', connected())).toBe(false)
    expect(isOwnDoor('http://example.org/hourwire/zapier/v1/me', connected())).toBe(false)
    expect(isOwnDoor('https://example.org.evil.test/hourwire/zapier/v1/me', connected())).toBe(false)
    expect(isOwnDoor('https://example.org@evil.test/hourwire/zapier/v1/me', connected())).toBe(false)
    expect(isOwnDoor('/zapier/v1/me', connected())).toBe(false)
  })
})

describe('a Server URL that a person types', () => {
  beforeEach(() => {
    vi.stubEnv('HOURWIRE_BASE_URL', 'https://main.example.org')
    vi.stubEnv('HOURWIRE_SERVER_URL_FIELD', '1')
  })
  afterEach(() => vi.unstubAllEnvs())

  test.each([
    ['https://book.example.org/', 'https://book.example.org'],
    [' book.example.org/hourwire ', 'https://book.example.org/hourwire'],
    ['book.example.org:8443', 'https://book.example.org:8443'],
    ['', 'https://main.example.org'],
    [undefined, 'https://main.example.org'],
  ])('%j leads to %s', (typed, server) => {
    expect(serverOf(connected(typed))).toBe(server)
  })

  test.each([
    ['http://book.example.org', 'Server URL must start with https://'],
    ['http://127.0.0.1:3000', 'not the own machine'],
    ['https://localhost', 'not the own machine'],
    ['javascript:alert(1)', 'Server URL must be the address'],
    ['ftp://book.example.org', 'Server URL must be the address'],
    ['not an address', 'Server URL must be the address'],
    ['main.example.org@evil.test', 'must be a plain address'],
    ['evil.test/?main.example.org', 'must be a plain address'],
  ])('%s is refused in words', (typed, sentence) => {
    expect(() => serverOf(connected(typed))).toThrow(sentence)
  })

  test('may be the own machine where the integration was made for a server there', () => {
    vi.stubEnv('HOURWIRE_BASE_URL', 'http://localhost:3000')
    expect(serverOf(connected('http://127.0.0.1:4000'))).toBe('http://127.0.0.1:4000')
  })

  test('is where the credentials may go, and then the base address is foreign', () => {
    const bundle = connected('book.example.org')
    expect(isOwnDoor('https://book.example.org/zapier/v1/me', bundle)).toBe(true)
    expect(isOwnDoor('https://main.example.org/zapier/v1/me', bundle)).toBe(false)
    expect(isOwnDoor('https://book.example.org.evil.test/zapier/v1/me', bundle)).toBe(false)
  })

  test('means nothing to an integration that was built without the field', () => {
    vi.stubEnv('HOURWIRE_SERVER_URL_FIELD', '')
    expect(serverOf(connected('https://book.example.org'))).toBe('https://main.example.org')
  })
})
