import { expect, test } from 'vitest'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey } from '#domain/zapier/manage-key.ts'
import { turnZapOn } from '#domain/zapier/manage-zaps.ts'
import { accepted } from '#kit/result.ts'
import { aCall, openHouse } from '../../../tests/house.ts'
import { planDeliveries } from './plan-deliveries.ts'

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
