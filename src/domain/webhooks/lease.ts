import type { Instant } from '#kit/time.ts'
import type { Subscription, Webhook } from './subscription.ts'

/** The right to send for one subscription: one worker at a time has it. */
export interface Lease {
  subscription: Subscription | Webhook
  /**
   * When it runs out, by the database's clock, to the microsecond; renewing moves it. It is also what the lease is known by: no two
   * of a subscription run out at the same moment, and whatever its worker writes is written only where the subscription's is still this one.
   */
  until: Instant
  /** Monotonic milliseconds, read before it was taken or last renewed: `leaseLimits.seconds` from then it may have run out. */
  sinceMs: number
  /** The statement under way that goes by `until`, see `alone`. */
  writing?: Promise<unknown> | undefined
}

/**
 * How many subscriptions of one account are leased at a time, how many deliveries are sent in one lease, and how many of them at the same
 * time once the target has taken one: a target that is down holds up one request, not all of them.
 *
 * A lease lasts `seconds` and is renewed every `renewedEverySeconds` while its worker lives, however long an attempt takes: what a worker
 * that died has left is due again soon. No attempt begins when the lease might run out within `spareSeconds`, nor after
 * `stopAfterSeconds`, so that others get their turn.
 */
export const leaseLimits = {
  perAccount: 26,
  deliveries: 60,
  atOnce: 5,
  seconds: 8,
  renewedEverySeconds: 2,
  spareSeconds: 2,
  stopAfterSeconds: 4,
}

/** True while an attempt may begin: this worker has the lease for some time yet, however long the process has stood still. */
export const isGoodFor = ({ sinceMs }: Pick<Lease, 'sinceMs'>, elapsedMs: number): boolean =>
  elapsedMs - sinceMs < (leaseLimits.seconds - leaseLimits.spareSeconds) * 1000

/** Runs a statement that goes by `lease.until`, after those before it: a renewal changes what the lease is known by. */
export async function alone<T>(lease: Lease, work: () => Promise<T>): Promise<T> {
  while (lease.writing !== undefined) await lease.writing.catch(() => undefined)
  const writing = work()
  lease.writing = writing
  try {
    return await writing
  } finally {
    lease.writing = undefined
  }
}
