import type { Selectable } from 'kysely'
import type { Db } from '#database/db.ts'
import type { Hours, Tables } from '#database/tables.ts'
import type { AccountId, Id, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { KnownUser, User } from './user.ts'

export const userColumns = [
  'account_id',
  'id',
  'login_id',
  'name',
  'role',
  'zone',
  'triggers_all_pages',
] as const

type UserRow = Pick<Selectable<Tables['users']>, (typeof userColumns)[number]>

export const userOfRow = (row: UserRow): User => ({
  accountId: row.account_id,
  id: row.id,
  loginId: row.login_id,
  name: row.name,
  role: row.role,
  zone: row.zone,
  triggersAllPages: row.triggers_all_pages,
})

export async function insertAccount(
  tx: Db,
  account: { id: AccountId; name: string; now: Instant },
): Promise<void> {
  await tx
    .insertInto('accounts')
    .values({ account_id: account.id, name: account.name, created_at: account.now.toString() })
    .execute()
}

/** False, and nothing stored, when another user of the installation has this Login ID. Without a password the user is invited only. */
export async function insertUser(
  tx: Db,
  user: User & {
    lastName: string | null
    password: { id: Id<'password'>; hash: string } | null
    now: Instant
  },
): Promise<boolean> {
  const now = user.now.toString()
  const inserted = await tx
    .insertInto('users')
    .values({
      account_id: user.accountId,
      id: user.id,
      login_id: user.loginId,
      name: user.name,
      last_name: user.lastName,
      image: null,
      role: user.role,
      zone: user.zone,
      triggers_all_pages: user.triggersAllPages,
      joined_at: user.password ? now : null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('login_id').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) return false
  if (user.password) await storePassword(tx, user, { ...user.password, now: user.now })
  return true
}

/** Sets the user's one password, whether there was one or not. */
export async function storePassword(
  tx: Db,
  user: Pick<User, 'accountId' | 'id'>,
  password: { id: Id<'password'>; hash: string; now: Instant },
): Promise<void> {
  const now = password.now.toString()
  await tx
    .insertInto('sign_in_passwords')
    .values({
      account_id: user.accountId,
      id: password.id,
      user_id: user.id,
      provider: 'credential',
      provider_user_id: user.id,
      password_hash: password.hash,
      access_token: null,
      refresh_token: null,
      id_token: null,
      scope: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'provider', 'provider_user_id'])
        .doUpdateSet({ password_hash: password.hash, updated_at: now }),
    )
    .execute()
}

export async function findPasswordHash(
  tx: Db,
  { accountId, id }: Pick<User, 'accountId' | 'id'>,
): Promise<string | undefined> {
  const row = await tx
    .selectFrom('sign_in_passwords')
    .select('password_hash')
    .where('account_id', '=', accountId)
    .where('user_id', '=', id)
    .where('provider', '=', 'credential')
    .executeTakeFirst()
  return row?.password_hash ?? undefined
}

export async function deletePasswords(
  tx: Db,
  { accountId, id }: Pick<User, 'accountId' | 'id'>,
): Promise<void> {
  await tx
    .deleteFrom('sign_in_passwords')
    .where('account_id', '=', accountId)
    .where('user_id', '=', id)
    .execute()
}

/** Ends the user's sessions, all or all but one: their cookies open nothing from the next request on. */
export async function deleteSessions(
  tx: Db,
  { accountId, id }: Pick<User, 'accountId' | 'id'>,
  { except }: { except?: string | undefined } = {},
): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where('account_id', '=', accountId)
    .where('user_id', '=', id)
    .$if(except !== undefined, (query) => query.where('id', '<>', except as Id<'session'>))
    .execute()
}

/** By id alone, over the whole installation: only sign-in asks, which knows nothing but the session. */
export async function findUserById(
  system: Db,
  id: UserId,
): Promise<(User & { accountName: string }) | undefined> {
  const row = await system
    .selectFrom('users')
    .innerJoin('accounts', 'accounts.account_id', 'users.account_id')
    .select([
      'users.account_id',
      'users.id',
      'users.login_id',
      'users.name',
      'users.role',
      'users.zone',
      'users.triggers_all_pages',
      'accounts.name as account_name',
    ])
    .where('users.id', '=', id)
    .where('users.deleted_at', 'is', null)
    .executeTakeFirst()
  return row && { ...userOfRow(row), accountName: row.account_name }
}

