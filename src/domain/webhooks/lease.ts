import type { Instant } from '#kit/time.ts'
import type { Subscription } from './subscription.ts'

/** The right to send for one subscription: one worker at a time has it. */
export interface Lease {
  subscription: Subscription
  /**
   * When it runs out, by the database's clock, to the microsecond. It is also what it is known by: no two leases of a subscription run
   * out at the same moment, and whatever its worker writes is written only where the subscription's is still this one.
   */
  until: Instant
  /** Monotonic milliseconds, read before it was taken or last renewed: `leaseLimits.seconds` from then it may have run out. */
  sinceMs: number
}

/**
 * How many subscriptions of one account are leased at a time, how many deliveries are sent in one lease, and how long a lease lasts.
 *
 * What a worker that died has left is due again after `seconds`. No attempt begins when the lease might run out within `spareSeconds`,
 * nor after `stopAfterSeconds`, so that others get their turn.
 */
export const leaseLimits = {
  perAccount: 26,
  deliveries: 10,
  seconds: 20,
  spareSeconds: 16,
  stopAfterSeconds: 4,
}

/** True while an attempt may begin: this worker has the lease for some time yet, however long the process has stood still. */
export const isGoodFor = ({ sinceMs }: Pick<Lease, 'sinceMs'>, elapsedMs: number): boolean =>
  elapsedMs - sinceMs < (leaseLimits.seconds - leaseLimits.spareSeconds) * 1000
