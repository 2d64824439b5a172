import { describe, expect, test } from 'vitest'
import type { User } from '#domain/accounts/user.ts'
import { type BookingPage, defaultScheduling, officeHours } from '#domain/booking-pages/booking-page.ts'
import type { BookingId, UserId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { type House, openHouse } from '../../../tests/house.ts'
import { type Booked, book, requestBooking } from './book.ts'
import { cancelAsCustomer, cancelAsUser } from './cancel-booking.ts'
import type { CustomerAddress } from './change-booking.ts'
import { completePastBookings } from './complete-past-bookings.ts'
import { approveRequest, reassign, setNoShow } from './handle-booking.ts'
import { rescheduleAsCustomer } from './reschedule.ts'
import { showCustomersBooking } from './show-booking.ts'

// Tuesday 24 November 2026, 10:00 in Berlin; the house's clock stands at Monday 09:00.
const tuesdayTen = '2026-11-24T09:00:00Z'
const tuesdayNoon = '2026-11-24T11:00:00Z'

const addressOf = (booked: Booked): CustomerAddress => {
  const [, , shownId = '', signature = ''] = booked.customerPath.split('/')
  return { shownId, signature }
}

const at = (iso: string) => Temporal.Instant.from(iso)

/** Type, sequence and who of all events of a booking, in order. */
const eventsOf = async (house: House, id: BookingId) =>
  (
    await house.sql<{ type: string; sequence: number; actor: string }>(
      'select type, sequence, actor from lifecycle_events where booking_id = $1 order by sequence',
      [id],
    )
  ).map(({ type, sequence, actor }) => `${sequence} ${type} ${actor}`)

const rowOf = async (house: House, id: BookingId) =>
  (
    await house.sql<{
      status: string
      detail: string
      reason: string
      starts_at: Date
      owner_id: UserId
      reschedules_id: string | null
      booking_page_id: string
    }>(
      'select status, detail, reason, starts_at, owner_id, reschedules_id, booking_page_id from bookings where id = $1',
      [id],
    )
  )[0]

const snapshotOfLast = async (house: House, id: BookingId) =>
  (
    await house.sql<{ data: Record<string, unknown> }>(
      'select data from lifecycle_events where booking_id = $1 order by sequence desc limit 1',
      [id],
    )
  )[0]?.data

const move = (house: House, booked: Booked, page: BookingPage, start: string, minutes = 30, reason = '') =>
  rescheduleAsCustomer(house, {
    address: addressOf(booked),
    start: at(start),
    pageSlug: page.slug,
    eventTypeSlug: `${minutes}-minute-meeting`,
    customerZone: 'America/New_York',
    reason,
  })

const setPolicy = (house: House, page: BookingPage, policy: Record<string, unknown>) =>
  house.sql(
    `update booking_pages set scheduling = jsonb_set(scheduling, '{policy}', $2::jsonb) where id = $1`,
    [page.id, JSON.stringify({ cancel: 'any', reschedule: 'any', reason: 'optional', text: '', ...policy })],
  )

const takeRequests = (house: House, page: BookingPage) =>
  house.sql(
    `update booking_pages set scheduling = scheduling || '{"mode":"approval","suggestedTimes":2}' where id = $1`,
    [page.id],
  )

const aRequest = async (house: House, page: BookingPage, starts = [tuesdayNoon, tuesdayTen]) =>
  accepted(
    await requestBooking(house, {
      pageSlug: page.slug,
      eventTypeSlug: '30-minute-meeting',
      starts: starts.map(at),
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

describe('cancelAsCustomer', () => {
  test('cancels with the reason, tells it once, and frees the slot', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    const booked = await house.aBooking({ page, start: tuesdayTen })
    accepted(await cancelAsCustomer(house, { address: addressOf(booked), reason: ' A cold. ' }))
    expect(await rowOf(house, booked.bookingId)).toMatchObject({
      status: 'canceled',
      detail: 'by_customer',
      reason: 'A cold.',
    })
    expect(await eventsOf(house, booked.bookingId)).toEqual([
      '1 booking.scheduled customer',
      '2 booking.canceled customer',
    ])
    expect(await snapshotOfLast(house, booked.bookingId)).toMatchObject({
      status: 'Canceled',
      reason: 'A cold.',
      initiatedBy: { customer: 'Lena Novak', user: '' },
    })
    await house.aBooking({ page, start: tuesdayTen, email: 'next@example.org' })
  })

  test('a second cancel, and ten at once, change nothing more', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    const booked = await house.aBooking({ page, start: tuesdayTen })
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => cancelAsCustomer(house, { address: addressOf(booked) })),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(answers.find(({ ok }) => !ok)).toMatchObject({
      problem: { code: 'not-possible', status: 'canceled' },
    })
    expect(await eventsOf(house, booked.bookingId)).toHaveLength(2)
  })

  test('keeps to the policy of the time of booking, whatever the page says later', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    await setPolicy(house, page, { cancel: 120, reason: 'mandatory' })
    const booked = await house.aBooking({ page, start: tuesdayTen })
    await setPolicy(house, page, { cancel: 'never' })
    const address = addressOf(booked)
    expect(await cancelAsCustomer(house, { address })).toMatchObject({ problem: { code: 'reason-missing' } })
    house.setNow('2026-11-24T07:00:01Z')
    expect(await cancelAsCustomer(house, { address, reason: 'late' })).toMatchObject({
      problem: { code: 'policy-forbids' },
    })
    house.setNow('2026-11-24T07:00:00Z')
    expect((await cancelAsCustomer(house, { address, reason: 'in time' })).ok).toBe(true)
    const never = await house.aBooking({ page, start: '2026-11-25T09:00:00Z' })
    expect(await cancelAsCustomer(house, { address: addressOf(never), reason: 'x' })).toMatchObject({
      problem: { code: 'policy-forbids' },
    })
  })

  test('a wrong signature answers as a booking that never was', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    const { shownId } = addressOf(await house.aBooking({ page, start: tuesdayTen }))
    const refused = { ok: false, problem: { code: 'booking-not-found' } }
    expect(
      await cancelAsCustomer(house, { address: { shownId, signature: 'AAAAAAAAAAAAAAAAAAAAAA' } }),
    ).toEqual(refused)
    expect(await cancelAsCustomer(house, { address: { shownId: 'BKNG-NONSENSE', signature: 'x' } })).toEqual(
      refused,
    )
  })
})

