import { hkdfSync, randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Secrets } from '#domain/deps.ts'

/**
 * The installation's one secret: HOURWIRE_SECRET, or a file in the data directory that is made at the first start.
 *
 * It is never in the database, so a copy of the database alone verifies no API key and opens none.
 */
export async function loadSecret({
  given,
  dataDir,
}: {
  given: string | undefined
  dataDir: string
}): Promise<Buffer> {
  if (given !== undefined) return Buffer.from(given, 'utf8')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const file = path.join(dataDir, 'secret')
  const known = await readSecret(file)
  if (known) return known
  // Written whole under another name and then linked: two starters agree, and a crash leaves no half secret.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await unlink(draft)
  await chmod(file, 0o600)
  const made = await readSecret(file)
  if (!made) throw new Error(`The secret could not be stored in ${file}`)
  return made
}

async function readSecret(file: string): Promise<Buffer | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const secret = Buffer.from(text.trim(), 'base64')
  if (secret.length !== 32)
    throw new Error(
      `${file} is damaged: bring it back from a backup. Stored API keys cannot be read without it.`,
    )
  return secret
}

/** One key for each purpose (HKDF-SHA-256, RFC 5869), so that none can stand in for another. */
export function deriveSecrets(secret: Buffer): Secrets {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, 'hourwire', purpose, 32))
  return {
    pepper: derive('api key pepper 1'),
    sealing: derive('api key sealing 1'),
    links: derive('customer links 1'),
    sessions: derive('session cookies 1'),
  }
}
