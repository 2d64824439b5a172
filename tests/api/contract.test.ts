import { describe, expect, test } from 'vitest'
import type { Endpoint } from '#contracts/api/endpoint.ts'
import { inSystem } from '#database/db.ts'
import { openAccount } from '#domain/accounts/add-user.ts'
import { createAccountKey, listAccountKeys, revokeAccountKey } from '#domain/api-keys/manage-account-keys.ts'
import { defaultApiLimits } from '#http/api/limits.ts'
import { accepted } from '#kit/result.ts'
import { endpoints } from '../../bench/open-api-check.ts'
import { type ApiHouse, noLimits, openApiHouse } from './api-house.ts'
import { availabilityProvocations } from './refusals/availability.ts'
import { bookingProvocations } from './refusals/bookings.ts'
import { calendarProvocations } from './refusals/calendars.ts'
import { contactProvocations } from './refusals/contacts.ts'
import { linkProvocations } from './refusals/links.ts'
import type { Provocation } from './refusals/provocation.ts'
import { smsProvocations } from './refusals/sms.ts'
import { userProvocations } from './refusals/users.ts'
import { webhookProvocations } from './refusals/webhooks.ts'

/**
 * What holds for every endpoint, generated from the contracts: whatever is added there is tried here, and a refusal that nobody knows
 * how to bring about fails. Every answer is held against the OpenAPI document by `openApiHouse`.
 */

const provocations: Provocation[] = [
  ...bookingProvocations,
  ...calendarProvocations,
  ...linkProvocations,
  ...contactProvocations,
  ...userProvocations,
  ...availabilityProvocations,
  ...smsProvocations,
  ...webhookProvocations,
]

const pathWith = ({ path }: Endpoint, id: string) => path.replace('{id}', id)
const nobody = 'XX-00000000000000000000000000'

const byName = (name: string): Endpoint => {
  const found = endpoints.find((endpoint) => endpoint.name === name)
  if (!found) throw new Error(`There is no endpoint ${name}`)
  return found
}

