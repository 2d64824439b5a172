import { describe, expect, test } from 'vitest'
import { changeLoginId } from '#domain/profiles/change-login-id.ts'
import { planDeliveries } from '#domain/webhooks/plan-deliveries.ts'
import { replayDeliveries, sendTestEvent } from '#domain/webhooks/replay-deliveries.ts'
import type { DeliveryId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { aCall, type House, openHouse } from '../../../tests/house.ts'
import { holdRows, untilWaiting } from '../../../tests/locks.ts'
import { createCredentialCheck } from './check-credentials.ts'
import { endGraces, generateKey, regenerateKey, revealKey, revokeKey } from './manage-key.ts'
import { endZap, listZaps, pauseZap, resumeZap, turnZapOn } from './manage-zaps.ts'

const target = 'https://hooks.example.com/1'

async function aConnection() {
  const house = await openHouse()
  const { ana, page, password } = await house.anAccount()
  const { key } = accepted(await generateKey(house, ana))
  const check = createCredentialCheck(house)
  const callWith = async (pair: { key?: string; loginId?: string; address?: string } = {}) =>
    await check({ key, loginId: ana.loginId, ...aCall, ...pair })
  const turnOn = async (caller: Awaited<ReturnType<typeof callWith>>, targetUrl = target) =>
    await turnZapOn({ ...house, refusalOfTarget: () => undefined }, accepted(caller), {
      trigger: 'booking_scheduled',
      targetUrl,
      bookingPageId: null,
      eventTypeId: null,
    })
  const zap = accepted(await turnOn(await callWith()))
  let hour = 8
  const books = () => {
    hour += 1
    return house.aBooking({ page, start: `2026-11-26T${String(hour).padStart(2, '0')}:00:00Z` })
  }
  const states = async () => (await listZaps(house, ana)).map(({ state }) => state)
  return { house, ana, page, password, key, callWith, turnOn, zap, books, states }
}

const mailsTo = (house: House) =>
  house.sql<{ kind: string; to_address: string }>(
    'select kind, to_address from outgoing_mails where event_id is null order by id',
  )

describe('a key that is regenerated with a grace', () => {
  test('goes on to the second, and with it the Zaps; then both wait for the new one', async () => {
    const { house, ana, key, callWith, books, states } = await aConnection()
    house.setNow('2026-11-23T09:00:00Z')
    const { key: second, zapsStopped } = accepted(await regenerateKey(house, ana, { grace: true }))
    expect(zapsStopped).toBe(0)
    expect(await revealKey(house, ana)).toMatchObject({ key: second, connectedAt: null })
    expect((await callWith()).ok).toBe(true)
    await books()
    expect(await house.deliverAll()).toHaveLength(1)

    house.setNow('2026-11-24T08:59:59Z')
    expect((await callWith()).ok).toBe(true)
    expect(await endGraces(house, 10)).toBe(0)
    house.setNow('2026-11-24T09:00:00Z')
    expect((await callWith()).ok).toBe(false)
    expect(await endGraces(house, 10)).toBe(1)
    expect(await endGraces(house, 10)).toBe(0)
    expect(await states()).toEqual(['needs_reconnect'])
    await books()
    expect(await house.deliverAll()).toEqual([])

    expect(key).not.toBe(second)
    expect((await callWith({ key: second })).ok).toBe(true)
    expect(await states()).toEqual(['on'])
    expect(await house.deliverAll()).toHaveLength(1)
  })

  test('leaves no gap for whoever reconnects in time, also for Zaps turned on with the old key after that', async () => {
    const { house, ana, callWith, turnOn, books, states } = await aConnection()
    const { key: second } = accepted(await regenerateKey(house, ana, { grace: true }))
    expect((await callWith({ key: second })).ok).toBe(true)
    accepted(await turnOn(await callWith(), `${target}/late`))
    house.setNow('2026-11-24T08:00:00Z')
    expect(await endGraces(house, 10)).toBe(1)
    expect(await states()).toEqual(['on', 'on'])
    await books()
    expect(await house.deliverAll()).toHaveLength(2)
    // They belong to the present key now: the next change holds both.
    accepted(await regenerateKey(house, ana))
    expect(await states()).toEqual(['needs_reconnect', 'needs_reconnect'])
  })

  test('is cut short by a second Regenerate and by Revoke', async () => {
    const { house, ana, callWith } = await aConnection()
    const { key: second } = accepted(await regenerateKey(house, ana, { grace: true }))
    accepted(await regenerateKey(house, ana, { grace: true }))
    expect((await callWith()).ok).toBe(false)
    expect((await callWith({ key: second })).ok).toBe(true)
    accepted(await revokeKey(house, ana))
    expect((await callWith({ key: second })).ok).toBe(false)
    expect(await endGraces(house, 10)).toBe(0)
  })

  test('of several users, ended while events of their account are planned, is no deadlock', async () => {
    const { house, ana, page, zap, callWith, turnOn } = await aConnection()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Chen' })
    const { key } = accepted(await generateKey(house, bo))
    const check = createCredentialCheck(house)
    await turnOn(await check({ key, loginId: bo.loginId, ...aCall }))
    // Planning holds Zaps by their ids, the older first: Bo's before Ana's.
    accepted(await endZap(house, { viewer: ana, id: zap.id }))
    accepted(await turnOn(await callWith()))
    for (const user of [ana, bo]) accepted(await regenerateKey(house, user, { grace: true }))
    await house.aBooking({ page, start: '2026-11-26T09:00:00Z' })
    house.setNow('2026-11-24T09:00:00Z')
    const release = await holdRows(house, 'lock table audit_entries in share mode')
    const ending = endGraces(house, 10)
    await untilWaiting(house, 1)
    const planning = planDeliveries(house, 10)
    await untilWaiting(house, 2)
    await release()
    expect(await Promise.all([ending, planning])).toEqual([2, 2])
    expect(await house.sql("select id from subscriptions where state = 'on'")).toEqual([])
  })

  test('that is cut short by another grace takes its Zaps along: they wait when that one ends', async () => {
    const { house, ana, callWith, books, states } = await aConnection()
    accepted(await regenerateKey(house, ana, { grace: true }))
    const { key: third } = accepted(await regenerateKey(house, ana, { grace: true }))
    expect(await states()).toEqual(['on'])
    house.setNow('2026-11-24T08:00:00Z')
    expect(await endGraces(house, 10)).toBe(1)
    expect(await states()).toEqual(['needs_reconnect'])
    await books()
    expect(await house.deliverAll()).toEqual([])
    expect((await callWith({ key: third })).ok).toBe(true)
    expect(await house.deliverAll()).toHaveLength(1)
  })
})

describe('a changed Login ID', () => {
  test('breaks the connection without touching the key, holds what happens, and sends it after the reconnect', async () => {
    const { house, ana, password, key, callWith, books, states } = await aConnection()
    accepted(
      await changeLoginId(house, {
        viewer: ana,
        userId: ana.id,
        loginId: 'Ana.Martin@example.com',
        password,
      }),
    )
    expect((await callWith()).ok).toBe(false)
    expect(await states()).toEqual(['needs_reconnect'])
    await books()
    await books()
    expect(await house.deliverAll()).toEqual([])
    expect((await callWith({ loginId: 'ana.martin@example.com' })).ok).toBe(true)
    expect(await states()).toEqual(['on'])
    const received = await house.deliverAll()
    expect(received.map(({ body }) => JSON.parse(body ?? '').booking_starts_at)).toEqual([
      '2026-11-26T09:00:00Z',
      '2026-11-26T10:00:00Z',
    ])
    expect(await revealKey(house, ana)).toMatchObject({ key })
  })

  test('breaks the connection of a former key in its grace too, which connects anew like the present one', async () => {
    const { house, ana, password, callWith, books, states } = await aConnection()
    accepted(await regenerateKey(house, ana, { grace: true }))
    const loginId = 'new@example.com'
    accepted(await changeLoginId(house, { viewer: ana, userId: ana.id, loginId, password }))
    expect((await callWith()).ok).toBe(false)
    expect(await states()).toEqual(['needs_reconnect'])
    await books()
    expect((await callWith({ loginId })).ok).toBe(true)
    expect(await states()).toEqual(['on'])
    expect(await house.deliverAll()).toHaveLength(1)
    house.setNow('2026-11-24T08:00:00Z')
    expect(await endGraces(house, 10)).toBe(1)
    expect(await states()).toEqual(['needs_reconnect'])
  })

  test('is not made good by a call that was checked before it and comes in after it', async () => {
    const { house, ana, password, callWith, turnOn } = await aConnection()
    const checkedBefore = await callWith()
    accepted(
      await changeLoginId(house, { viewer: ana, userId: ana.id, loginId: 'new@example.com', password }),
    )
    expect(await turnOn(checkedBefore)).toMatchObject({ problem: { code: 'credentials-refused' } })
  })
})

describe('a revoked key', () => {
  test('gets no Zap from a call that was checked before', async () => {
    const { house, ana, callWith, turnOn } = await aConnection()
    const checkedBefore = await callWith()
    accepted(await revokeKey(house, ana))
    expect(await turnOn(checkedBefore)).toMatchObject({ problem: { code: 'credentials-refused' } })
    expect((await house.deliverAll()).map(({ method }) => method)).toEqual([])
    expect(await house.sql('select count(*)::int as n from farewells')).toEqual([{ n: 1 }])
  })
})

test('the user is told by mail of the first connection, of each new key and of its end', async () => {
  const { house, ana, callWith } = await aConnection()
  await callWith()
  const { key } = accepted(await regenerateKey(house, ana))
  await callWith({ key })
  accepted(await revokeKey(house, ana))
  expect(await mailsTo(house)).toEqual(
    ['zapier-connected', 'zapier-key-regenerated', 'zapier-connected', 'zapier-key-revoked'].map((kind) => ({
      kind,
      to_address: 'ana@example.com',
    })),
  )
})

test('where the connection was made from and used last, and when half of the pair was wrong, can be seen', async () => {
  const { house, ana, callWith } = await aConnection()
  house.setNow('2026-11-23T08:05:00Z')
  await callWith({ address: '198.51.100.7' })
  await callWith({ loginId: 'guess@example.com', address: '198.51.100.66' })
  await expect
    .poll(() => revealKey(house, ana))
    .toMatchObject({
      connectedFrom: '203.0.113.7',
      lastUsedFrom: '198.51.100.7',
      lastUsedBy: '1.1.0',
      refusedFrom: '198.51.100.66',
    })
  // Written down once a minute at most, whatever a stranger tries.
  for (let guess = 0; guess < 5; guess += 1) await callWith({ loginId: `guess${guess}@example.com` })
  expect(
    await house.sql(`select count(*)::int as n from audit_entries where action = 'zapier.refused'`),
  ).toEqual([{ n: 1 }])
})

describe('a Zap', () => {
  test('that is paused holds what happens, and goes on with it in order', async () => {
    const { house, ana, zap, books, states } = await aConnection()
    const own = { viewer: ana, id: zap.id }
    accepted(await pauseZap(house, own))
    await books()
    await books()
    expect(await house.deliverAll()).toEqual([])
    expect(await states()).toEqual(['paused'])
    accepted(await resumeZap(house, own))
    expect(await house.deliverAll()).toHaveLength(2)
  })

  test('that goes on while the connection is broken waits for the reconnect', async () => {
    const { house, ana, zap, callWith, books, states } = await aConnection()
    const own = { viewer: ana, id: zap.id }
    accepted(await pauseZap(house, own))
    const { key } = accepted(await regenerateKey(house, ana))
    expect(await states()).toEqual(['paused'])
    accepted(await resumeZap(house, own))
    expect(await states()).toEqual(['needs_reconnect'])
    await books()
    await callWith({ key })
    expect(await house.deliverAll()).toHaveLength(1)
  })

  test('that goes on while its key is replaced waits for the reconnect', async () => {
    const { house, ana, zap, states } = await aConnection()
    accepted(await pauseZap(house, { viewer: ana, id: zap.id }))
    const release = await holdRows(house, 'select from subscriptions for update')
    const goingOn = resumeZap(house, { viewer: ana, id: zap.id })
    await untilWaiting(house, 1)
    const replacing = regenerateKey(house, ana)
    await untilWaiting(house, 2)
    await release()
    await Promise.all([goingOn, replacing])
    expect(await states()).toEqual(['needs_reconnect'])
  })

  test('that goes on during a grace does so under the former key', async () => {
    const { house, ana, zap, books, states } = await aConnection()
    accepted(await pauseZap(house, { viewer: ana, id: zap.id }))
    await books()
    accepted(await regenerateKey(house, ana, { grace: true }))
    await resumeZap(house, { viewer: ana, id: zap.id })
    expect(await states()).toEqual(['on'])
    expect(await house.deliverAll()).toHaveLength(1)
  })

  test('that its user ends tells its target, and gets nothing more', async () => {
    const { house, ana, zap, books } = await aConnection()
    await books()
    accepted(await endZap(house, { viewer: ana, id: zap.id }))
    expect(await house.deliverAll()).toEqual([])
    expect(await house.sql('select target_url from farewells')).toEqual([{ target_url: target }])
    expect(await endZap(house, { viewer: ana, id: zap.id })).toMatchObject({
      problem: { code: 'subscription-not-found' },
    })
  })

  test('takes a test event of its own, in the shape of its trigger, with the same bytes at each attempt', async () => {
    const { house, ana, zap } = await aConnection()
    const own = { viewer: ana, subscriptionId: zap.id }
    accepted(await sendTestEvent(house, own))
    const [first] = await house.deliverAll(() => 500)
    await house.sql(`update deliveries set due_at = now(); update subscriptions set next_due_at = now()`)
    house.setNow('2026-11-23T10:00:00Z')
    const [second] = await house.deliverAll()
    expect(second?.body).toBe(first?.body)
    expect(JSON.parse(second?.body ?? '')).toMatchObject({
      event: 'booking.scheduled',
      customer_name: 'Lena Novak',
    })
    accepted(await sendTestEvent(house, own))
    const [other] = await house.deliverAll()
    expect(JSON.parse(other?.body ?? '').id).not.toBe(JSON.parse(second?.body ?? '').id)
  })

  test('sends what was given up again, one or all, under the same id', async () => {
    const { house, ana, zap, books } = await aConnection()
    const own = { viewer: ana, subscriptionId: zap.id }
    for (let count = 0; count < 3; count += 1) await books()
    const failed = await house.deliverAll(() => 500)
    expect(failed).toHaveLength(3)
    await house.sql(`update deliveries set state = 'given_up', closed_at = now()`)
    const [one] = await house.sql<{ id: DeliveryId }>('select id from deliveries order by id')
    expect(accepted(await replayDeliveries(house, { ...own, deliveryId: one?.id }))).toBe(1)
    const again = await house.deliverAll()
    expect(again.map(({ headers }) => headers['webhook-id'])).toEqual([failed[0]?.headers['webhook-id']])
    expect(accepted(await replayDeliveries(house, own))).toBe(2)
    expect(await house.deliverAll()).toHaveLength(2)
    expect(accepted(await replayDeliveries(house, own))).toBe(0)
  })

  test('that waits keeps what is sent again meanwhile, however old it is', async () => {
    const { house, ana, zap, callWith, books } = await aConnection()
    await books()
    await house.deliverAll(() => 500)
    await house.sql(
      `update deliveries set state = 'given_up', closed_at = now(), created_at = now() - interval '8 days', due_at = now() - interval '4 days'`,
    )
    const { key } = accepted(await regenerateKey(house, ana))
    accepted(await replayDeliveries(house, { viewer: ana, subscriptionId: zap.id }))
    await callWith({ key })
    expect(await house.deliverAll()).toHaveLength(1)
  })

  test('of somebody else answers every act like one that is not there', async () => {
    const { house, ana, zap } = await aConnection()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Chen', role: 'administrator' })
    const missing = { problem: { code: 'subscription-not-found' } }
    expect(await pauseZap(house, { viewer: bo, id: zap.id })).toMatchObject(missing)
    expect(await endZap(house, { viewer: bo, id: zap.id })).toMatchObject(missing)
    expect(await sendTestEvent(house, { viewer: bo, subscriptionId: zap.id })).toMatchObject(missing)
    expect(await replayDeliveries(house, { viewer: bo, subscriptionId: zap.id })).toMatchObject(missing)
    await resumeZap(house, { viewer: bo, id: zap.id })
    expect((await listZaps(house, ana))[0]).toMatchObject({ state: 'on' })
  })
})
