import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deriveSecrets, loadSecret } from './secrets.ts'

function folder(): string {
  const made = mkdtempSync(path.join(os.tmpdir(), 'hourwire-secret-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

test('the secret is made once, whoever starts together, readable by its owner only', async () => {
  const dataDir = path.join(folder(), 'data')
  const made = await Promise.all(Array.from({ length: 5 }, () => loadSecret({ given: undefined, dataDir })))
  expect(new Set(made.map((secret) => secret.toString('hex'))).size).toBe(1)
  expect(statSync(path.join(dataDir, 'secret')).mode & 0o777).toBe(0o600)
  expect(await loadSecret({ given: undefined, dataDir })).toEqual(made[0])
})

test('a given secret is used and nothing is written', async () => {
  const dataDir = path.join(folder(), 'data')
  expect((await loadSecret({ given: 'x'.repeat(40), dataDir })).toString()).toBe('x'.repeat(40))
  expect(() => readFileSync(path.join(dataDir, 'secret'))).toThrow()
})

test('a damaged secret is never replaced by a new one', async () => {
  const dataDir = folder()
  writeFileSync(path.join(dataDir, 'secret'), 'short')
  await expect(loadSecret({ given: undefined, dataDir })).rejects.toThrow(/damaged/)
  expect(readFileSync(path.join(dataDir, 'secret'), 'utf8')).toBe('short')
})

test('each purpose has a key of its own', () => {
  const keys = Object.values(deriveSecrets(Buffer.alloc(32, 7))).map((key) => key.toString('hex'))
  expect(new Set(keys).size).toBe(4)
})
