import { describe, expect, test } from 'vitest'
import { completePastBookings } from '#domain/bookings/complete-past-bookings.ts'
import type { OperatorEvent } from '#domain/deps.ts'
import { aZapOf } from '#domain/profiles/profiles.test-support.ts'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey } from '#domain/zapier/manage-key.ts'
import { turnZapOn } from '#domain/zapier/manage-zaps.ts'
import { accepted } from '#kit/result.ts'
import { aCall, type House, openHouse } from '../../../tests/house.ts'
import { holdRows, untilWaiting } from '../../../tests/locks.ts'
import { createPlanPausing, type PlanDeps, planDeliveries } from './plan-deliveries.ts'

test('plans many events for many Zaps at once, also where they make more deliveries than one statement takes', async () => {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  const { key } = accepted(await generateKey(house, ana))
  const caller = accepted(await createCredentialCheck(house)({ key, loginId: ana.loginId, ...aCall }))
  for (let number = 1; number <= 40; number++)
    accepted(
      await turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
        trigger: 'booking_lifecycle',
        targetUrl: `https://hooks.example.com/${number}`,
        bookingPageId: null,
        eventTypeId: null,
      }),
    )
  await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
  // As after some hours without a worker. Made past the verbs: only their number matters.
  await house.sql(`
    with copies as (
      insert into lifecycle_events
      select (jsonb_populate_record(event, jsonb_build_object('id', gen_random_uuid(), 'sequence', n))).*
      from lifecycle_events event, generate_series(2, 200) n where event.type = 'booking.scheduled'
      returning account_id, id
    )
    insert into unplanned_events (account_id, event_id) select account_id, id from copies`)
  // The booking's own events, its contact's among them, and the copies.
  let planned = 0
  for (let more = 200; more === 200; planned += more) more = await planDeliveries(house, 200)
  expect(planned).toBe(201)
  expect(await house.sql('select count(*)::int as n from deliveries')).toEqual([{ n: 200 * 40 }])
  expect(
    await house.sql('select count(*)::int as n from subscriptions where next_due_at is not null'),
  ).toEqual([{ n: 40 }])
})

const other = '00000000-0000-7000-8000-00000000000b'

/** Another account with the same user, Zap and events, as far as planning looks at one. Made past the verbs. */
const copyAccount = (house: House) =>
  house.sql(`
    begin; set local session_replication_role = replica;
    insert into accounts select (jsonb_populate_record(one, jsonb_build_object('account_id', '${other}'))).* from accounts one;
    insert into users select (jsonb_populate_record(one, jsonb_build_object('account_id', '${other}', 'id', gen_random_uuid(),
        'login_id', 'b@example.com'))).*
      from users one;
    insert into subscriptions select (jsonb_populate_record(one, jsonb_build_object('account_id', '${other}', 'user_id', b.id))).*
      from subscriptions one, users b where b.account_id = '${other}';
    insert into lifecycle_events
      select (jsonb_populate_record(one, jsonb_build_object('account_id', '${other}', 'owner_id', b.id))).*
      from lifecycle_events one, users b where b.account_id = '${other}';
    insert into unplanned_events (account_id, event_id) select '${other}', event_id from unplanned_events;
    commit`)

