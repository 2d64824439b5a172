import { describe, expect, test, vi } from 'vitest'
import type { OperatorEvent } from '#domain/deps.ts'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey } from '#domain/zapier/manage-key.ts'
import { turnZapOn } from '#domain/zapier/manage-zaps.ts'
import { createMessageOf } from '#domain/zapier/message-of.ts'
import { accepted } from '#kit/result.ts'
import { aCall, openHouse } from '../../../tests/house.ts'
import { holdRows } from '../../../tests/locks.ts'
import { openBooks } from './delivery-books.ts'
import { planDeliveries } from './plan-deliveries.ts'
import { leaseSubscriptions, type SendDeps, sendDueDeliveries } from './send-deliveries.ts'

/** Three Zaps that are owed a delivery each, sent to at the same time with one pair of books; `head` is what each target answers,
 * to all at once, so that they are settled together. */
async function threeZaps({
  head = () => '',
  status = () => 200,
  waitsForAll = true,
}: {
  head?: (number: number) => string
  status?: (number: number) => number
  waitsForAll?: boolean
} = {}) {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  const { key } = accepted(await generateKey(house, ana))
  const caller = accepted(await createCredentialCheck(house)({ key, loginId: ana.loginId, ...aCall }))
  for (const number of [0, 1, 2])
    accepted(
      await turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
        trigger: 'booking_scheduled',
        targetUrl: `https://hooks.example.com/${number}`,
        bookingPageId: null,
        eventTypeId: null,
      }),
    )
  await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
  await planDeliveries(house, 10)
  let sent = 0
  const told: OperatorEvent[] = []
  const allSent = Promise.withResolvers<void>()
  const deps: SendDeps = {
    ...house,
    send: async ({ url }) => {
      sent += 1
      if (sent === 3 || !waitsForAll) allSent.resolve()
      await allSent.promise
      return {
        kind: 'answered',
        status: status(Number(url.at(-1))),
        responseHead: head(Number(url.at(-1))),
        truncated: false,
        durationMs: 1,
      }
    },
    messageOf: createMessageOf(house),
    tellOperator: (event) => void told.push(event),
    random: () => 0.5,
    elapsed: () => 0,
  }
  const leases = await leaseSubscriptions(deps, 10)
  const books = openBooks(house)
  const numberOf = (url: string) => Number(url.at(-1))
  return {
    house,
    page,
    leases,
    books,
    told,
    /** Somebody else's transaction that has the subscription of this lease. */
    hold: (place: number) =>
      holdRows(
        house,
        `select from subscriptions where id = '${leases[place]?.subscription.id}' for no key update`,
      ),
    stillLeased: async () =>
      (await house.sql<{ n: number }>('select count(leased_until)::int as n from subscriptions'))[0]?.n,
    sending: () => leases.map((lease) => sendDueDeliveries(deps, lease, books)),
    delivered: async () =>
      (
        await house.sql<{ url: string }>(
          `select s.target_url as url from deliveries d join subscriptions s on s.account_id = d.account_id and s.id = d.subscription_id
           where d.state = 'delivered' order by 1`,
        )
      ).map(({ url }) => numberOf(url)),
    numberOfLease: (place: number) => numberOf(leases[place]?.subscription.targetUrl ?? ''),
    idOfLease: (place: number) => leases[place]?.subscription.id,
  }
}

