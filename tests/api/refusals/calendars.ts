import type { ApiHouse } from '../api-house.ts'
import type { Provocation } from './provocation.ts'

export const calendarOf = async (house: ApiHouse): Promise<string> =>
  (await house.call('GET', '/booking-calendars')).body.data[0].id

const slots = (query: string) => async (house: ApiHouse) => ({
  path: `/booking-calendars/${await calendarOf(house)}/time-slots?${query}`,
})

const right = {
  start_time: '2026-11-25T09:00:00.000Z',
  guest_time_zone: 'Europe/Berlin',
  booking_form: { name: 'Lena Novak', email: 'lena@example.org' } as Record<string, unknown>,
}

const schedule =
  (change: Partial<Record<keyof typeof right | 'location', unknown>>, headers?: Record<string, string>) =>
  async (house: ApiHouse) => ({
    path: `/booking-calendars/${await calendarOf(house)}/schedule`,
    body: { ...right, ...change },
    ...(headers ? { headers } : {}),
  })

const form = (change: Record<string, unknown>) =>
  schedule({ booking_form: { ...right.booking_form, ...change } })

const whenUnpublished =
  (arrange: (house: ApiHouse) => Promise<{ path: string; body?: unknown }>) => async (house: ApiHouse) => {
    await house.sql('update booking_pages set accepts_bookings = false')
    return await arrange(house)
  }

export const calendarProvocations: Provocation[] = [
  { endpoint: 'listTimeSlots', status: 400, param: 'start_time', arrange: slots('start_time=today') },
  { endpoint: 'listTimeSlots', status: 400, param: 'end_time', arrange: slots('end_time=tomorrow') },
  {
    endpoint: 'listTimeSlots',
    status: 400,
    param: 'end_time',
    arrange: slots('start_time=2026-12-02T00:00:00Z&end_time=2026-12-02T00:00:00Z'),
  },
  {
    endpoint: 'listTimeSlots',
    status: 400,
    param: 'end_time',
    arrange: slots('start_time=2026-12-02T00:00:00Z&end_time=2027-01-01T00:00:01Z'),
  },
  { endpoint: 'listTimeSlots', status: 422, param: 'id', arrange: whenUnpublished(slots('')) },
  {
    endpoint: 'scheduleBooking',
    status: 400,
    param: 'start_time',
    arrange: schedule({ start_time: undefined }),
  },
  {
    endpoint: 'scheduleBooking',
    status: 400,
    param: 'start_time',
    arrange: schedule({ start_time: '2026-11-25T09:00:00' }),
  },
  {
    endpoint: 'scheduleBooking',
    status: 400,
    param: 'start_time',
    arrange: schedule({ start_time: '2026-11-28T09:00:00Z' }),
  },
  {
    endpoint: 'scheduleBooking',
    status: 400,
    param: 'start_time',
    arrange: async (house) => {
      await house.aBooking({ page: house.page, start: '2026-11-25T09:00:00Z' })
      return schedule({})(house)
    },
  },
  {
    endpoint: 'scheduleBooking',
    status: 400,
    param: 'guest_time_zone',
    arrange: schedule({ guest_time_zone: 'Mars/Olympus' }),
  },
  {
    endpoint: 'scheduleBooking',
    status: 400,
    param: 'booking_form',
    arrange: schedule({ booking_form: undefined }),
  },
  {
    endpoint: 'scheduleBooking',
    status: 400,
    param: 'booking_form',
    arrange: async (house) => {
      await house.sql(
        `insert into booking_forms (account_id, id, name, fields, created_at) select account_id, gen_random_uuid(), 'Questions',
         '[{"name":"what","kind":"dropdown","title":"What?","subtext":"","required":true,"hidden":false,"options":["Knee"]}]', now() from accounts`,
      )
      await house.sql(
        `update booking_pages set scheduling = jsonb_set(scheduling, '{formId}', (select to_jsonb(id) from booking_forms))`,
      )
      return form({ what: 'Elbow' })(house)
    },
  },
  { endpoint: 'scheduleBooking', status: 400, param: 'booking_form.name', arrange: form({ name: ' ' }) },
  { endpoint: 'scheduleBooking', status: 400, param: 'booking_form.email', arrange: form({ email: 'lena' }) },
  { endpoint: 'scheduleBooking', status: 400, param: 'booking_form.phone', arrange: form({ phone: '12' }) },
  {
    endpoint: 'scheduleBooking',
    status: 400,
    param: 'location',
    arrange: schedule({ location: { type: 'physical', value: 'ADD-1' } }),
  },
  {
    endpoint: 'scheduleBooking',
    status: 400,
    param: 'location.type',
    arrange: schedule({ location: { type: 'moon', value: null } }),
  },
  {
    endpoint: 'scheduleBooking',
    status: 422,
    param: 'Idempotency-Key',
    arrange: async (house) => {
      const key = { 'idempotency-key': 'one and the same' }
      const first = await schedule({}, key)(house)
      await house.call('POST', first.path, first)
      return schedule({ start_time: '2026-11-26T09:00:00Z' }, key)(house)
    },
  },
  { endpoint: 'scheduleBooking', status: 422, param: 'id', arrange: whenUnpublished(schedule({})) },
]
