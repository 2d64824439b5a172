import { type Selectable, sql } from 'kysely'
import type { Db } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { User } from '#domain/accounts/user.ts'
import type { AccountId, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { ZapierKey } from './zapier-key.ts'

const keyOfRow = (
  row: Pick<
    Selectable<Tables['zapier_keys']>,
    'account_id' | 'id' | 'user_id' | 'created_at' | 'connected_at' | 'last_used_at'
  >,
): ZapierKey => ({
  accountId: row.account_id,
  id: row.id,
  userId: row.user_id,
  createdAt: row.created_at,
  connectedAt: row.connected_at,
  lastUsedAt: row.last_used_at,
})

export async function findLiveKey(
  tx: Db,
  accountId: AccountId,
  userId: UserId,
): Promise<(ZapierKey & { sealed: Buffer }) | undefined> {
  const row = await tx
    .selectFrom('zapier_keys')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row && { ...keyOfRow(row), sealed: row.sealed_key }
}

/** False, and nothing stored, when the user has a live key: one key per user, also for two clicks at once. */
export async function insertKey(
  tx: Db,
  key: ZapierKey & { publicPart: string; hash: Buffer; sealed: Buffer },
): Promise<boolean> {
  const inserted = await tx
    .insertInto('zapier_keys')
    .values({
      account_id: key.accountId,
      id: key.id,
      user_id: key.userId,
      public_part: key.publicPart,
      secret_hash: key.hash,
      sealed_key: key.sealed,
      created_at: key.createdAt.toString(),
      ended_by: null,
    })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'user_id']).where('ended_at', 'is', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Ends the user's live key: refused from the next look-up on. The sealed text goes with it. Undefined when there was none. */
export async function endKey(
  tx: Db,
  accountId: AccountId,
  ending: { userId: UserId; by: 'revoked' | 'regenerated'; now: Instant },
): Promise<ZapierKey | undefined> {
  const row = await tx
    .updateTable('zapier_keys')
    .set({ ended_at: ending.now.toString(), ended_by: ending.by, sealed_key: Buffer.alloc(0) })
    .where('account_id', '=', accountId)
    .where('user_id', '=', ending.userId)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  return row && keyOfRow(row)
}

export interface KeyLookup {
  key: ZapierKey
  hash: Buffer
  user: User
  accountName: string
}

/** Live keys by their public parts with their users, over the whole installation: the key is all a caller has. */
export async function findKeysByPublicPart(
  system: Db,
  publicParts: string[],
): Promise<Map<string, KeyLookup>> {
  // Fixed text: nothing to compile, and one plan for any number of keys.
  const { rows } = await sql<
    Pick<
      Selectable<Tables['zapier_keys']>,
      | 'account_id'
      | 'id'
      | 'user_id'
      | 'public_part'
      | 'secret_hash'
      | 'created_at'
      | 'connected_at'
      | 'last_used_at'
    > &
      Pick<Selectable<Tables['users']>, 'login_id' | 'name' | 'role' | 'zone' | 'triggers_all_pages'> & {
        account_name: string
      }
  >`
    select k.account_id, k.id, k.user_id, k.public_part, k.secret_hash, k.created_at, k.connected_at, k.last_used_at,
      u.login_id, u.name, u.role, u.zone, u.triggers_all_pages, a.name as account_name
    from zapier_keys k
    join users u on u.account_id = k.account_id and u.id = k.user_id
    join accounts a on a.account_id = k.account_id
    where k.public_part = any(${publicParts}) and k.ended_at is null`.execute(system)
  return new Map(
    rows.map((row) => [
      row.public_part,
      {
        key: keyOfRow(row),
        hash: row.secret_hash,
        user: {
          accountId: row.account_id,
          id: row.user_id,
          loginId: row.login_id,
          name: row.name,
          role: row.role,
          zone: row.zone,
          triggersAllPages: row.triggers_all_pages,
        },
        accountName: row.account_name,
      },
    ]),
  )
}

/** True when this call is the first with the key: exactly one of several at once gets true. */
export async function markConnected(
  tx: Db,
  key: Pick<ZapierKey, 'accountId' | 'id'>,
  now: Instant,
): Promise<boolean> {
  const marked = await tx
    .updateTable('zapier_keys')
    .set({ connected_at: now.toString(), last_used_at: now.toString() })
    .where('account_id', '=', key.accountId)
    .where('id', '=', key.id)
    .where('connected_at', 'is', null)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return marked !== undefined
}

/** Remembers a use, at most once a minute per key. */
export async function markUsed(
  system: Db,
  key: Pick<ZapierKey, 'accountId' | 'id'>,
  now: Instant,
): Promise<void> {
  await system
    .updateTable('zapier_keys')
    .set({ last_used_at: now.toString() })
    .where('account_id', '=', key.accountId)
    .where('id', '=', key.id)
    .where(
      sql<boolean>`(last_used_at is null or last_used_at < ${now.toString()}::timestamptz - interval '1 minute')`,
    )
    .execute()
}