describe('rescheduleAsCustomer', () => {
  test('on the same page it stays the same booking; the old time is free, the new one taken', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    const booked = await house.aBooking({ page, start: tuesdayTen })
    const moved = accepted(await move(house, booked, page, tuesdayNoon, 30, 'Train is late'))
    expect(moved.bookingId).toBe(booked.bookingId)
    expect(await rowOf(house, booked.bookingId)).toMatchObject({
      status: 'rescheduled',
      starts_at: new Date(tuesdayNoon),
      reason: 'Train is late',
    })
    expect(await eventsOf(house, booked.bookingId)).toEqual([
      '1 booking.scheduled customer',
      '2 booking.rescheduled customer',
    ])
    expect(await snapshotOfLast(house, booked.bookingId)).toMatchObject({
      status: 'Rescheduled',
      formerStartsAt: tuesdayTen,
      startsAt: tuesdayNoon,
      canceledBookingId: '',
    })
    await house.aBooking({ page, start: tuesdayTen, email: 'next@example.org' })
    expect(await move(house, booked, page, tuesdayTen)).toMatchObject({ problem: { code: 'slot-taken' } })
  })

  test('may overlap its own former time', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    const booked = await house.aBooking({ page, start: tuesdayTen })
    expect((await move(house, booked, page, '2026-11-24T09:15:00Z')).ok).toBe(true)
  })

  test('on another page the old booking is canceled and a new one, linked to it, takes its place', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    const ben = await house.aUser({ accountId: ana.accountId, name: 'Ben Otto', zone: 'Europe/Berlin' })
    const bens = await house.aPage({ owner: ben, name: 'Ben Otto' })
    const booked = await house.aBooking({ page, start: tuesdayTen })
    const moved = accepted(await move(house, booked, bens, tuesdayNoon))
    expect(moved.bookingId).not.toBe(booked.bookingId)
    expect(await rowOf(house, booked.bookingId)).toMatchObject({
      status: 'canceled',
      detail: 'rescheduled_elsewhere',
    })
    expect(await eventsOf(house, booked.bookingId)).toEqual([
      '1 booking.scheduled customer',
      '2 booking.canceled_then_rescheduled customer',
    ])
    expect(await rowOf(house, moved.bookingId)).toMatchObject({
      status: 'rescheduled',
      owner_id: ben.id,
      reschedules_id: booked.bookingId,
    })
    expect(await eventsOf(house, moved.bookingId)).toEqual(['1 booking.rescheduled customer'])
    expect((await snapshotOfLast(house, moved.bookingId))?.canceledBookingId).toMatch(/^BKNG-/)
  })

  test('does not get round an approval by way of another event type', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    const booked = await house.aBooking({ page, start: tuesdayTen })
    await house.sql(`update event_types set scheduling = $1 where slug = '60-minute-meeting'`, [
      JSON.stringify({ ...defaultScheduling, mode: 'approval', slots: officeHours }),
    ])
    expect(await move(house, booked, page, tuesdayNoon, 60)).toMatchObject({
      problem: { code: 'needs-approval' },
    })
    expect(await eventsOf(house, booked.bookingId)).toHaveLength(1)
    expect((await move(house, booked, page, tuesdayNoon, 15)).ok).toBe(true)
  })

  test('never reaches a page of another account', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    const booked = await house.aBooking({ page, start: tuesdayTen })
    const strange = await anotherAccount(house)
    expect(await move(house, booked, strange, tuesdayNoon)).toMatchObject({
      problem: { code: 'page-not-found' },
    })
    expect(await eventsOf(house, booked.bookingId)).toHaveLength(1)
  })

  test('two who swap their times at once: nobody is booked twice, nobody waits for ever', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    const one = await house.aBooking({ page, start: tuesdayTen })
    const two = await house.aBooking({ page, start: tuesdayNoon, email: 'two@example.org' })
    const answers = await Promise.all([
      move(house, one, page, tuesdayNoon),
      move(house, two, page, tuesdayTen),
    ])
    for (const answer of answers) if (!answer.ok) expect(answer.problem).toEqual({ code: 'slot-taken' })
    expect(
      await house.sql(
        `select a.id from bookings a join bookings b on a.id < b.id and a.owner_id = b.owner_id
           and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
         where a.status in ('scheduled', 'rescheduled') and b.status in ('scheduled', 'rescheduled')`,
      ),
    ).toEqual([])
  })
})

