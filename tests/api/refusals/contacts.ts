import type { ApiHouse } from '../api-house.ts'
import type { Provocation } from './provocation.ts'

const lena = { first_name: 'Lena', last_name: 'Novak', email: 'lena@example.org' }
const noId = 'CTC-00000000000000000000000000'

const aContact = async ({ call }: ApiHouse): Promise<string> =>
  `/contacts/${(await call('POST', '/contacts', { body: lena })).body.id}`

/** What both POST and PATCH refuse, by the value that is wrong. */
const wrong: [param: string, value: unknown][] = [
  ['owner', 'USR-00000000000000000000000000'],
  ['phone', '12'],
  ['salutation', 1],
  ['job_title', 'x'.repeat(201)],
  ['company', 'one\ntwo'],
  ['company_size', []],
  ['city', { name: 'Berlin' }],
  ['state', '\u0007'],
  ['country', true],
  ['post_code', 'x'.repeat(51)],
  ['street_address', 'x'.repeat(501)],
  ['employees', -1],
  ['has_consent', 'yes'],
  ['terms_of_sevice', 1],
  ['terms_of_service', 'no'],
  ['timezone', 'Europe/Nowhere'],
  ['custom_fields', [{ name: 'nobody-asks', value: 1 }]],
]

export const contactProvocations: Provocation[] = [
  ...['creation_time', 'last_updated_time'].flatMap((name): Provocation[] => [
    {
      endpoint: 'listContacts',
      status: 400,
      param: `${name}.gt`,
      arrange: async () => ({ path: `/contacts?${name}.gt=2026-12-02&${name}.lt=2026-12-01` }),
    },
    {
      endpoint: 'listContacts',
      status: 400,
      param: `${name}.lt`,
      arrange: async () => ({ path: `/contacts?${name}.lt=soon` }),
    },
  ]),

  ...[
    { param: 'first_name', body: { last_name: 'Novak', email: 'lena@example.org' } },
    { param: 'last_name', body: { ...lena, last_name: ' ' } },
    { param: 'email', body: { first_name: 'Lena', last_name: 'Novak' } },
    { param: 'mobile_phone', body: { first_name: 'Lena', last_name: 'Novak', mobile_phone: '0151' } },
    { param: 'id', body: { ...lena, id: noId } },
    ...wrong.map(([param, value]) => ({ param, body: { ...lena, [param]: value } })),
  ].map(
    ({ param, body }): Provocation => ({
      endpoint: 'createContact',
      status: 400,
      param,
      arrange: async () => ({ path: '/contacts', body }),
    }),
  ),
  {
    endpoint: 'createContact',
    status: 422,
    param: 'Idempotency-Key',
    arrange: async ({ call }) => {
      const headers = { 'idempotency-key': 'one and the same' }
      await call('POST', '/contacts', { body: lena, headers })
      return { path: '/contacts', body: { ...lena, city: 'Brno' }, headers }
    },
  },
  {
    endpoint: 'createContact',
    status: 409,
    param: 'email',
    arrange: async (house) => {
      await aContact(house)
      return { path: '/contacts', body: { ...lena, email: 'LENA@example.org' } }
    },
  },
  {
    endpoint: 'createContact',
    status: 409,
    param: 'mobile_phone',
    arrange: async ({ call }) => {
      const body = { first_name: 'Lena', last_name: 'Novak', mobile_phone: '+491511234567' }
      await call('POST', '/contacts', { body })
      return { path: '/contacts', body: { ...body, mobile_phone: '0049 151 1234567' } }
    },
  },

  ...[
    { param: 'body', body: {} },
    { param: 'email', body: { email: 'other@example.org' } },
    { param: 'mobile_phone', body: { mobile_phone: '+491511234567' } },
    { param: 'first_name', body: { first_name: '' } },
    { param: 'last_name', body: { last_name: null } },
    { param: 'id', body: { id: noId } },
    ...wrong.map(([param, value]) => ({ param, body: { [param]: value } })),
  ].map(
    ({ param, body }): Provocation => ({
      endpoint: 'updateContact',
      status: 400,
      param,
      arrange: async (house) => ({ path: await aContact(house), body }),
    }),
  ),
]
