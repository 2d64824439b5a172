import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { type Db, inSystem } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey, revokeKey } from '#domain/zapier/manage-key.ts'
import { pauseZap, turnZapOn } from '#domain/zapier/manage-zaps.ts'
import { type AttemptOutcome, reasonInWords } from '#kit/attempt-outcome.ts'
import { type AccountId, type DeliveryId, type LifecycleEventId, publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { aCall, openHouse, type Received } from '../../../tests/house.ts'
import { listDeliveriesOfAccount, replayDeliveriesOfAccount, reviewDeliveries } from './account-deliveries.ts'
import type { DeliveryFilter } from './account-delivery.ts'
import { countGivenUp, listAccountDeliveries, readDeliveryGauges } from './account-delivery-repository.ts'
import { sendTestEvent } from './replay-deliveries.ts'
import type { Subscription, Trigger } from './subscription.ts'

/** Ana, an Administrator, and Bo, a Member, each with a page, a key and Zaps. */
async function openAccount() {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
  const bosPage = await house.aPage({ owner: bo, name: 'Bo' })
  const keys = new Map<string, Awaited<ReturnType<typeof generateKey>>>()
  const keyOf = async (user: User) => {
    const known = keys.get(user.id) ?? (await generateKey(house, user))
    keys.set(user.id, known)
    return known
  }
  const turnOn = async (user: User, path: string, trigger: Trigger = 'booking_scheduled') => {
    const { key } = accepted(await keyOf(user))
    const caller = accepted(await createCredentialCheck(house)({ key, loginId: user.loginId, ...aCall }))
    return accepted(
      await turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
        trigger,
        targetUrl: `https://hooks.example.com/${path}`,
        bookingPageId: null,
        eventTypeId: null,
      }),
    )
  }
  const list = async (filter: DeliveryFilter = {}, viewer = ana) =>
    accepted(await listDeliveriesOfAccount(house, { viewer, filter }))
  return { house, ana, page, bo, bosPage, turnOn, list }
}

const failing =
  (path: string, outcome: Partial<AttemptOutcome> | number = 500) =>
  ({ url }: Received) =>
    url.endsWith(path) ? outcome : 200

/** No retry is waited for: what failed is given up. */
const giveUp = `update deliveries set state = 'given_up', closed_at = now(), reason = 'gone' where state = 'pending' and attempts > 0`

