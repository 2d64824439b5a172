import { describe, expect, test } from 'vitest'
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
})
