import type { FastifyInstance } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MeShape, PageListShape, SubscribedShape } from '#contracts/zapier.ts'
import { generateKey, regenerateKey, revokeKey } from '#domain/zapier/manage-key.ts'
import { listZaps } from '#domain/zapier/manage-zaps.ts'
import { publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { type House, openHouse } from '../../../tests/house.ts'
import { buildApp } from '../build-app.ts'
import type { SignIn } from '../sign-in.ts'

const target = 'https://hooks.example.com/1234'

async function openDoor(house: House): Promise<FastifyInstance> {
  const app = await buildApp({
    deps: house,
    signIn: undefined as unknown as SignIn,
    refusalOfTarget: (url) => (url.startsWith('https://') ? undefined : 'It must begin with https://.'),
    probes: {},
    sandboxUrl: undefined,
    trustProxy: false,
    logLevel: 'silent',
  })
  onTestFinished(() => app.close())
  return app
}

type Method = 'GET' | 'POST' | 'DELETE'

async function openZapierDoor() {
  const house = await openHouse()
  const account = await house.anAccount()
  const { key } = accepted(await generateKey(house, account.ana))
  const app = await openDoor(house)
  const as = (pair: { key: string; loginId: string }) => ({
    authorization: `Bearer ${pair.key}`,
    'x-hourwire-login-id': pair.loginId,
  })
  const right = { key, loginId: account.ana.loginId }
  const ask = (method: Method, path: string, payload?: object, pair = right) =>
    app.inject({ method, url: `/zapier/v1${path}`, headers: as(pair), ...(payload ? { payload } : {}) })
  const subscribe = async (more: object = {}) =>
    SubscribedShape.parse(
      (
        await ask('POST', '/subscriptions', { trigger: 'booking_scheduled', target_url: target, ...more })
      ).json(),
    ).id
  return { house, ...account, key, app, ask, subscribe, right }
}

describe('credentials', () => {
  test('the right pair says who it is, with the Login ID in any case', async () => {
    const { ask, key } = await openZapierDoor()
    const answer = await ask('GET', '/me', undefined, { key, loginId: ' ANA@Example.com ' })
    expect(answer.statusCode).toBe(200)
    expect(MeShape.parse(answer.json())).toMatchObject({
      name: 'Ana Martin',
      login_id: 'ana@example.com',
      scope: 'own_booking_pages',
    })
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test('every wrong half gets the same answer, to the byte, and after ten a pause', async () => {
    const { ask, key, right, app } = await openZapierDoor()
    const otherKey = key.replace(/.{6}$/, '') // no checksum
    const wrong = [
      { key, loginId: 'bo@example.com' },
      { key: otherKey, loginId: right.loginId },
      { key: '', loginId: right.loginId },
      { key, loginId: '' },
    ]
    const answers = []
    for (const pair of wrong) answers.push(await ask('GET', '/me', undefined, pair))
    answers.push(await app.inject({ url: '/zapier/v1/me' }))
    for (const answer of answers) {
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(answer.body).toBe(answers[0]?.body)
      expect(answer.json()).toMatchObject({ code: 'credentials-refused', status: 401 })
    }
    for (let attempt = answers.length; attempt < 10; attempt += 1)
      await ask('GET', '/me', undefined, { key, loginId: 'x@example.com' })
    const limited = await ask('GET', '/me', undefined, { key, loginId: 'x@example.com' })
    expect(limited.statusCode).toBe(429)
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0)
    expect((await ask('GET', '/me')).statusCode).toBe(200)
  })

  test('a revoked key is refused from the very next request on, and so is a replaced one', async () => {
    const { house, ana, ask, right } = await openZapierDoor()
    const { key: second } = accepted(await regenerateKey(house, ana))
    expect((await ask('GET', '/me')).statusCode).toBe(401)
    expect((await ask('GET', '/me', undefined, { ...right, key: second })).statusCode).toBe(200)
    accepted(await revokeKey(house, ana))
    expect((await ask('GET', '/me', undefined, { ...right, key: second })).statusCode).toBe(401)
  })
})

describe('a Zap', () => {
  test('is turned on, receives the next booking once, and is turned off once', async () => {
    const { house, ana, page, ask, subscribe } = await openZapierDoor()
    await house.aBooking({ page, start: '2026-11-24T08:00:00Z' })
    expect(await house.deliverAll()).toEqual([])
    const id = await subscribe()
    const booked = await house.aBooking({
      page,
      start: '2026-11-24T09:00:00Z',
      name: 'Bo Chen',
      email: 'bo@example.org',
    })
    const [received, ...more] = await house.deliverAll()
    expect(more).toEqual([])
    expect(received).toMatchObject({ method: 'POST', url: target })
    const item = JSON.parse(received?.body ?? '')
    expect(item).toMatchObject({
      customer_name: 'Bo Chen',
      booking_id: publicId('booking', booked.bookingId),
      booking_status: 'Scheduled',
    })
    expect(received?.headers['webhook-id']).toBe(item.id)
    expect((await listZaps(house, ana))[0]).toMatchObject({ state: 'on', lastDelivery: { ok: true } })

    expect((await ask('DELETE', `/subscriptions/${id}`)).statusCode).toBe(204)
    expect((await ask('DELETE', `/subscriptions/${id}`)).statusCode).toBe(404)
    await house.aBooking({ page, start: '2026-11-24T10:00:00Z' })
    expect(await house.deliverAll()).toEqual([])
  })

  test('sample and live payload have the same keys in the same order, with and without bookings', async () => {
    const { house, page, ask, subscribe } = await openZapierDoor()
    const [made] = (await ask('GET', '/samples?trigger=booking_scheduled')).json()
    await subscribe()
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    const [received] = await house.deliverAll()
    const [real] = (await ask('GET', '/samples?trigger=booking_scheduled&limit=1')).json()
    expect(real).toEqual(JSON.parse(received?.body ?? ''))
    expect(Object.keys(made)).toEqual(Object.keys(real))
  })

  test('gets only bookings of pages its user owns; with the permission those of all pages', async () => {
    const { house, ana, page, subscribe, ask } = await openZapierDoor()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Chen' })
    const bosPage = await house.aPage({ owner: bo, name: 'Bo Chen' })
    await subscribe()
    await house.aBooking({ page: bosPage, start: '2026-11-24T15:00:00Z' })
    expect(await house.deliverAll()).toEqual([])
    expect(
      PageListShape.parse((await ask('GET', '/booking-pages')).json()).items.map(({ name }) => name),
    ).toEqual(['Ana Martin'])
    expect((await ask('GET', '/samples?trigger=booking_scheduled')).json()).toMatchObject([
      { booking_subject: 'Product demo' },
    ])

    await house.sql('update users set triggers_all_pages = true where id = $1', [ana.id])
    await house.aBooking({ page: bosPage, start: '2026-11-24T16:00:00Z' })
    await house.aBooking({ page, start: '2026-11-24T15:00:00Z' })
    expect(await house.deliverAll()).toHaveLength(2)
    expect(PageListShape.parse((await ask('GET', '/booking-pages')).json()).items).toHaveLength(2)
  })

  test('with a page or event type filter gets only those', async () => {
    const { house, ana, page, subscribe, eventTypes } = await openZapierDoor()
    const second = await house.aPage({ owner: ana, name: 'Ana at home' })
    await subscribe({ booking_page_id: publicId('booking-page', second.id) })
    await subscribe({
      event_type_id: publicId('event-type', eventTypes[2]?.id as never),
      target_url: `${target}/sixty`,
    })
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z', minutes: 30 })
    expect(await house.deliverAll()).toEqual([])
    await house.aBooking({ page: second, start: '2026-11-24T10:00:00Z', minutes: 30 })
    await house.aBooking({ page, start: '2026-11-24T11:00:00Z', minutes: 60 })
    expect((await house.deliverAll()).map(({ url }) => url).sort()).toEqual([target, `${target}/sixty`])
  })

  test('another user’s Zap cannot be turned off, nor a page out of scope be chosen', async () => {
    const { house, ana, ask, subscribe, right } = await openZapierDoor()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Chen' })
    const bosPage = await house.aPage({ owner: bo, name: 'Bo Chen' })
    const { key } = accepted(await generateKey(house, bo))
    const id = await subscribe()
    expect(
      (await ask('DELETE', `/subscriptions/${id}`, undefined, { key, loginId: bo.loginId })).statusCode,
    ).toBe(404)
    const filtered = await ask('POST', '/subscriptions', {
      trigger: 'booking_scheduled',
      target_url: target,
      booking_page_id: publicId('booking-page', bosPage.id),
    })
    expect(filtered.json()).toMatchObject({ status: 400, code: 'booking-page-out-of-scope' })
    expect((await ask('DELETE', `/subscriptions/${id}`, undefined, right)).statusCode).toBe(204)
  })

  test.each([
    ['no body', undefined, 400],
    ['an unknown trigger', { trigger: 'booking_exploded', target_url: target }, 400],
    ['an unknown member', { trigger: 'booking_scheduled', target_url: target, user_id: 'USR-1' }, 400],
    ['a garbage page id', { trigger: 'booking_scheduled', target_url: target, booking_page_id: 'BP-1' }, 400],
    [
      'a target that may not be called',
      { trigger: 'booking_scheduled', target_url: 'http://10.0.0.1/' },
      400,
    ],
    [
      'a target as long as a book',
      { trigger: 'booking_scheduled', target_url: `https://x.example/${'a'.repeat(3000)}` },
      400,
    ],
  ])('is not turned on with %s, and nothing is stored', async (_, payload, status) => {
    const { house, ask } = await openZapierDoor()
    const answer = await ask('POST', '/subscriptions', payload)
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({ status, detail: expect.any(String) })
    expect(await house.sql('select id from subscriptions')).toEqual([])
  })

  test('what cannot be stored is refused, and is no failure of ours', async () => {
    const { house, page, eventTypes, ask } = await openZapierDoor()
    const { bookingId } = await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    const booking = publicId('booking', bookingId)
    const wanted = {
      booking_page_id: publicId('booking-page', page.id),
      event_type_id: publicId('event-type', eventTypes[1]?.id as never),
      start: '2026-11-25T09:00:00Z',
      name: 'Lena Novak',
      email: 'lena@example.org',
    }
    const [nul, half] = ['a\u0000b', 'a\ud800b']
    const asked: [Method, string, object?][] = [
      ...[nul, half].flatMap((text): [Method, string, object?][] => [
        ['POST', `/bookings/${booking}/cancel`, { reason: text }],
        ['POST', `/bookings/${booking}/request-reschedule`, { reason: text }],
        ['POST', '/subscriptions', { trigger: 'booking_scheduled', target_url: `${target}/${text}` }],
        ...['name', 'company', 'note', 'location'].map((member): [Method, string, object] => [
          'POST',
          '/bookings',
          { ...wanted, [member]: text },
        ]),
        ['POST', '/bookings', { ...wanted, answers: { size: text } }],
      ]),
      ['GET', '/contacts?email=a%00b'],
      ['GET', '/bookings?email=a%00b'],
      ...['2026-11-25T09:00:00.1234567890Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'].map(
        (start): [Method, string, object] => ['POST', '/bookings', { ...wanted, start }],
      ),
    ]
    for (const [method, path, payload] of asked)
      expect([path, payload, (await ask(method, path, payload)).statusCode]).toEqual([path, payload, 400])
    expect(await house.sql('select status from bookings')).toEqual([{ status: 'scheduled' }])
  })

  test('oversized and malformed bodies and unknown addresses get a problem document', async () => {
    const { app, right } = await openZapierDoor()
    const headers = { authorization: `Bearer ${right.key}`, 'x-hourwire-login-id': right.loginId }
    const post = (payload: string, type = 'application/json') =>
      app.inject({
        method: 'POST',
        url: '/zapier/v1/subscriptions',
        headers: { ...headers, 'content-type': type },
        payload,
      })
    expect((await post('{"trigger":')).json()).toMatchObject({ status: 400, code: 'invalid-input' })
    expect((await post('x'.repeat(1_100_000))).json()).toMatchObject({ status: 413, code: 'too-large' })
    expect((await post('<xml/>', 'application/xml')).json()).toMatchObject({
      status: 415,
      code: 'unsupported-media-type',
    })
    expect((await app.inject({ url: '/zapier/v1/nothing', headers })).json()).toMatchObject({
      status: 404,
      code: 'not-found',
    })
    expect(
      (await app.inject({ method: 'DELETE', url: '/zapier/v1/subscriptions/garbage', headers })).json(),
    ).toMatchObject({ status: 404 })
  })
})

describe('delivery', () => {
  test('a failing target is tried again, under the same id and with the same bytes', async () => {
    const { house, page, subscribe } = await openZapierDoor()
    await subscribe()
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    const [first] = await house.deliverAll(() => 500)
    expect(await house.sql('select state, attempts from deliveries')).toEqual([
      { state: 'pending', attempts: 1 },
    ])
    await house.sql(`update deliveries set due_at = now(); update subscriptions set next_due_at = now()`)
    const [second, ...more] = await house.deliverAll()
    expect(more).toEqual([])
    expect(second?.body).toBe(first?.body)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(await house.sql('select number, status from delivery_attempts order by number')).toEqual([
      { number: 1, status: 500 },
      { number: 2, status: 200 },
    ])
    expect(await house.sql('select state, attempts from deliveries')).toEqual([
      { state: 'delivered', attempts: 2 },
    ])
  })

  test('410 ends the subscription at once and drops what it was still owed', async () => {
    const { house, ana, page, subscribe } = await openZapierDoor()
    await subscribe()
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await house.aBooking({ page, start: '2026-11-24T10:00:00Z' })
    expect(await house.deliverAll(() => 410)).toHaveLength(1)
    expect((await listZaps(house, ana))[0]).toMatchObject({
      state: 'ended',
      endedReason: expect.stringContaining('410'),
    })
    expect(await house.sql('select state from deliveries order by id')).toEqual([
      { state: 'given_up' },
      { state: 'dropped' },
    ])
  })

  test('revoking ends Zaps, drops what is owed, and owes the target a farewell', async () => {
    const { house, ana, page, subscribe } = await openZapierDoor()
    await subscribe()
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    expect(accepted(await revokeKey(house, ana))).toEqual({ zapsEnded: 1 })
    expect(await house.deliverAll()).toEqual([])
    expect(await house.sql('select target_url from farewells')).toEqual([{ target_url: target }])
  })

  test('after regenerating, events are held and come in order with the first call under the new key', async () => {
    const { house, ana, page, ask, subscribe, right } = await openZapierDoor()
    await subscribe()
    const { key, zapsStopped } = accepted(await regenerateKey(house, ana))
    expect(zapsStopped).toBe(1)
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z', name: 'First' })
    await house.aBooking({ page, start: '2026-11-24T10:00:00Z', name: 'Second' })
    expect(await house.deliverAll()).toEqual([])
    expect((await listZaps(house, ana))[0]).toMatchObject({ state: 'needs_reconnect', held: 2 })

    expect((await ask('GET', '/me', undefined, { ...right, key })).statusCode).toBe(200)
    const received = await house.deliverAll()
    expect(received.map(({ body }) => JSON.parse(body ?? '').customer_name)).toEqual(['First', 'Second'])
    expect((await listZaps(house, ana))[0]).toMatchObject({ state: 'on', held: 0 })
  })
})
