import type { Db } from '#database/db.ts'
import { findUserOf } from '#domain/accounts/find-user.ts'
import type { Deps } from '#domain/deps.ts'
import type { LifecycleEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { type MailId, newUuid, type UserId } from '#kit/ids.ts'
import { insertMails } from './mail-repository.ts'
import { mailsOf } from './mails-of.ts'

/** Stores the mails that these events cause, in the transaction that takes the events out of the outbox: both or neither. */
export async function planMails(
  tx: Db,
  { clock, publicUrl, mailAddress }: Pick<Deps, 'clock' | 'publicUrl' | 'mailAddress'>,
  events: LifecycleEvent[],
): Promise<void> {
  const now = clock.now()
  for (const event of events) {
    const { accountId, booking } = event
    const owner = await findUserOf(tx, accountId, (booking.bookingOwnerId || event.ownerId) as UserId)
    if (!owner) continue
    const formerOwner = booking.formerOwnerId
      ? await findUserOf(tx, accountId, booking.formerOwnerId as UserId)
      : undefined
    await insertMails(
      tx,
      mailsOf(event, { publicUrl, mailAddress, owner, formerOwner }).map((mail) => ({
        ...mail,
        accountId,
        id: newUuid(now.epochMilliseconds) as MailId,
        eventId: event.id,
        createdAt: now,
      })),
    )
  }
}