/** By Login ID over the whole installation: only for "Forgot your password?". Users who have not joined yet have none to forget. */
export async function findJoinedUserByLoginId(system: Db, loginId: string): Promise<User | undefined> {
  const row = await system
    .selectFrom('users')
    .select(userColumns)
    .where('login_id', '=', loginId)
    .where('deleted_at', 'is', null)
    .where('joined_at', 'is not', null)
    .executeTakeFirst()
  return row && userOfRow(row)
}

export async function findUserOfAccount(
  tx: Db,
  accountId: AccountId,
  id: UserId,
  { orDeleted = false, hold = false }: { orDeleted?: boolean; hold?: boolean } = {},
): Promise<User | undefined> {
  const row = await tx
    .selectFrom('users')
    .select(userColumns)
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .$if(!orDeleted, (query) => query.where('deleted_at', 'is', null))
    .$if(hold, (query) => query.forShare())
    .executeTakeFirst()
  return row && userOfRow(row)
}

export async function listUsersOfAccount(tx: Db, accountId: AccountId): Promise<KnownUser[]> {
  const rows = await tx
    .selectFrom('users')
    .select([...userColumns, 'joined_at', 'created_at', 'last_name'])
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    ...userOfRow(row),
    joinedAt: row.joined_at,
    createdAt: row.created_at,
    lastName: row.last_name,
  }))
}

/** Changes to the account's users happen one after another: of two Administrators who demote each other, one comes second. */
export async function lockAccount(tx: Db, accountId: AccountId): Promise<void> {
  await tx
    .selectFrom('accounts')
    .select('account_id')
    .where('account_id', '=', accountId)
    .forNoKeyUpdate()
    .executeTakeFirst()
}

export async function lockUser(tx: Db, { accountId, id }: Pick<User, 'accountId' | 'id'>): Promise<void> {
  await tx
    .selectFrom('users')
    .select('id')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
}

/** What changes about a user, beside the Login ID. */
export async function updateUser(
  tx: Db,
  { accountId, id }: Pick<User, 'accountId' | 'id'>,
  changes: Partial<Pick<KnownUser, 'name' | 'lastName' | 'role' | 'zone' | 'triggersAllPages'>> & {
    joinedAt?: Instant
    now: Instant
  },
): Promise<void> {
  const { name, lastName, role, zone, triggersAllPages, joinedAt, now } = changes
  await tx
    .updateTable('users')
    .set({
      ...(name === undefined ? {} : { name }),
      ...(lastName === undefined ? {} : { last_name: lastName }),
      ...(role === undefined ? {} : { role }),
      ...(zone === undefined ? {} : { zone }),
      ...(triggersAllPages === undefined ? {} : { triggers_all_pages: triggersAllPages }),
      ...(joinedAt === undefined ? {} : { joined_at: joinedAt.toString(), login_id_verified: true }),
      updated_at: now.toString(),
    })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute()
}

/** False when another user of the installation has this Login ID; the transaction is over then. */
export async function updateLoginId(
  tx: Db,
  { accountId, id }: Pick<User, 'accountId' | 'id'>,
  { loginId, now }: { loginId: string; now: Instant },
): Promise<boolean> {
  try {
    await tx
      .updateTable('users')
      .set({ login_id: loginId, login_id_verified: false, updated_at: now.toString() })
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .execute()
    return true
  } catch (error) {
    // Row security hides other accounts' users, so only the constraint knows.
    if ((error as { code?: string }).code === '23505') return false
    throw error
  }
}

/** The row stays, because bookings, events and audit entries name it; the Login ID becomes free, and the row matches none any more. */
export async function markUserDeleted(
  tx: Db,
  { accountId, id }: Pick<User, 'accountId' | 'id'>,
  now: Instant,
): Promise<void> {
  await tx
    .updateTable('users')
    .set({
      login_id: `deleted-${id}`,
      login_id_verified: false,
      image: null,
      triggers_all_pages: false,
      deleted_at: now.toString(),
      updated_at: now.toString(),
    })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute()
}

export async function findHours(tx: Db, accountId: AccountId, id: UserId): Promise<Hours> {
  const row = await tx
    .selectFrom('users')
    .select('hours')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return row.hours
}

export async function updateHours(
  tx: Db,
  accountId: AccountId,
  { id, hours }: { id: UserId; hours: Hours },
): Promise<void> {
  await tx
    .updateTable('users')
    .set({ hours: JSON.stringify(hours) })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute()
}