describe('the deliveries of an account', () => {
  test('show whose Zap each is for, what became of it and every attempt; to Administrators only', async () => {
    const { house, ana, page, bo, bosPage, turnOn, list } = await openAccount()
    const anas = await turnOn(ana, 'a')
    const bos = await turnOn(bo, 'b')
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await house.aBooking({ page: bosPage, start: '2026-11-24T15:00:00Z' })
    await house.deliverAll(failing('/b', { kind: 'answered', status: 503, responseHead: 'come back later' }))
    const { deliveries, hasOlder, hasNewer, givenUp } = await list()
    expect(deliveries).toMatchObject([
      {
        user: { name: 'Bo Ek' },
        subscription: { id: bos.id, trigger: 'booking_scheduled' },
        eventType: 'booking.scheduled',
        state: 'pending',
        attempts: [
          { number: 1, status: 503, responseHead: 'come back later', words: expect.stringContaining('503') },
        ],
      },
      {
        user: { name: 'Ana Martin' },
        subscription: { id: anas.id },
        state: 'delivered',
        attempts: [{ status: 200 }],
      },
    ])
    expect([hasOlder, hasNewer, givenUp]).toEqual([false, false, 0])
    expect(await listDeliveriesOfAccount(house, { viewer: bo, filter: {} })).toEqual({
      ok: false,
      problem: { code: 'administrators-only' },
    })
    expect(await reviewDeliveries(house, bo)).toMatchObject({ ok: false })
    // Another account, with the same filter, sees nothing.
    const stranger = { ...ana, accountId: '00000000-0000-7000-8000-00000000000b' as AccountId }
    expect((await list({}, stranger)).deliveries).toEqual([])
    expect(await list({ subscriptionId: bos.id, userId: bo.id }, stranger)).toMatchObject({
      deliveries: [],
      givenUp: 0,
    })
  })

  test('each filter keeps exactly what it names, and they add up', async () => {
    const { house, ana, page, bo, bosPage, turnOn, list } = await openAccount()
    const anas = await turnOn(ana, 'a')
    await turnOn(ana, 'contacts', 'contact_captured')
    const bos = await turnOn(bo, 'b')
    accepted(await sendTestEvent(house, { viewer: ana, subscriptionId: anas.id }))
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await house.aBooking({ page: bosPage, start: '2026-11-24T15:00:00Z' })
    await house.deliverAll(failing('/b'))
    house.setNow('2026-11-23T12:00:00Z')
    await house.aBooking({ page: bosPage, start: '2026-11-24T16:00:00Z' })
    await house.deliverAll(failing('/b'))
    await house.sql(`${giveUp} and created_at < '2026-11-23T10:00:00Z'`)
    const count = async (filter: DeliveryFilter) => (await list(filter)).deliveries.length
    // Ana: test, booking, contact. Bo: two bookings. The second booking's contact is known already.
    expect(await count({})).toBe(5)
    expect(await count({ userId: ana.id })).toBe(3)
    expect(await count({ userId: bo.id })).toBe(2)
    expect(await count({ subscriptionId: bos.id })).toBe(2)
    expect(await count({ trigger: 'contact_captured' })).toBe(1)
    expect(await count({ eventType: 'test' })).toBe(1)
    expect(await count({ eventType: 'booking.scheduled' })).toBe(3)
    expect(await count({ state: 'delivered' })).toBe(3)
    expect(await count({ state: 'given_up' })).toBe(1)
    expect(await count({ state: 'pending' })).toBe(1)
    expect(await count({ state: 'held' })).toBe(0)
    expect(await count({ failedOnly: true })).toBe(2)
    expect(await count({ failedOnly: true, state: 'pending' })).toBe(1)
    expect(await count({ failedOnly: true, userId: ana.id })).toBe(0)
    const noon = Temporal.Instant.from('2026-11-23T12:00:00Z')
    expect(await count({ from: noon })).toBe(1)
    expect(await count({ until: noon })).toBe(4)
    expect(await count({ from: noon, until: noon.add({ seconds: 1 }), userId: bo.id })).toBe(1)
    expect((await list({ userId: bo.id })).givenUp).toBe(1)
    expect((await list({ userId: ana.id })).givenUp).toBe(0)
  })

  test('pages go back and forth through all of them without a gap or a repeat', async () => {
    const { house, ana, turnOn, list } = await openAccount()
    const zap = await turnOn(ana, 'a')
    for (let n = 0; n < 120; n += 1)
      accepted(await sendTestEvent(house, { viewer: ana, subscriptionId: zap.id }))
    const all = (await house.sql<{ id: DeliveryId }>('select id from deliveries order by id desc')).map(
      ({ id }) => id,
    )
    const at = async (place?: { side: 'older' | 'newer'; id: DeliveryId | undefined }) => {
      const found = accepted(
        await listDeliveriesOfAccount(house, {
          viewer: ana,
          filter: {},
          place: place && { ...place, id: place.id as DeliveryId },
        }),
      )
      return { ...found, ids: found.deliveries.map(({ id }) => id) }
    }
    const first = await at()
    const second = await at({ side: 'older', id: first.ids.at(-1) })
    const third = await at({ side: 'older', id: second.ids.at(-1) })
    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(all)
    expect([first, second, third].map(({ hasOlder, hasNewer }) => [hasNewer, hasOlder])).toEqual([
      [false, true],
      [true, true],
      [true, false],
    ])
    const back = await at({ side: 'newer', id: third.ids[0] })
    expect([back.ids, back.hasNewer, back.hasOlder]).toEqual([second.ids, true, true])
    expect((await at({ side: 'newer', id: back.ids[0] })).hasNewer).toBe(false)
    expect((await list()).deliveries).toHaveLength(50)
  })
})

