import { expect, test } from 'vitest'
import { hashPassword, verifyPassword } from './password.ts'

test('a password verifies against its own hash only, composed or decomposed alike', async () => {
  const hash = await hashPassword('Café lantern 26')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await verifyPassword(hash, 'Cafe\u0301 lantern 26')).toBe(true)
  expect(await verifyPassword(hash, 'Cafe lantern 26')).toBe(false)
  expect(await verifyPassword('$2b$10$something', 'Café lantern 26')).toBe(false)
  expect(await hashPassword('Café lantern 26')).not.toBe(hash)
})

test('many at once all get their answer', async () => {
  const hash = await hashPassword('tuesday lantern')
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      verifyPassword(hash, n % 2 ? 'tuesday lantern' : 'wednesday lantern'),
    ),
  )
  expect(answers.filter(Boolean)).toHaveLength(4)
})