describe('cancelAsUser', () => {
  test('with a reschedule request the customer books anew, once, even where the policy says never', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    await setPolicy(house, page, { reschedule: 'never' })
    const booked = await house.aBooking({ page, start: tuesdayTen })
    accepted(
      await cancelAsUser(house, {
        viewer: ana,
        bookingId: booked.bookingId,
        cancel: { kind: 'ask-again', rebook: 'same' },
        reason: 'Something came up',
      }),
    )
    expect(await eventsOf(house, booked.bookingId)).toEqual([
      '1 booking.scheduled customer',
      '2 booking.canceled_reschedule_requested user',
    ])
    expect(await move(house, booked, page, tuesdayNoon, 60)).toMatchObject({
      problem: { code: 'event-type-not-found' },
    })
    const anew = accepted(await move(house, booked, page, tuesdayTen))
    expect(anew.bookingId).not.toBe(booked.bookingId)
    expect(await eventsOf(house, anew.bookingId)).toEqual(['1 booking.rescheduled customer'])
    expect(await move(house, booked, page, tuesdayNoon)).toMatchObject({
      problem: { code: 'already-rebooked' },
    })
  })

  test('a plain cancel is final', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    const booked = await house.aBooking({ page, start: tuesdayTen })
    const asked = { viewer: ana, bookingId: booked.bookingId, cancel: { kind: 'cancel' as const } }
    expect(accepted(await cancelAsUser(house, asked))).toMatchObject({
      status: 'canceled',
      detail: 'by_user',
    })
    expect(await cancelAsUser(house, asked)).toMatchObject({ problem: { code: 'not-possible' } })
    expect(await move(house, booked, page, tuesdayNoon)).toMatchObject({ problem: { code: 'not-possible' } })
  })

  test('owner, editor and Administrator may, another Member and another account may not', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const ben = await house.aUser({ accountId: ana.accountId, name: 'Ben Otto', zone: 'Europe/Berlin' })
    const eve = await house.aUser({ accountId: ana.accountId, name: 'Eve Lind' })
    const mia = await house.aUser({ accountId: ana.accountId, name: 'Mia Rossi' })
    const bens = await house.aPage({ owner: ben, name: 'Ben Otto' })
    await house.sql('insert into booking_page_editors values ($1, $2, $3)', [ana.accountId, bens.id, eve.id])
    const stranger = await strangerOf(house)
    for (const [viewer, may] of [
      [mia, false],
      [stranger, false],
      [ana, true],
      [ben, true],
      [eve, true],
    ] as const) {
      const { bookingId } = await house.aBooking({ page: bens, start: tuesdayTen })
      const answer = await cancelAsUser(house, { viewer, bookingId, cancel: { kind: 'cancel' } })
      expect([viewer.name, answer.ok]).toEqual([viewer.name, may])
      if (!answer.ok) {
        expect(answer.problem).toEqual({ code: 'booking-not-found' })
        await cancelAsUser(house, { viewer: ana, bookingId, cancel: { kind: 'cancel' } })
      }
    }
  })
})

