import { describe, expect, test } from 'vitest'
import { officeHours } from '#domain/booking-pages/booking-page.ts'
import { listMails } from '#domain/notifications/send-mails.ts'
import { planDeliveries } from '#domain/webhooks/plan-deliveries.ts'
import { publicId } from '#kit/ids.ts'
import { tzVersion } from '#kit/time.ts'
import { openHouse } from '../../../tests/house.ts'
import { countToRederive, rederiveBookings } from './rederive-bookings.ts'

/** As if Berlin had stayed on summer time: everything was derived an hour too early. */
async function aHouseUnderOldRules() {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  const starts = ['09:00', '09:30', '10:00', '11:00'].map((time) => `2026-11-24T${time}:00Z`)
  const booked = []
  for (const start of starts) booked.push(await house.aBooking({ page, start }))
  const untouched = await house.aBooking({ page, start: '2026-11-25T09:00:00Z' })
  const derivedEarly = (ids: string[]) =>
    house.sql(
      `update bookings set tz_version = '2025c', starts_at = starts_at - interval '1 hour', ends_at = ends_at - interval '1 hour'
       where id = any($1)`,
      [ids],
    )
  return { house, ana, page, booked, untouched, derivedEarly }
}

describe('rederiveBookings', () => {
  test('coming bookings keep their local time, in whatever order they stand in each other’s way', async () => {
    const { house, booked, untouched, derivedEarly } = await aHouseUnderOldRules()
    await derivedEarly(booked.map(({ bookingId }) => bookingId))
    await house.sql(`update bookings set tz_version = '2025c' where id = $1`, [untouched.bookingId])
    expect(await countToRederive(house)).toBe(5)
    const found = await rederiveBookings(house)
    expect(found).toMatchObject({ tz: tzVersion(), unchanged: 1, conflicts: [] })
    expect(found.moved).toHaveLength(4)
    const rows = await house.sql<{ local: string; stored: string; status: string; tz_version: string }>(
      `select to_char(starts_at at time zone zone, 'YYYY-MM-DD"T"HH24:MI') as local, local_start as stored, status, tz_version
       from bookings`,
    )
    for (const { local, stored, tz_version } of rows) {
      expect(stored).toContain(local)
      expect(tz_version).toBe(tzVersion())
    }
    const events = await house.sql<{ data: { reason: string } }>(
      `select data from lifecycle_events where type = 'booking.rescheduled' and actor = 'system'`,
    )
    expect(events.map(({ data }) => data.reason)).toEqual(['tzdata', 'tzdata', 'tzdata', 'tzdata'])
    // Once more finds nothing to do.
    expect(await rederiveBookings(house)).toMatchObject({ unchanged: 0, moved: [], conflicts: [] })
  })

  test('one whose local time is taken stays, is listed, and its owner is told once', async () => {
    const { house, ana, page, booked, derivedEarly } = await aHouseUnderOldRules()
    const [first] = booked
    if (!first) throw new Error('no booking')
    await derivedEarly([first.bookingId])
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z', name: 'Mo Ali' })
    for (let run = 0; run < 2; run++) {
      const found = await rederiveBookings(house)
      expect(found.moved).toEqual([])
      expect(found.conflicts).toEqual([
        {
          id: publicId('booking', first.bookingId),
          zone: 'Europe/Berlin',
          localStart: expect.stringContaining('2026-11-24T10:00'),
          from: '2026-11-24T08:00:00Z',
          to: '2026-11-24T09:00:00Z',
        },
      ])
    }
    await planDeliveries(house, 100)
    const told = (await listMails(house, ana)).filter(({ kind }) => kind === 'owner-rederivation-conflict')
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ to: { address: ana.loginId }, calendar: null })
    expect(told[0]?.text).toContain('Tue, Nov 24, 2026, 10:00 AM')
  })

  test('a booking in an hour that the clock repeats stays in the half it was made in', async () => {
    const house = await openHouse({ now: '2026-10-20T08:00:00Z' })
    const { ana } = await house.anAccount()
    const night = {
      base: officeHours,
      weekly: [{ day: 7, start: '01:00', end: '05:00' }],
    }
    const page = await house.aPage({ owner: ana, name: 'Night', zone: 'Europe/Berlin', availability: night })
    // Both are 02:30 on the wall clock.
    for (const start of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'])
      await house.aBooking({ page, start })
    await house.sql(`update bookings set tz_version = '2025c'`)
    expect(await rederiveBookings(house)).toMatchObject({ unchanged: 2, moved: [], conflicts: [] })
  })
})
