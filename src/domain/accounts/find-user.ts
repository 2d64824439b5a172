import type { Deps } from '#domain/deps.ts'
import type { UserId } from '#kit/ids.ts'
import type { User } from './user.ts'
import { findUserById } from './user-repository.ts'

/** The user behind a session, read anew for each request so that a changed role counts at once. */
export const findSignedInUser = (
  { database }: Pick<Deps, 'database'>,
  id: UserId,
): Promise<(User & { accountName: string }) | undefined> => findUserById(database.system, id)