describe('requests', () => {
  test('hold no time, are approved at one suggested time, and only once', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    await takeRequests(house, page)
    const one = await aRequest(house, page)
    const two = await aRequest(house, page)
    expect(await rowOf(house, one.bookingId)).toMatchObject({
      status: 'requested',
      starts_at: new Date(tuesdayTen),
    })
    const approve = (booked: Booked, start: string) =>
      approveRequest(house, { viewer: ana, bookingId: booked.bookingId, start: at(start) })
    expect(await approve(one, '2026-11-24T10:00:00Z')).toMatchObject({
      problem: { code: 'slot-not-offered' },
    })
    const answers = await Promise.all([approve(one, tuesdayTen), approve(two, tuesdayTen)])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ problem: { code: 'slot-taken' } })
    const loser = answers[0]?.ok ? two : one
    expect((await approve(loser, tuesdayNoon)).ok).toBe(true)
    expect(await eventsOf(house, loser.bookingId)).toEqual([
      '1 booking.requested customer',
      '2 booking.scheduled user',
    ])
    expect(await approve(loser, tuesdayTen)).toMatchObject({ problem: { code: 'not-possible' } })
    house.setNow('2026-11-30T08:00:00Z')
    expect(await completePastBookings(house, 10)).toBe(2)
  })

  test('ask for exactly as many times as the page wants, all of them offered', async () => {
    const house = await openHouse()
    const { page } = await house.anAccount()
    await takeRequests(house, page)
    const ask = (starts: string[]) =>
      requestBooking(house, {
        pageSlug: page.slug,
        eventTypeSlug: '30-minute-meeting',
        starts: starts.map(at),
        customer: { name: 'L', email: 'l@example.org', company: '', phone: '', note: '', zone: 'UTC' },
      })
    const wrongNumber = { problem: { code: 'wrong-number-of-times', wanted: 2 } }
    expect(await ask([tuesdayTen])).toMatchObject(wrongNumber)
    expect(await ask([tuesdayTen, tuesdayTen])).toMatchObject(wrongNumber)
    expect(await ask([tuesdayTen, '2026-11-28T09:00:00Z'])).toMatchObject({
      problem: { code: 'slot-not-offered' },
    })
    const wanted = {
      pageSlug: page.slug,
      eventTypeSlug: '30-minute-meeting',
      start: at(tuesdayTen),
      customer: { name: 'L', email: 'l@example.org', company: '', phone: '', note: '', zone: 'UTC' },
    }
    expect(await book(house, wanted)).toMatchObject({ problem: { code: 'needs-approval' } })
    expect(await house.sql('select count(*)::int as n from bookings')).toEqual([{ n: 0 }])
  })

  test('new times asked for: the new request takes the place of the old one, and neither fires as canceled', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    await takeRequests(house, page)
    const first = await aRequest(house, page)
    accepted(
      await cancelAsUser(house, {
        viewer: ana,
        bookingId: first.bookingId,
        cancel: { kind: 'ask-again', rebook: 'same' },
      }),
    )
    expect(await rowOf(house, first.bookingId)).toMatchObject({
      status: 'canceled',
      detail: 'new_times_requested',
    })
    expect(await eventsOf(house, first.bookingId)).toEqual([
      '1 booking.requested customer',
      '2 booking.request_canceled user',
    ])
    const second = accepted(
      await requestBooking(house, {
        pageSlug: page.slug,
        eventTypeSlug: '30-minute-meeting',
        starts: [at('2026-11-25T09:00:00Z'), at('2026-11-25T10:00:00Z')],
        customer: {
          name: 'Lena Novak',
          email: 'l@example.org',
          company: '',
          phone: '',
          note: '',
          zone: 'UTC',
        },
        instead: addressOf(first),
      }),
    )
    expect(await rowOf(house, second.bookingId)).toMatchObject({ reschedules_id: first.bookingId })
  })
})

