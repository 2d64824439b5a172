import { expect, test } from 'vitest'
import { defaultScheduling, officeHours } from '#domain/booking-pages/booking-page.ts'
import { editPage } from '#domain/booking-pages/edit-page.ts'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../../../tests/house.ts'
import { requestBooking } from './book.ts'
import { approveRequest, reassign } from './handle-booking.ts'
import { viewBooking } from './view-booking.ts'
import { weighReassignment } from './weigh-booking.ts'

const at = (iso: string) => Temporal.Instant.from(iso)
const { weekly: _weekly, overrides: _overrides, ...officeSlots } = officeHours
const noon = '2026-11-24T11:00:00Z'

/** Ana's page keeps fifteen minutes free before and after, and takes two bookings a day. */
async function aHouse() {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  const ben = await house.aUser({ accountId: ana.accountId, name: 'Ben Otto', zone: 'Europe/Berlin' })
  const bens = await house.aPage({ owner: ben, name: 'Ben Otto' })
  const slots = {
    ...officeSlots,
    spacingMinutes: 15,
    bufferBeforeMinutes: 15,
    bufferAfterMinutes: 15,
    bookingsPerDay: 2,
  }
  const set = async (mode: 'approval' | 'automatic') => {
    const scheduling = { ...defaultScheduling, mode, suggestedTimes: 3 }
    accepted(await editPage(house, { viewer: ana, pageId: page.id, changes: { scheduling, slots } }))
  }
  return { house, ana, ben, page, bens, set }
}

test('what speaks against a suggested time is said before it is approved, and stops nobody', async () => {
  const { house, ana, page, set } = await aHouse()
  await set('approval')
  const request = accepted(
    await requestBooking(house, {
      pageSlug: page.slug,
      eventTypeSlug: '30-minute-meeting',
      starts: ['2026-11-24T11:30:00Z', '2026-11-24T13:00:00Z', '2026-11-25T09:00:00Z'].map(at),
      customer: { name: 'Lena', email: 'l@example.org', company: '', phone: '', note: '', zone: 'UTC' },
    }),
  )
  const weighed = async () =>
    accepted(await viewBooking(house, { viewer: ana, bookingId: request.bookingId })).suggested.map(
      ({ isFree, risks }) => ({ isFree, risks }),
    )
  const clear = { isFree: true, risks: [] }
  expect(await weighed()).toEqual([clear, clear, clear])
  await set('automatic')
  await house.aBooking({ page, start: noon, minutes: 30 })
  expect(await weighed()).toEqual([{ isFree: true, risks: [{ rule: 'buffer' }] }, clear, clear])
  await house.aBooking({ page, start: '2026-11-24T13:00:00Z', minutes: 30, name: 'Mo' })
  const full = { rule: 'bookings-per-day', most: 2 }
  expect(await weighed()).toEqual([
    { isFree: true, risks: [{ rule: 'buffer' }, full] },
    { isFree: false, risks: [{ rule: 'busy' }, full] },
    clear,
  ])
  const approved = await approveRequest(house, {
    viewer: ana,
    bookingId: request.bookingId,
    start: at('2026-11-24T11:30:00Z'),
  })
  expect(accepted(approved).status).toBe('scheduled')
})

test('what speaks against a new owner is said for each, and only a taken time is refused', async () => {
  const { house, ana, ben, page, bens, set } = await aHouse()
  await set('automatic')
  const booked = await house.aBooking({ page, start: noon })
  const next = await house.aUser({ accountId: ana.accountId, name: 'Cleo Ray', zone: 'Europe/Berlin' })
  const weigh = async (viewer = ana) =>
    Object.fromEntries(
      await weighReassignment(house, {
        viewer,
        bookingId: booked.bookingId,
        toUserIds: [ben.id, next.id],
      }),
    )
  expect(await weigh()).toEqual({ [ben.id]: [], [next.id]: [] })
  // Ben's own page has no buffers: those of the booking count.
  await house.aBooking({ page: bens, start: '2026-11-24T11:30:00Z', name: 'Mo' })
  expect(await weigh()).toEqual({ [ben.id]: [{ rule: 'buffer' }], [next.id]: [] })
  // Nobody who may not handle the booking learns when others are busy.
  expect(await weigh(next)).toEqual({})
  accepted(await reassign(house, { viewer: ana, bookingId: booked.bookingId, toUserId: ben.id }))
})
