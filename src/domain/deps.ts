import type { Database } from '#database/db.ts'
import type { ApiKeyId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

/** What a verb may ask of the outside. */
export interface Deps {
  database: Database
  clock: Clock
  secrets: Secrets
  /** Origin of every link we hand out, such as `https://meet.example.com`; never taken from a request. */
  publicUrl: string
  /** Address that mails come from, `no-reply@meet.example.com`: also the organizer of calendar entries. */
  mailAddress: string
  /** Tells the worker that there is something to plan or to send. Only a hint: the worker polls behind it. */
  wakeWorker: () => void
  /** The account's API key that acts, during a call with one: audit entries name it. */
  actingKey?: ApiKeyId | undefined
  /** Is told what happened, to count it. */
  observer?: Observer | undefined
  /** Is told what an operator may want to act on. Answers at once and never fails. */
  tellOperator?: ((event: OperatorEvent) => void) | undefined
}

/** Named by public ids only: no person, no address, no URL. */
export interface OperatorEvent {
  event:
    | 'subscription.failing'
    | 'subscription.failing_for_a_day'
    | 'subscription.stopped'
    | 'subscription.gone'
    | 'delivery.given_up'
    | 'account.planning_failed'
  account: string
  /** Of all but the account's own events. */
  subscription?: string
  /** Public id of the lifecycle event, of a delivery or of one that cannot be planned. */
  message?: string
  /** Code of what failed, of an account's own events and of what cannot be sent at all. */
  reason?: string
}

/** Answers at once and never fails. Nothing that names an account or a person is told to it. */
export interface Observer {
  /** Somebody asked for a booking: `booked`, or the code of the problem. */
  bookingAsked(outcome: string): void
  /** Lifecycle events became deliveries. */
  planned(counts: { events: number; deliveries: number }): void
}

export interface Clock {
  now(): Instant
}

/** 32-byte keys, derived from the installation's one secret, which is never in the database. */
export interface Secrets {
  /** HMAC key under which API keys are looked up. */
  pepper: Buffer
  /** AES-256-GCM key that seals what a user may see again. */
  sealing: Buffer
  /** HMAC key of customers' links to their own booking. */
  links: Buffer
  /** Signs session cookies. */
  sessions: Buffer
}
