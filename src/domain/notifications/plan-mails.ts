import { type Db, inAccount } from '#database/db.ts'
import { findUserOf } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import { findBookingPage } from '#domain/booking-pages/find-booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import type { BookingEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { listEventsOfBooking } from '#domain/lifecycle-events/read-lifecycle-events.ts'
import { type AccountId, type BookingId, type MailId, newUuid, type UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import { insertMails } from './mail-repository.ts'
import { mailsOf, rederivationConflictMail, rederivedRequestMail } from './mails-of.ts'

/** Stores the mails that these events cause, in the transaction that takes the events out of the outbox: both or neither. */
export async function planMails(
  tx: Db,
  { clock, publicUrl, mailAddress }: Pick<Deps, 'clock' | 'publicUrl' | 'mailAddress'>,
  events: BookingEvent[],
): Promise<void> {
  const now = clock.now()
  const known = new Map<string, User | undefined>()
  const userOf = async (accountId: AccountId, id: UserId) => {
    if (!known.has(id)) known.set(id, await findUserOf(tx, accountId, id))
    return known.get(id)
  }
  const mails: Parameters<typeof insertMails>[1] = []
  for (const event of events) {
    const { accountId, booking } = event
    const bookingOwner = await userOf(accountId, (booking.bookingOwnerId || event.ownerId) as UserId)
    const owner = bookingOwner ?? (await findPagesOwner(tx, event))
    if (!owner) continue
    const formerOwner = booking.formerOwnerId
      ? await userOf(accountId, booking.formerOwnerId as UserId)
      : undefined
    for (const mail of mailsOf(event, { publicUrl, mailAddress, owner, formerOwner })) {
      if (booking.withoutCustomerMail && mail.kind.startsWith('customer-')) continue
      mails.push({
        ...mail,
        accountId,
        id: newUuid(now.epochMilliseconds) as MailId,
        eventId: event.id,
        createdAt: now,
      })
    }
  }
  await insertMails(tx, mails)
}

/** Who owns the page now: gets the mails of bookings whose own owner was deleted. */
async function findPagesOwner(
  tx: Db,
  { accountId, bookingPageId }: Pick<BookingEvent, 'accountId' | 'bookingPageId'>,
): Promise<User | undefined> {
  const page = await findBookingPage(tx, accountId, bookingPageId)
  return page && (await findUserOf(tx, accountId, page.ownerId))
}

/** Tells the owner that a booking could not keep its local time after a change of its zone's rules. Once for each state of the booking. */
export async function planRederivationConflict(
  deps: Pick<Deps, 'database' | 'clock' | 'publicUrl' | 'mailAddress'>,
  { booking, belongsAt }: { booking: MovedBooking; belongsAt: Instant },
): Promise<void> {
  const { accountId, id, ownerId } = booking
  const now = deps.clock.now()
  await inAccount(deps.database, accountId, async (tx) => {
    const events = await listEventsOfBooking(tx, accountId, id)
    const newest = events.at(-1)
    if (!newest) return
    const owner = (await findUserOf(tx, accountId, ownerId)) ?? (await findPagesOwner(tx, newest))
    if (!owner) return
    await insertMails(tx, [
      {
        ...rederivationConflictMail(newest, { ...deps, owner, belongsAt }),
        accountId,
        id: newUuid(now.epochMilliseconds) as MailId,
        eventId: newest.id,
        createdAt: now,
      },
    ])
  })
}

/**
 * Tells the owner that the suggested times of a request were derived anew, or (`moved` undefined) that they could not be. The latter
 * once for each state of the request; the former is planned in the transaction that moves them, so once for each move.
 */
export async function planRederivedRequest(
  tx: Db,
  deps: Pick<Deps, 'clock' | 'publicUrl' | 'mailAddress'>,
  { request, moved }: { request: MovedBooking; moved: { from: Instant; to: Instant }[] | undefined },
): Promise<void> {
  const { accountId, id, ownerId } = request
  const now = deps.clock.now()
  const newest = (await listEventsOfBooking(tx, accountId, id)).at(-1)
  const owner = newest && ((await findUserOf(tx, accountId, ownerId)) ?? (await findPagesOwner(tx, newest)))
  if (!newest || !owner) return
  await insertMails(tx, [
    {
      ...rederivedRequestMail(newest, { ...deps, owner, moved }),
      accountId,
      id: newUuid(now.epochMilliseconds) as MailId,
      // One of a kind for each event; but a request may outlive several changes of the rules.
      eventId: moved ? null : newest.id,
      createdAt: now,
    },
  ])
}

interface MovedBooking {
  accountId: AccountId
  id: BookingId
  ownerId: UserId
}
