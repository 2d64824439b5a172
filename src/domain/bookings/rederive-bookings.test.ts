import { describe, expect, test } from 'vitest'
import { defaultScheduling, officeHours } from '#domain/booking-pages/booking-page.ts'
import { editPage } from '#domain/booking-pages/edit-page.ts'
import { listMails } from '#domain/notifications/send-mails.ts'
import { planDeliveries } from '#domain/webhooks/plan-deliveries.ts'
import { publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { tzVersion } from '#kit/time.ts'
import { openHouse } from '../../../tests/house.ts'
import { requestBooking } from './book.ts'
import { approveRequest } from './handle-booking.ts'
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
    expect(await countToRederive(house)).toEqual({ bookings: 5, requests: 0 })
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

const at = (iso: string) => Temporal.Instant.from(iso)

/** A request for three times on one Tuesday, at 10, 11 and 12 in Berlin, made while nothing is known of other rules. */
async function aRequest() {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  const scheduling = { ...defaultScheduling, mode: 'approval' as const, suggestedTimes: 3 }
  accepted(await editPage(house, { viewer: ana, pageId: page.id, changes: { scheduling } }))
  const request = accepted(
    await requestBooking(house, {
      pageSlug: page.slug,
      eventTypeSlug: '30-minute-meeting',
      starts: ['09:00', '10:00', '11:00'].map((time) => at(`2026-11-24T${time}:00Z`)),
      customer: {
        name: 'Lena Novak',
        email: 'lena@example.org',
        company: '',
        phone: '',
        note: '',
        zone: 'America/New_York',
      },
    }),
  )
  await planDeliveries(house, 100)
  await house.sql(`update bookings set tz_version = '2025c'`)
  const mails = async () => (await listMails(house, ana)).filter(({ kind }) => kind.includes('rederived'))
  return { house, ana, request, mails }
}

/** As if Berlin went to summer time for good at 11:30 on that day: of three times one stays and two come an hour earlier. */
const summerFromNoon = (localStart: string, zone: string): Temporal.Instant => {
  const instant = Temporal.PlainDateTime.from(localStart).toZonedDateTime(zone).toInstant()
  return localStart < '2026-11-24T10:30' ? instant : instant.subtract({ hours: 1 })
}

describe('open requests', () => {
  test('each suggested time keeps its own local time; the owner gets one note, the customer none', async () => {
    const { house, ana, request, mails } = await aRequest()
    expect(await countToRederive(house)).toEqual({ bookings: 0, requests: 1 })
    // 11:00 local is 09:00 UTC under these rules, where 10:00 local is too: one instant is suggested once.
    const found = await rederiveBookings(house, summerFromNoon)
    expect(found.requests).toEqual({
      unchanged: 0,
      moved: [
        {
          id: publicId('booking', request.bookingId),
          zone: 'Europe/Berlin',
          times: [
            { localStart: '2026-11-24T10:00', from: '2026-11-24T09:00:00Z', to: '2026-11-24T09:00:00Z' },
            { localStart: '2026-11-24T11:00', from: '2026-11-24T10:00:00Z', to: '2026-11-24T09:00:00Z' },
            { localStart: '2026-11-24T12:00', from: '2026-11-24T11:00:00Z', to: '2026-11-24T10:00:00Z' },
          ],
        },
      ],
      unclear: [],
    })
    expect(await house.sql(`select starts_at, status, sequence, tz_version from bookings`)).toEqual([
      {
        starts_at: new Date('2026-11-24T09:00:00Z'),
        status: 'requested',
        sequence: 1,
        tz_version: tzVersion(),
      },
    ])
    const [note, ...more] = await mails()
    expect(more).toEqual([])
    expect(note).toMatchObject({
      kind: 'owner-request-rederived',
      to: { address: ana.loginId },
      calendar: null,
    })
    expect(note?.text).toContain(
      'Suggested time 3: Tue, Nov 24, 2026, 11:00 AM, Europe/Berlin (GMT+1:00). Before: Tue, Nov 24, 2026, 12:00 PM, Europe/Berlin (GMT+1:00)',
    )
    expect((await rederiveBookings(house)).requests).toEqual({ unchanged: 0, moved: [], unclear: [] })
    // What is approved is a time as it stands now.
    const approve = (start: string) =>
      approveRequest(house, { viewer: ana, bookingId: request.bookingId, start: at(start) })
    expect(await approve('2026-11-24T11:00:00Z')).toMatchObject({ problem: { code: 'slot-not-offered' } })
    expect(accepted(await approve('2026-11-24T10:00:00Z'))).toMatchObject({ status: 'scheduled' })
  })

  test('the first time moves with the others, and a second change of the rules is told again', async () => {
    const { house, mails } = await aRequest()
    const later = (localStart: string, zone: string) =>
      Temporal.PlainDateTime.from(localStart).toZonedDateTime(zone).toInstant().add({ hours: 1 })
    for (let update = 1; update <= 2; update++) {
      await house.sql(`update bookings set tz_version = '2025c'`)
      // The second update takes the first back.
      const found = await rederiveBookings(house, update === 1 ? later : undefined)
      expect(found.requests.moved).toHaveLength(1)
      const hour = update === 1 ? '10' : '09'
      expect(await house.sql('select starts_at, ends_at from bookings')).toEqual([
        {
          starts_at: new Date(`2026-11-24T${hour}:00:00Z`),
          ends_at: new Date(`2026-11-24T${hour}:30:00Z`),
        },
      ])
      expect(await mails()).toHaveLength(update)
    }
  })

  test('one of which only the instants were stored is left alone and listed, and its owner is told once', async () => {
    const { house, ana, request, mails } = await aRequest()
    // As requests were stored before their local times were.
    await house.sql(
      `update bookings set suggested_starts = '["2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"]'`,
    )
    for (let run = 0; run < 2; run++)
      expect((await rederiveBookings(house)).requests).toEqual({
        unchanged: 0,
        moved: [],
        unclear: [
          {
            id: publicId('booking', request.bookingId),
            zone: 'Europe/Berlin',
            starts: ['2026-11-24T09:00:00Z', '2026-11-24T10:00:00Z', '2026-11-24T11:00:00Z'],
          },
        ],
      })
    expect(await mails()).toMatchObject([
      { kind: 'owner-request-not-rederived', to: { address: ana.loginId }, calendar: null },
    ])
    // With one time there is nothing unclear: its local time is the request's own.
    await house.sql(`update bookings set suggested_starts = '["2026-11-24T09:00:00Z"]'`)
    expect((await rederiveBookings(house)).requests).toEqual({ unchanged: 1, moved: [], unclear: [] })
  })
})
