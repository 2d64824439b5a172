import { expect, test } from 'vitest'
import { openHouse } from '../../../tests/house.ts'
import { findBreaches, type HistoryHouse, runHistory } from './random-history.test-support.ts'

test('random histories end in legal states, with gap-free events and nobody booked twice (full size: npm run proof -- histories)', async () => {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  const ben = await house.aUser({
    accountId: ana.accountId,
    name: 'Ben Otto',
    role: 'administrator',
    zone: 'Europe/Berlin',
  })
  const bens = await house.aPage({ owner: ben, name: 'Ben Otto' })
  const onRequest = await house.aPage({ owner: ana, name: 'On request' })
  await house.sql(
    `update booking_pages set scheduling = scheduling || '{"mode":"approval","suggestedTimes":2}' where id = $1`,
    [onRequest.id],
  )
  const historyHouse: HistoryHouse = {
    deps: house,
    now: () => house.clock.now(),
    setNow: (now) => house.setNow(now.toString()),
    users: [ana, ben],
    pages: [page, bens, onRequest],
  }
  let bookings = 0
  for (let seed = 1; seed <= 60; seed++) bookings += (await runHistory(historyHouse, seed)).size
  expect(bookings).toBeGreaterThan(60)
  expect(await findBreaches(house.database.system)).toEqual([])
  const types = await house.sql<{ type: string }>('select distinct type from lifecycle_events')
  expect(types.length).toBeGreaterThanOrEqual(9)

  // The check itself can fail: each planted breach is found.
  await house.sql(`update bookings set status = 'completed' where status = 'canceled'`)
  expect((await findBreaches(house.database.system)).length).toBeGreaterThan(0)
})
