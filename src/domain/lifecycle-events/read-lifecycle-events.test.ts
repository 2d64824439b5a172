import { expect, test } from 'vitest'
import { inSystem } from '#database/db.ts'
import { completePastBookings } from '#domain/bookings/complete-past-bookings.ts'
import { openHouse } from '../../../tests/house.ts'
import { takeOutbox } from './read-lifecycle-events.ts'

test('what happened later to a booking or contact is not planned before what another worker is planning', async () => {
  const house = await openHouse()
  const { page } = await house.anAccount()
  await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
  house.setNow('2026-11-24T12:00:00Z')
  await completePastBookings(house, 10)
  await house.aBooking({ page, start: '2026-11-25T09:00:00Z', name: 'Lena Novak-Berg' })
  const take = (limit: number) =>
    inSystem(house.database, async (tx) =>
      (await takeOutbox(tx, limit)).map((event) => event.read().type).sort(),
    )
  let commit = () => {}
  const isTaken = Promise.withResolvers<void>()
  // One worker has the first two events …
  const first = inSystem(house.database, async (tx) => {
    const events = await takeOutbox(tx, 2)
    isTaken.resolve()
    await new Promise<void>((resolve) => {
      commit = resolve
    })
    return events.map((event) => event.read().type).sort()
  })
  await isTaken.promise
  // … so another one finds only what is of neither.
  expect(await take(10)).toEqual(['booking.scheduled'])
  commit()
  expect(await first).toEqual(['booking.scheduled', 'contact.captured'])
  expect(await take(10)).toEqual(['booking.completed', 'contact.updated'])
  expect(await take(10)).toEqual([])
})

test('in one go everything is taken, in order', async () => {
  const house = await openHouse()
  const { page } = await house.anAccount()
  await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
  house.setNow('2026-11-24T12:00:00Z')
  await completePastBookings(house, 10)
  const events = await inSystem(house.database, async (tx) =>
    (await takeOutbox(tx, 10)).map((event) => event.read()),
  )
  const ofBooking = events.filter(({ type }) => type.startsWith('booking.'))
  expect(ofBooking.map(({ sequence }) => sequence)).toEqual([1, 2])
  expect(events).toHaveLength(3)
})
