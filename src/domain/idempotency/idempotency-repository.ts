import { createHash } from 'node:crypto'
import { type Db, moment } from '#database/db.ts'
import type { AccountId, BookingId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

/** What a key is claimed for: the same verb and key with the same request text is the same request. */
export interface Claim {
  verb: string
  key: string
  request: string
  now: Instant
}

/** What came of the request that used the key: a booking, or an answer as it rests. */
export type Stands = { bookingId: BookingId; answer: null } | { bookingId: null; answer: Buffer }

const digest = (text: string) => createHash('sha256').update(text).digest()

/** False when the key was used before. A twin that is still running is waited for. */
export async function insertIdempotencyRecord(
  tx: Db,
  accountId: AccountId,
  { verb, key, request, now, ...stands }: Claim & Stands,
): Promise<boolean> {
  const claimed = await tx
    .insertInto('idempotency_records')
    .values({
      account_id: accountId,
      verb,
      key_hash: digest(key),
      request_hash: digest(request),
      booking_id: stands.bookingId,
      created_at: now.toString(),
      answer: stands.answer,
    })
    .onConflict((conflict) => conflict.columns(['account_id', 'verb', 'key_hash']).doNothing())
    .returning('verb')
    .executeTakeFirst()
  return claimed !== undefined
}

/** What the key was used for, and whether the request was the same. */
export async function findIdempotencyRecord(
  tx: Db,
  accountId: AccountId,
  { verb, key, request }: Claim,
): Promise<(Stands & { sameRequest: boolean }) | undefined> {
  const row = await tx
    .selectFrom('idempotency_records')
    .select(['booking_id as bookingId', 'answer', 'request_hash'])
    .where('account_id', '=', accountId)
    .where('verb', '=', verb)
    .where('key_hash', '=', digest(key))
    .executeTakeFirst()
  if (!row) return undefined
  const { request_hash, ...stands } = row
  // The table's check: one of the two is there.
  return { ...(stands as Stands), sameRequest: request_hash.equals(digest(request)) }
}

export async function setAnswer(
  tx: Db,
  accountId: AccountId,
  { verb, key }: Claim,
  answer: Buffer,
): Promise<void> {
  await tx
    .updateTable('idempotency_records')
    .set({ answer })
    .where('account_id', '=', accountId)
    .where('verb', '=', verb)
    .where('key_hash', '=', digest(key))
    .execute()
}

export async function deleteOldIdempotencyRecords(system: Db, before: Instant): Promise<number> {
  const result = await system
    .deleteFrom('idempotency_records')
    .where('created_at', '<', moment(before))
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
