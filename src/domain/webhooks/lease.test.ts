import { describe, expect, test } from 'vitest'
import { aZapOf } from '#domain/profiles/profiles.test-support.ts'
import type { AttemptOutcome } from '#kit/attempt-outcome.ts'
import { openHouse } from '../../../tests/house.ts'
import { holdRows, untilWaiting } from '../../../tests/locks.ts'
import { type Lease, leaseLimits } from './lease.ts'
import { planDeliveries } from './plan-deliveries.ts'
import {
  leaseSubscriptions,
  renewLeases,
  type SendDeps,
  secondsUntilNextDue,
  sendDueDeliveries,
} from './send-deliveries.ts'

const answer = (status: number): AttemptOutcome => ({
  kind: 'answered',
  status,
  responseHead: '',
  truncated: false,
  durationMs: 1,
})

/** A Zap that is owed `owed` deliveries, and workers that share its database, each with a clock of its own. */
async function aHouseThatOwes(owed: number) {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  await aZapOf(house, ana)
  for (let number = 0; number < owed; number++)
    await house.aBooking({ page, start: `2026-11-24T${String(8 + number).padStart(2, '0')}:00:00Z` })
  await planDeliveries(house, 100)

  const aWorker = () => {
    let elapsedMs = 0
    const deps = { ...house, elapsed: () => elapsedMs }
    return {
      standsStill: (ms: number) => {
        elapsedMs += ms
      },
      lease: async (): Promise<Lease> => {
        const [lease] = await leaseSubscriptions(deps, 1)
        if (!lease) throw new Error('nothing was leased')
        return lease
      },
      renew: (lease: Lease) => renewLeases(deps, [lease]),
      /** Sends what is due; `target` says what each attempt is answered with. Returns how many attempts were made. */
      send: (lease: Lease, target: (nth: number) => AttemptOutcome | Promise<AttemptOutcome>) => {
        let sent = 0
        const sendDeps: SendDeps = {
          ...deps,
          send: async () => await target(++sent),
          messageOf: ({ delivery }) => ({ id: `EVNT-${delivery.id}`, body: '{}' }),
          random: () => 0.5,
        }
        return sendDueDeliveries(sendDeps, lease)
      },
    }
  }
  return {
    house,
    aWorker,
    /** As after a minute: the lease has run out. */
    runOut: async (lease: Lease) => {
      await house.sql(`update subscriptions set leased_until = leased_until - interval '1 minute'`)
      lease.until = lease.until.subtract({ minutes: 1 })
    },
    deliveries: () => house.sql('select state, attempts from deliveries order by id'),
    attempts: () => house.sql('select number, status from delivery_attempts order by number'),
    lastOk: async () =>
      (await house.sql('select last_delivery_ok as ok, failed_tries as failed from subscriptions'))[0],
    leasedUntil: async () =>
      (
        await house.sql<{ until: string }>(
          `select to_char(leased_until, 'YYYY-MM-DD"T"HH24:MI:SS.USZ') as until from subscriptions`,
        )
      )[0]?.until,
  }
}

const inMicroseconds = ({ until }: Lease) => until.toString({ smallestUnit: 'microsecond' })

describe('a worker that stood still until another one had taken its lease', () => {
  test('stores nothing over what the other one stored, however its own attempt went', async () => {
    for (const [late, other] of [
      [500, 200],
      [200, 500],
    ] as const) {
      const { aWorker, runOut, deliveries, attempts, lastOk } = await aHouseThatOwes(1)
      const [zombie, successor] = [aWorker(), aWorker()]
      const lease = await zombie.lease()
      await zombie.send(lease, async () => {
        await runOut(lease)
        expect(await successor.send(await successor.lease(), () => answer(other))).toBe(1)
        return answer(late)
      })
      expect(await deliveries()).toEqual([{ state: other === 200 ? 'delivered' : 'pending', attempts: 1 }])
      expect(await attempts()).toEqual([{ number: 1, status: other }])
      expect(await lastOk()).toEqual({ ok: other === 200, failed: other === 200 ? 0 : 1 })
    }
  })

  test('does not end the subscription by a 410 that it got', async () => {
    const { house, aWorker, runOut } = await aHouseThatOwes(1)
    const [zombie, successor] = [aWorker(), aWorker()]
    const lease = await zombie.lease()
    await zombie.send(lease, async () => {
      await runOut(lease)
      await successor.lease()
      return answer(410)
    })
    expect(await house.sql('select state from subscriptions')).toEqual([{ state: 'on' }])
  })

  test('sends nothing more, and leaves the lease to the one who has it now', async () => {
    const { aWorker, runOut, leasedUntil } = await aHouseThatOwes(3)
    const [zombie, successor] = [aWorker(), aWorker()]
    const lease = await zombie.lease()
    let taken: Lease | undefined
    const sent = await zombie.send(lease, async () => {
      if (!taken) {
        await runOut(lease)
        taken = await successor.lease()
      }
      return answer(200)
    })
    expect(sent).toBe(1)
    expect(await leasedUntil()).toBe(inMicroseconds(taken as Lease))
    // All three are still the successor's to send: what the other one had sent was in flight, and comes again.
    expect(await successor.send(taken as Lease, () => answer(200))).toBe(3)
  })

  test('begins nothing when its lease may have run out, whether or not anybody has taken it', async () => {
    const { aWorker, leasedUntil } = await aHouseThatOwes(2)
    const worker = aWorker()
    const lease = await worker.lease()
    worker.standsStill(leaseLimits.seconds * 1000)
    expect(await worker.send(lease, () => answer(200))).toBe(0)
    // It was not taken, so it is given back.
    expect(await leasedUntil()).toBeNull()
    expect(await worker.send(await worker.lease(), () => answer(200))).toBe(2)
  })
})

