import { describe, expect, test } from 'vitest'
import { officeHours } from '#domain/booking-pages/booking-page.ts'
import { findPublicPage } from '#domain/booking-pages/find-public-page.ts'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../../../tests/house.ts'
import { book, type WantedSlot } from './book.ts'
import { bookingIdOfPath } from './booking.ts'
import { completePastBookings } from './complete-past-bookings.ts'
import { findSlotProblem, findSlots } from './find-slots.ts'

// Monday 23 November 2026, 09:00 in Berlin. Four hours' notice: 13:00 is the first slot of the day.
const wanted: WantedSlot = {
  pageSlug: 'ana-martin',
  eventTypeSlug: '30-minute-meeting',
  start: Temporal.Instant.from('2026-11-24T09:00:00Z'),
  customer: {
    name: 'Lena Novak',
    email: 'Lena@Example.org ',
    company: '',
    phone: '',
    note: '',
    zone: 'America/New_York',
  },
}

describe('book', () => {
  test('stores booking, contact, lifecycle event and outbox row together, and wakes the worker', async () => {
    const house = await openHouse()
    await house.anAccount()

    const booked = accepted(await book(house, wanted))

    expect(
      await house.sql(
        'select status, sequence, starts_at, ends_at, local_start, zone, customer_email from bookings',
      ),
    ).toEqual([
      {
        status: 'scheduled',
        sequence: 1,
        starts_at: new Date('2026-11-24T09:00:00Z'),
        ends_at: new Date('2026-11-24T09:30:00Z'),
        local_start: '2026-11-24T10:00',
        zone: 'Europe/Berlin',
        customer_email: 'lena@example.org',
      },
    ])
    expect(await house.sql('select email, name from contacts')).toEqual([
      { email: 'lena@example.org', name: 'Lena Novak' },
    ])
    expect(await house.sql('select type, sequence, actor from lifecycle_events order by id')).toEqual([
      { type: 'contact.captured', sequence: 1, actor: 'customer' },
      { type: 'booking.scheduled', sequence: 1, actor: 'customer' },
    ])
    expect(await house.sql('select count(*)::int as n from unplanned_events')).toEqual([{ n: 2 }])
    expect(house.wakeUps()).toBe(1)
    const [, , shownId, signature] = booked.customerPath.split('/') as [string, string, string, string]
    expect(bookingIdOfPath(house.secrets, { shownId, signature })).toBe(booked.bookingId)
    expect(
      bookingIdOfPath(house.secrets, { shownId, signature: `${signature.slice(0, -1)}~` }),
    ).toBeUndefined()
  })

  test.each([
    ['a slot that was just booked', '2026-11-24T09:00:00Z', 'slot-taken'],
    ['a slot that overlaps a booking', '2026-11-24T08:45:00Z', 'slot-taken'],
    ['a past slot', '2026-11-20T09:00:00Z', 'slot-past'],
    ['a slot inside the notice', '2026-11-23T11:45:00Z', 'slot-not-offered'],
    ['a time off the grid', '2026-11-24T10:07:00Z', 'slot-not-offered'],
    ['a closed day', '2026-11-28T09:00:00Z', 'slot-not-offered'],
    ['a time after closing', '2026-11-24T16:00:00Z', 'slot-not-offered'],
    ['a day beyond the horizon', '2030-11-26T09:00:00Z', 'slot-not-offered'],
  ])('refuses %s, and leaves no trace', async (_, start, code) => {
    const house = await openHouse()
    await house.anAccount()
    accepted(await book(house, wanted))

    const refused = await book(house, {
      ...wanted,
      start: Temporal.Instant.from(start),
      customer: { ...wanted.customer, email: 'other@example.org' },
    })

    expect(refused).toMatchObject({ ok: false, problem: { code } })
    // Who only looks is told the same.
    const page = accepted(await findPublicPage(house, wanted.pageSlug))
    const eventType = page.eventTypes.find(({ slug }) => slug === wanted.eventTypeSlug)
    if (!eventType) throw new Error('no event type')
    const asked = { page, eventType, start: Temporal.Instant.from(start), customerZone: 'America/New_York' }
    expect(await findSlotProblem(house, asked)).toMatchObject({ code })
    expect(await house.sql('select count(*)::int as n from bookings')).toEqual([{ n: 1 }])
    expect(
      await house.sql('select count(*)::int as n from lifecycle_events where booking_id is not null'),
    ).toEqual([{ n: 1 }])
    expect(await house.sql('select email from contacts')).toEqual([{ email: 'lena@example.org' }])
  })

  test('refuses an unknown page, an unknown event type and a page that takes no bookings', async () => {
    const house = await openHouse()
    await house.anAccount()
    expect(await book(house, { ...wanted, pageSlug: 'nobody' })).toMatchObject({
      problem: { code: 'page-not-found' },
    })
    expect(await book(house, { ...wanted, eventTypeSlug: 'nothing' })).toMatchObject({
      problem: { code: 'event-type-not-found' },
    })
    await house.sql('update booking_pages set accepts_bookings = false')
    expect(await book(house, wanted)).toMatchObject({ problem: { code: 'page-closed' } })
  })

  test('the same idempotency key gives the same booking, however many ask at once; for another request it is refused', async () => {
    const house = await openHouse()
    await house.anAccount()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => book(house, { ...wanted, idempotencyKey: 'key-1' })),
    )
    expect(new Set(answers.map((answer) => accepted(answer).bookingId)).size).toBe(1)
    expect(await house.sql('select count(*)::int as n from bookings')).toEqual([{ n: 1 }])
    const other = await book(house, {
      ...wanted,
      start: Temporal.Instant.from('2026-11-24T10:00:00Z'),
      idempotencyKey: 'key-1',
    })
    expect(other).toMatchObject({ problem: { code: 'idempotency-key-reused' } })
  })

  test('a refused booking does not use up its idempotency key', async () => {
    const house = await openHouse()
    await house.anAccount()
    const closed = {
      ...wanted,
      start: Temporal.Instant.from('2026-11-28T09:00:00Z'),
      idempotencyKey: 'key-2',
    }
    expect((await book(house, closed)).ok).toBe(false)
    expect((await book(house, { ...wanted, idempotencyKey: 'key-2' })).ok).toBe(true)
  })

  test('of twenty who ask together for overlapping times, exactly one gets it', async () => {
    const house = await openHouse()
    await house.anAccount()
    const starts = ['2026-11-24T09:00:00Z', '2026-11-24T09:15:00Z']
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        book(house, {
          ...wanted,
          start: Temporal.Instant.from(starts[n % 2] as string),
          customer: { ...wanted.customer, email: `customer${n}@example.org` },
        }),
      ),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    for (const answer of answers) if (!answer.ok) expect(answer.problem.code).toBe('slot-taken')
  })

  test('buffers hold between rivals too: one owner, two pages, twenty at once', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    const buffered = await house.aPage({
      owner: ana,
      name: 'With buffers',
      availability: { base: officeHours, bufferAfterMinutes: 15 },
    })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        book(house, {
          ...wanted,
          pageSlug: n % 2 ? page.slug : buffered.slug,
          start: Temporal.Instant.from(n % 2 ? '2026-11-24T09:30:00Z' : '2026-11-24T09:00:00Z'),
        }),
      ),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
  })
})

