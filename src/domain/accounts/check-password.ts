import { inAccount } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { countAttempt, forgetAttempts } from './limit-attempts.ts'
import { verifyPassword } from './password.ts'
import type { TooManyAttempts, User, WrongPassword } from './user.ts'
import { findPasswordHash } from './user-repository.ts'

/**
 * Asks a signed-in user's own password once more, before something that a stolen session must not do.
 *
 * Five wrong ones in a quarter of an hour, then this question has to wait; signing in does not, so whoever guesses here locks nobody
 * out.
 */
export async function checkPassword(
  deps: Pick<Deps, 'database' | 'clock'>,
  { user, password }: { user: User; password: string },
): Promise<Result<void, WrongPassword | TooManyAttempts>> {
  const key = `password-check:${user.id}`
  const counted = await countAttempt(deps, { key, most: 5, minutes: 15 })
  if (!counted.ok) return counted
  const hash = await inAccount(deps.database, user.accountId, (tx) => findPasswordHash(tx, user))
  if (hash === undefined || !(await verifyPassword(hash, password))) return refuse({ code: 'wrong-password' })
  await forgetAttempts(deps, key)
  return ok(undefined)
}
