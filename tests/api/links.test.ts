import { describe, expect, test } from 'vitest'
import { book, requestBooking } from '#domain/bookings/book.ts'
import {
  findOneTimeLink,
  findPlaceOfLink,
  forgetOneTimeLinks,
} from '#domain/one-time-links/one-time-links.ts'
import { type BookingId, publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { type ApiHouse, openApiHouse } from './api-house.ts'

async function aLink({ call }: ApiHouse, body?: unknown) {
  const calendars = (await call('GET', '/booking-calendars')).body.data
  const calendar = calendars.find(
    ({ duration_minutes }: { duration_minutes: number }) => duration_minutes === 30,
  )
  const made = await call('POST', `/booking-calendars/${calendar.id}/one-time-links`, { body })
  expect(made.status).toBe(200)
  return made.body as { id: string; url: string; creation_time: string }
}

const lena = { name: 'Lena Novak', email: 'lena@example.org', company: '', phone: '', note: '', zone: 'UTC' }

const bookWith = (house: ApiHouse, oneTimeLink: string, start: string, more: object = {}) =>
  book(house, {
    pageSlug: house.page.slug,
    eventTypeSlug: '30-minute-meeting',
    start: Temporal.Instant.from(start),
    customer: lena,
    oneTimeLink,
    ...more,
  })

describe('a one-time link of the REST API', () => {
  test('is made with or without its parameters in the address', async () => {
    const house = await openApiHouse()
    const bare = await aLink(house)
    expect(bare).toEqual({
      id: expect.stringMatching(/^[A-Z0-9]{12}$/),
      url: `https://meet.example.com/.${bare.id}`,
      creation_time: '2026-11-23T08:00:00.000Z',
    })
    const booking_form = {
      name: 'Lena & Co',
      email: 'lena@example.org',
      shoe_size: 42,
      pets: ['cat', 'dog', {}],
      other: { deep: true },
      nothing: null,
      'no name': 'x',
      note: 'a\0b',
    }
    const hidden = await aLink(house, { booking_form, utm_params: { source: 'x' } })
    expect(hidden.url).toBe(`https://meet.example.com/.${hidden.id}`)
    const prefill = {
      name: 'Lena & Co',
      email: 'lena@example.org',
      'shoe-size': '42',
      pets: 'cat\ndog',
      note: 'ab',
    }
    expect(accepted(await findOneTimeLink(house, hidden.id)).prefill).toEqual(prefill)
    const shown = await aLink(house, {
      booking_form,
      hide_url_params: false,
      booking_settings: { skip: ['contact_info'], host: 'nobody@example.com', duration_minutes: 30 },
    })
    expect(Object.fromEntries(new URL(shown.url).searchParams)).toEqual({ ...prefill, skip: '1' })
  })

  test('brings its tags to the booking, and so does scheduling; the booking shows them', async () => {
    const house = await openApiHouse()
    const { call } = house
    const shown = async (bookingId: BookingId) =>
      (await call('GET', `/bookings/${publicId('booking', bookingId)}`)).body.utm_params
    const { id } = await aLink(house, { utm_params: { source: ' newsletter ', campaign: 'spring', term: 7 } })
    const linked = accepted(await bookWith(house, id, '2026-11-24T09:00:00Z'))
    const tags = { source: 'newsletter', medium: null, campaign: 'spring', term: null, content: null }
    expect(await shown(linked.bookingId)).toEqual(tags)
    const bare = accepted(await bookWith(house, (await aLink(house)).id, '2026-11-24T10:00:00Z'))
    expect(await shown(bare.bookingId)).toBe(null)

    const calendar = (await call('GET', '/booking-calendars')).body.data[0]
    const schedule = async (start_time: string, utm_params: unknown) =>
      (
        await call('POST', `/booking-calendars/${calendar.id}/schedule`, {
          body: {
            start_time,
            guest_time_zone: 'UTC',
            booking_form: { name: 'Lena', email: 'lena@example.org' },
            utm_params,
          },
        })
      ).body.id
    const tagged = await schedule('2026-11-24T12:00:00Z', { medium: 'email', other: 'x' })
    expect((await call('GET', `/bookings/${tagged}`)).body.utm_params).toEqual({
      source: null,
      medium: 'email',
      campaign: null,
      term: null,
      content: null,
    })
    // A tag that is none makes nobody miss a meeting.
    for (const [hour, none] of [
      ['13', 'newsletter'],
      ['14', { source: '' }],
      ['15', null],
    ])
      expect(
        (await call('GET', `/bookings/${await schedule(`2026-11-24T${hour}:00:00Z`, none)}`)).body.utm_params,
      ).toBe(null)
  })

  test('books once: the second is told so, and the booking of the first stays', async () => {
    const house = await openApiHouse()
    const { id } = await aLink(house)
    const key = '0193a6f0-0000-4000-8000-000000000000'
    await house.aBooking({ page: house.page, start: '2026-11-24T08:00:00Z' })
    // A time that was taken meanwhile uses nothing up.
    expect(await bookWith(house, id, '2026-11-24T08:00:00Z')).toMatchObject({
      problem: { code: 'slot-taken' },
    })
    const first = accepted(await bookWith(house, id, '2026-11-24T09:00:00Z', { idempotencyKey: key }))
    expect(await bookWith(house, id, '2026-11-24T10:00:00Z')).toMatchObject({
      problem: { code: 'link-used' },
    })
    expect(await findOneTimeLink(house, id)).toMatchObject({ problem: { code: 'link-used' } })
    // The same form sent twice is the same booking.
    expect(
      accepted(await bookWith(house, id, '2026-11-24T09:00:00Z', { idempotencyKey: key })).bookingId,
    ).toBe(first.bookingId)
    expect(await house.sql('select id from bookings where starts_at > $1', ['2026-11-24T08:30:00Z'])).toEqual(
      [{ id: first.bookingId }],
    )
  })

  test('of many who book with it together books for one', async () => {
    const house = await openApiHouse()
    const { id } = await aLink(house)
    const starts = ['08', '09', '10', '11', '12', '13', '14', '15'].map((hour) => `2026-11-24T${hour}:00:00Z`)
    const booked = await Promise.all(starts.map((start) => bookWith(house, id, start)))
    expect(booked.map((one) => (one.ok ? 'booked' : one.problem.code)).sort()).toEqual([
      'booked',
      ...Array.from({ length: 7 }, () => 'link-used'),
    ])
    expect(await house.sql('select id from bookings')).toHaveLength(1)
  })

  test('is for its own event type, also where a page approves requests', async () => {
    const house = await openApiHouse()
    const { id } = await aLink(house)
    const start = '2026-11-24T09:00:00Z'
    expect(await bookWith(house, id, start, { eventTypeSlug: '15-minute-meeting' })).toMatchObject({
      problem: { code: 'link-unknown' },
    })
    expect(await bookWith(house, 'AAAAAAAAAAAA', start)).toMatchObject({ problem: { code: 'link-unknown' } })
    await house.sql(
      `update booking_pages set scheduling = scheduling || '{"mode":"approval","suggestedTimes":1}'`,
    )
    const asked = () =>
      requestBooking(house, {
        pageSlug: house.page.slug,
        eventTypeSlug: '30-minute-meeting',
        starts: [Temporal.Instant.from(start)],
        customer: lena,
        oneTimeLink: id,
      })
    accepted(await asked())
    expect(await asked()).toMatchObject({ problem: { code: 'link-used' } })
  })

  test('ends after 90 days, is told as ended for 90 more, and then forgotten; a used one stays', async () => {
    const house = await openApiHouse()
    const [used, unused] = [await aLink(house), await aLink(house)]
    accepted(await bookWith(house, used.id, '2026-11-24T09:00:00Z'))
    house.setNow('2027-02-21T07:59:59Z')
    expect((await findOneTimeLink(house, unused.id)).ok).toBe(true)
    house.setNow('2027-02-21T08:00:00Z')
    for (const refused of [
      await findOneTimeLink(house, unused.id),
      await bookWith(house, unused.id, '2027-02-22T09:00:00Z'),
    ])
      expect(refused).toMatchObject({ problem: { code: 'link-expired' } })
    expect(await forgetOneTimeLinks(house)).toBe(0)
    house.setNow('2027-05-22T08:00:01Z')
    expect(await forgetOneTimeLinks(house)).toBe(1)
    expect(await findOneTimeLink(house, unused.id)).toMatchObject({ problem: { code: 'link-unknown' } })
    expect(await findOneTimeLink(house, used.id)).toMatchObject({ problem: { code: 'link-used' } })
  })

  test('leads to its page under the present address, and nowhere once that is deleted', async () => {
    const house = await openApiHouse()
    const link = accepted(await findOneTimeLink(house, (await aLink(house)).id))
    expect(await findPlaceOfLink(house, link)).toMatchObject({
      page: { slug: house.page.slug },
      eventType: { slug: '30-minute-meeting' },
    })
    await house.sql('update booking_pages set deleted_at = now()')
    expect(await findPlaceOfLink(house, link)).toBeUndefined()
  })
})