describe('setNoShow and reassign', () => {
  test('no-show from scheduled, rescheduled and completed; never back', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    const scheduled = await house.aBooking({ page, start: tuesdayTen })
    const missed = (booked: Booked) => setNoShow(house, { viewer: ana, bookingId: booked.bookingId })
    expect((await missed(scheduled)).ok).toBe(true)
    expect(await missed(scheduled)).toMatchObject({ problem: { code: 'not-possible', status: 'no_show' } })
    const completed = await house.aBooking({ page, start: tuesdayNoon })
    house.setNow('2026-11-24T18:00:00Z')
    expect(await completePastBookings(house, 10)).toBe(1)
    expect((await missed(completed)).ok).toBe(true)
    expect(await eventsOf(house, completed.bookingId)).toEqual([
      '1 booking.scheduled customer',
      '2 booking.completed system',
      '3 booking.no_show user',
    ])
  })

  test('reassignment frees the former owner, takes the new one, and is refused where that one is taken', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    const ben = await house.aUser({ accountId: ana.accountId, name: 'Ben Otto', zone: 'Europe/Berlin' })
    const bens = await house.aPage({ owner: ben, name: 'Ben Otto' })
    const one = await house.aBooking({ page, start: tuesdayTen })
    const two = await house.aBooking({ page, start: tuesdayNoon })
    await house.aBooking({ page: bens, start: tuesdayNoon })
    const hand = (booked: Booked, viewer: User, toUserId: UserId) =>
      reassign(house, { viewer, bookingId: booked.bookingId, toUserId })
    expect(await hand(one, ben, ben.id)).toMatchObject({ problem: { code: 'booking-not-found' } })
    expect((await hand(one, ana, ben.id)).ok).toBe(true)
    expect(await rowOf(house, one.bookingId)).toMatchObject({ status: 'scheduled', owner_id: ben.id })
    expect(await hand(two, ana, ben.id)).toMatchObject({ problem: { code: 'slot-taken' } })
    await house.aBooking({ page, start: tuesdayTen, email: 'next@example.org' })
    expect(await eventsOf(house, one.bookingId)).toEqual([
      '1 booking.scheduled customer',
      '2 booking.reassigned user',
    ])
    // The page, and with it whose Zaps act, stays.
    expect(
      await house.sql('select distinct owner_id from lifecycle_events where booking_id = $1', [
        one.bookingId,
      ]),
    ).toEqual([{ owner_id: ana.id }])
    expect(await showCustomersBooking(house, addressOf(one))).toMatchObject({
      value: { ownerName: 'Ben Otto' },
    })
    // A move falls back to the page and its owner.
    accepted(await move(house, one, page, '2026-11-25T09:00:00Z'))
    expect(await rowOf(house, one.bookingId)).toMatchObject({ owner_id: ana.id })
    expect(await showCustomersBooking(house, addressOf(one))).toMatchObject({
      value: { ownerName: ana.name },
    })
  })
})

test('a booking completes although its event type and page were deleted meanwhile', async () => {
  const house = await openHouse()
  const { page } = await house.anAccount()
  const booked = await house.aBooking({ page, start: tuesdayTen })
  await house.sql('update booking_pages set deleted_at = now()')
  await house.sql('update event_types set deleted_at = now()')
  await house.sql('delete from booking_page_event_types')
  house.setNow('2026-11-24T18:00:00Z')
  expect(await completePastBookings(house, 10)).toBe(1)
  expect(await eventsOf(house, booked.bookingId)).toHaveLength(2)
})

/** A second account in the same installation, with a page. */
async function anotherAccount(house: House): Promise<BookingPage> {
  return await house.aPage({ owner: await strangerOf(house), name: 'Somebody Else' })
}

async function strangerOf(house: House): Promise<User> {
  const accountId = '01999999-0000-7000-8000-000000000001' as User['accountId']
  await house.sql(`insert into accounts values ($1, 'Elsewhere', now())`, [accountId])
  return await house.aUser({ accountId, name: 'Zoe Far', role: 'administrator', zone: 'Europe/Berlin' })
}
