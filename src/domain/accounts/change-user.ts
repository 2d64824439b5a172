import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { endLinks } from './mail-link.ts'
import type { KnownUser, LoginIdTaken, User } from './user.ts'
import {
  deletePasswords,
  deleteSessions,
  findUserOfAccount,
  listUsersOfAccount,
  lockAccount,
  lockUser,
  markUserDeleted,
  updateLoginId,
  updateUser,
} from './user-repository.ts'

/**
 * Makes changes to the account's users wait for each other until the caller's transaction ends, and reads them as they are then.
 *
 * The role in a session may be a moment old: whoever decides by roles asks this first.
 */
export async function lockUsers(tx: Db, accountId: User['accountId']): Promise<KnownUser[]> {
  await lockAccount(tx, accountId)
  return await listUsersOfAccount(tx, accountId)
}

/** Changes what is known of a user, within the caller's transaction. */
export const changeUser = (
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  user: Pick<User, 'accountId' | 'id'>,
  changes: Partial<Pick<KnownUser, 'name' | 'lastName' | 'role' | 'zone'>>,
): Promise<void> =>
  updateUser(tx, user, {
    ...changes,
    // Only Administrators may have it.
    ...(changes.role === 'member' ? { triggersAllPages: false } : {}),
    now: clock.now(),
  })

/** The invitation was accepted: from now on the user has a password and counts as joined. */
export async function markJoined(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  { user, zone }: { user: User; zone: string },
): Promise<void> {
  const now = clock.now()
  await updateUser(tx, user, { zone, joinedAt: now, now })
}

/** Holds the user's row until the transaction ends, and reads it: a key that ends meanwhile, or a role that changes, waits. */
export async function lockUserOf(tx: Db, user: Pick<User, 'accountId' | 'id'>): Promise<User | undefined> {
  await lockUser(tx, user)
  return await findUserOfAccount(tx, user.accountId, user.id)
}

/** Sets the permission "Trigger Zaps from all Booking pages", within the caller's transaction. Who may is decided by the caller. */
export const setTriggersAllPages = (
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  { user, allowed }: { user: Pick<User, 'accountId' | 'id'>; allowed: boolean },
): Promise<void> => updateUser(tx, user, { triggersAllPages: allowed, now: clock.now() })

/** Changes the Login ID, within the caller's transaction. Reset links that went to the former address end. */
export async function changeLoginIdOf(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  { user, loginId }: { user: User; loginId: string },
): Promise<Result<void, LoginIdTaken>> {
  if (!(await updateLoginId(tx, user, { loginId, now: clock.now() })))
    return refuse({ code: 'login-id-taken' })
  await endLinks(tx, user, ['password-reset'])
  return ok(undefined)
}

/** Takes a user's access away for good, within the caller's transaction: sessions, password and links end, the Login ID becomes free. */
export async function removeUser(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  user: Pick<User, 'accountId' | 'id'>,
): Promise<void> {
  await deleteSessions(tx, user)
  await deletePasswords(tx, user)
  await endLinks(tx, user, ['invitation', 'password-reset'])
  await markUserDeleted(tx, user, clock.now())
}
