import type { User } from '#domain/accounts/user.ts'
import type { LifecycleEventType } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { BookingId, ContactId, DeliveryId, SubscriptionId, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { Attempt, DeliveryState } from './delivery.ts'
import type { AnySubscription, SubscriptionState, Trigger } from './subscription.ts'

/** Which deliveries of the account; what is left out does not matter. */
export interface DeliveryFilter {
  state?: DeliveryState | undefined
  userId?: UserId | undefined
  trigger?: Trigger | undefined
  eventType?: LifecycleEventType | 'test' | undefined
  subscriptionId?: SubscriptionId | undefined
  /** Planned at this moment or later, and before that one. */
  from?: Instant | undefined
  until?: Instant | undefined
  /** Given up, or still to be tried again after a failed attempt. */
  failedOnly?: boolean | undefined
}

/** Where a list goes on: beside one of its deliveries. */
export interface DeliveryPlace {
  side: 'older' | 'newer'
  id: DeliveryId
}

/** A delivery as an Administrator sees it, whoever's Zap or webhook it is for: what became of it, not what was sent. */
export interface AccountDelivery {
  id: DeliveryId
  subscription: Pick<AnySubscription, 'id' | 'targetUrl' | 'state'> & {
    /** Of a Zap. */
    trigger: Trigger | null
    /** Of a webhook. */
    name: string | null
  }
  /** Null for a webhook: it is the account's. */
  user: Pick<User, 'id' | 'name'> | null
  /** Null for a test event. */
  eventType: LifecycleEventType | null
  subjectId: BookingId | ContactId
  state: DeliveryState
  createdAt: Instant
  dueAt: Instant
  reason: string | null
  attempts: Attempt[]
}

export interface AttemptsOfHour {
  attempts: number
  failed: number
  /** Half of the attempts, and 19 of 20, took no longer. Null without attempts. */
  p50Ms: number | null
  p95Ms: number | null
}

/** How a live subscription did in the last 24 hours. */
export interface SubscriptionHealth {
  id: SubscriptionId
  trigger: Trigger | null
  name: string | null
  targetUrl: string
  state: SubscriptionState
  pausedFor: AnySubscription['pausedFor']
  user: Pick<User, 'id' | 'name'> | null
  /** Deliveries planned in that time of which at least one attempt was made, and those of them that arrived. */
  tried: number
  delivered: number
  lastSuccessAt: Instant | null
  /** Since when every attempt failed. */
  failingSince: Instant | null
}

export interface DeliveriesOfAccount {
  /** Newest first. */
  deliveries: AccountDelivery[]
  hasOlder: boolean
  hasNewer: boolean
  /** Given up and possible to send again, of the filter; counted up to `replayAtMost`. */
  givenUp: number
}
