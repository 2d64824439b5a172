import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '#database/db.ts'
import { createAccountKey } from '#domain/api-keys/manage-account-keys.ts'
import { generateKey } from '#domain/zapier/manage-key.ts'
import { buildApp } from '#http/build-app.ts'
import { createProbes } from '#http/probes.ts'
import { createSignIn } from '#http/sign-in.ts'
import { publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { openDatabaseLink } from '../database-link.ts'
import { openHouse } from '../house.ts'

// The pages have to be built, which `npm test` does first.
const root = path.join(import.meta.dirname, '../..')
const pages = {
  build: await import(pathToFileURL(path.join(root, 'build/server/index.js')).href),
  clientFolder: path.join(root, 'build/client'),
}

const isFrom = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
const start = '2026-11-24T09:00Z'

/** The whole server on a port of its own, behind a way to its database that can be cut. */
async function openServer({ poolSize = 4 } = {}) {
  const house = await openHouse()
  const { ana, page, eventTypes, password } = await house.anAccount()
  const link = await openDatabaseLink(house.connection)
  const limits = { acquireMs: 400, silenceMs: 300 }
  const database = openDatabase({ connection: link.connection, asServingRole: true, poolSize, limits })
  const deps = { ...house, database }
  const complaints: string[] = []
  const signIn = createSignIn(deps, {
    connection: link.connection,
    asServingRole: true,
    limits,
    onError: ({ message }) => void complaints.push(message),
  })
  const app = await buildApp({
    deps,
    signIn,
    refusalOfTarget: () => undefined,
    probes: createProbes({ database }),
    sandboxUrl: undefined,
    pages,
    trustProxy: false,
    logLevel: 'silent',
  })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await app.close()
    await Promise.all([signIn.close(), database.close()])
    link.end()
  })
  const { key } = accepted(await generateKey(house, ana))
  const entered = accepted(
    await signIn.signIn({ loginId: ana.loginId, password, clientAddress: '203.0.113.1', userAgent: '' }),
  )
  const cookie = entered.cookies.map((one) => one.split(';')[0]).join('; ')
  const zapier = { authorization: `Bearer ${key}`, 'x-hourwire-login-id': ana.loginId }
  const ask = async (address: string, init: RequestInit = {}) => {
    const answer = await fetch(origin + address, { redirect: 'manual', ...init })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  const post = (address: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(address, { method: 'POST', headers: { ...isFrom, ...headers }, body: new URLSearchParams(form) })
  const bookingForm = {
    name: 'Lena Novak',
    email: 'lena@example.org',
    zone: 'Europe/Berlin',
    start,
    idempotencyKey: '0b8f6e1e-3f63-4d0f-9d5c-6a4f6e9b0c11',
  }
  const apiKey = accepted(await createAccountKey(house, { viewer: ana, name: 'tests', scope: 'all' })).key
  const doors = {
    'REST API, reading': () => ask('/v2/bookings', { headers: { 'api-key': apiKey } }),
    'MCP, a message': () =>
      ask('/mcp', {
        method: 'POST',
        headers: {
          'api-key': apiKey,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      }),
    'REST API, writing': () =>
      ask('/v2/webhooks', {
        method: 'POST',
        headers: { 'api-key': apiKey },
        body: JSON.stringify({
          url: 'https://hooks.example.com/',
          name: `hook ${performance.now()}`,
          events: ['booking'],
        }),
      }),
    'Zapier, reading': () => ask('/zapier/v1/me', { headers: zapier }),
    'Zapier, booking': () =>
      ask('/zapier/v1/bookings', {
        method: 'POST',
        headers: { ...zapier, 'content-type': 'application/json' },
        body: JSON.stringify({
          booking_page_id: publicId('booking-page', page.id),
          event_type_id: publicId('event-type', eventTypes[1]?.id as never),
          start: '2026-11-24T10:00:00Z',
          name: 'Lena',
          email: 'lena@example.org',
          zone: 'Europe/Berlin',
        }),
      }),
    'signing in': () => post('/sign-in', { loginId: ana.loginId, password }),
    'signing out': () => post('/sign-out', {}, { cookie }),
    'a page of a user': () => ask('/', { headers: { cookie } }),
    'data of a page of a user': () => ask('/booking-pages.data', { headers: { cookie } }),
    'a form of a user': () => post('/profile', { intent: 'details', name: 'Ana' }, { cookie }),
    'a form of a user, by script': () =>
      post('/profile.data', { intent: 'details', name: 'Ana' }, { cookie }),
    'a booking page': () => ask(`/${page.slug}`),
    'times of a booking page': () => ask(`/${page.slug}/30-minute-meeting`),
    'a form of a booking page': () => post(`/${page.slug}/30-minute-meeting/${start}`, bookingForm),
    'an image': () => ask(`/page-image/${publicId('booking-page', page.id)}/abc`),
  }
  return { house, link, app, ask, doors, complaints }
}

type Answer = { status: number; headers: Headers; text: string }

/** What each door's 503 looks like, whatever happened to the database. */
function expectAway(door: string, { status, headers, text }: Answer): void {
  expect([door, status, headers.get('retry-after')]).toEqual([door, 503, '5'])
  // Scripts get it as data, and the page they are on finds the words.
  const isData = /data|script/.test(door)
  expect(text, door).toContain(isData ? '"databaseAway"' : 'without its database for a moment')
  expect(headers.has('x-remix-response'), door).toBe(isData)
  // No stack, no SQL, no name of a host or a file.
  expect(text, door).not.toMatch(/\n\s+at |node_modules|ECONN|ENOENT|select |hourwire-link|terminat/i)
  if (door.startsWith('Zapier')) {
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(JSON.parse(text)).toMatchObject({
      status: 503,
      code: 'database-away',
      type: '/problems/database-away',
    })
  }
  if (door.startsWith('MCP')) expect(JSON.parse(text), door).toMatchObject({ jsonrpc: '2.0', error: {} })
  if (door.startsWith('REST'))
    expect(JSON.parse(text)).toEqual({ type: 'api_error', message: expect.any(String) })
  if (door.includes('form of')) expect(text, door).toMatch(/nothing (was|-)|nothing-saved/i)
}

describe('while the database is away, every door answers 503 and says for how long to wait', () => {
  test.each([
    ['it is closed', 'close'],
    ['it starts up', '57P03'],
    ['it takes no more connections', '53300'],
    ['it was shut down', '57P01'],
    ['it stands still', 'hold'],
  ])('%s', async (_words, how) => {
    const { link, doors, ask, complaints } = await openServer()
    for (const [door, knock] of Object.entries(doors)) {
      const before = await knock()
      expect([door, before.status < 500]).toEqual([door, true])
    }
    if (how === 'close') link.close()
    else if (how === 'hold') link.hold()
    else link.refuseWith(how, 'the server says what must not be repeated')
    const asked = performance.now()
    await Promise.all(Object.entries(doors).map(async ([door, knock]) => expectAway(door, await knock())))
    // With limits of less than half a second; some ask more than once, and the machine may be busy.
    expect(performance.now() - asked).toBeLessThan(12_000)
    expect((await ask('/live')).status).toBe(200)
    const ready = await ask('/ready')
    expect([ready.status, JSON.parse(ready.text).checks.database]).not.toEqual([200, 'ok'])

    await link.open()
    await expect.poll(async () => (await ask('/ready')).status, { timeout: 10_000 }).toBe(200)
    for (const [door, knock] of Object.entries(doors)) {
      const after = await knock()
      expect([door, after.status < 500]).toEqual([door, true])
    }
    expect(complaints.filter((words) => /\n\s+at /.test(words))).toEqual([])
  })
})

describe('what was sent', () => {
  const booked = 'select customer_email, status from bookings'

  test.each([
    ['before', []],
    ['after', [{ customer_email: 'lena@example.org', status: 'scheduled' }]],
  ] as const)(
    'cut in COMMIT, %s the server has it: the page does not say that nothing was booked, and sending the form again books once',
    async (when, stored) => {
      const { house, link, doors } = await openServer()
      await doors['a booking page']()
      // The transaction that stores, not those that read before it.
      link.cutAt('commit', when, { afterText: 'insert into "bookings"' })
      const cut = await doors['a form of a booking page']()
      expect([cut.status, cut.headers.get('retry-after')]).toEqual([503, '5'])
      expect(cut.text).toContain('it may have been stored')
      expect(cut.text).toContain('not carried out twice')
      expect(cut.text).not.toContain('Nothing was booked')
      expect(await house.sql(booked)).toEqual(stored)

      const again = await doors['a form of a booking page']()
      expect([again.status, again.headers.get('location')]).toEqual([
        303,
        expect.stringMatching(/^\/my-booking\//),
      ])
      expect(await house.sql(booked)).toHaveLength(1)
    },
  )

  test('cut in COMMIT, at the Zapier door: the problem says that the outcome is unknown', async () => {
    const { link, doors } = await openServer()
    link.cutAt('commit', 'after', { afterText: 'insert into "bookings"' })
    const cut = await doors['Zapier, booking']()
    expect([cut.status, cut.headers.get('retry-after'), JSON.parse(cut.text).code]).toEqual([
      503,
      '5',
      'outcome-unknown',
    ])
    // The time is taken, by us: nobody is booked twice.
    expect((await doors['Zapier, booking']()).status).toBe(409)
  })

  test('a full disk in the middle of a booking: nothing is stored, and the page says so', async () => {
    const { house, doors } = await openServer()
    await house.sql(`create function full_disk() returns trigger language plpgsql as $$ begin
      raise exception 'could not extend file' using errcode = 'disk_full'; end $$`)
    await house.sql(
      'create trigger full_disk before insert on lifecycle_events for each row execute function full_disk()',
    )
    expectAway('a form of a booking page', await doors['a form of a booking page']())
    expectAway('Zapier, booking', await doors['Zapier, booking']())
    expect(await house.sql(booked)).toEqual([])
    await house.sql('drop trigger full_disk on lifecycle_events')
    expect((await doors['a form of a booking page']()).status).toBe(303)
  })
})