describe('what is settled together', () => {
  test('does not wait for a subscription that somebody holds, and that one is stored as soon as it is free', async () => {
    const { house, sending, delivered, numberOfLease, idOfLease } = await threeZaps()
    const release = await holdRows(
      house,
      `select from subscriptions where id = '${idOfLease(0)}' for no key update`,
    )
    const all = sending()
    await Promise.all(all.slice(1))
    expect(await delivered()).toEqual([0, 1, 2].filter((number) => number !== numberOfLease(0)))
    await release()
    await all[0]
    expect(await delivered()).toEqual([0, 1, 2])
  })

  test('does not wait for another one that waits for its own subscription, however many those are', async () => {
    const { sending, hold, delivered, numberOfLease } = await threeZaps()
    const releases = await Promise.all([0, 1, 2].map(hold))
    const all = sending()
    const free: number[] = []
    for (const place of [2, 0, 1]) {
      await releases[place]?.()
      await all[place]
      free.push(numberOfLease(place))
      expect(await delivered()).toEqual(free.toSorted())
    }
  })

  test('with the end of a subscription is stored when the database is there again: a target that is gone is not called again', async () => {
    const { house, sending, delivered } = await threeZaps({
      status: (number) => (number === 0 ? 410 : 200),
    })
    await house.sql(`
      create sequence refusals; grant usage on refusals to public;
      create function refuse() returns trigger language plpgsql as $$ begin
        if nextval('refusals') <= 4 then raise 'the database is away'; end if;
        return new;
      end $$;
      create trigger refuse before insert on delivery_attempts for each row execute function refuse()`)
    await Promise.all(sending())
    expect(await delivered()).toEqual([1, 2])
    expect(await house.sql("select target_url from subscriptions where state = 'ended'")).toEqual([
      { target_url: 'https://hooks.example.com/0' },
    ])
    expect(await house.sql('select count(*)::int as n from delivery_attempts')).toEqual([{ n: 3 }])
  })

  test('is stored also where the database refuses one of them', async () => {
    // No text of PostgreSQL has a NUL.
    const { sending, delivered } = await threeZaps({ head: (number) => (number === 1 ? 'a\0b' : '') })
    const all = sending()
    const ends = Promise.allSettled(all)
    await vi.waitFor(async () => expect(await delivered()).toEqual([0, 2]), { timeout: 5_000 })
    const kinds = (await ends).map(({ status }) => status)
    expect(kinds.filter((kind) => kind === 'rejected')).toHaveLength(1)
  })

  for (const [what, data] of [
    ['cannot be read', 'null'],
    ['tells too little', '{"page":{},"eventType":{}}'],
  ] as const)
    test(`is sent also where an event of one of them ${what}: that one is given up aloud, and the next one sent`, async () => {
      const { house, page, sending, delivered, numberOfLease, idOfLease, told } = await threeZaps({
        waitsForAll: false,
      })
      await house.sql(`
        insert into lifecycle_events select (jsonb_populate_record(event,
          jsonb_build_object('id', '00000000-0000-7000-8000-0000000000aa', 'sequence', 99))).*
          from lifecycle_events event where event.type = 'booking.scheduled';
        update lifecycle_events set data = '${data}' where sequence = 99;
        update deliveries set event_id = '00000000-0000-7000-8000-0000000000aa' where subscription_id = '${idOfLease(0)}'`)
      await house.aBooking({ page, start: '2026-11-24T10:00:00Z' })
      await planDeliveries(house, 10)
      await Promise.all(sending())
      const place = numberOfLease(0)
      expect(await delivered()).toEqual([0, 0, 1, 1, 2, 2].toSpliced(place * 2, 1))
      expect(
        await house.sql(
          "select reason, attempts from deliveries where state = 'given_up' and closed_at is not null",
        ),
      ).toEqual([{ reason: 'The stored event cannot be read, so there is nothing to send', attempts: 0 }])
      expect(told).toMatchObject([
        { event: 'delivery.given_up', message: expect.stringMatching(/^EVNT-/), reason: 'unreadable' },
      ])
      expect(await house.sql('select 1 from subscriptions where leased_until is not null')).toEqual([])
    })

  test('is stored when the database is there again: nothing that arrived is sent again', async () => {
    const { house, sending, delivered } = await threeZaps()
    await house.sql(`
      create sequence refusals; grant usage on refusals to public;
      create function refuse() returns trigger language plpgsql as $$ begin
        if nextval('refusals') <= 2 then raise 'the database is away'; end if;
        return new;
      end $$;
      create trigger refuse before insert on delivery_attempts for each row execute function refuse()`)
    await Promise.all(sending())
    expect(await delivered()).toEqual([0, 1, 2])
    expect(await house.sql('select count(*)::int as n from delivery_attempts')).toEqual([{ n: 3 }])
    expect(await house.sql('select 1 from subscriptions where leased_until is not null')).toEqual([])
  })
})

describe('a lease that is given back', () => {
  test('does not wait for another one whose subscription somebody holds', async () => {
    const { leases, books, hold, stillLeased } = await threeZaps()
    const releases = [await hold(0), await hold(1)]
    const [first, second, third] = leases.map((lease) => books.release(lease))
    await third
    expect(await stillLeased()).toBe(2)
    await releases[1]?.()
    await second
    expect(await stillLeased()).toBe(1)
    await releases[0]?.()
    await first
    expect(await stillLeased()).toBe(0)
  })

  test('is given back also where the database chose it to end a deadlock', async () => {
    const { house, leases, books, stillLeased } = await threeZaps()
    await house.sql(`
      create sequence refusals; grant usage on refusals to public;
      create function refuse() returns trigger language plpgsql as $$ begin
        if nextval('refusals') <= 1 then raise 'deadlock' using errcode = '40P01'; end if;
        return new;
      end $$;
      create trigger refuse before update on subscriptions for each row execute function refuse()`)
    await Promise.all(leases.map((lease) => books.release(lease)))
    expect(await stillLeased()).toBe(0)
  })
})
