import { publicId } from '#kit/ids.ts'
import type { ApiHouse } from '../api-house.ts'
import type { Provocation } from './provocation.ts'

const list = (query: string) => async () => ({ path: `/bookings?${query}` })

const aBooking = async (house: ApiHouse, start = '2026-11-25T09:00:00Z') =>
  publicId('booking', (await house.aBooking({ page: house.page, start })).bookingId)

const on =
  (act: string, body?: unknown) =>
  async (house: ApiHouse): Promise<{ path: string; body?: unknown }> => ({
    path: `/bookings/${await aBooking(house)}/${act}`,
    ...(body === undefined ? {} : { body }),
  })

const onCanceled = (act: string, body?: unknown) => async (house: ApiHouse) => {
  const id = await aBooking(house)
  await house.call('POST', `/bookings/${id}/cancel`)
  return { path: `/bookings/${id}/${act}`, ...(body === undefined ? {} : { body }) }
}

const toBo = async (house: ApiHouse) => {
  const bo = await house.aUser({ accountId: house.ana.accountId, name: 'Bo Ek', zone: 'Europe/Berlin' })
  return { bo, new_host: publicId('user', bo.id) }
}

const withUsedKey = (act: string, body: object) => async (house: ApiHouse) => {
  const headers = { 'idempotency-key': 'one and the same' }
  const id = await aBooking(house)
  const path = `/bookings/${id}/${act}`
  await house.call('POST', path, { headers })
  return { path, body, headers }
}

export const bookingProvocations: Provocation[] = [
  {
    endpoint: 'cancelBooking',
    status: 422,
    param: 'Idempotency-Key',
    arrange: withUsedKey('cancel', { cancellation_reason: 'another one' }),
  },
  {
    endpoint: 'requestReschedule',
    status: 422,
    param: 'Idempotency-Key',
    arrange: withUsedKey('request-reschedule', { reschedule_reason: 'another one' }),
  },
  { endpoint: 'listBookings', status: 400, param: 'status', arrange: list('status=done') },
  { endpoint: 'listBookings', status: 400, param: 'expand', arrange: list('expand=user') },
  ...['creation_time', 'starting_time', 'last_updated_time'].flatMap((name): Provocation[] => [
    { endpoint: 'listBookings', status: 400, param: `${name}.gt`, arrange: list(`${name}.gt=yesterday`) },
    {
      endpoint: 'listBookings',
      status: 400,
      param: `${name}.gt`,
      arrange: list(`${name}.gt=2026-11-02&${name}.lt=2026-11-01`),
    },
    { endpoint: 'listBookings', status: 400, param: `${name}.lt`, arrange: list(`${name}.lt=2026-13-01`) },
  ]),
  {
    endpoint: 'getBooking',
    status: 400,
    param: 'expand',
    arrange: async (house) => ({ path: `/bookings/${await aBooking(house)}?expand=guest` }),
  },
  {
    endpoint: 'cancelBooking',
    status: 400,
    param: 'cancellation_reason',
    arrange: on('cancel', { cancellation_reason: 7 }),
  },
  {
    endpoint: 'cancelBooking',
    status: 400,
    param: 'cancellation_reason',
    arrange: on('cancel', { cancellation_reason: 'x'.repeat(2001) }),
  },
  {
    endpoint: 'cancelBooking',
    status: 400,
    param: 'send_cancellation_email',
    arrange: on('cancel', { send_cancellation_email: 'no' }),
  },
  { endpoint: 'cancelBooking', status: 409, param: 'id', arrange: onCanceled('cancel') },
  {
    endpoint: 'requestReschedule',
    status: 400,
    param: 'reschedule_reason',
    arrange: on('request-reschedule', { reschedule_reason: {} }),
  },
  { endpoint: 'requestReschedule', status: 409, param: 'id', arrange: onCanceled('request-reschedule') },
  { endpoint: 'setNoShow', status: 409, param: 'id', arrange: onCanceled('no-show') },
  { endpoint: 'reassignBooking', status: 400, param: 'new_host', arrange: on('reassign', {}) },
  {
    endpoint: 'reassignBooking',
    status: 400,
    param: 'location.type',
    arrange: on('reassign', { new_host: 'x', location: { type: 'physical', value: 'zoom' } }),
  },
  {
    endpoint: 'reassignBooking',
    status: 400,
    param: 'location.value',
    arrange: on('reassign', { new_host: 'x', location: { type: 'virtual', value: 'skype' } }),
  },
  { endpoint: 'reassignBooking', status: 404, param: 'new_host', arrange: on('reassign', { new_host: 'x' }) },
  {
    endpoint: 'reassignBooking',
    status: 409,
    param: 'id',
    arrange: async (house) => onCanceled('reassign', { new_host: (await toBo(house)).new_host })(house),
  },
  {
    endpoint: 'reassignBooking',
    status: 409,
    param: 'new_host',
    arrange: async (house) => on('reassign', { new_host: publicId('user', house.ana.id) })(house),
  },
  {
    endpoint: 'reassignBooking',
    status: 409,
    param: 'new_host',
    arrange: async (house) => {
      const { bo, new_host } = await toBo(house)
      const page = await house.aPage({ owner: bo, name: 'Bo Ek', zone: 'Europe/Berlin' })
      await house.aBooking({ page, start: '2026-11-25T09:00:00Z' })
      return on('reassign', { new_host })(house)
    },
  },
  {
    endpoint: 'reassignBooking',
    status: 409,
    param: 'location.value',
    arrange: async (house) =>
      on('reassign', {
        new_host: (await toBo(house)).new_host,
        location: { type: 'virtual', value: 'zoom' },
      })(house),
  },
]
