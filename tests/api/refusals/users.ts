import { publicId } from '#kit/ids.ts'
import type { ApiHouse } from '../api-house.ts'
import type { Provocation } from './provocation.ts'

const bo = { email: 'bo@example.com', first_name: 'Bo', last_name: 'Ek' }

const aMember = async ({ call }: ApiHouse): Promise<string> =>
  `/users/${(await call('POST', '/users', { body: bo })).body.id}`

const owner = ({ ana }: ApiHouse) => `/users/${publicId('user', ana.id)}`

export const userProvocations: Provocation[] = [
  ...[
    { param: 'email', body: { ...bo, email: 'Ana@example.com' } },
    { param: 'email', body: { ...bo, email: 'nobody' } },
    { param: 'email', body: { first_name: 'Bo', last_name: 'Ek' } },
    { param: 'first_name', body: { ...bo, first_name: '<b>Bo</b>' } },
    { param: 'last_name', body: { email: 'bo@example.com', first_name: 'Bo' } },
    { param: 'last_name', body: { ...bo, first_name: 'B'.repeat(60), last_name: 'E'.repeat(60) } },
    { param: 'role_name', body: { ...bo, role_name: 'Boss' } },
    { param: 'teams', body: { ...bo, teams: ['TM-00000000000000000000000000'] } },
    { param: 'id', body: { ...bo, id: 'USR-00000000000000000000000000' } },
  ].map(
    ({ param, body }): Provocation => ({
      endpoint: 'createUser',
      status: 400,
      param,
      arrange: async () => ({ path: '/users', body }),
    }),
  ),

  {
    endpoint: 'createUser',
    status: 422,
    param: 'Idempotency-Key',
    arrange: async ({ call }) => {
      const headers = { 'idempotency-key': 'one and the same' }
      await call('POST', '/users', { body: bo, headers })
      return { path: '/users', body: { ...bo, last_name: 'Lund' }, headers }
    },
  },

  ...[
    { param: 'body', body: {} },
    { param: 'first_name', body: { first_name: 'B'.repeat(100) } },
    { param: 'last_name', body: { last_name: 'E{k}' } },
    { param: 'role_name', body: { role_name: 'Account Owner' } },
    { param: 'teams', body: { teams: 'all' } },
    { param: 'teams', body: { teams: ['everybody'] } },
    { param: 'id', body: { id: 'USR-00000000000000000000000000' } },
  ].map(
    ({ param, body }): Provocation => ({
      endpoint: 'updateUser',
      status: 400,
      param,
      arrange: async (house) => ({ path: await aMember(house), body }),
    }),
  ),
  {
    endpoint: 'updateUser',
    status: 403,
    param: 'id',
    arrange: async (house) => ({ path: owner(house), body: { first_name: 'Anna' } }),
  },
  {
    endpoint: 'updateUser',
    status: 410,
    param: 'id',
    arrange: async (house) => {
      const path = await aMember(house)
      await house.call('DELETE', path)
      return { path, body: { first_name: 'Anna' } }
    },
  },
  {
    endpoint: 'deleteUser',
    status: 403,
    param: 'id',
    arrange: async (house) => ({ path: owner(house) }),
  },
]
