import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { type Id, newUuid } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { endLinks } from './mail-link.ts'
import { hashPassword } from './password.ts'
import { type User, type WeakPassword, weaknessOf } from './user.ts'
import { deleteSessions, storePassword } from './user-repository.ts'

/** Checks and hashes before any transaction opens: hashing takes tens of milliseconds. */
export async function preparePassword(
  password: string,
  loginId: string,
): Promise<Result<{ hash: string }, WeakPassword>> {
  const weakness = weaknessOf(password, loginId)
  if (weakness) return refuse({ code: 'weak-password', reason: weakness })
  return ok({ hash: await hashPassword(password) })
}

/**
 * Sets the user's password, within the caller's transaction. Reset links that are still under way end with the former password, and so
 * do all sessions, but for the one that is named.
 */
export async function setPassword(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  { user, hash, keepSession }: { user: User; hash: string; keepSession?: string | undefined },
): Promise<void> {
  const now = clock.now()
  const id = newUuid(now.epochMilliseconds) as Id<'password'>
  await storePassword(tx, user, { id, hash, now })
  await endLinks(tx, user, ['password-reset'])
  await deleteSessions(tx, user, { except: keepSession })
}
