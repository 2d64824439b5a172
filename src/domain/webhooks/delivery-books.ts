import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '#database/db.ts'
import type { LifecycleEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { listLifecycleEventsOf } from '#domain/lifecycle-events/read-lifecycle-events.ts'
import { inBatches } from '#kit/in-batches.ts'
import {
  type DueDelivery,
  listDueDeliveries,
  type Settled,
  type Settlement,
  settleDeliveries,
} from './delivery-repository.ts'
import { type Lease, leaseLimits } from './lease.ts'
import { releaseLeases } from './lease-repository.ts'

/** What a worker reads and writes while it sends. Whoever asks at the same time shares a statement, so there is one for many deliveries. */
export interface DeliveryBooks {
  /** What the subscription is owed now, oldest first; without the event where that is a test event's, or gone. */
  listDue(lease: Lease): Promise<{ delivery: DueDelivery; event: LifecycleEvent | undefined }[]>
  settle(settlement: Settlement): Promise<Settled>
  release(lease: Lease): Promise<void>
}

/** What is sent is stored as soon as the database is there again, while the lease may last. */
const retriedAfterMs = [100, 200, 400, 800, 1_600, 3_200]

export function openBooks({ system }: Pick<Database, 'system'>): DeliveryBooks {
  const readDue = async (leases: Lease[]) => {
    const due = await listDueDeliveries(system, leases, leaseLimits.deliveries)
    const events = await listLifecycleEventsOf(
      system,
      due.flatMap(({ accountId, eventId }) => (eventId ? [{ accountId, id: eventId }] : [])),
    )
    const ofLease = Map.groupBy(due, ({ place }) => place)
    return leases.map((_, place) =>
      (ofLease.get(place) ?? []).map((delivery) => ({
        delivery,
        event: delivery.eventId ? events.get(delivery.eventId) : undefined,
      })),
    )
  }
  const readDueTogether = inBatches(readDue)
  const settleUnlocked = inBatches((settlements: Settlement[]) =>
    settleDeliveries(system, settlements, 'pass over'),
  )
  // Who holds a subscription for long keeps only those waiting that wait for it anyway.
  const settleLocked = inBatches((settlements: Settlement[]) => settleDeliveries(system, settlements, 'wait'))
  const release = inBatches(async (leases: Lease[]) => {
    await releaseLeases(system, leases)
    return leases.map(() => undefined)
  })
  return {
    // An event that cannot be read is its account's trouble and nobody else's.
    listDue: async (lease) =>
      await readDueTogether(lease).catch(async () => (await readDue([lease]))[0] ?? []),
    release,
    settle: async (settlement) => {
      try {
        const settled = await settleUnlocked(settlement)
        return settled === 'locked' ? ((await settleLocked(settlement)) as Settled) : settled
      } catch {
        return await settleByItself(settlement)
      }
    },
  }

  /** Not with others, of which one may be what the database refuses. To store the same twice changes nothing. */
  async function settleByItself(settlement: Settlement): Promise<Settled> {
    for (const ms of retriedAfterMs) {
      await pause(ms)
      const stored = await settleDeliveries(system, [settlement], 'wait').catch(() => undefined)
      if (stored) return stored[0] as Settled
    }
    const [settled] = await settleDeliveries(system, [settlement], 'wait')
    return settled as Settled
  }
}
