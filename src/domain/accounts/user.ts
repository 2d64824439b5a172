import type { AccountId, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

export type Role = 'administrator' | 'member'

export interface User {
  accountId: AccountId
  id: UserId
  /** The sign-in name: e-mail shaped, trimmed, lower case, unique over the whole installation. */
  loginId: string
  name: string
  role: Role
  /** IANA zone of the user's own screens and of "owner's time zone" in what Zaps receive. */
  zone: string
  /** Zaps of this user act on every booking page of the account, not only on those the user owns. */
  triggersAllPages: boolean
}

/**
 * A user as the account knows it. `joinedAt`: null while the invitation is pending. `lastName`: the part of the name that somebody
 * called the last name; it counts only while the name ends with it (`namesOf`).
 */
export type KnownUser = User & { joinedAt: Instant | null; createdAt: Instant; lastName: string | null }

/** First and last name: the last name as it was given, or else all but the first word. */
export function namesOf({ name, lastName }: Pick<KnownUser, 'name' | 'lastName'>): {
  firstName: string
  lastName: string
} {
  if (lastName !== null && name.endsWith(` ${lastName}`))
    return { firstName: name.slice(0, -lastName.length - 1), lastName }
  const [first = '', ...rest] = name.trim().split(/\s+/)
  return { firstName: first, lastName: rest.join(' ') }
}

/** Where a user gets mail; empty for one who was deleted, whose Login ID is free for others. */
export const mailAddressOf = ({ loginId }: Pick<User, 'loginId'>): string =>
  loginId.includes('@') ? loginId : ''

/** Whom the account belongs to: of its Administrators who have signed in, the one who was there first. */
export const accountOwnerOf = <One extends Pick<KnownUser, 'id' | 'role' | 'joinedAt'>>(
  users: One[],
): One | undefined =>
  users
    .filter(({ role, joinedAt }) => role === 'administrator' && joinedAt !== null)
    .sort((a, b) => (a.id < b.id ? -1 : 1))[0]

export type LoginIdTaken = { code: 'login-id-taken' }
export type WeakPassword = { code: 'weak-password'; reason: string }
/** The password that was to prove who asks. */
export type WrongPassword = { code: 'wrong-password' }
export type TooManyAttempts = { code: 'too-many-attempts'; retryAfterSeconds: number }
/** Used, replaced by a newer one, too old, or never made: all answered alike. */
export type LinkInvalid = { code: 'link-invalid' }

/** Login IDs are compared trimmed and without case. */
export const normaliseLoginId = (text: string): string => text.trim().normalize('NFC').toLowerCase()

const minimumLength = 10
const maximumLength = 256

/** Passwords that are long enough and still among the first a guesser tries. */
const wornOut = new Set(
  [
    'password',
    'passwort',
    'passw0rd',
    'qwertyuiop',
    'letmein',
    'iloveyou',
    'administrator',
    'welcome',
    'hourwire',
  ].flatMap((word) => [
    word,
    `${word}1`,
    `${word}12`,
    `${word}123`,
    `${word}1234`,
    `${word}12345`,
    `${word}!`,
    word + word,
  ]),
)

/**
 * Refuses passwords a guesser tries first. No character groups, no forced change (NIST SP 800-63B-4, section 3.1.1.2).
 *
 * @returns a sentence that says what to do, or undefined for a good password.
 */
export function weaknessOf(password: string, loginId: string): string | undefined {
  const length = [...password].length
  if (length < minimumLength)
    return `Use at least ${minimumLength} characters. A few unrelated words make a good password.`
  if (length > maximumLength) return `Use at most ${maximumLength} characters.`
  const plain = password.normalize('NFC').toLowerCase()
  const localPart = loginId.split('@')[0] ?? ''
  if (plain === loginId || (localPart.length >= 4 && plain.replace(/[\d!.]+$/, '') === localPart))
    return 'Use a password that is not your e-mail address.'
  if (wornOut.has(plain) || new Set(plain).size < 5 || isRun(plain))
    return 'This password is among the first a guesser tries. Choose another one.'
  return undefined
}

/** 1234567890, abcdefghij: each character follows the one before. */
function isRun(text: string): boolean {
  const steps = [...text]
    .slice(1)
    .map((letter, index) => (letter.codePointAt(0) ?? 0) - (text.codePointAt(index) ?? 0))
  return steps.filter((step) => step === 1).length >= steps.length - 1
}
