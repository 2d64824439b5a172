import { setTimeout as pause } from 'node:timers/promises'
import { type Db, inAccount } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import type { LifecycleEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { listLifecycleEventsOf } from '#domain/lifecycle-events/read-lifecycle-events.ts'
import type { DeliveryId } from '#kit/ids.ts'
import { inBatches } from '#kit/in-batches.ts'
import {
  type DueDelivery,
  giveUpDelivery,
  listDueDeliveries,
  type Settled,
  type Settlement,
  settleDeliveries,
} from './delivery-repository.ts'
import { alone, type Lease, leaseLimits } from './lease.ts'
import { type IfLocked, releaseLeases } from './lease-repository.ts'
import { isWebhook } from './subscription.ts'
import { endSubscriptions } from './subscription-repository.ts'
import { tellOfEnd } from './watch-failures.ts'

/**
 * What a worker reads and writes while it sends. Whoever asks at the same time shares a statement, so there is one for many deliveries.
 *
 * A subscription that somebody has locked keeps nobody waiting but those who write for it. Between two tries its lease may be renewed.
 */
export interface DeliveryBooks {
  /** What the subscription is owed now, oldest first; without the event where that is a test event's, gone, or cannot be read. */
  listDue(lease: Lease): Promise<{ delivery: DueDelivery; event: LifecycleEvent | undefined }[]>
  settle(settlement: Settlement): Promise<Settled>
  /** The same of an attempt after which nothing more may be sent: the subscription ends with it, for this reason. */
  settleAndEnd(settlement: Settlement, reason: string): Promise<Settled>
  /** Of a delivery that cannot be sent at all. */
  giveUp(given: { lease: Lease; deliveryId: DeliveryId; reason: string }): Promise<Settled>
  release(lease: Lease): Promise<void>
}

/** What is sent is stored as soon as the database is there again, while the lease may last. */
const retriedAfterMs = [100, 200, 400, 800, 1_600, 3_200]

/**
 * So many wait in the database for a locked subscription, and are the next to have it, however long that takes. Each has a connection
 * meanwhile, of which there are few, so the others look again and again.
 */
const mostWaiting = 2
const lookAgainMs = { first: 10, longest: 100, times: 200 }

/** A statement for one subscription. */
type Write<Answer> = (ifLocked: IfLocked) => Promise<Answer | 'locked'>

export function openBooks(deps: Pick<Deps, 'database' | 'clock' | 'publicUrl'>): DeliveryBooks {
  const { database } = deps
  const { system } = database
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
  /** Several of each lease. */
  const settleGroups = inBatches(async (groups: Settlement[][]) => {
    const answers = await settleDeliveries(system, groups.flat(), 'pass over')
    return groups.map(({ length }) => answers.splice(0, length))
  }, 100)
  const settlersOfLeases = new WeakMap<Lease, ReturnType<typeof settlerOf>>()
  const settlerOf = (lease: Lease) =>
    inBatches((settlements: Settlement[]) => alone(lease, () => settleGroups(settlements)))
  const settleTogether = (settlement: Settlement) => {
    const { lease } = settlement
    const settle = settlersOfLeases.get(lease) ?? settlerOf(lease)
    settlersOfLeases.set(lease, settle)
    return settle(settlement)
  }
  const releaseTogether = inBatches((leases: Lease[]) => releaseLeases(system, leases, 'pass over'))
  let waiting = 0

  /** Writes together with others, and where the subscription is locked as soon as it is free. */
  async function whenFree<Answer>(
    lease: Lease,
    together: () => Promise<Answer | 'locked'>,
    byItself: Write<Answer>,
  ): Promise<Answer> {
    let answer = await together()
    for (let times = 0; answer === 'locked'; times += 1) {
      if (times === lookAgainMs.times) throw new Error('A subscription stays locked')
      if (waiting < mostWaiting) {
        waiting += 1
        answer = await alone(lease, () => byItself('wait')).finally(() => {
          waiting -= 1
        })
      } else {
        await pause(Math.min(lookAgainMs.first * 2 ** times, lookAgainMs.longest))
        answer = await together()
      }
    }
    return answer
  }

  /** Again and again where it fails, over a restart of the database. To store the same twice changes nothing. */
  async function stored<Answer>(
    lease: Lease,
    together: () => Promise<Answer | 'locked'>,
    byItself: Write<Answer>,
  ): Promise<Answer> {
    // Not with others any more, of which one may be what the database refuses.
    const again = () => whenFree(lease, () => alone(lease, () => byItself('pass over')), byItself)
    try {
      return await whenFree(lease, together, byItself)
    } catch {
      for (const ms of retriedAfterMs) {
        await pause(ms)
        try {
          return await again()
        } catch {}
      }
      return await again()
    }
  }

  const settleOne =
    (db: Db, settlement: Settlement): Write<Settled> =>
    async (ifLocked) =>
      (await settleDeliveries(db, [settlement], ifLocked))[0] as Settled | 'locked'

  return {
    listDue: async (lease) =>
      await readDueTogether(lease).catch(async () => (await readDue([lease]))[0] ?? []),
    settle: (settlement) =>
      stored(settlement.lease, () => settleTogether(settlement), settleOne(system, settlement)),
    settleAndEnd: (settlement, reason) => {
      const { accountId, id } = settlement.lease.subscription
      const settleAndEnd: Write<Settled> = (ifLocked) =>
        inAccount(database, accountId, async (tx) => {
          const settled = await settleOne(tx, settlement)(ifLocked)
          if (settled === 'lost' || settled === 'locked') return settled
          const ended = await endSubscriptions(tx, accountId, { id }, reason)
          for (const one of ended) if (isWebhook(one)) await tellOfEnd(tx, deps, one)
          return 'ended'
        })
      const { lease } = settlement
      return stored(lease, () => alone(lease, () => settleAndEnd('pass over')), settleAndEnd)
    },
    giveUp: (given) => {
      const giveUp: Write<Settled> = (ifLocked) => giveUpDelivery(system, given, ifLocked)
      return stored(given.lease, () => alone(given.lease, () => giveUp('pass over')), giveUp)
    },
    release: async (lease) => {
      const releaseOne: Write<'done'> = async (ifLocked) =>
        (await releaseLeases(system, [lease], ifLocked))[0] as 'done' | 'locked'
      await whenFree(lease, () => alone(lease, () => releaseTogether(lease)), releaseOne).catch(() =>
        whenFree(lease, () => alone(lease, () => releaseOne('pass over')), releaseOne),
      )
    },
  }
}
