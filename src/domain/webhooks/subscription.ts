import type { Trigger } from '#database/tables.ts'
import type { User } from '#domain/accounts/user.ts'
import type { LifecycleEvent, LifecycleEventType } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { AccountId, BookingPageId, EventTypeId, SubscriptionId, UserId, ZapierKeyId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

export type { Trigger }

/** The lifecycle events that each trigger waits for (product.md 2.1, 2.2). Requests and reassignments trigger nothing. */
export const eventTypesOfTrigger = {
  booking_scheduled: ['booking.scheduled'],
  booking_rescheduled: ['booking.rescheduled'],
  booking_canceled: ['booking.canceled'],
  booking_canceled_rescheduled: [
    'booking.canceled_then_rescheduled',
    'booking.canceled_reschedule_requested',
  ],
  booking_completed: ['booking.completed'],
  booking_no_show: ['booking.no_show'],
  booking_lifecycle: [
    'booking.scheduled',
    'booking.rescheduled',
    'booking.canceled',
    'booking.canceled_then_rescheduled',
    'booking.canceled_reschedule_requested',
    'booking.completed',
    'booking.no_show',
  ],
  contact_captured: ['contact.captured'],
  contact_updated: ['contact.updated'],
  contact_lifecycle: ['contact.captured', 'contact.updated'],
} as const satisfies Record<Trigger, readonly LifecycleEventType[]>

export const triggers = Object.keys(eventTypesOfTrigger) as Trigger[]

export const waitsFor = (trigger: Trigger, type: LifecycleEventType): boolean =>
  (eventTypesOfTrigger[trigger] as readonly LifecycleEventType[]).includes(type)

/**
 * `on`: events are sent. `needs_reconnect`: its key was replaced or the Login ID changed, events are held. `paused`: its user
 * stopped it for a while, or its target failed for days; events are held. `ended`: for good.
 */
export type SubscriptionState = 'on' | 'needs_reconnect' | 'paused' | 'ended'

/** "Send lifecycle events to this address", whoever asked for it. */
export interface AnySubscription {
  accountId: AccountId
  id: SubscriptionId
  targetUrl: string
  state: SubscriptionState
  /** Why it is paused: its user said so, or its target failed for so long that sending to it was stopped. */
  pausedFor: 'user' | 'failing' | null
  endedReason: string | null
  createdAt: Instant
  /** Since when every attempt has failed; null after a success. */
  failingSince: Instant | null
  /** What it signs with, sealed; null for one that was made before there were secrets and has not sent since. */
  signing: { secret: Buffer; former: { secret: Buffer; until: Instant } | null } | null
}

/** A Zap's: made when a user turns it on in Zapier. */
export interface Subscription extends AnySubscription {
  userId: UserId
  keyId: ZapierKeyId
  trigger: Trigger
  /** Only events of this page, or of all in scope. */
  bookingPageId: BookingPageId | null
  eventTypeId: EventTypeId | null
}

/** The account's own, made by the REST API or by an Administrator: it gets the events of every page. */
export interface Webhook extends AnySubscription {
  /** Unique among the account's webhooks that are not ended, compared without case. */
  name: string
  /** As they were asked for, composites included. */
  events: WebhookEvent[]
}

export const isWebhook = (subscription: Subscription | Webhook): subscription is Webhook =>
  'events' in subscription

/** What a webhook can ask for (api-contract 11.1). Conversations do not exist here: their events are accepted and never happen. */
export const webhookEvents = [
  'booking',
  'booking.scheduled',
  'booking.rescheduled',
  'booking.reassigned',
  'booking.canceled_then_rescheduled',
  'booking.canceled_reschedule_requested',
  'booking.canceled',
  'booking.completed',
  'booking.no_show',
  'conversation',
  'conversation.started',
  'conversation.closed',
  'conversation.abandoned',
  'conversation.reached_out',
] as const

export type WebhookEvent = (typeof webhookEvents)[number]

/** True when a webhook that asked for these events gets this one: by its name, or as one of all bookings'. */
export const isAskedFor = (events: readonly WebhookEvent[], type: LifecycleEventType): boolean =>
  (webhookEvents as readonly string[]).includes(type) &&
  (events.includes(type as WebhookEvent) || (events.includes('booking') && type.startsWith('booking.')))

export type SubscriptionNotFound = { code: 'subscription-not-found' }

/** What a person wants to know of a subscription beside what it is. */
export interface Standing {
  lastDelivery: { at: Instant; ok: boolean; words: string } | null
  pending: number
  held: number
  /** Deliveries that were given up, not replayed since. */
  failed: number
}

export interface SubscriptionOverview extends Subscription, Standing {
  bookingPageLabel: string | null
  eventTypeName: string | null
}

export interface WebhookOverview extends Webhook, Standing {}

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

/** True when this event is one that was asked for: by a Zap of this user, within the scope, or by a webhook of the account. */
export function isWanted(
  subscription: Pick<Subscription, 'trigger' | 'bookingPageId' | 'eventTypeId'> | Pick<Webhook, 'events'>,
  user: Pick<User, 'id' | 'accountId' | 'role' | 'triggersAllPages'> | null,
  event: Pick<LifecycleEvent, 'accountId' | 'type' | 'ownerId' | 'bookingPageId' | 'eventTypeId'>,
): boolean {
  if ('events' in subscription) return isAskedFor(subscription.events, event.type)
  if (!user || !waitsFor(subscription.trigger, event.type)) return false
  if (subscription.bookingPageId !== null && subscription.bookingPageId !== event.bookingPageId) return false
  if (subscription.eventTypeId !== null && subscription.eventTypeId !== event.eventTypeId) return false
  return isInScope(user, { accountId: event.accountId, ownerId: event.ownerId })
}