describe('an account whose planning fails', () => {
  /** Two accounts with so many events each that want a delivery, the first account's older; and a planner of one worker. */
  async function twoAccounts({ bookings = 1 } = {}) {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    await aZapOf(house, ana, 'booking_lifecycle')
    for (let number = 0; number < bookings; number++) await house.aBooking({ page, start: startOf(number) })
    // Only bookings make deliveries and mails here.
    await house.sql(
      "delete from unplanned_events using lifecycle_events e where e.id = event_id and e.type like 'contact.%'",
    )
    await copyAccount(house)
    let elapsedMs = 0
    const told: OperatorEvent[] = []
    const deps: PlanDeps = {
      ...house,
      pausing: createPlanPausing(() => elapsedMs),
      tellOperator: (event) => void told.push(event),
    }
    return {
      house,
      page,
      told,
      plan: (limit = 10) => planDeliveries(deps, limit),
      pass: (ms: number) => {
        elapsedMs += ms
      },
      deliveriesOf: async (which: 'first' | 'other') =>
        (
          await house.sql<{ n: number }>(
            `select count(*)::int as n from deliveries where account_id ${which === 'other' ? '=' : '<>'} '${other}'`,
          )
        )[0]?.n,
      unplanned: () =>
        house.sql('select account_id, event_id, recorded_at from unplanned_events order by 1, 2'),
    }
  }
  const broken = {
    'because an event cannot be read': (house: House) =>
      house.sql(
        `update lifecycle_events set data = 'null' where account_id <> '${other}' and type = 'booking.scheduled'`,
      ),
    'because the database refuses': (house: House) =>
      house.sql(`
        create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
        create trigger refuse before insert on deliveries for each row when (new.account_id <> '${other}') execute function refuse()`),
  }

  for (const [why, breakIt] of Object.entries(broken))
    test(`${why} holds up no other, and loses nothing`, async () => {
      const { house, told, plan, deliveriesOf, unplanned } = await twoAccounts()
      const before = (await unplanned()).filter((row) => row.account_id !== other)
      await breakIt(house)
      await plan()
      expect(await deliveriesOf('other')).toBe(1)
      expect(await deliveriesOf('first')).toBe(0)
      expect(await unplanned()).toEqual(before)
      expect(
        await house.sql(
          `select 1 from outgoing_mails where event_id is not null and account_id <> '${other}'`,
        ),
      ).toEqual([])
      expect(told.map(({ event, account }) => [event, account.slice(0, 4)])).toEqual([
        ['account.planning_failed', 'ACT-'],
      ])
    })

  test('is left alone for a while, longer each time, also where its events alone would fill the batch', async () => {
    const { house, told, plan, pass, deliveriesOf } = await twoAccounts({ bookings: 11 })
    await broken['because the database refuses'](house)
    // The first account's events are older, and no more are taken at once.
    expect(await plan(11)).toBe(11)
    expect(await deliveriesOf('other')).toBe(0)
    expect(await plan(11)).toBe(11)
    expect(await deliveriesOf('other')).toBe(11)
    expect(await plan(11)).toBe(0)
    pass(1_000)
    expect(await plan(11)).toBe(11)
    pass(1_999)
    expect(await plan(11)).toBe(0)
    pass(1)
    await house.sql('drop trigger refuse on deliveries')
    expect(await plan(11)).toBe(11)
    expect(await deliveriesOf('first')).toBe(11)
    expect(told).toHaveLength(2)
  })

  test('for one event plans the others, with their mails; what happened later to the same booking waits with it', async () => {
    const { house, page, told, plan, pass, deliveriesOf } = await twoAccounts({ bookings: 2 })
    house.setNow('2026-11-24T08:30:00Z')
    await completePastBookings(house, 1)
    const ofFirst = `account_id <> '${other}' and booking_id =
      (select booking_id from lifecycle_events where type = 'booking.completed' and account_id <> '${other}' limit 1)`
    const waiting = async () =>
      (
        await house.sql<{ type: string }>(
          `select type from unplanned_events join lifecycle_events e on e.id = event_id and ${ofFirst.replace('account_id', 'e.account_id')}
           order by sequence`,
        )
      ).map(({ type }) => type)
    await house.sql(`
      create table kept as select id, data from lifecycle_events where ${ofFirst} and type = 'booking.scheduled';
      update lifecycle_events set data = 'null' from kept where kept.id = lifecycle_events.id and account_id <> '${other}'`)
    await plan()
    expect(await waiting()).toEqual(['booking.scheduled', 'booking.completed'])
    expect(await deliveriesOf('first')).toBe(1)
    expect(
      await house.sql(
        `select count(distinct event_id)::int as n from outgoing_mails where event_id is not null and account_id <> '${other}'`,
      ),
    ).toEqual([{ n: 1 }])
    expect(told).toMatchObject([
      { event: 'account.planning_failed', message: expect.stringMatching(/^EVNT-/), reason: 'TypeError' },
    ])
    // Nor does it hold up what happens from now on.
    await house.aBooking({ page, start: '2026-11-25T09:00:00Z' })
    await plan()
    expect(await deliveriesOf('first')).toBe(2)
    expect(told).toHaveLength(1)
    await house.sql(
      `update lifecycle_events set data = kept.data from kept where kept.id = lifecycle_events.id and account_id <> '${other}'`,
    )
    pass(1_000)
    await plan()
    expect(await waiting()).toEqual([])
    expect(await deliveriesOf('first')).toBe(4)
  })
})

test('two planners plan accounts in one order, so that neither waits for the other for ever', async () => {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  await aZapOf(house, ana, 'booking_lifecycle')
  await house.aBooking({ page, start: startOf(0) })
  await house.sql('delete from unplanned_events')
  await copyAccount(house)
  // The real account's id is the greater one. Its event is the first one, which an order by events would take first.
  await house.sql(`
    set session_replication_role = replica;
    update lifecycle_events set id = '00000000-0000-7000-8000-00000000000c' where account_id = '${other}' and type = 'booking.scheduled';
    update lifecycle_events set id = '00000000-0000-7000-8000-00000000000a' where account_id <> '${other}' and type = 'booking.scheduled';
    insert into unplanned_events (account_id, event_id) select account_id, id from lifecycle_events where type = 'booking.scheduled';
    set session_replication_role = default`)
  const release = await holdRows(
    house,
    `select from subscriptions where account_id = '${other}' for no key update`,
  )
  const planning = planDeliveries(house, 10)
  await untilWaiting(house, 1)
  // It waits for the first account, and holds nothing of the second one.
  expect(
    await house.sql(
      `select 1 from subscriptions where account_id <> '${other}' for no key update skip locked`,
    ),
  ).toHaveLength(1)
  await release()
  expect(await planning).toBe(2)
})

test('an account of which somebody has a Zap locked keeps no other waiting for long, and is planned when it is free', async () => {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  await aZapOf(house, ana)
  await house.aBooking({ page, start: startOf(0) })
  await copyAccount(house)
  const release = await holdRows(
    house,
    `select from subscriptions where account_id = '${other}' for no key update`,
  )
  const planned = () =>
    house.sql<{ other: boolean }>(`select account_id = '${other}' as other from deliveries`)
  await planDeliveries({ ...house, longestLockMs: 20 }, 10)
  expect(await planned()).toEqual([{ other: false }])
  await release()
  await planDeliveries(house, 10)
  expect(await planned()).toHaveLength(2)
})

/** A free start each, the earliest first. */
function startOf(number: number): string {
  return `2026-11-24T${String(8 + Math.floor(number / 2)).padStart(2, '0')}:${number % 2 ? '30' : '00'}:00Z`
}