describe('sending again', () => {
  test('all that were given up of the filter, of anybody: under the same ids, and nothing else', async () => {
    const { house, ana, page, bo, bosPage, turnOn } = await openAccount()
    await turnOn(ana, 'a')
    await turnOn(bo, 'b')
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await house.aBooking({ page: bosPage, start: '2026-11-24T15:00:00Z' })
    await house.aBooking({ page: bosPage, start: '2026-11-24T16:00:00Z' })
    const tried = await house.deliverAll(() => 500)
    await house.sql(giveUp)
    const woken = house.wakeUps()
    expect(await replayDeliveriesOfAccount(house, { viewer: ana, filter: { userId: bo.id } })).toEqual({
      ok: true,
      value: 2,
    })
    expect(house.wakeUps()).toBe(woken + 1)
    const received = await house.deliverAll()
    const idsOf = (of: Received[]) => of.map(({ headers }) => headers['webhook-id']).sort()
    expect(idsOf(received)).toEqual(idsOf(tried.filter(({ url }) => url.endsWith('/b'))))
    expect(accepted(await replayDeliveriesOfAccount(house, { viewer: ana, filter: {} }))).toBe(1)
    expect(await house.deliverAll()).toHaveLength(1)
    expect(accepted(await replayDeliveriesOfAccount(house, { viewer: ana, filter: {} }))).toBe(0)
  })

  test('where a Zap is paused it waits with it; one that has ended gets nothing more', async () => {
    const { house, ana, page, bo, bosPage, turnOn, list } = await openAccount()
    const anas = await turnOn(ana, 'a')
    await turnOn(bo, 'b')
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await house.aBooking({ page: bosPage, start: '2026-11-24T15:00:00Z' })
    await house.deliverAll(() => 500)
    await house.sql(giveUp)
    accepted(await pauseZap(house, { viewer: ana, id: anas.id }))
    accepted(await revokeKey(house, bo))
    expect((await list()).givenUp).toBe(1)
    const ended = (await list({ userId: bo.id })).deliveries[0]
    expect(ended?.state).toBe('given_up')
    expect(
      await replayDeliveriesOfAccount(house, { viewer: ana, deliveryId: ended?.id as DeliveryId }),
    ).toEqual({ ok: false, problem: { code: 'zap-ended' } })
    expect(accepted(await replayDeliveriesOfAccount(house, { viewer: ana, filter: {} }))).toBe(1)
    expect((await list({ state: 'held' })).deliveries).toMatchObject([{ user: { id: ana.id } }])
    expect((await house.deliverAll()).filter(({ method }) => method === 'POST')).toEqual([])
  })

  test('one, whatever became of it; not one of another account, and not by who is an Administrator no more', async () => {
    const { house, ana, page, bo, turnOn, list } = await openAccount()
    await turnOn(ana, 'a')
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    const [first] = await house.deliverAll()
    const [{ id } = { id: '' as DeliveryId }] = (await list()).deliveries
    const boss = { ...bo, role: 'administrator' as const }
    expect(await replayDeliveriesOfAccount(house, { viewer: boss, deliveryId: id })).toEqual({
      ok: false,
      problem: { code: 'administrators-only' },
    })
    await house.sql("update users set role = 'administrator' where name = 'Bo Ek'")
    expect(await replayDeliveriesOfAccount(house, { viewer: boss, deliveryId: id })).toEqual({
      ok: true,
      value: 1,
    })
    const [again] = await house.deliverAll()
    expect([again?.headers['webhook-id'], again?.body]).toEqual([first?.headers['webhook-id'], first?.body])
    const unknown = '00000000-0000-7000-8000-00000000000c' as DeliveryId
    expect(await replayDeliveriesOfAccount(house, { viewer: boss, deliveryId: unknown })).toEqual({
      ok: false,
      problem: { code: 'delivery-not-found' },
    })
  })
})

