import type { Db } from '#database/db.ts'
import { findPresentOrFormerUser } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import type { EventType, PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findBookingPage, findEventType } from '#domain/booking-pages/find-booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import type { Actor, BookingEvent, BookingEventType } from '#domain/lifecycle-events/lifecycle-event.ts'
import { recordLifecycleEvent } from '#domain/lifecycle-events/record-lifecycle-event.ts'
import type { UserId } from '#kit/ids.ts'
import { type Instant, isoSeconds } from '#kit/time.ts'
import type { Booking } from './booking.ts'
import { snapshotOf } from './booking-snapshot.ts'

/** Who acts: the customer by the own link, a signed-in user, or the clock. */
export type ActingParty = { kind: 'customer' } | { kind: 'system' } | { kind: 'user'; user: User }

/**
 * Tells, within the transaction that changes the booking, what happened to it. The one way from a change to its event.
 *
 * @throws Error when the booking's page or event type is gone; neither is ever taken away, only marked as deleted.
 */
export async function recordChange(
  tx: Db,
  deps: Pick<Deps, 'clock' | 'secrets'>,
  change: {
    type: BookingEventType
    /** As it is now. */
    booking: Omit<Booking, 'contactId'>
    by: ActingParty
    formerStartsAt?: Instant
    formerOwnerId?: UserId
    withoutCustomerMail?: boolean
    /** Where they are at hand already. */
    page?: PublicPage
    eventType?: EventType
  },
): Promise<void> {
  const { booking, by, type } = change
  const page = change.page ?? (await findBookingPage(tx, booking.accountId, booking.bookingPageId))
  const eventType = change.eventType ?? (await findEventType(tx, booking.accountId, booking.eventTypeId))
  if (!page || !eventType) throw new Error(`Booking ${booking.id} has lost its page or event type`)
  const owner =
    booking.ownerId === page.ownerId
      ? page.owner
      : ((await findPresentOrFormerUser(tx, booking.accountId, booking.ownerId)) ?? page.owner)
  await recordLifecycleEvent<BookingEvent>(tx, deps, {
    accountId: booking.accountId,
    type,
    bookingId: booking.id,
    bookingPageId: booking.bookingPageId,
    eventTypeId: booking.eventTypeId,
    ownerId: page.ownerId,
    sequence: booking.sequence,
    actor: actorOf(by),
    booking: snapshotOf(booking, {
      page,
      eventType,
      owner,
      secrets: deps.secrets,
      ...(isChangeOfMind.has(type) ? { initiatedBy: initiatorOf(booking, by) } : {}),
      ...(change.formerStartsAt ? { formerStartsAt: change.formerStartsAt } : {}),
      ...(change.formerOwnerId ? { formerOwnerId: change.formerOwnerId } : {}),
      ...(change.withoutCustomerMail ? { withoutCustomerMail: true } : {}),
    }),
  })
}

const isChangeOfMind = new Set<BookingEventType>([
  'booking.request_canceled',
  'booking.rescheduled',
  'booking.canceled',
  'booking.canceled_then_rescheduled',
  'booking.canceled_reschedule_requested',
  'booking.reassigned',
])

const actorOf = (by: ActingParty): Actor =>
  by.kind === 'user' ? { kind: 'user', userId: by.user.id } : { kind: by.kind }

const initiatorOf = (booking: Pick<Booking, 'customer'>, by: ActingParty) => ({
  customer: by.kind === 'customer' ? booking.customer.name : '',
  user: by.kind === 'user' ? by.user.name : '',
})

/** What an idempotency key stands for: the same text means the same request. */
export const requestText = (...parts: unknown[]): string =>
  JSON.stringify(parts.map((part) => (part instanceof Temporal.Instant ? isoSeconds(part) : part)))
