import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  randomInt,
  timingSafeEqual,
} from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Secrets } from '#domain/deps.ts'

/** What a key opens: `hwz` the Zapier door for its user, `hwk` the REST API for its account. */
export type KeyPrefix = 'hwz' | 'hwk'

/**
 * The prefix, `_`, 8 characters that name the key, `_`, 32 secret characters (190 bits) and 6 of CRC-32, all base62.
 *
 * The prefix lets secret scanners recognise a leaked key, the checksum lets them and us refuse rubbish without a look-up, and one
 * double click selects the whole.
 */
export const keyShape = /^(hwz|hwk)_([0-9A-Za-z]{8})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const randomBase62 = (length: number) => Array.from({ length }, () => base62[randomInt(62)]).join('')

function checksumOf(text: string): string {
  let rest = crc32(text)
  let letters = ''
  for (let place = 0; place < 6; place += 1) {
    letters = base62.charAt(rest % 62) + letters
    rest = Math.floor(rest / 62)
  }
  return letters
}

/** A new key. Only what `storedForm` makes of it is kept. */
export function makeKey(prefix: KeyPrefix): string {
  const body = `${prefix}_${randomBase62(8)}_${randomBase62(32)}`
  return body + checksumOf(body)
}

/** The part that finds the key in the database, or undefined for anything that cannot be a key of ours. */
export function publicPartOf(prefix: KeyPrefix, key: string): string | undefined {
  const parts = keyShape.exec(key)
  if (parts?.[1] !== prefix || checksumOf(key.slice(0, -6)) !== parts[4]) return undefined
  return parts[2]
}

/** What the database holds to recognise a key: useless to a thief without the pepper. */
export const hashOfKey = ({ pepper }: Pick<Secrets, 'pepper'>, key: string): Buffer =>
  createHmac('sha256', pepper).update(key).digest()

/** Compares in constant time; without a stored hash it compares all the same, so that nothing can be read from the time. */
export function isSameKey(
  secrets: Pick<Secrets, 'pepper'>,
  key: string,
  storedHash: Buffer | undefined,
): boolean {
  const given = hashOfKey(secrets, key)
  const equal = timingSafeEqual(given, storedHash ?? Buffer.alloc(given.length))
  return equal && storedHash !== undefined
}

/**
 * Seals a key so that its own user can see it again: AES-256-GCM, 12 bytes of nonce, the text, 16 bytes of tag. `holder` (the
 * user's id) is authenticated too, so that a sealed key moved to another row does not open.
 */
export function sealKey(
  { sealing }: Pick<Secrets, 'sealing'>,
  { key, holder }: { key: string; holder: string },
): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(holder))
  return Buffer.concat([nonce, cipher.update(key, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

/** @throws when the seal was made with another secret or for another holder. */
export function openKey(
  { sealing }: Pick<Secrets, 'sealing'>,
  { sealed, holder }: { sealed: Buffer; holder: string },
): string {
  const decipher = createDecipheriv('aes-256-gcm', sealing, sealed.subarray(0, 12)).setAAD(
    Buffer.from(holder),
  )
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('utf8')
}