describe('the last 24 hours', () => {
  test('attempts, failures and times fall into their hours, and each Zap is judged by its own', async () => {
    const { house, ana, page, bo, bosPage, turnOn } = await openAccount()
    const anas = await turnOn(ana, 'a')
    const bos = await turnOn(bo, 'b')
    const outcomes = (ms: number, status = 200) => ({ kind: 'answered' as const, status, durationMs: ms })
    house.setNow('2026-11-22T07:30:00Z')
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await house.deliverAll(() => outcomes(1))
    house.setNow('2026-11-22T21:59:59Z')
    await house.aBooking({ page, start: '2026-11-24T10:00:00Z' })
    await house.deliverAll(() => outcomes(100))
    house.setNow('2026-11-23T07:10:00Z')
    for (const [index, minute] of ['00', '30'].entries()) {
      await house.aBooking({ page, start: `2026-11-24T11:${minute}:00Z` })
      await house.deliverAll(() => outcomes(200 + 600 * index))
    }
    await house.aBooking({ page: bosPage, start: '2026-11-24T15:00:00Z' })
    await house.deliverAll(() => outcomes(5_000, 500))
    await house.sql("update subscriptions set failing_since = '2026-11-23T07:10:00Z' where id = $1", [bos.id])
    await house.sql("update subscriptions set last_delivery_at = '2026-11-23T07:10:00Z' where id = $1", [
      anas.id,
    ])
    house.setNow('2026-11-23T07:45:00Z')
    const { hours, subscriptions } = accepted(await reviewDeliveries(house, ana))
    expect(hours).toHaveLength(24)
    expect([String(hours[0]?.start), String(hours[23]?.start)]).toEqual([
      '2026-11-22T08:00:00Z',
      '2026-11-23T07:00:00Z',
    ])
    const busy = hours.filter(({ attempts }) => attempts > 0)
    expect(busy.map(({ start, ...numbers }) => ({ start: String(start), ...numbers }))).toEqual([
      { start: '2026-11-22T21:00:00Z', attempts: 1, failed: 0, p50Ms: 100, p95Ms: 100 },
      { start: '2026-11-23T07:00:00Z', attempts: 3, failed: 1, p50Ms: 800, p95Ms: 5_000 },
    ])
    expect(hours[0]).toMatchObject({ attempts: 0, failed: 0, p50Ms: null, p95Ms: null })
    expect(
      subscriptions.map(({ id, tried, delivered, lastSuccessAt, failingSince, user }) => ({
        id,
        tried,
        delivered,
        lastSuccessAt: lastSuccessAt && String(lastSuccessAt),
        failingSince: failingSince && String(failingSince),
        user: user?.name,
      })),
    ).toEqual([
      {
        id: bos.id,
        tried: 1,
        delivered: 0,
        lastSuccessAt: null,
        failingSince: '2026-11-23T07:10:00Z',
        user: 'Bo Ek',
      },
      {
        id: anas.id,
        tried: 3,
        delivered: 3,
        lastSuccessAt: '2026-11-23T07:10:00Z',
        failingSince: null,
        user: 'Ana Martin',
      },
    ])
  })

  test('a success of earlier is remembered while a Zap fails', async () => {
    const { house, ana, page, turnOn } = await openAccount()
    await turnOn(ana, 'a')
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await house.deliverAll()
    await house.sql("update deliveries set closed_at = '2026-11-19T08:00:00Z'")
    house.setNow('2026-11-25T08:00:00Z')
    await house.aBooking({ page, start: '2026-11-26T09:00:00Z' })
    await house.deliverAll(() => 500)
    const { subscriptions } = accepted(await reviewDeliveries(house, ana))
    expect(subscriptions.map(({ lastSuccessAt, tried }) => [String(lastSuccessAt), tried])).toEqual([
      ['2026-11-19T08:00:00Z', 1],
    ])
  })
})

test('neither the gauges nor any filter walks through all deliveries, however many there are', async () => {
  const { house, ana, turnOn } = await openAccount()
  for (let n = 0; n < 5; n += 1) await turnOn(ana, `s${n}`)
  await house.sql(`
    insert into deliveries (account_id, id, subscription_id, subject_id, sequence, state, due_at, created_at, attempts)
    select s.account_id, (lpad(to_hex(1790000000000 + g), 12, '0') || '70008000' || lpad(to_hex(g), 12, '0'))::uuid, s.id,
      gen_random_uuid(), 1, case when g % 4000 = 0 then 'pending' when g % 4000 = 1 then 'given_up' else 'delivered' end, now(),
      to_timestamp(1790000000 + g / 1000.0), 1
    from generate_series(1, 40000) g
    join (select *, row_number() over () - 1 as rank from subscriptions) s on s.rank = g % 5`)
  await house.sql('vacuum analyze deliveries')
  // What a connection has counted may be from before: only the difference is of this work.
  const walks = (work: (tx: Db) => Promise<unknown>) =>
    inSystem(house.database, async (tx) => {
      const counted = async () => {
        const { rows } = await sql<{ n: number }>`
          select pg_stat_get_xact_numscans('deliveries'::regclass)::int as n`.execute(tx)
        return rows[0]?.n ?? 0
      }
      const before = await counted()
      await work(tx)
      return (await counted()) - before
    })
  // It notices a walk.
  expect(await walks((tx) => sql`select 1 from deliveries where reason = 'x'`.execute(tx))).toBe(1)
  let gauges: Awaited<ReturnType<typeof readDeliveryGauges>> | undefined
  expect(
    await walks(async (tx) => {
      gauges = await readDeliveryGauges(tx, 5)
    }),
  ).toBe(0)
  // Counted up to five; what is above is estimated, from a sample.
  expect(gauges).toMatchObject({ givenUp: 5, held: 0 })
  expect(gauges?.pending).toBeGreaterThanOrEqual(5)
  expect(gauges?.pending).toBeLessThan(30)
  const filters: DeliveryFilter[] = [
    {},
    { state: 'pending' },
    { state: 'given_up' },
    { failedOnly: true },
    { userId: ana.id },
    { trigger: 'contact_captured' },
    { eventType: 'booking.canceled' },
    { from: Temporal.Instant.fromEpochMilliseconds(1_790_000_039_000) },
  ]
  for (const filter of filters) {
    const count = await walks(async (tx) => {
      await listAccountDeliveries(tx, ana.accountId, { filter, place: undefined, limit: 51 })
      await countGivenUp(tx, ana.accountId, { filter, most: 100 })
    })
    expect([filter, count]).toEqual([filter, 0])
  }
})

