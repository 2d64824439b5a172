import { describe, expect, test, vi } from 'vitest'
import { inSystem } from '#database/db.ts'
import { completePastBookings } from '#domain/bookings/complete-past-bookings.ts'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey, regenerateKey, revokeKey } from '#domain/zapier/manage-key.ts'
import { turnZapOn } from '#domain/zapier/manage-zaps.ts'
import { type DeliveryId, type LifecycleEventId, newUuid } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { aCall, openHouse } from '../../../tests/house.ts'
import { insertDeliveries } from './delivery-repository.ts'
import { releaseLeases } from './lease-repository.ts'
import { planDeliveries } from './plan-deliveries.ts'
import { leaseSubscriptions, type SendDeps, sendDueDeliveries } from './send-deliveries.ts'
import { findSubscription } from './subscription-repository.ts'

async function aHouseWithAZap() {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  const { key } = accepted(await generateKey(house, ana))
  const caller = accepted(await createCredentialCheck(house)({ key, loginId: ana.loginId, ...aCall }))
  const subscription = accepted(
    await turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
      trigger: 'booking_scheduled',
      targetUrl: 'https://hooks.example.com/1',
      bookingPageId: null,
      eventTypeId: null,
    }),
  )
  const send = (during: () => Promise<void>): SendDeps => ({
    ...house,
    send: async () => {
      await during()
      return { kind: 'answered', status: 200, responseHead: '', truncated: false, durationMs: 1 }
    },
    messageOf: () => ({ id: 'EVNT-0', body: '{}' }),
    random: () => 0.5,
    elapsed: () => 0,
  })
  /** Statements of other connections that wait for a lock. */
  const waiting = async () =>
    (
      await house.sql<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    )[0]?.n
  const lease = () => leaseSubscriptions({ ...house, elapsed: () => 0 }, 10)
  return { house, ana, page, subscription, send, waiting, lease }
}

describe('while a lease is given back', () => {
  test('a delivery that is planned at that very moment is still found due', async () => {
    const { house, page, subscription, waiting, lease } = await aHouseWithAZap()
    const { bookingId } = await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    const [event] = await house.sql<{ id: LifecycleEventId }>(
      "select id from lifecycle_events where type like 'booking.%'",
    )
    await house.sql('update subscriptions set next_due_at = now()')
    const held = await lease()
    // One worker is in the middle of planning a delivery for this subscription …
    let finishPlanning = () => {}
    const isPlanned = Promise.withResolvers<void>()
    const planning = inSystem(house.database, async (tx) => {
      await insertDeliveries(tx, [
        {
          accountId: subscription.accountId,
          id: newUuid(0) as DeliveryId,
          subscriptionId: subscription.id,
          eventId: event?.id as LifecycleEventId,
          subjectId: bookingId,
          sequence: 1,
          state: 'pending',
          attempts: 0,
          customFields: [],
          createdAt: house.clock.now(),
        },
      ])
      isPlanned.resolve()
      await new Promise<void>((resolve) => {
        finishPlanning = resolve
      })
    })
    await isPlanned.promise
    // … while another one, which found nothing more to send, gives its lease back.
    const releasing = releaseLeases(house.database.system, held, 'wait')
    await vi.waitFor(async () => expect(await waiting()).toBeGreaterThan(0), { timeout: 10_000 })
    finishPlanning()
    await Promise.all([planning, releasing])
    const rows = await house.sql('select next_due_at is not null as due, leased_until from subscriptions')
    expect(rows).toEqual([{ due: true, leased_until: null }])
  })
})

