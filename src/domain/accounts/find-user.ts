import { type Db, inAccount } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import type { AccountId, UserId } from '#kit/ids.ts'
import type { User } from './user.ts'
import { findUserById, findUserOfAccount, listUsersOfAccount } from './user-repository.ts'

/** The user behind a session, read anew for each request so that a changed role counts at once. */
export const findSignedInUser = (
  { database }: Pick<Deps, 'database'>,
  id: UserId,
): Promise<(User & { accountName: string }) | undefined> => findUserById(database.system, id)

/** A user of this account, within the caller's transaction. */
export const findUserOf = (tx: Db, accountId: AccountId, id: UserId): Promise<User | undefined> =>
  findUserOfAccount(tx, accountId, id)

/** All users of the account, by name. */
export const listUsers = ({ database }: Pick<Deps, 'database'>, accountId: AccountId): Promise<User[]> =>
  inAccount(database, accountId, (tx) => listUsersOfAccount(tx, accountId))
