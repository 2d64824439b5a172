import { describe, expect, test } from 'vitest'
import type { OperatorEvent } from '#domain/deps.ts'
import { aZapOf } from '#domain/profiles/profiles.test-support.ts'
import { resumeZap } from '#domain/zapier/manage-zaps.ts'
import { publicId, type SubscriptionId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { type House, openHouse } from '../../../tests/house.ts'
import { createWebhook } from './account-webhooks.ts'
import { leaseSubscriptions } from './send-deliveries.ts'
import { watchFailures } from './watch-failures.ts'

async function aFailingZap() {
  const told: OperatorEvent[] = []
  const house: House = { ...(await openHouse()), tellOperator: (event) => void told.push(event) }
  const { ana, page } = await house.anAccount()
  await aZapOf(house, ana)
  const [zap] = await house.sql<{ id: SubscriptionId }>('select id from subscriptions')
  let slot = 0
  const books = async () => {
    const day = 24 + Math.floor(slot / 14)
    const minutes = 9 * 60 + 30 * (slot % 14)
    slot += 1
    const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
    await house.aBooking({ page, start: `2026-11-${day}T${time}:00Z` })
  }
  /** Time passes in the database: everything that was written down is older. */
  const age = (time: string) =>
    house.sql(
      `update subscriptions set failing_since = failing_since - $1::interval, next_due_at = next_due_at - $1::interval;`.replaceAll(
        '$1',
        `'${time}'`,
      ) +
        `update deliveries set due_at = due_at - '${time}'::interval, created_at = created_at - '${time}'::interval, closed_at = closed_at - '${time}'::interval`,
    )
  const mails = async () =>
    (
      await house.sql<{ kind: string }>(
        `select kind from outgoing_mails where kind in ('zap-failing', 'zap-stopped') order by id`,
      )
    ).map(({ kind }) => kind)
  const state = async () =>
    (await house.sql('select state, paused_for, failed_tries, told from subscriptions'))[0]
  return { house, ana, id: zap?.id as SubscriptionId, books, age, mails, state, told }
}

describe('a Zap whose target fails', () => {
  test('is told of after an hour and after a day, once each, and stopped after five days and twenty tries', async () => {
    const { house, ana, id, books, age, mails, state, told } = await aFailingZap()
    for (let count = 0; count < 3; count += 1) await books()
    await house.deliverAll(() => 500)
    expect(await watchFailures(house, 10)).toBe(0)
    await age('59 minutes')
    expect(await watchFailures(house, 10)).toBe(0)
    await age('2 minutes')
    expect(await watchFailures(house, 10)).toBe(1)
    expect(await watchFailures(house, 10)).toBe(0)
    expect(await mails()).toEqual(['zap-failing'])
    await age('23 hours')
    expect(await watchFailures(house, 10)).toBe(1)
    expect(await watchFailures(house, 10)).toBe(0)
    expect(await mails()).toEqual(['zap-failing', 'zap-failing'])

    // Five days, but too few tries: one that has little to do is not stopped for it.
    await age('5 days')
    expect(await watchFailures(house, 10)).toBe(0)
    for (let round = 0; round < 8; round += 1) {
      await house.deliverAll(() => 500)
      await age('1 day')
    }
    expect(await state()).toMatchObject({ state: 'on', failed_tries: 27 })
    await house.sql(
      `update deliveries set state = 'given_up', closed_at = now() where id = (select min(id::text)::uuid from deliveries)`,
    )
    expect(await watchFailures(house, 10)).toBe(1)
    expect(await watchFailures(house, 10)).toBe(0)
    expect(await mails()).toEqual(['zap-failing', 'zap-failing', 'zap-stopped'])
    expect(await state()).toMatchObject({ state: 'paused', paused_for: 'failing' })
    // The operator hears the same, by ids only.
    expect(told.map(({ event }) => event)).toEqual([
      'subscription.failing',
      'subscription.failing_for_a_day',
      'subscription.stopped',
    ])
    expect(told[0]).toMatchObject({
      account: expect.stringMatching(/^ACT-/),
      subscription: publicId('subscription', id),
    })

    // What it missed, however long ago, and what was given up, arrives once it is turned on again.
    await books()
    expect(await house.deliverAll()).toEqual([])
    await age('20 days')
    accepted(await resumeZap(house, { viewer: ana, id }))
    expect(await house.deliverAll()).toHaveLength(4)
    expect(await state()).toMatchObject({ state: 'on', paused_for: null, failed_tries: 0, told: 0 })
  })

  test('starts anew with every success, so that a target that works now and then is never stopped', async () => {
    const { house, books, age, mails, state } = await aFailingZap()
    for (let round = 0; round < 12; round += 1) {
      await books()
      await house.deliverAll(() => 500)
      await age('13 hours')
      await watchFailures(house, 10)
      await house.deliverAll()
    }
    expect(await state()).toMatchObject({ state: 'on', failed_tries: 0, told: 0 })
    expect(await mails()).toEqual(Array(12).fill('zap-failing'))
  })

  test('is looked after once, however many workers look', async () => {
    const { house, books, age, mails } = await aFailingZap()
    await books()
    await house.deliverAll(() => 500)
    await age('2 hours')
    await Promise.all([1, 2, 3, 4].map(() => watchFailures(house, 10)))
    expect(await mails()).toEqual(['zap-failing'])
  })
})

test('a webhook whose address answers 410 ends at once, and its Administrators are told once', async () => {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  accepted(
    await createWebhook(
      { ...house, refusalOfTarget: () => undefined },
      { accountId: ana.accountId, userId: ana.id },
      { name: 'Ledger', targetUrl: 'https://hooks.example.com/1', events: ['booking'] },
    ),
  )
  for (const hour of ['09', '10']) await house.aBooking({ page, start: `2026-11-24T${hour}:00:00Z` })
  expect(await house.deliverAll(() => 410)).toHaveLength(1)
  expect(await house.deliverAll(() => 410)).toHaveLength(0)
  expect(
    await house.sql(`select subject, to_address from outgoing_mails where kind = 'webhook-ended'`),
  ).toEqual([{ subject: expect.stringMatching(/“Ledger” has ended/), to_address: ana.loginId }])
})

test('of one account only so many subscriptions are sent to at a time, and others do not wait for them', async () => {
  const house = await openHouse()
  const { ana } = await house.anAccount()
  await aZapOf(house, ana)
  const copies = (count: number) =>
    house.sql(
      `insert into subscriptions (account_id, id, user_id, key_id, trigger, target_url, state, created_at, next_due_at)
       select account_id, gen_random_uuid(), user_id, key_id, trigger, target_url, 'on', created_at, now() - interval '1 hour'
       from subscriptions, generate_series(1, ${count}) where trigger = 'booking_scheduled' limit ${count}`,
    )
  await copies(30)
  const share = { perAccount: 10 }
  const timed = { ...house, elapsed: () => 0 }
  expect(await leaseSubscriptions(timed, 100, share)).toHaveLength(10)
  // What this worker is sending to counts; what a worker that died has left does not.
  expect(
    await leaseSubscriptions(timed, 100, { ...share, inFlight: new Map([[ana.accountId, 10]]) }),
  ).toHaveLength(0)
  expect(
    await leaseSubscriptions(timed, 100, { ...share, inFlight: new Map([[ana.accountId, 7]]) }),
  ).toHaveLength(3)
  // Another account's Zap, due later than all of these, is not held up.
  await house.sql(`update subscriptions set leased_until = now()`)
  await house.sql(`
    insert into accounts (account_id, name, created_at) values ('00000000-0000-7000-8000-00000000000b', 'Another', now());
    insert into users (account_id, id, login_id, name, role, zone, created_at, updated_at)
      values ('00000000-0000-7000-8000-00000000000b', '00000000-0000-7000-8000-00000000000c', 'cleo@example.com', 'Cleo', 'administrator', 'UTC', now(), now());
    insert into zapier_keys (account_id, id, user_id, public_part, secret_hash, sealed_key, created_at)
      values ('00000000-0000-7000-8000-00000000000b', '00000000-0000-7000-8000-00000000000d', '00000000-0000-7000-8000-00000000000c', 'abcdefgh', '', '', now());
    insert into subscriptions (account_id, id, user_id, key_id, trigger, target_url, state, created_at, next_due_at)
      values ('00000000-0000-7000-8000-00000000000b', '00000000-0000-7000-8000-00000000000e', '00000000-0000-7000-8000-00000000000c',
        '00000000-0000-7000-8000-00000000000d', 'booking_scheduled', 'https://hooks.example.com/2', 'on', now(), now())`)
  const leased = await leaseSubscriptions(timed, 100, share)
  expect(leased).toHaveLength(11)
  expect(leased.map(({ subscription }) => subscription.accountId)).toContain(
    '00000000-0000-7000-8000-00000000000b',
  )
})