describe('every endpoint', () => {
  test('has a name and a place of its own', () => {
    expect(new Set(endpoints.map(({ name }) => name)).size).toBe(endpoints.length)
    expect(new Set(endpoints.map(({ method, path }) => `${method} ${path}`)).size).toBe(endpoints.length)
  })

  test('refuses a missing, an unknown and a revoked key before it looks at anything else', async () => {
    const house = await openApiHouse()
    const revoked = await house.aKey('all', 'revoked')
    const keys = accepted(await listAccountKeys(house, house.ana))
    for (const { id, name } of keys)
      if (name === 'revoked') accepted(await revokeAccountKey(house, { viewer: house.ana, id }))
    for (const endpoint of endpoints)
      for (const key of [null, '', 'hwk_00000000_nonsense', revoked]) {
        const answer = await house.call(endpoint.method, `${pathWith(endpoint, nobody)}?limit=0`, {
          key,
          ...(endpoint.method === 'GET' ? {} : { text: '{' }),
        })
        // A body that is no JSON is read after the key was looked at.
        expect([endpoint.name, answer.status, answer.body.type, answer.body.param]).toEqual([
          endpoint.name,
          401,
          'authentication_error',
          undefined,
        ])
      }
  })

  test('goes by the scope of the key', async () => {
    const house = await openApiHouse()
    const keys = { read: await house.aKey('read', 'reads'), webhooks: await house.aKey('webhooks', 'hooks') }
    for (const endpoint of endpoints)
      for (const scope of ['read', 'webhooks'] as const) {
        const { status, body } = await house.call(endpoint.method, pathWith(endpoint, nobody), {
          key: keys[scope],
        })
        const may = endpoint.need === 'any' || endpoint.need === scope
        expect([endpoint.name, scope, status === 403]).toEqual([endpoint.name, scope, !may])
        if (!may) expect(body).toEqual({ type: 'authentication_error', message: expect.any(String) })
      }
  })

  test('is limited by account, with a burst, and by address; Retry-After is a whole number of seconds', async () => {
    const house = await openApiHouse({ limits: { ...noLimits, perSecond: 5, burst: 3 } })
    const statuses: number[] = []
    for (const endpoint of endpoints.slice(0, 6)) {
      const { status, body, headers } = await house.call(endpoint.method, pathWith(endpoint, nobody))
      statuses.push(status)
      if (status !== 429) continue
      expect(body).toEqual({ type: 'rate_limit_error', message: expect.any(String) })
      expect(headers['retry-after']).toBe('1')
    }
    expect(statuses.slice(0, 3)).not.toContain(429)
    expect(statuses.slice(3)).toContain(429)

    const strict = await openApiHouse({ limits: { ...noLimits, perAddress: 2 } })
    const ask = (address: string) =>
      strict.call('GET', '/test', { headers: { 'x-forwarded-for': address } }).then(({ status }) => status)
    expect([await ask('203.0.113.1'), await ask('203.0.113.1'), await ask('203.0.113.1')]).toEqual([
      200, 200, 429,
    ])
    expect(await ask('203.0.113.2')).toBe(200)
    expect(defaultApiLimits).toEqual({ perSecond: 5, burst: 20, perAddress: 200 })
  })

  test('with an id knows neither one that never was nor another account’s', async () => {
    const house = await openApiHouse()
    for (const endpoint of endpoints.filter(({ path }) => path.includes('{id}')))
      for (const id of [nobody, 'rubbish', '%00', '..%2f..', 'BKNG-7ZZZZZZZZZZZZZZZZZZZZZZZZZ']) {
        const body = endpoint.body ? { body: await rightBodyOf(endpoint) } : {}
        const answer = await house.call(endpoint.method, pathWith(endpoint, id), body)
        expect([endpoint.name, id, answer.status, answer.body.param]).toEqual([endpoint.name, id, 404, 'id'])
        expect(answer.body.message).toContain(endpoint.noun)
      }
    const foreign = await aForeignKey(house)
    await house.aBooking({ page: house.page, start: '2026-11-25T09:00:00Z' })
    await house.sql(
      `insert into teams select account_id, gen_random_uuid(), 'Sales', now() from accounts where account_id = $1`,
      [house.ana.accountId],
    )
    await house.call('POST', '/webhooks', {
      body: { url: 'https://hooks.example.com/', name: 'all', events: ['booking'] },
    })
    for (const endpoint of endpoints.filter(({ path }) => path.includes('{id}'))) {
      const { data } = (await house.call('GET', endpoint.path.split('/{id}')[0] ?? '')).body
      // There is no master page anywhere.
      const [{ id } = { id: nobody }] = data
      const body = endpoint.body ? { body: await rightBodyOf(endpoint) } : {}
      const answer = await house.call(endpoint.method, pathWith(endpoint, id), { ...body, key: foreign })
      expect([endpoint.name, answer.status, answer.body.param]).toEqual([endpoint.name, 404, 'id'])
    }
    expect((await house.call('GET', '/bookings', { key: foreign })).body.data).toEqual([])
  }, 60_000)

  test('with a body refuses what is no JSON, and what is no object', async () => {
    const house = await openApiHouse()
    for (const endpoint of endpoints.filter(({ body }) => body !== undefined))
      for (const text of ['{', '[]', '"text"', '7', 'true', '\u0000']) {
        const answer = await house.call(endpoint.method, pathWith(endpoint, nobody), { text })
        expect([endpoint.name, text, answer.status, answer.body.param]).toEqual([
          endpoint.name,
          text,
          400,
          'body',
        ])
      }
  })

  test('that lists refuses a wrong limit and both cursors at once, and pages alike for all clients', async () => {
    const house = await openApiHouse()
    for (let day = 0; day < 5; day += 1)
      for (const hour of ['09', '10', '13', '14', '15'])
        await house.aBooking({
          page: house.page,
          start: `2026-11-${25 + (day % 3)}T${hour}:${day < 3 ? '00' : '30'}:00Z`,
          email: `guest${day}${hour}@example.org`,
        })
    for (const endpoint of endpoints.filter(({ isList }) => isList)) {
      for (const limit of ['0', '101', '-1', '1.5', 'ten', '1e1', '%20']) {
        const answer = await house.call('GET', `${endpoint.path}?limit=${limit}`)
        expect([endpoint.name, limit, answer.status, answer.body.param]).toEqual([
          endpoint.name,
          limit,
          400,
          'limit',
        ])
      }
      const both = await house.call('GET', `${endpoint.path}?after=a&before=b`)
      expect([endpoint.name, both.status, 'param' in both.body]).toEqual([endpoint.name, 400, false])
      const whole = (await house.call('GET', `${endpoint.path}?limit=100`)).body
      expect(whole).toMatchObject({ object: 'list', has_more: false })
      const ids = whole.data.map(({ id }: { id: string }) => id)
      for (const walk of [byLink, byHasMore, untilShort, untilEmpty])
        expect([endpoint.name, walk.name, await walk(house, endpoint.path)]).toEqual([
          endpoint.name,
          walk.name,
          ids,
        ])
      expect([endpoint.name, await backwards(house, endpoint.path, ids)]).toEqual([endpoint.name, ids])
      // An id that is not there (any more) is the beginning.
      expect((await house.call('GET', `${endpoint.path}?limit=100&after=${nobody}`)).body.data).toHaveLength(
        ids.length,
      )
    }
  }, 60_000)
})

