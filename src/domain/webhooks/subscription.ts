import type { User } from '#domain/accounts/user.ts'
import type { LifecycleEvent, LifecycleEventType } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { AccountId, BookingPageId, EventTypeId, SubscriptionId, UserId, ZapierKeyId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

/** What a Zap can start from. */
export type Trigger = 'booking_scheduled'

/** The lifecycle event that each trigger waits for. */
export const eventTypeOfTrigger: Record<Trigger, LifecycleEventType> = {
  booking_scheduled: 'booking.scheduled',
}

/** `on`: events are sent. `needs_reconnect`: its key was replaced, events are held. `ended`: for good. */
export type SubscriptionState = 'on' | 'needs_reconnect' | 'ended'

/** "Send these lifecycle events to this address": made when a Zap is turned on. */
export interface Subscription {
  accountId: AccountId
  id: SubscriptionId
  userId: UserId
  keyId: ZapierKeyId
  trigger: Trigger
  targetUrl: string
  /** Only events of this page, or of all in scope. */
  bookingPageId: BookingPageId | null
  eventTypeId: EventTypeId | null
  state: SubscriptionState
  endedReason: string | null
  createdAt: Instant
}

/** A subscription with what a person wants to know of it. */
export interface SubscriptionOverview extends Subscription {
  bookingPageLabel: string | null
  eventTypeName: string | null
  lastDelivery: { at: Instant; ok: boolean; words: string } | null
  pending: number
  held: number
}

/**
 * The scope rule: a user's Zaps get events of the pages this user owns when the event happens, and with the permission
 * "Trigger Zaps from all Booking pages" those of every page of the account. The permission counts for Administrators only,
 * so a demoted user loses it with the role.
 *
 * Live delivery, samples and page lists all ask this function, or `ownerInScope` where the database has to answer.
 */
export const isInScope = (
  user: Pick<User, 'id' | 'accountId' | 'role' | 'triggersAllPages'>,
  page: { accountId: AccountId; ownerId: UserId },
): boolean => page.accountId === user.accountId && (reachesAllPages(user) || page.ownerId === user.id)

export const reachesAllPages = (user: Pick<User, 'role' | 'triggersAllPages'>): boolean =>
  user.role === 'administrator' && user.triggersAllPages

/** The same rule as a condition for queries: the only owner whose pages count, or undefined for all of the account. */
export const ownerInScope = (user: Pick<User, 'id' | 'role' | 'triggersAllPages'>): UserId | undefined =>
  reachesAllPages(user) ? undefined : user.id

/** True when this event is one that the subscription of this user asked for. */
export function isWanted(
  subscription: Pick<Subscription, 'trigger' | 'bookingPageId' | 'eventTypeId'>,
  user: Pick<User, 'id' | 'accountId' | 'role' | 'triggersAllPages'>,
  event: Pick<LifecycleEvent, 'accountId' | 'type' | 'ownerId' | 'bookingPageId' | 'eventTypeId'>,
): boolean {
  if (event.type !== eventTypeOfTrigger[subscription.trigger]) return false
  if (subscription.bookingPageId !== null && subscription.bookingPageId !== event.bookingPageId) return false
  if (subscription.eventTypeId !== null && subscription.eventTypeId !== event.eventTypeId) return false
  return isInScope(user, { accountId: event.accountId, ownerId: event.ownerId })
}
