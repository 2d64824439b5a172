import fc from 'fast-check'
import { request } from 'undici'
import type { Endpoint } from '#contracts/api/endpoint.ts'
import { statusesOf } from '#contracts/api/openapi.ts'
import { createAccountKey } from '#domain/api-keys/manage-account-keys.ts'
import { createTeam } from '#domain/teams/manage-teams.ts'
import { publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { openBenchApp } from './bench-app.ts'
import { addOwners, openBenchServerWithHouse } from './bench-house.ts'
import { complaintAbout, document, endpoints } from './open-api-check.ts'

type Json = Record<string, unknown>

/** What a faulty server may do, planted to see whether the run notices. */
export type Planted = 'nothing' | 'fault' | 'off-schema'

/**
 * Requests made from the OpenAPI document against the real server: inputs that fit their schema, that nearly do, and rubbish; ids are
 * those that earlier answers gave, and others. No answer may be a fault of the server, of a status that is not documented, or off its
 * schema, and none may take longer than ten seconds.
 */
export async function proveApiFuzz({
  requests,
  seed = Date.now() % 1_000_000_000,
  planted = 'nothing',
}: {
  requests: number
  seed?: number
  planted?: Planted
}) {
  const house = await openBenchServerWithHouse()
  const app = await openBenchApp(house, undefined, { api: { perSecond: 0, burst: 0, perAddress: 0 } })
  try {
    const made = await createAccountKey(house.deps, { viewer: house.ana, name: 'fuzz', scope: 'all' })
    const { key } = accepted(made)
    await addOwners(house, 20)
    const ids: KnownIds = new Map()
    for (const id of await seedBookings(app.origin, key)) remember(ids, id)
    const team = accepted(await createTeam(house.deps, { viewer: house.ana, name: 'Support' }))
    remember(ids, publicId('team', team))
    const statuses: Record<string, number> = {}
    const complaints: string[] = []
    const succeeded = new Set<string>()
    const calls = fc.sample(fc.oneof(...endpoints.map(weighed)), {
      seed,
      numRuns: requests,
    })
    for (const [place, call] of calls.entries()) {
      const path = fill(call.path, ids, call.pick)
      const answer = await request(`${app.origin}/v2${path}`, {
        method: call.method,
        headers: {
          'api-key': key,
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...call.headers,
        },
        bodyTimeout: 10_000,
        headersTimeout: 10_000,
        ...(call.body === undefined ? {} : { body: fill(call.body, ids, call.pick) }),
      })
      const text = await answer.body.text()
      const status = planted === 'fault' && place % 50 === 49 ? 500 : answer.statusCode
      let body = readJson(text)
      if (planted === 'off-schema' && place % 50 === 49 && typeof body === 'object')
        body = { ...body, surprise: 1 }
      statuses[status] = (statuses[status] ?? 0) + 1
      if (status < 300) succeeded.add(call.endpoint.name)
      for (const id of text.match(/[A-Z]{2,4}-[0-9A-HJKMNP-TV-Z]{26}/g) ?? []) remember(ids, id)
      const documented = [...statusesOf(call.endpoint).keys()].includes(status)
      const complaint =
        status >= 500
          ? `status ${status}: ${text.slice(0, 200)}`
          : documented
            ? complaintAbout(call.method, path, {
                status,
                body,
                headers: answer.headers as Record<string, string>,
              })
            : `status ${status} is not documented`
      if (complaint !== undefined)
        complaints.push(`#${place} ${call.method} ${path} ${call.body?.slice(0, 300) ?? ''}: ${complaint}`)
    }
    const alive = await request(`${app.origin}/v2/test`, { headers: { 'api-key': key } })
    await alive.body.dump()
    return {
      seed,
      requests: calls.length,
      endpoints: endpoints.length,
      statuses,
      neverSucceeded: endpoints.map(({ name }) => name).filter((name) => !succeeded.has(name)),
      complaints: complaints.slice(0, 10),
      differences: complaints.length + (alive.statusCode === 200 ? 0 : 1),
    }
  } finally {
    await app.close()
    await house.close()
  }
}

/** Sixty bookings to act on; returns their ids. */
async function seedBookings(origin: string, key: string): Promise<string[]> {
  const ask = async (path: string, body?: unknown): Promise<Json> => {
    const answer = await request(`${origin}/v2${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'api-key': key },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return (await answer.body.json()) as Json
  }
  const calendars = (await ask('/booking-calendars?limit=100')).data as {
    id: string
    duration_minutes: number
  }[]
  const { id: calendar = '' } = calendars.find((one) => one.duration_minutes === 15) ?? {}
  const from = Date.now() + 86_400_000
  const query = `start_time=${new Date(from).toISOString()}&end_time=${new Date(from + 20 * 86_400_000).toISOString()}`
  const slots = (await ask(`/booking-calendars/${calendar}/time-slots?${query}`)) as unknown as {
    start_time: string
  }[]
  const ids: string[] = []
  for (const { start_time } of slots.slice(0, 60)) {
    const booked = await ask(`/booking-calendars/${calendar}/schedule`, {
      start_time,
      guest_time_zone: 'Europe/Berlin',
      booking_form: { name: 'Lena Novak', email: `lena${ids.length}@example.org` },
    })
    ids.push(String(booked.id))
  }
  return ids
}

interface Call {
  endpoint: Endpoint
  method: Endpoint['method']
  path: string
  body: string | undefined
  headers: Record<string, string>
  /** Chooses among the known ids. */
  pick: number
}

/** Ids that answers gave, by their prefix. */
type KnownIds = Map<string, string[]>

function remember(ids: KnownIds, id: string): void {
  const prefix = id.split('-')[0] ?? ''
  const known = ids.get(prefix) ?? []
  // The newest hundred: older things are canceled or deleted by now.
  if (!known.includes(id)) ids.set(prefix, [...known, id].slice(-100))
}

/** Stands for an id with this prefix that an earlier answer gave. */
const known = (prefix: string) => `<known ${prefix}>`

const anId = (prefix: string) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant(known(prefix)) },
    { weight: 1, arbitrary: fc.constantFrom('BKNG', 'USR', 'CTC', 'WHK').map(known) },
    { weight: 1, arbitrary: fc.constant('BKNG-00000000000000000000000000') },
    { weight: 1, arbitrary: fc.string({ minLength: 1 }) },
  )

const prefixOfNoun: Record<string, string> = {
  booking: 'BKNG',
  'booking calendar': 'BKC',
  'booking page': 'BP',
  'event type': 'ET',
  contact: 'CTC',
  user: 'USR',
  team: 'TM',
  webhook: 'WHK',
}

const prefixOfName: Record<string, string> = {
  contact: 'CTC',
  booking_calendar: 'BKC',
  booking_page: 'BP',
  event_type: 'ET',
  recipient: 'CTC',
}

const rubbish = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    'null',
    'true',
    '[]',
    '\u0000',
    '\ud800',
    "' or 1=1 --",
    'ünïcode 🚀',
    '9'.repeat(400),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

/** What is deleted can be tried no more, so that is tried less often. */
const weighed = (endpoint: Endpoint) => ({
  weight: endpoint.method === 'DELETE' ? 1 : 4,
  arbitrary: callOf(endpoint),
})

function callOf(endpoint: Endpoint): fc.Arbitrary<Call> {
  const operation = ((document.paths as Record<string, Json>)[endpoint.path] as Record<string, Json>)[
    endpoint.method.toLowerCase()
  ] as Json
  const parameters = (operation.parameters as { name: string; in: string; schema: Json }[]) ?? []
  const query = fc.record(
    Object.fromEntries(
      parameters
        .filter((one) => one.in === 'query')
        .map(({ name, schema }) => [
          name,
          fc.oneof({ weight: 6, arbitrary: textOf(name, schema) }, { weight: 1, arbitrary: rubbish }),
        ]),
    ),
    { requiredKeys: [] },
  )
  const schema = (
    ((operation.requestBody as Json | undefined)?.content as Json | undefined)?.['application/json'] as
      | { schema: Json }
      | undefined
  )?.schema
  const body =
    schema === undefined
      ? fc.constantFrom(undefined, undefined, '{}', 'x')
      : fc.oneof(
          { weight: 8, arbitrary: sampleOf(schema).map((value) => JSON.stringify(value)) },
          { weight: 3, arbitrary: nearly(schema).map((value) => JSON.stringify(value)) },
          { weight: 1, arbitrary: fc.json() },
          { weight: 1, arbitrary: rubbish },
        )
  return fc
    .record({
      query,
      body,
      id: anId(prefixOfNoun[endpoint.noun ?? ''] ?? 'BKNG'),
      pick: fc.nat(),
      strange: fc.option(fc.tuple(fc.constantFrom('limit', 'x', 'expand[]', '__proto__'), rubbish), {
        freq: 9,
      }),
      idempotencyKey: fc.option(fc.constantFrom('a', 'b', 'c'), { freq: 4 }),
    })
    .map(({ query, body, id, pick, strange, idempotencyKey }) => {
      const entries = Object.entries(query as Record<string, string | undefined>).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      )
      if (strange) entries.push(strange)
      const search = entries
        .map(([name, value]) => `${encode(name)}=${isKnown(value) ? value : encode(value)}`)
        .join('&')
      const shownId = isKnown(id) ? id : encode(id)
      return {
        endpoint,
        method: endpoint.method,
        path: endpoint.path.replace('{id}', shownId) + (search === '' ? '' : `?${search}`),
        body: endpoint.method === 'GET' || body === '' ? undefined : (body as string | undefined),
        headers: (idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}) as Record<string, string>,
        pick,
      }
    })
}

const isKnown = (text: string) => /^<known \w+>$/.test(text)

/** Halves of characters cannot stand in an address. */
const encode = (text: string) => encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E')

/** Other ids at each place where one is to stand, the same for the same `pick`. */
function fill(text: string, ids: KnownIds, pick: number): string {
  let turn = pick
  return text.replaceAll(/<known (\w+)>/g, (_, prefix: string) => {
    turn += 1
    const ofKind = ids.get(prefix) ?? []
    return ofKind[turn % Math.max(1, ofKind.length)] ?? `${prefix}-00000000000000000000000001`
  })
}

const times = fc.oneof(
  fc.constantFrom('2026-12-01', '2026-12-01T09:00:00Z', '2026-12-01T09:00:00.000000+02:00', '2026-02-30'),
  fc
    .date({ min: new Date(Date.now()), max: new Date(Date.now() + 40 * 86_400_000), noInvalidDate: true })
    .map((date) => date.toISOString()),
)

function textOf(name: string, schema: Json): fc.Arbitrary<string> {
  if (schema.type === 'integer') return fc.integer({ min: -1, max: 102 }).map(String)
  if (schema.format === 'date-time' || schema.format === 'date') return times
  if (name === 'expand')
    return fc
      .subarray([
        'owner',
        'data.contact',
        'booking_page',
        'event_type',
        'booking_calendar',
        'conversation',
        'recipient',
      ])
      .map((names) => names.join(','))
  if (name === 'status') return fc.constantFrom('scheduled', 'canceled,requested', 'completed', 'done')
  if (name === 'email') return fc.constantFrom('lena@example.org', 'bo@example.org', 'nobody')
  return anId(prefixOfName[name] ?? (name === 'after' || name === 'before' ? 'BKNG' : 'USR'))
}

/** Values that fit a schema of the document, as far as schemas tell. */
function sampleOf(schema: Json): fc.Arbitrary<unknown> {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return sampleOf(((document.components as Json).schemas as Record<string, Json>)[name] ?? {})
  }
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  const choices = (schema.anyOf ?? schema.oneOf) as Json[] | undefined
  if (choices) return fc.oneof(...choices.map(sampleOf))
  const type = Array.isArray(schema.type)
    ? fc.constantFrom(...(schema.type as string[]))
    : fc.constant(schema.type)
  return type.chain((one) => sampleOfType(one as string | undefined, schema))
}

function sampleOfType(type: string | undefined, schema: Json): fc.Arbitrary<unknown> {
  switch (type) {
    case 'object': {
      const properties = Object.entries((schema.properties as Record<string, Json> | undefined) ?? {})
      return fc.record(Object.fromEntries(properties.map(([name, one]) => [name, memberOf(name, one)])), {
        requiredKeys: ((schema.required as string[] | undefined) ?? []) as never[],
      })
    }
    case 'array':
      return fc.array(sampleOf((schema.items as Json | undefined) ?? {}), { maxLength: 3 })
    case 'integer':
      return fc.integer({ min: Math.max(0, Number(schema.minimum ?? 0)), max: 10_000 })
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return schema.format === 'date-time'
        ? times
        : fc.oneof(fc.string({ maxLength: 30 }), fc.lorem({ maxCount: 3 }))
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

/** Members whose name tells more than their schema: so that many requests get as far as the domain. */
function memberOf(name: string, schema: Json): fc.Arbitrary<unknown> {
  const likely: Record<string, fc.Arbitrary<unknown>> = {
    email: fc.integer({ min: 0, max: 30 }).map((n) => `guest${n}@example.org`),
    mobile_phone: fc.integer({ min: 0, max: 30 }).map((n) => `+4930123456${10 + n}`),
    phone: fc.constantFrom('+12025550195', null, ''),
    guest_time_zone: fc.constantFrom('Europe/Berlin', 'America/New_York'),
    timezone: fc.constantFrom('Europe/Berlin', 'America/New_York'),
    new_host: anId('USR'),
    teams: fc.array(anId('TM'), { maxLength: 2 }),
    owner: anId('USR'),
    role_name: fc.constantFrom('Member', 'Administrator', 'Team Manager', 'Account Owner'),
    url: fc.constantFrom('https://hooks.example.com/1', 'https://hooks.example.com/2', 'ftp://x'),
    events: fc.constantFrom(['booking'], ['booking.canceled', 'conversation.started'], []),
    name: fc.oneof(
      fc.integer({ min: 0, max: 40 }).map((n) => `name ${n}`),
      fc.string({ maxLength: 12 }),
    ),
    start_time:
      schema.format === 'date-time'
        ? fc.integer({ min: 1, max: 20 * 96 }).map((quarter) => quarterOf(quarter))
        : fc.constantFrom('09:00', '10:15', '9:00', '12:07'),
    end_time: schema.format === 'date-time' ? times : fc.constantFrom('12:00', '17:00', '24:00', '08:00'),
    day: fc.constantFrom('Monday', 'Sunday', 'monday'),
    date: fc.constantFrom('2026-12-24', '2027-01-01', '2020-01-01', '2026-02-30'),
  }
  const guess = likely[name]
  return guess
    ? fc.oneof({ weight: 5, arbitrary: guess }, { weight: 1, arbitrary: sampleOf(schema) })
    : sampleOf(schema)
}

/** A quarter of an hour in the next days, counted from the full hour. */
const quarterOf = (quarter: number) =>
  new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + quarter * 15 * 60_000).toISOString()

/** A value that fits, with one member of another kind, one too many, or one missing. */
const nearly = (schema: Json): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      sampleOf(schema),
      fc.nat(),
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom('other', 'more', 'less'),
    )
    .map(([value, place, other, how]) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return other
      const names = Object.keys(value)
      const name = names[place % Math.max(1, names.length)] ?? 'x'
      if (how === 'more') return { ...value, surprise: other }
      if (how === 'other') return { ...value, [name]: other }
      const { [name]: _, ...rest } = value as Json
      return rest
    })

function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return { notJson: text.slice(0, 200) }
  }
}