describe('while a delivery is being sent', () => {
  test('a revoked key ends it there: what the same lease still holds is not sent', async () => {
    const { house, ana, page, send, lease } = await aHouseWithAZap()
    for (let hour = 8; hour < 12; hour += 1)
      await house.aBooking({ page, start: `2026-11-24T${String(hour).padStart(2, '0')}:00:00Z` })
    await planDeliveries(house, 10)
    const [leased] = await lease()
    if (!leased) throw new Error('nothing was leased')
    let sent = 0
    await sendDueDeliveries(
      send(async () => {
        sent += 1
        if (sent === 1) accepted(await revokeKey(house, ana))
      }),
      leased,
    )
    expect(sent).toBe(1)
    expect(await house.sql(`select state, count(*)::int as n from deliveries group by state`)).toEqual([
      { state: 'dropped', n: 4 },
    ])
    expect(await house.sql('select count(*)::int as n from delivery_attempts')).toEqual([{ n: 1 }])
  })

  test('a key regenerated meanwhile holds the rest, and what had arrived is not sent again', async () => {
    const { house, ana, page, send, lease } = await aHouseWithAZap()
    for (const hour of ['09', '10']) await house.aBooking({ page, start: `2026-11-24T${hour}:00:00Z` })
    await planDeliveries(house, 10)
    const [leased] = await lease()
    if (!leased) throw new Error('nothing was leased')
    let key = ''
    await sendDueDeliveries(
      send(async () => {
        key ||= accepted(await regenerateKey(house, ana)).key
      }),
      leased,
    )
    expect(await house.sql('select state, attempts from deliveries order by id')).toEqual([
      { state: 'delivered', attempts: 1 },
      { state: 'held', attempts: 0 },
    ])
    accepted(await createCredentialCheck(house)({ key, loginId: ana.loginId, ...aCall }))
    // The lease was given back, so the rest goes out at once, and only the rest.
    expect(await house.deliverAll()).toHaveLength(1)
  })

  test('a later event of the same booking waits for the earlier one, and nobody is kept busy meanwhile', async () => {
    const { house, page, subscription } = await aHouseWithAZap()
    const { bookingId } = await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    house.setNow('2026-11-24T12:00:00Z')
    await completePastBookings(house, 10)
    const events = await house.sql<{ id: LifecycleEventId }>(
      "select id from lifecycle_events order by type like 'booking.%' desc, sequence",
    )
    await house.sql('delete from unplanned_events')
    const plan = (from: number, to: number) =>
      inSystem(house.database, (tx) =>
        insertDeliveries(
          tx,
          events.slice(from, to).map(({ id }, place) => ({
            accountId: subscription.accountId,
            id: newUuid(from + place) as DeliveryId,
            subscriptionId: subscription.id,
            eventId: id,
            subjectId: bookingId,
            sequence: from + place + 1,
            state: 'pending' as const,
            attempts: 0,
            customFields: [],
            createdAt: house.clock.now(),
          })),
        ),
      )
    await plan(0, 2)
    expect(await house.deliverAll(() => 500)).toHaveLength(1)
    expect(await house.sql('select next_due_at > now() as later from subscriptions')).toEqual([
      { later: true },
    ])
    // It is not even looked at before the earlier one is tried again, nor is what is planned meanwhile …
    await plan(2, 3)
    expect(
      await house.sql('select count(distinct due_at)::int as times, count(*)::int as n from deliveries'),
    ).toEqual([{ times: 1, n: 3 }])
    await house.sql('delete from deliveries where sequence = 3')
    // … and it follows at once.
    await house.sql('update deliveries set due_at = now() where sequence = 1')
    await house.sql('update subscriptions set next_due_at = now()')
    expect(await house.deliverAll()).toHaveLength(2)
  })

  test('revoking the key neither deadlocks nor leaves anything owed', async () => {
    const { house, ana, page, send, lease } = await aHouseWithAZap()
    for (let hour = 8; hour < 14; hour += 1)
      await house.aBooking({ page, start: `2026-11-24T${String(hour).padStart(2, '0')}:00:00Z` })
    await planDeliveries(house, 10)
    const [leased] = await lease()
    if (!leased) throw new Error('nothing was leased')
    let revoking: Promise<unknown> | undefined
    await sendDueDeliveries(
      send(async () => {
        revoking ??= revokeKey(house, ana)
      }),
      leased,
    )
    expect(await revoking).toMatchObject({ ok: true })
    const states = await house.sql<{ state: string }>('select distinct state from deliveries')
    expect(states.map(({ state }) => state).sort()).not.toContain('pending')
  })

  test('what is planned while the key is revoked is not left owed either', async () => {
    const { house, ana, page } = await aHouseWithAZap()
    for (let round = 0; round < 5; round += 1)
      await house.aBooking({ page, start: `2026-11-24T${String(8 + round).padStart(2, '0')}:00:00Z` })
    await Promise.all([
      planDeliveries(house, 2),
      planDeliveries(house, 2),
      revokeKey(house, ana),
      planDeliveries(house, 2),
    ])
    while ((await planDeliveries(house, 10)) > 0);
    expect(await house.sql(`select 1 from deliveries where state in ('pending', 'held')`)).toEqual([])
  })
})

test('planning and an act on all Zaps of a user hold them in one order, so that neither waits for the other for ever', async () => {
  const { house, ana, page, subscription, waiting } = await aHouseWithAZap()
  const caller = { user: ana, accountName: '', keyId: subscription.keyId }
  accepted(
    await turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
      trigger: 'booking_scheduled',
      targetUrl: 'https://hooks.example.com/2',
      bookingPageId: null,
      eventTypeId: null,
    }),
  )
  await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
  // The first Zap's row moves behind the second one's: a plain update would then take them in the other order.
  await house.sql(`update subscriptions set next_due_at = now() + interval '1 hour' where id = $1`, [
    subscription.id,
  ])
  await house.sql('analyze subscriptions')
  let release = () => {}
  const isHeld = Promise.withResolvers<void>()
  const blocking = inSystem(house.database, async (tx) => {
    await findSubscription(tx, ana.accountId, { id: subscription.id, userId: ana.id, lock: true })
    isHeld.resolve()
    await new Promise<void>((resolve) => {
      release = resolve
    })
  })
  await isHeld.promise
  const planning = planDeliveries(house, 10)
  await expect.poll(waiting).toBe(1)
  const regenerating = regenerateKey(house, ana)
  await expect.poll(waiting).toBe(2)
  release()
  await blocking
  expect([await planning, await regenerating]).toMatchObject([2, { ok: true }])
})
