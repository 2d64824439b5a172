import type { CustomField } from '#database/tables.ts'
import type {
  AccountId,
  BookingId,
  ContactId,
  DeliveryId,
  LifecycleEventId,
  SubscriptionId,
} from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

/**
 * `pending`: still to be sent, or to be tried again. `held`: waits for a reconnect. `given_up`: the last attempt failed.
 * `dropped`: its subscription ended first.
 */
export type DeliveryState = 'pending' | 'delivered' | 'given_up' | 'held' | 'dropped'

/** One lifecycle event owed to one subscription. */
export interface Delivery {
  accountId: AccountId
  id: DeliveryId
  subscriptionId: SubscriptionId
  /** Null for a test event, which is made up from the delivery's own id and time. */
  eventId: LifecycleEventId | null
  /** The booking or contact whose events are sent in order. */
  subjectId: BookingId | ContactId
  sequence: number
  state: DeliveryState
  /** Attempts made so far. */
  attempts: number
  /** The custom fields that its item has: fixed when it was planned, so that each attempt sends the same bytes. */
  customFields: CustomField[]
  createdAt: Instant
}

export interface Attempt {
  number: number
  startedAt: Instant
  durationMs: number
  /** Kind of outcome, and the receiver's status where it answered. */
  outcome: string
  status: number | null
  /** What happened, as a sentence. */
  words: string
  responseHead: string | null
}

/** Held events are kept this long for a user who has to reconnect. */
export const heldDays = 7
