import { type Db, inAccount } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import type { AccountId, UserId } from '#kit/ids.ts'
import { type KnownUser, normaliseLoginId, type User } from './user.ts'
import {
  findJoinedUserByLoginId,
  findUserById,
  findUserOfAccount,
  listUsersOfAccount,
} from './user-repository.ts'

/** The user behind a session, read anew for each request so that a changed role counts at once. */
export const findSignedInUser = (
  { database }: Pick<Deps, 'database'>,
  id: UserId,
): Promise<(User & { accountName: string }) | undefined> => findUserById(database.system, id)

/** A user of this account, within the caller's transaction. Not one who was deleted. */
export const findUserOf = (tx: Db, accountId: AccountId, id: UserId): Promise<User | undefined> =>
  findUserOfAccount(tx, accountId, id)

/** The same, and nobody deletes the user before the caller's transaction ends: for whoever makes the user responsible for something. */
export const holdUserOf = (tx: Db, accountId: AccountId, id: UserId): Promise<User | undefined> =>
  findUserOfAccount(tx, accountId, id, { hold: true })

/** A user of this account, also one who was deleted: for the names in history. Such a user acts on nothing and gets no mail. */
export const findPresentOrFormerUser = (
  tx: Db,
  accountId: AccountId,
  id: UserId,
): Promise<User | undefined> => findUserOfAccount(tx, accountId, id, { orDeleted: true })

/** All users of the account, by name; within the caller's transaction. */
export const listUsersOf = (tx: Db, accountId: AccountId): Promise<KnownUser[]> =>
  listUsersOfAccount(tx, accountId)

/** All users of the account, by name. */
export const listUsers = ({ database }: Pick<Deps, 'database'>, accountId: AccountId): Promise<KnownUser[]> =>
  inAccount(database, accountId, (tx) => listUsersOfAccount(tx, accountId))

/** Who has this Login ID, over the whole installation, and a password to forget. */
export const findUserToReset = (
  { database }: Pick<Deps, 'database'>,
  loginId: string,
): Promise<User | undefined> => findJoinedUserByLoginId(database.system, normaliseLoginId(loginId))
