import type { Selectable } from 'kysely'
import type { Db } from '#database/db.ts'
import type { Hours, Tables } from '#database/tables.ts'
import type { AccountId, Id, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { User } from './user.ts'

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

/** False, and nothing stored, when another user of the installation has this Login ID. */
export async function insertUser(
  tx: Db,
  user: User & { passwordId: Id<'password'>; passwordHash: string; now: Instant },
): Promise<boolean> {
  const now = user.now.toString()
  const inserted = await tx
    .insertInto('users')
    .values({
      account_id: user.accountId,
      id: user.id,
      login_id: user.loginId,
      name: user.name,
      image: null,
      role: user.role,
      zone: user.zone,
      triggers_all_pages: user.triggersAllPages,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('login_id').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) return false
  await tx
    .insertInto('sign_in_passwords')
    .values({
      account_id: user.accountId,
      id: user.passwordId,
      user_id: user.id,
      provider: 'credential',
      provider_user_id: user.id,
      password_hash: user.passwordHash,
      access_token: null,
      refresh_token: null,
      id_token: null,
      scope: null,
      created_at: now,
      updated_at: now,
    })
    .execute()
  return true
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
    .executeTakeFirst()
  return row && { ...userOfRow(row), accountName: row.account_name }
}

export async function findUserOfAccount(tx: Db, accountId: AccountId, id: UserId): Promise<User | undefined> {
  const row = await tx
    .selectFrom('users')
    .select(userColumns)
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && userOfRow(row)
}

export async function listUsersOfAccount(tx: Db, accountId: AccountId): Promise<User[]> {
  const rows = await tx
    .selectFrom('users')
    .select(userColumns)
    .where('account_id', '=', accountId)
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows.map(userOfRow)
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
