import { type Selectable, sql } from 'kysely'
import { type Db, isOneOf } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { AccountId, ApiKeyId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { AccountKey, ApiCaller } from './account-key.ts'

const keyOfRow = (row: Selectable<Tables['api_keys']>): AccountKey => ({
  accountId: row.account_id,
  id: row.id,
  name: row.name,
  scope: row.scope,
  createdBy: row.created_by,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  lastUsedFrom: row.last_used_from,
})

/** Those that are good, newest first. */
export async function listLiveKeys(tx: Db, accountId: AccountId): Promise<AccountKey[]> {
  const rows = await tx
    .selectFrom('api_keys')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map(keyOfRow)
}

/** Holds back whoever else makes a key for the account until the transaction ends, so that they can be counted. */
export const lockKeysOf = (tx: Db, accountId: AccountId): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`api keys ${accountId}`}, 0))`.execute(tx)

export async function insertAccountKey(
  tx: Db,
  key: AccountKey & { publicPart: string; hash: Buffer },
): Promise<void> {
  await tx
    .insertInto('api_keys')
    .values({
      account_id: key.accountId,
      id: key.id,
      name: key.name,
      scope: key.scope,
      public_part: key.publicPart,
      secret_hash: key.hash,
      created_by: key.createdBy,
      created_at: key.createdAt.toString(),
      last_used_from: null,
    })
    .execute()
}

/** Ends a key: refused from the next look-up on. False where there is none that is good. */
export async function endAccountKey(
  tx: Db,
  accountId: AccountId,
  { id, now }: { id: ApiKeyId; now: Instant },
): Promise<boolean> {
  const ended = await tx
    .updateTable('api_keys')
    .set({ ended_at: now.toString(), secret_hash: Buffer.alloc(0) })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return ended !== undefined
}

/** By their public parts, over the whole installation: a call brings nothing else. */
export async function findAccountKeys(
  system: Db,
  publicParts: string[],
): Promise<Map<string, ApiCaller & { hash: Buffer }>> {
  const rows = await system
    .selectFrom('api_keys')
    .select(['account_id', 'id', 'scope', 'public_part', 'secret_hash'])
    .where(isOneOf('public_part', publicParts, 'text'))
    .where('ended_at', 'is', null)
    .execute()
  return new Map(
    rows.map((row) => [
      row.public_part,
      { accountId: row.account_id, keyId: row.id, scope: row.scope, hash: row.secret_hash },
    ]),
  )
}

/** Remembers a use, at most once a minute per key. */
export async function markAccountKeyUsed(
  system: Db,
  { accountId, keyId }: Pick<ApiCaller, 'accountId' | 'keyId'>,
  { now, address }: { now: Instant; address: string },
): Promise<void> {
  await system
    .updateTable('api_keys')
    .set({ last_used_at: now.toString(), last_used_from: address })
    .where('account_id', '=', accountId)
    .where('id', '=', keyId)
    .where(
      sql<boolean>`(last_used_at is null or last_used_at < ${now.toString()}::timestamptz - interval '1 minute')`,
    )
    .execute()
}
