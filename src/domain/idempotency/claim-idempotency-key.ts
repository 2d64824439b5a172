import type { Db } from '#database/db.ts'
import type { AccountId, BookingId } from '#kit/ids.ts'
import { type Claim, findIdempotencyRecord, insertIdempotencyRecord } from './idempotency-repository.ts'

/**
 * Claims an idempotency key for a booking. A twin that is still running is waited for.
 *
 * @returns undefined when the key is ours now, else the booking it was used for and whether the request was the same.
 */
export async function claimIdempotencyKey(
  tx: Db,
  accountId: AccountId,
  { bookingId, ...claim }: Claim & { bookingId: BookingId },
): Promise<{ bookingId: BookingId; sameRequest: boolean } | undefined> {
  if (await insertIdempotencyRecord(tx, accountId, { ...claim, bookingId, answer: null })) return undefined
  const former = await findIdempotencyRecord(tx, accountId, claim)
  if (!former?.bookingId) throw new Error('The idempotency key stands for no booking')
  return { bookingId: former.bookingId, sameRequest: former.sameRequest }
}
