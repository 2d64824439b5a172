import { type Selectable, sql } from 'kysely'
import { type Db, moment } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { User } from '#domain/accounts/user.ts'
import type { AccountId, UserId, ZapierKeyId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { ZapierKey } from './zapier-key.ts'

const keyOfRow = (row: Selectable<Tables['zapier_keys']>): ZapierKey => ({
  accountId: row.account_id,
  id: row.id,
  userId: row.user_id,
  createdAt: row.created_at,
  connectedAt: row.connected_at,
  lastUsedAt: row.last_used_at,
  connectedFrom: row.connected_from,
  lastUsedFrom: row.last_used_from,
  lastUsedBy: row.last_used_by,
  refusedAt: row.refused_at,
  refusedFrom: row.refused_from,
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
  key: Pick<ZapierKey, 'accountId' | 'id' | 'userId' | 'createdAt'> & {
    publicPart: string
    hash: Buffer
    sealed: Buffer
  },
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

/**
 * Ends the user's live key: refused from the next look-up on, or from `graceUntil` on when given. The sealed text goes with it.
 * Former keys that still had a grace lose it. Undefined when there was no live key.
 */
export async function endKey(
  tx: Db,
  accountId: AccountId,
  ending: { userId: UserId; by: 'revoked' | 'regenerated'; now: Instant; graceUntil?: Instant | undefined },
): Promise<ZapierKey | undefined> {
  await tx
    .updateTable('zapier_keys')
    .set({ grace_until: null })
    .where('account_id', '=', accountId)
    .where('user_id', '=', ending.userId)
    .where('grace_until', 'is not', null)
    .execute()
  const row = await tx
    .updateTable('zapier_keys')
    .set({
      ended_at: ending.now.toString(),
      ended_by: ending.by,
      sealed_key: Buffer.alloc(0),
      grace_until: ending.graceUntil?.toString() ?? null,
    })
    .where('account_id', '=', accountId)
    .where('user_id', '=', ending.userId)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  return row && keyOfRow(row)
}

/** Keeps the key from ending until the transaction ends. False where it has ended, or its connection is broken, already. */
export async function holdKey(
  tx: Db,
  accountId: AccountId,
  { keyId, now }: { keyId: ZapierKeyId; now: Instant },
): Promise<boolean> {
  const row = await tx
    .selectFrom('zapier_keys')
    .select(connectionColumns)
    .where('account_id', '=', accountId)
    .where('id', '=', keyId)
    .forShare()
    .executeTakeFirst()
  return row !== undefined && connects(row, now)
}

/** Whether a key of the user connects, the live one or a former one in its grace; which stays so until the transaction ends. */
export async function holdConnection(
  tx: Db,
  accountId: AccountId,
  { userId, now }: { userId: UserId; now: Instant },
): Promise<boolean> {
  const rows = await tx
    .selectFrom('zapier_keys')
    .select(connectionColumns)
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .where(isGood)
    .orderBy('id')
    .forShare()
    .execute()
  return rows.some((row) => connects(row, now))
}

const connectionColumns = ['ended_at', 'connected_at', 'grace_until'] as const

const connects = (
  row: Pick<Selectable<Tables['zapier_keys']>, (typeof connectionColumns)[number]>,
  now: Instant,
): boolean =>
  row.connected_at !== null &&
  (row.ended_at === null || (row.grace_until !== null && Temporal.Instant.compare(row.grace_until, now) > 0))

/** Live keys, and former ones that have a grace. */
const isGood = sql<boolean>`(ended_at is null or grace_until is not null)`

/** When the grace of the user's former key ends, if one is under way. */
export async function findGrace(
  tx: Db,
  accountId: AccountId,
  { userId, now }: { userId: UserId; now: Instant },
): Promise<Instant | undefined> {
  const row = await tx
    .selectFrom('zapier_keys')
    .select('grace_until')
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .where('grace_until', '>', moment(now))
    .executeTakeFirst()
  return row?.grace_until ?? undefined
}

/** Takes a grace that is over, of the whole installation, so that each is ended once. */
export async function takeEndedGrace(
  tx: Db,
  now: Instant,
): Promise<Pick<ZapierKey, 'accountId' | 'id' | 'userId'> | undefined> {
  const { rows } = await sql<Pick<Selectable<Tables['zapier_keys']>, 'account_id' | 'id' | 'user_id'>>`
    with over as materialized (
      select account_id, id from zapier_keys where grace_until <= ${moment(now)}
      order by grace_until limit 1 for update skip locked
    )
    update zapier_keys set grace_until = null from over
    where zapier_keys.account_id = over.account_id and zapier_keys.id = over.id
    returning zapier_keys.account_id, zapier_keys.id, zapier_keys.user_id`.execute(tx)
  const [row] = rows
  return row && { accountId: row.account_id, id: row.id, userId: row.user_id }
}

/** The connection has to be made again, with the keys as they are. */
export async function forgetConnection(tx: Db, accountId: AccountId, userId: UserId): Promise<void> {
  await tx
    .updateTable('zapier_keys')
    .set({ connected_at: null, connected_from: null })
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .where(isGood)
    .execute()
}

export interface KeyLookup {
  key: Pick<ZapierKey, 'accountId' | 'id' | 'userId'>
  isConnected: boolean
  hash: Buffer
  user: User
  accountName: string
}

/**
 * Live keys, and former ones in their grace, by their public parts with their users, over the whole installation: the key is all
 * that a caller has.
 */
export async function findKeysByPublicPart(
  system: Db,
  publicParts: string[],
  now: Instant,
): Promise<Map<string, KeyLookup>> {
  // Fixed text: nothing to compile, and one plan for any number of keys.
  const { rows } = await sql<
    Pick<Selectable<Tables['zapier_keys']>, 'account_id' | 'id' | 'user_id' | 'public_part' | 'secret_hash'> &
      Pick<Selectable<Tables['users']>, 'login_id' | 'name' | 'role' | 'zone' | 'triggers_all_pages'> & {
        is_connected: boolean
        account_name: string
      }
  >`
    select k.account_id, k.id, k.user_id, k.public_part, k.secret_hash,
      k.connected_at is not null as is_connected,
      u.login_id, u.name, u.role, u.zone, u.triggers_all_pages, a.name as account_name
    from zapier_keys k
    join users u on u.account_id = k.account_id and u.id = k.user_id
    join accounts a on a.account_id = k.account_id
    where k.public_part = any(${publicParts}) and (k.ended_at is null or k.grace_until > ${now.toString()}::timestamptz)`.execute(
    system,
  )
  return new Map(
    rows.map((row) => [
      row.public_part,
      {
        key: { accountId: row.account_id, id: row.id, userId: row.user_id },
        isConnected: row.is_connected,
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
  call: Call,
): Promise<boolean> {
  const marked = await tx
    .updateTable('zapier_keys')
    .set({
      connected_at: call.now.toString(),
      connected_from: call.address,
      last_used_at: call.now.toString(),
      last_used_from: call.address,
      last_used_by: call.integration,
    })
    .where('account_id', '=', key.accountId)
    .where('id', '=', key.id)
    .where('connected_at', 'is', null)
    .where(isGood)
    .returning('id')
    .executeTakeFirst()
  return marked !== undefined
}

/** A call at the Zapier door. */
export interface Call {
  now: Instant
  address: string
  /** Version of the integration that calls, where it says so. */
  integration: string | null
}

/** Remembers a use, at most once a minute per key. */
export async function markUsed(
  system: Db,
  key: Pick<ZapierKey, 'accountId' | 'id'>,
  call: Call,
): Promise<void> {
  await system
    .updateTable('zapier_keys')
    .set({
      last_used_at: call.now.toString(),
      last_used_from: call.address,
      last_used_by: call.integration,
    })
    .where('account_id', '=', key.accountId)
    .where('id', '=', key.id)
    .where(isAMinuteAgo('last_used_at', call.now))
    .execute()
}

/** Remembers a refused call with a known key, at most once a minute per key. True when it was written down. */
export async function markRefused(
  tx: Db,
  key: Pick<ZapierKey, 'accountId' | 'id'>,
  call: Call,
): Promise<boolean> {
  const marked = await tx
    .updateTable('zapier_keys')
    .set({ refused_at: call.now.toString(), refused_from: call.address })
    .where('account_id', '=', key.accountId)
    .where('id', '=', key.id)
    .where(isAMinuteAgo('refused_at', call.now))
    .returning('id')
    .executeTakeFirst()
  return marked !== undefined
}

const isAMinuteAgo = (column: 'last_used_at' | 'refused_at', now: Instant) =>
  sql<boolean>`(${sql.ref(column)} is null or ${sql.ref(column)} < ${now.toString()}::timestamptz - interval '1 minute')`
