import { createHash, randomBytes } from 'node:crypto'

/** What a mailed link is for: setting the first password, or another one. */
export type LinkPurpose = 'invitation' | 'password-reset'

/** How long a link works (product.md 5.2, 5.6). */
export const linkLife: Record<LinkPurpose, { minutes: number; words: string }> = {
  invitation: { minutes: 72 * 60, words: '72 hours' },
  'password-reset': { minutes: 60, words: '60 minutes' },
}

/** 256 random bits, as they stand in the link. */
export const makeToken = (): string => randomBytes(32).toString('base64url')

/** What is stored of a token: a copy of the database opens nothing. So many random bits need no slow hash. */
export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest()
