import { describe, expect, test } from 'vitest'
import { type ApiHouse, openApiHouse } from './api-house.ts'

const creations: {
  name: string
  body: unknown
  table: string
  path: (house: ApiHouse) => Promise<string>
}[] = [
  {
    name: 'contact',
    body: { first_name: 'Lena', last_name: 'Novak', email: 'lena@example.org' },
    table: 'contacts',
    path: async () => '/contacts',
  },
  {
    name: 'webhook',
    body: { url: 'https://hooks.example.com/all', name: 'all', events: ['booking'] },
    table: 'subscriptions',
    path: async () => '/webhooks',
  },
  {
    name: 'user',
    body: { email: 'bo@example.com', first_name: 'Bo', last_name: 'Ek' },
    table: 'users',
    path: async () => '/users',
  },
  {
    name: 'one-time link',
    body: { booking_form: { name: 'Lena' } },
    table: 'one_time_links',
    path: async ({ call }) =>
      `/booking-calendars/${(await call('GET', '/booking-calendars')).body.data[0].id}/one-time-links`,
  },
]

const count = async ({ sql }: ApiHouse, table: string) => (await sql(`select 1 from ${table}`)).length

describe.each(creations)('a $name asked for with an Idempotency-Key', ({ body, table, path: pathIn }) => {
  test('is made once, however often and however close together, and each call is answered alike', async () => {
    const house = await openApiHouse()
    const path = await pathIn(house)
    const before = await count(house, table)
    const ask = () => house.call('POST', path, { body, headers: { 'idempotency-key': 'k1' } })
    const answers = await Promise.all([ask(), ask(), ask()])
    answers.push(await ask())
    expect(answers[0]?.status).toBeLessThan(300)
    for (const answer of answers)
      expect([answer.status, answer.body]).toEqual([answers[0]?.status, answers[0]?.body])
    expect((await count(house, table)) - before).toBe(1)
  })
})

describe('an Idempotency-Key', () => {
  const lena = { first_name: 'Lena', last_name: 'Novak', email: 'lena@example.org' }
  const headers = { 'idempotency-key': 'k1' }

  test('is not used up by a call that was refused, which leaves no trace', async () => {
    const { call, ...house } = await openApiHouse()
    const wrong = { ...lena, owner: 'USR-00000000000000000000000000' }
    expect((await call('POST', '/contacts', { body: wrong, headers })).status).toBe(400)
    expect(await house.sql('select 1 from idempotency_records')).toEqual([])
    expect((await call('POST', '/contacts', { body: lena, headers })).status).toBe(201)
  })

  test('counts for its account and endpoint only', async () => {
    const { call, ...house } = await openApiHouse()
    expect((await call('POST', '/contacts', { body: lena, headers })).status).toBe(201)
    const bo = { email: 'bo@example.com', first_name: 'Bo', last_name: 'Ek' }
    expect((await call('POST', '/users', { body: bo, headers })).status).toBe(200)
    expect(await house.sql('select verb from idempotency_records order by verb')).toEqual([
      { verb: 'createContact' },
      { verb: 'createUser' },
    ])
  })

  test('keeps the secret of a webhook sealed', async () => {
    const { call, ...house } = await openApiHouse()
    const body = { url: 'https://hooks.example.com/all', name: 'all', events: ['booking'] }
    const { secret } = (await call('POST', '/webhooks', { body, headers })).body
    const rows = await house.sql<{ text: string }>(
      `select encode(answer, 'escape') as text from idempotency_records`,
    )
    expect(rows).toHaveLength(1)
    expect(secret.length).toBeGreaterThan(10)
    expect(rows[0]?.text).not.toContain(secret)
    expect(rows[0]?.text).not.toContain('hooks.example.com')
  })
})
