import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { type AccountId, type Id, newUuid, type UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { hashPassword } from './password.ts'
import {
  type LoginIdTaken,
  normaliseLoginId,
  type Role,
  type User,
  type WeakPassword,
  weaknessOf,
} from './user.ts'
import { insertAccount, insertUser } from './user-repository.ts'

export interface NewUser {
  name: string
  loginId: string
  password: string
  zone: string
  role: Role
}

/** Checks and hashes before any transaction opens: hashing takes tens of milliseconds. */
export async function prepareUser(wanted: NewUser): Promise<Result<PreparedUser, WeakPassword>> {
  const loginId = normaliseLoginId(wanted.loginId)
  const weakness = weaknessOf(wanted.password, loginId)
  if (weakness) return refuse({ code: 'weak-password', reason: weakness })
  const { password, ...rest } = wanted
  return ok({ ...rest, loginId, passwordHash: await hashPassword(password) })
}

export type PreparedUser = Omit<NewUser, 'password'> & { passwordHash: string }

/** Opens an account, within the caller's transaction. */
export async function openAccount(tx: Db, { clock }: Pick<Deps, 'clock'>, name: string): Promise<AccountId> {
  const now = clock.now()
  const id = newUuid(now.epochMilliseconds) as AccountId
  await insertAccount(tx, { id, name, now })
  return id
}

/** Adds a user who can sign in, within the caller's transaction. Refuses a Login ID that anybody in the installation has. */
export async function addUser(
  tx: Db,
  deps: Pick<Deps, 'clock'>,
  { accountId, user }: { accountId: AccountId; user: PreparedUser },
): Promise<Result<User, LoginIdTaken>> {
  return await storeUser(tx, deps, { accountId, user, passwordHash: user.passwordHash })
}

/** Adds a user who has to accept an invitation before the first sign-in, within the caller's transaction. */
export async function addInvitedUser(
  tx: Db,
  deps: Pick<Deps, 'clock'>,
  {
    accountId,
    user,
  }: { accountId: AccountId; user: Omit<NewUser, 'password'> & { lastName?: string | undefined } },
): Promise<Result<User, LoginIdTaken>> {
  return await storeUser(tx, deps, { accountId, user, passwordHash: undefined })
}

async function storeUser(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  wanted: {
    accountId: AccountId
    user: Omit<NewUser, 'password'> & { lastName?: string | undefined }
    passwordHash: string | undefined
  },
): Promise<Result<User, LoginIdTaken>> {
  const now = clock.now()
  const { accountId, user, passwordHash } = wanted
  const added: User = {
    accountId,
    id: newUuid(now.epochMilliseconds) as UserId,
    loginId: normaliseLoginId(user.loginId),
    name: user.name,
    role: user.role,
    zone: user.zone,
    triggersAllPages: false,
  }
  const password =
    passwordHash === undefined
      ? null
      : { id: newUuid(now.epochMilliseconds) as Id<'password'>, hash: passwordHash }
  const stored = await insertUser(tx, { ...added, lastName: user.lastName ?? null, password, now })
  return stored ? ok(added) : refuse({ code: 'login-id-taken' })
}