test('what an attempt brought is kept as it was: a thousand scripted outcomes, a thousand such records', async () => {
  const { house, ana, turnOn } = await openAccount()
  const zaps: Subscription[] = []
  for (let n = 0; n < 20; n += 1) zaps.push(await turnOn(ana, `s${n}`))
  for (let n = 0; n < 1_000; n += 1)
    accepted(
      await sendTestEvent(house, { viewer: ana, subscriptionId: zaps[n % 20]?.id as Subscription['id'] }),
    )
  const phases = ['queue', 'lookup', 'connect', 'tls', 'headers', 'body'] as const
  const script = (n: number): AttemptOutcome => {
    const durationMs = 1 + ((n * 37) % 15_000)
    const kinds: AttemptOutcome[] = [
      {
        kind: 'answered',
        status: [200, 204, 301, 400, 404, 429, 500, 503][(n >> 3) % 8] ?? 200,
        responseHead: `answer ${n}`,
        truncated: n % 5 === 0,
        durationMs,
      },
      { kind: 'timed-out', phase: phases[n % 6] ?? 'queue', durationMs },
      { kind: 'refused-connection', code: n % 2 ? 'ECONNREFUSED' : 'EHOSTUNREACH', durationMs },
      { kind: 'dns-failed', code: n % 2 ? 'ENOTFOUND' : 'ESERVFAIL', durationMs },
      { kind: 'bad-certificate', code: n % 2 ? 'CERT_HAS_EXPIRED' : 'HOSTNAME_MISMATCH', durationMs },
      { kind: 'blocked-address', reason: `address ${n} is private.`, durationMs },
      { kind: 'bad-answer', code: `HPE_${n}`, durationMs },
      { kind: 'connection-lost', phase: 'headers', durationMs },
    ]
    return kinds[n % 8] as AttemptOutcome
  }
  const scripted = new Map<string, AttemptOutcome>()
  await house.deliverAll(({ headers }) => {
    // A slow machine comes to the second attempts.
    if (scripted.has(headers['webhook-id'] ?? '')) return 200
    const outcome = script(scripted.size)
    scripted.set(headers['webhook-id'] ?? '', outcome)
    return outcome
  })
  expect(scripted.size).toBe(1_000)
  const recorded = await house.sql<{
    id: string
    outcome: string
    status: number | null
    words: string
    duration_ms: number
    response_head: string | null
  }>(
    'select delivery_id as id, outcome, status, words, duration_ms, response_head from delivery_attempts where number = 1',
  )
  expect(recorded).toHaveLength(1_000)
  const differences = recorded.filter((row) => {
    const outcome = scripted.get(publicId('lifecycle-event', row.id as LifecycleEventId))
    return (
      !outcome ||
      row.outcome !== outcome.kind ||
      row.duration_ms !== outcome.durationMs ||
      row.words !== reasonInWords(outcome) ||
      row.status !== (outcome.kind === 'answered' ? outcome.status : null) ||
      row.response_head !== (outcome.kind === 'answered' ? outcome.responseHead : null)
    )
  })
  expect(differences).toEqual([])
}, 60_000)