describe('findSlots', () => {
  test('offers exactly what can be booked, without what is taken', async () => {
    const house = await openHouse()
    await house.anAccount()
    accepted(await book(house, wanted))
    const page = accepted(await findPublicPage(house, 'ana-martin'))
    const eventType = page.eventTypes[1]
    if (!eventType) throw new Error('no event type')
    const slots = await findSlots(house, {
      page,
      eventType,
      customerZone: 'UTC',
      range: { from: '2026-11-23', to: '2026-11-24' },
    })
    const shown = slots.map(String)
    expect(shown[0]).toBe('2026-11-23T12:00:00Z')
    expect(shown).toContain('2026-11-24T09:30:00Z')
    for (const taken of ['2026-11-24T08:45:00Z', '2026-11-24T09:00:00Z', '2026-11-24T09:15:00Z'])
      expect(shown).not.toContain(taken)
  })
})

describe('completePastBookings', () => {
  test('completes a booking once its end has passed, once, with a gap-free sequence', async () => {
    const house = await openHouse()
    await house.anAccount()
    accepted(await book(house, wanted))
    house.setNow('2026-11-24T09:29:59Z')
    expect(await completePastBookings(house, 100)).toBe(0)
    house.setNow('2026-11-24T09:30:00Z')
    const done = await Promise.all([completePastBookings(house, 100), completePastBookings(house, 100)])
    expect(done[0] + done[1]).toBe(1)
    expect(await house.sql('select status, sequence from bookings')).toEqual([
      { status: 'completed', sequence: 2 },
    ])
    expect(
      await house.sql(
        'select type, sequence, actor from lifecycle_events where booking_id is not null order by sequence',
      ),
    ).toEqual([
      { type: 'booking.scheduled', sequence: 1, actor: 'customer' },
      { type: 'booking.completed', sequence: 2, actor: 'system' },
    ])
  })
})