describe('every refusal of a contract', () => {
  test('can be brought about', () => {
    const rows = endpoints.flatMap(({ name, refusals }) =>
      refusals.map(({ status, param }) => `${name} ${status} ${param}`),
    )
    const provoked = new Set(
      provocations.map(({ endpoint, status, param }) => `${endpoint} ${status} ${param}`),
    )
    expect(rows.filter((row) => !provoked.has(row))).toEqual([])
    expect([...provoked].filter((row) => !rows.includes(row))).toEqual([])
  })

  test.each(
    provocations.map((one, place) => [`${one.endpoint} ${one.status} ${one.param} (${place})`, one] as const),
  )('%s', async (_, { endpoint: name, status, param, arrange }) => {
    const house = await openApiHouse({
      refusalOfTarget: (url) => (url.startsWith('https://') ? undefined : 'It must begin with https://.'),
    })
    const endpoint = byName(name)
    const { path, ...more } = await arrange(house)
    const answer = await house.call(endpoint.method, path, more)
    expect([answer.status, answer.body.param]).toEqual([status, param])
    expect(answer.body.type).toBe('invalid_request_error')
  })
})

/** A body of which only the id is wrong. */
async function rightBodyOf({ name }: Endpoint): Promise<unknown> {
  const bodies: Record<string, unknown> = {
    scheduleBooking: {
      start_time: '2026-11-25T09:00:00Z',
      guest_time_zone: 'Europe/Berlin',
      booking_form: { name: 'Lena', email: 'lena@example.org' },
    },
    reassignBooking: { new_host: nobody },
    updateContact: { city: 'Bergen' },
    updateUser: { first_name: 'Bo' },
    updateAvailability: { weekly: [] },
  }
  return bodies[name] ?? {}
}

/** A key of another account in the same installation. */
async function aForeignKey(house: ApiHouse): Promise<string> {
  const accountId = await inSystem(house.database, (tx) => openAccount(tx, house, 'Others'))
  const bea = await house.aUser({ accountId, name: 'Bea Lind', role: 'administrator' })
  return accepted(await createAccountKey(house, { viewer: bea, name: 'theirs', scope: 'all' })).key
}

const limit = 4
const get = async (house: ApiHouse, path: string) => {
  const { body, headers } = await house.call('GET', path)
  return { ids: body.data.map(({ id }: { id: string }) => id) as string[], body, link: headers.link }
}

async function byLink(house: ApiHouse, path: string): Promise<string[]> {
  const ids: string[] = []
  let next: string | undefined = `${path}?limit=${limit}`
  while (next !== undefined) {
    const page = await get(house, next)
    ids.push(...page.ids)
    const address = /<([^>]+)>; rel="next"/.exec(page.link ?? '')?.[1]
    expect(address ?? 'http://localhost/v2').toMatch(/^http:\/\/localhost(:80)?\/v2/)
    next = address?.replace(/^http:\/\/localhost(:80)?\/v2/, '')
  }
  return ids
}

async function byHasMore(house: ApiHouse, path: string): Promise<string[]> {
  const ids: string[] = []
  for (let more = true; more; ) {
    const page = await get(house, `${path}?limit=${limit}${ids.length > 0 ? `&after=${ids.at(-1)}` : ''}`)
    ids.push(...page.ids)
    more = page.body.has_more
  }
  return ids
}

async function untilShort(house: ApiHouse, path: string): Promise<string[]> {
  const ids: string[] = []
  for (let last = limit; last === limit; ) {
    const page = await get(house, `${path}?limit=${limit}${ids.length > 0 ? `&after=${ids.at(-1)}` : ''}`)
    ids.push(...page.ids)
    last = page.ids.length
  }
  return ids
}

async function untilEmpty(house: ApiHouse, path: string): Promise<string[]> {
  const ids: string[] = []
  for (let last = 1; last > 0; ) {
    const page = await get(house, `${path}?limit=${limit}${ids.length > 0 ? `&after=${ids.at(-1)}` : ''}`)
    ids.push(...page.ids)
    last = page.ids.length
  }
  return ids
}

/** From the last one back to the first. */
async function backwards(house: ApiHouse, path: string, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const found = [ids.at(-1) as string]
  for (;;) {
    const page = await get(house, `${path}?limit=${limit}&before=${found[0]}`)
    if (page.ids.length === 0) return found
    found.unshift(...page.ids)
    if (!/rel="previous"/.test(page.link ?? '')) return found
  }
}
