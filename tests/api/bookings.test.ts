import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { completePastBookings } from '#domain/bookings/complete-past-bookings.ts'
import { calendarIdOf } from '#domain/bookings/present-booking.ts'
import { publicId } from '#kit/ids.ts'
import { openApiHouse } from './api-house.ts'

describe('bookings of the REST API', () => {
  test('are booked, shown, listed, moved to another host, canceled', async () => {
    const house = await openApiHouse()
    const { call } = house
    expect((await call('GET', '/test')).body).toEqual({ message: expect.stringContaining('ana@example.com') })
    const calendars = (await call('GET', '/booking-calendars')).body
    expect(calendars.data).toHaveLength(3)
    const [calendar] = calendars.data
    expect(calendar).toMatchObject({ host: publicId('user', house.ana.id), published: true })
    const [stored] = await house.sql<{ calendar_id: string }>(
      'select calendar_id from booking_page_event_types where event_type_id = $1',
      [house.eventTypes[0]?.id],
    )
    expect(stored?.calendar_id).toBe(calendarIdOf(house.page.id, house.eventTypes[0]?.id as never))

    const slots = (await call('GET', `/booking-calendars/${calendar.id}/time-slots`)).body
    expect(slots.length).toBeGreaterThan(10)
    const [slot] = slots
    const scheduled = await call('POST', `/booking-calendars/${calendar.id}/schedule`, {
      body: {
        start_time: slot.start_time.replace('.000Z', 'Z'),
        guest_time_zone: 'America/New_York',
        booking_form: { name: 'Lena Novak', email: 'Lena@Example.org', phone: null, surprise: 'x' },
        location_type: 'virtual',
      },
    })
    expect(scheduled.status).toBe(200)
    const { id } = scheduled.body
    const booking = (await call('GET', `/bookings/${id}`)).body
    expect(booking).toMatchObject({
      status: 'scheduled',
      starting_time: slot.start_time,
      attendees: ['ana@example.com', 'lena@example.org'],
      booking_calendar: calendar.id,
      cancel_reschedule_information: null,
    })
    const expanded = (
      await call(
        'GET',
        '/bookings?expand=data.owner,contact,booking_page,event_type,booking_calendar,master_page,conversation',
      )
    ).body.data[0]
    expect(expanded).toMatchObject({
      owner: { role_name: 'Account Owner', email: 'ana@example.com' },
      contact: { email: 'lena@example.org', first_name: 'Lena' },
      booking_page: { object: 'booking_page' },
      event_type: { object: 'event_type' },
      booking_calendar: { id: calendar.id },
      conversation: null,
    })
    const again = await call('POST', `/booking-calendars/${calendar.id}/schedule`, {
      body: {
        start_time: slot.start_time,
        guest_time_zone: 'America/New_York',
        booking_form: { name: 'Max', email: 'max@example.org' },
      },
    })
    expect([again.status, again.body.param]).toEqual([400, 'start_time'])

    const bo = await house.aUser({ accountId: house.ana.accountId, name: 'Bo Ek' })
    const moved = await call('POST', `/bookings/${id}/reassign`, {
      body: { new_host: publicId('user', bo.id) },
    })
    expect(moved.body).toMatchObject({ owner: publicId('user', bo.id), status: 'scheduled' })
    expect(moved.body.last_updated_time > booking.last_updated_time).toBe(true)

    const canceled = await call('POST', `/bookings/${id}/cancel`, {
      headers: { 'content-type': 'application/json' },
    })
    expect(canceled.body).toMatchObject({
      status: 'canceled',
      cancel_reschedule_information: { reason: null, actioned_by: 'user', user_id: publicId('user', bo.id) },
    })
    const twice = await call('POST', `/bookings/${id}/cancel`)
    expect([twice.status, twice.body.param]).toEqual([409, 'id'])
  })

  test('are canceled once by a repeated call with the same Idempotency-Key, and each call is answered alike', async () => {
    const house = await openApiHouse()
    const { bookingId } = await house.aBooking({ page: house.page, start: '2026-11-25T09:00:00Z' })
    const path = `/bookings/${publicId('booking', bookingId)}/request-reschedule`
    const ask = () => house.call('POST', path, { headers: { 'idempotency-key': 'k1' } })
    const answers = [await ask(), await ask(), ...(await Promise.all([ask(), ask()]))]
    for (const { status, body } of answers) expect([status, body]).toEqual([200, answers[0]?.body])
    const events = await house.sql('select type from lifecycle_events where booking_id = $1', [bookingId])
    expect(events).toHaveLength(2)
  })

  test('of a host who was deleted name no address of theirs', async () => {
    const house = await openApiHouse()
    const bo = await house.aUser({ accountId: house.ana.accountId, name: 'Bo Ek', zone: 'Europe/Berlin' })
    const page = await house.aPage({ owner: bo, name: 'Bo Ek' })
    const { bookingId } = await house.aBooking({ page, start: '2026-11-25T09:00:00Z' })
    const path = `/bookings/${publicId('booking', bookingId)}`
    expect((await house.call('GET', path)).body.attendees).toEqual(['bo@example.com', 'lena@example.org'])
    await house.call('DELETE', `/users/${publicId('user', bo.id)}`)
    expect((await house.call('GET', path)).body.attendees).toEqual(['lena@example.org'])
    await house.call('POST', '/webhooks', {
      body: { url: 'https://hooks.example.com/', name: 'all', events: ['booking.canceled'] },
    })
    await house.deliverAll()
    await house.call('POST', `${path}/cancel`)
    const [received] = await house.deliverAll()
    expect(JSON.parse(received?.body ?? '').data.attendees).toEqual(['lena@example.org'])
  })

  test('refuse texts that cannot be stored, wherever they are', async () => {
    const house = await openApiHouse()
    const calendar = (await house.call('GET', '/booking-calendars')).body.data[0].id
    await house.sql(
      `update booking_pages set location = '{"kind":"physical-by-customer","header":"Where","text":"","announced":false}'`,
    )
    const form = { name: 'Lena', email: 'lena@example.org' }
    const schedule = (change: object) =>
      house.call('POST', `/booking-calendars/${calendar}/schedule`, {
        body: { start_time: '2026-11-25T09:00:00Z', guest_time_zone: 'UTC', booking_form: form, ...change },
      })
    for (const text of ['a\u0000b', 'a\ud800b']) {
      const where = await schedule({ location: { type: 'in_person_by_guest', value: text } })
      expect([where.status, where.body.param]).toEqual([400, 'location.value'])
      for (const name of ['name', 'company', 'note'])
        expect((await schedule({ booking_form: { ...form, [name]: text } })).status).toBe(400)
    }
    for (const path of ['/contacts?email=%00', '/bookings?owner=%00', '/users?email=a%00'])
      expect((await house.call('GET', path)).status).toBe(400)
  })

  test('are found later than, never at, the time that was shown; walking back ends', async () => {
    const house = await openApiHouse()
    for (const hour of ['09', '10', '13'])
      await house.aBooking({ page: house.page, start: `2026-11-25T${hour}:00:00Z` })
    // As clocks tell it: finer than what is shown.
    await house.sql(`update bookings set created_at = created_at + interval '456 microseconds',
      updated_at = updated_at + interval '789 microseconds', starts_at = starts_at`)
    await house.sql(
      `update contacts set created_at = created_at + interval '1 microsecond', updated_at = updated_at + interval '1 microsecond'`,
    )
    for (const list of ['bookings', 'contacts'])
      for (const name of ['creation_time', 'last_updated_time']) {
        const [newest] = (await house.call('GET', `/${list}`)).body.data
        const found = async (query: string) =>
          (await house.call('GET', `/${list}?${name}.${query}`)).body.data.map(
            (one: { id: string }) => one.id,
          )
        expect(await found(`gt=${newest[name]}`)).not.toContain(newest.id)
        expect(await found(`lt=${newest[name]}`)).not.toContain(newest.id)
        const before = Temporal.Instant.from(newest[name]).subtract({ milliseconds: 1 })
        expect(await found(`gt=${before}`)).toContain(newest.id)
        expect((await house.call('GET', `/${list}?${name}.gt=${before}&${name}.lt=${before}`)).status).toBe(
          200,
        )
      }
    const [first] = (await house.call('GET', '/bookings')).body.data
    expect((await house.call('GET', `/bookings?before=${first.id}`)).body).toEqual({
      object: 'list',
      data: [],
      has_more: false,
    })
  })

  test('show no links of their guests to a key that only reads: who has them may cancel', async () => {
    const house = await openApiHouse()
    const key = await house.aKey('read', 'reads')
    const { bookingId, customerPath } = await house.aBooking({
      page: house.page,
      start: '2026-11-25T09:00:00Z',
    })
    for (const path of ['/bookings', `/bookings/${publicId('booking', bookingId)}`]) {
      const signature = customerPath.split('/').at(-1)
      expect(JSON.stringify((await house.call('GET', path)).body)).toContain(signature)
      expect(JSON.stringify((await house.call('GET', path, { key })).body)).not.toContain(signature)
    }
  })

  test('that have taken place, or that nobody came to, are not canceled', async () => {
    const house = await openApiHouse()
    const { bookingId } = await house.aBooking({ page: house.page, start: '2026-11-25T09:00:00Z' })
    house.setNow('2026-11-25T10:00:00Z')
    await completePastBookings(house, 10)
    const path = `/bookings/${publicId('booking', bookingId)}`
    for (const act of ['cancel', 'request-reschedule']) {
      const refused = await house.call('POST', `${path}/${act}`)
      expect([refused.status, refused.body.param]).toEqual([409, 'id'])
    }
    expect((await house.call('POST', `${path}/no-show`)).body.status).toBe('no_show')
    expect((await house.call('POST', `${path}/cancel`)).status).toBe(409)
  })

  test('have a Link header spelled so, and every address under /v2 answers in the same shape', async () => {
    const house = await openApiHouse()
    for (const hour of ['09', '10'])
      await house.aBooking({ page: house.page, start: `2026-11-25T${hour}:00:00Z` })
    const origin = await house.listen()
    const raw = await rawAnswer(
      origin,
      `GET /v2/bookings?limit=1 HTTP/1.1\r\nHost: api.example.com\r\nAPI-KEY: ${house.key}\r\nConnection: close\r\n\r\n`,
    )
    expect(raw).toMatch(
      /\r\nLink: <http:\/\/api\.example\.com\/v2\/bookings\?limit=1&after=BKNG-\w+>; rel="next"\r\n/,
    )
    for (const [method, path] of [
      ['GET', '/nonexistent'],
      ['POST', '/test'],
      ['PUT', '/bookings'],
      ['DELETE', '/bookings'],
      ['GET', '/bookings/%ff'],
    ]) {
      const answer = await fetch(`${origin}/v2${path}`, { method, headers: { 'api-key': house.key } })
      expect([path, answer.status, await answer.json()]).toEqual([
        path,
        404,
        expect.objectContaining({ type: 'invalid_request_error', message: expect.any(String) }),
      ])
      expect(answer.headers.get('request-id')).toMatch(/^req_/)
    }
    expect((await fetch(`${origin}/v2/nonexistent`, { method: 'POST' })).status).toBe(401)
  })
})

/** What comes over the socket, as it is spelled. */
async function rawAnswer(origin: string, request: string): Promise<string> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.write(request)
  let text = ''
  for await (const part of socket) text += part
  return text
}