test('a lease that another worker takes while its outcome waits to be stored: nothing is stored, and nobody told that it was', async () => {
  const { house, aWorker, deliveries } = await aHouseThatOwes(1)
  const told: unknown[] = []
  house.tellOperator = (event) => void told.push(event)
  // Its last attempt.
  await house.sql('update deliveries set attempts = 10')
  const worker = aWorker()
  const lease = await worker.lease()
  let commit = async () => {}
  const sending = worker.send(lease, async () => {
    commit = await holdRows(house, `update subscriptions set leased_until = leased_until + interval '1 s'`)
    return answer(500)
  })
  await untilWaiting(house, 1)
  await commit()
  await sending
  expect(await deliveries()).toEqual([{ state: 'pending', attempts: 10 }])
  expect(told).toEqual([])
})

test('a lease that ran out, and that nobody took, still settles: a slow database makes no doubles', async () => {
  const { aWorker, runOut, deliveries } = await aHouseThatOwes(1)
  const worker = aWorker()
  const lease = await worker.lease()
  await worker.send(lease, async () => {
    await runOut(lease)
    return answer(200)
  })
  expect(await deliveries()).toEqual([{ state: 'delivered', attempts: 1 }])
})

describe('renewing', () => {
  const half = (leaseLimits.seconds * 1000) / 2

  test('keeps the subscription for as long as an attempt takes, and what it brings is stored', async () => {
    const { house, aWorker, leasedUntil, deliveries } = await aHouseThatOwes(1)
    const [worker, other] = [aWorker(), aWorker()]
    const lease = await worker.lease()
    const taken = lease.until
    await worker.send(lease, async () => {
      for (let times = 0; times < 4; times++) {
        worker.standsStill(half)
        // As after that time: without being renewed it would have run out.
        await house.sql(
          `update subscriptions set leased_until = leased_until - make_interval(secs => ${half / 1000})`,
        )
        lease.until = lease.until.subtract({ milliseconds: half })
        await worker.renew(lease)
        expect(await leasedUntil()).toBe(inMicroseconds(lease))
        await expect(other.lease()).rejects.toThrow('nothing was leased')
      }
      return answer(200)
    })
    expect(Temporal.Instant.compare(lease.until, taken)).toBe(1)
    expect(await deliveries()).toEqual([{ state: 'delivered', attempts: 1 }])
  })

  test('does not bring back what another worker has taken', async () => {
    const { aWorker, runOut, leasedUntil } = await aHouseThatOwes(1)
    const [worker, other] = [aWorker(), aWorker()]
    const lease = await worker.lease()
    await runOut(lease)
    const taken = await other.lease()
    worker.standsStill(half)
    await worker.renew(lease)
    expect(await leasedUntil()).toBe(inMicroseconds(taken))
    worker.standsStill(half)
    expect(await worker.send(lease, () => answer(200))).toBe(0)
  })

  test('passes over a subscription that somebody holds at the moment, and waits for nobody', async () => {
    const { house, aWorker, leasedUntil } = await aHouseThatOwes(1)
    const worker = aWorker()
    const lease = await worker.lease()
    const release = await holdRows(house, 'select from subscriptions for no key update')
    worker.standsStill(half)
    await worker.renew(lease)
    await release()
    expect(await leasedUntil()).toBe(inMicroseconds(lease))
  })

  test('and storing an outcome at the same moment do not hinder each other', async () => {
    const { aWorker, deliveries } = await aHouseThatOwes(1)
    const worker = aWorker()
    const lease = await worker.lease()
    let renewing: Promise<void> | undefined
    await worker.send(lease, async () => {
      worker.standsStill(half)
      renewing = worker.renew(lease)
      return answer(200)
    })
    await renewing
    expect(await deliveries()).toEqual([{ state: 'delivered', attempts: 1 }])
  })
})

test('what a dead worker leased is due again within ten seconds', async () => {
  const { house, aWorker } = await aHouseThatOwes(1)
  await aWorker().lease()
  // The next look of another worker is when the lease runs out, a second of polling beside it.
  expect(await secondsUntilNextDue(house, 60)).toBeLessThan(9)
})
