import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hashOfKey, isSameKey, keyShape, makeKey, openKey, publicPartOf, sealKey } from './api-key.ts'

const secrets = { pepper: randomBytes(32), sealing: randomBytes(32) }

describe('API keys', () => {
  test('look the same, never repeat, and carry a checksum that one wrong letter breaks', () => {
    const keys = Array.from({ length: 2000 }, () => makeKey('hwz'))
    expect(new Set(keys).size).toBe(2000)
    for (const key of keys.slice(0, 50)) {
      expect(key).toMatch(keyShape)
      expect(publicPartOf('hwz', key)).toBe(key.slice(4, 12))
      for (let place = 13; place < key.length; place += 1) {
        const other = key[place] === 'a' ? 'b' : 'a'
        expect(publicPartOf('hwz', key.slice(0, place) + other + key.slice(place + 1))).toBeUndefined()
      }
    }
    for (const rubbish of ['', 'hwz_', 'hwz_12345678_short', `${keys[0]} `, keys[0]?.toUpperCase() ?? ''])
      expect(publicPartOf('hwz', rubbish)).toBeUndefined()
    expect(publicPartOf('hwk', keys[0] ?? '')).toBeUndefined()
  })

  test('are recognised by their hash under the same pepper only', () => {
    const key = makeKey('hwz')
    expect(isSameKey(secrets, key, hashOfKey(secrets, key))).toBe(true)
    expect(isSameKey(secrets, makeKey('hwz'), hashOfKey(secrets, key))).toBe(false)
    expect(isSameKey(secrets, key, hashOfKey({ pepper: randomBytes(32) }, key))).toBe(false)
    expect(isSameKey(secrets, key, undefined)).toBe(false)
  })

  test('open again for their holder, and for nobody else', () => {
    const key = makeKey('hwz')
    const sealed = sealKey(secrets, { key, holder: 'ana' })
    expect(sealed.includes(key)).toBe(false)
    expect(openKey(secrets, { sealed, holder: 'ana' })).toBe(key)
    expect(() => openKey(secrets, { sealed, holder: 'bo' })).toThrow()
    expect(() => openKey({ sealing: randomBytes(32) }, { sealed, holder: 'ana' })).toThrow()
  })
})
