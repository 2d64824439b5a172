import { describe, expect, test } from 'vitest'
import { aZapOf } from '#domain/profiles/profiles.test-support.ts'
import type { DeliveryId } from '#kit/ids.ts'
import { openHouse } from '../../../tests/house.ts'
import { type Settlement, settleDeliveries } from './delivery-repository.ts'
import { leaseLimits } from './lease.ts'
import { planDeliveries } from './plan-deliveries.ts'
import { leaseSubscriptions, type SendDeps, sendDueDeliveries } from './send-deliveries.ts'

const bookings = 8

/** One Zap that is owed a delivery of each of eight bookings, leased. */
async function oneLease() {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  await aZapOf(house, ana)
  for (let number = 0; number < bookings; number += 1)
    await house.aBooking({ page, start: `2026-11-24T${String(8 + number).padStart(2, '0')}:00:00Z` })
  await planDeliveries(house, 100)
  const [lease] = await leaseSubscriptions({ ...house, elapsed: () => 0 }, 10)
  if (!lease) throw new Error('nothing was leased')
  return { house, lease }
}

/** Sends what the lease is owed; says how many requests were under way when each began. */
async function underWayAtEach(
  { house, lease }: Awaited<ReturnType<typeof oneLease>>,
  status: number,
): Promise<number[]> {
  const counts: number[] = []
  let underWay = 0
  const deps: SendDeps = {
    ...house,
    send: async () => {
      underWay += 1
      counts.push(underWay)
      // A turn of the event loop: whoever may begin beside it has begun by then.
      await new Promise((resolve) => setImmediate(resolve))
      underWay -= 1
      return { kind: 'answered', status, responseHead: '', truncated: false, durationMs: 1 }
    },
    messageOf: ({ delivery }) => ({ id: delivery.id, body: '{}' }),
    random: () => 0.5,
    elapsed: () => 0,
  }
  expect(await sendDueDeliveries(deps, lease)).toBe(bookings)
  return counts
}

describe('what one subscription is owed', () => {
  test('is sent a few at a time, once its target has taken one', async () => {
    const owed = await oneLease()
    const counts = await underWayAtEach(owed, 200)
    expect(counts.slice(0, 1 + leaseLimits.atOnce)).toEqual([1, 1, 2, 3, 4, 5])
    expect(Math.max(...counts)).toBe(leaseLimits.atOnce)
    expect(
      await owed.house.sql(
        `select count(*)::int as n, sum(attempts)::int as tries from deliveries where state = 'delivered'`,
      ),
    ).toEqual([{ n: bookings, tries: bookings }])
  })

  test('is sent one by one while its target takes none', async () => {
    expect(await underWayAtEach(await oneLease(), 503)).toEqual(Array(bookings).fill(1))
  })

  test('is settled together as it would be one after another', async () => {
    const { house, lease } = await oneLease()
    const ids = await house.sql<{ id: DeliveryId }>('select id from deliveries order by id')
    const outcome = (place: number, isGood: boolean): Settlement => ({
      lease,
      deliveryId: ids[place]?.id as DeliveryId,
      attempt: {
        number: 1,
        startedAt: house.clock.now(),
        durationMs: 1,
        outcome: 'answered',
        status: isGood ? 200 : 500,
        words: isGood ? 'taken' : `refused ${place}`,
        responseHead: null,
      },
      next: isGood ? { state: 'delivered' } : { state: 'pending', delaySeconds: 60 },
    })
    const standing = () =>
      house.sql(
        'select failed_tries as tries, failing_since is not null as fails, last_delivery_ok as ok, last_delivery_words as words from subscriptions',
      )
    const settle = (settlements: Settlement[]) => settleDeliveries(house.database.system, settlements, 'wait')
    expect(await settle([outcome(0, false), outcome(1, false)])).toEqual(['on', 'on'])
    expect(await standing()).toEqual([{ tries: 2, fails: true, ok: false, words: 'refused 1' }])
    // To store the same again counts nothing twice.
    await settle([outcome(0, false), outcome(1, false)])
    expect(await standing()).toEqual([{ tries: 2, fails: true, ok: false, words: 'refused 1' }])
    await settle([outcome(2, false), outcome(3, true), outcome(4, false)])
    expect(await standing()).toEqual([{ tries: 1, fails: true, ok: false, words: 'refused 4' }])
    await settle([outcome(5, false), outcome(6, true)])
    expect(await standing()).toEqual([{ tries: 0, fails: false, ok: true, words: 'taken' }])
  })
})
