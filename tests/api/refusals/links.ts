import type { ApiHouse } from '../api-house.ts'
import type { Provocation } from './provocation.ts'

const pathIn = async ({ call }: ApiHouse): Promise<string> =>
  `/booking-calendars/${(await call('GET', '/booking-calendars')).body.data[0].id}/one-time-links`

const refused = (param: string, body: unknown): Provocation => ({
  endpoint: 'createOneTimeLink',
  status: 400,
  param,
  arrange: async (house) => ({ path: await pathIn(house), body }),
})

export const linkProvocations: Provocation[] = [
  refused('hide_url_params', { hide_url_params: 'yes' }),
  refused('booking_form', { booking_form: ['Lena'] }),
  refused('booking_settings', { booking_settings: 30 }),
  refused('booking_settings.skip', { booking_settings: { skip: 'questions' } }),
  {
    endpoint: 'createOneTimeLink',
    status: 422,
    param: 'Idempotency-Key',
    arrange: async (house) => {
      const headers = { 'idempotency-key': 'one and the same' }
      const path = await pathIn(house)
      await house.call('POST', path, { headers })
      return { path, body: { hide_url_params: false }, headers }
    },
  },
  {
    endpoint: 'createOneTimeLink',
    status: 400,
    param: 'id',
    arrange: async (house) => {
      const path = await pathIn(house)
      await house.sql('update booking_pages set accepts_bookings = false')
      return { path }
    },
  },
]
