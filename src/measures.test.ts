import { describe, expect, onTestFinished, test } from 'vitest'
import { book } from '#domain/bookings/book.ts'
import type { StoredMail } from '#domain/notifications/mail.ts'
import { planDeliveries } from '#domain/webhooks/plan-deliveries.ts'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey, regenerateKey } from '#domain/zapier/manage-key.ts'
import { turnZapOn } from '#domain/zapier/manage-zaps.ts'
import { buildApp, buildProbeApp } from '#http/build-app.ts'
import type { SignIn } from '#http/sign-in.ts'
import type { AttemptOutcome } from '#kit/attempt-outcome.ts'
import { accepted, refuse } from '#kit/result.ts'
import { aCall, openHouse } from '../tests/house.ts'
import { createMeasures } from './measures.ts'

/** A house whose verbs are counted, and what the counting says at this moment. */
async function openCounted() {
  const house = await openHouse()
  const account = await house.anAccount()
  let elapsed = 0
  const measures = createMeasures(house, {
    version: '0.0.0-test',
    elapsed: () => {
      elapsed += 60_000
      return elapsed
    },
  })
  const deps = { ...house, observer: measures.observer }
  const numbers = async () => readPrometheus(await measures.render())
  return { house, deps, measures, numbers, ...account }
}

/** The text format as Prometheus reads it: each line a name, labels and a number, each family declared before its samples. */
function readPrometheus(text: string): Map<string, number> {
  expect(text.endsWith('\n')).toBe(true)
  const types = new Map<string, string>()
  const found = new Map<string, number>()
  for (const line of text.trimEnd().split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line)
    if (type) types.set(type[1] ?? '', type[2] ?? '')
    if (line.startsWith('#')) {
      expect(line).toMatch(/^# (HELP|TYPE) [a-z_]+ \S/)
      continue
    }
    const [, series = '', name = '', value = ''] =
      /^(([a-z][a-z0-9_]*)(?:\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)+\})?) (\S+)$/.exec(line) ?? []
    expect([line, Number.isFinite(Number(value)), series !== '']).toEqual([line, true, true])
    const declared = types.get(name) ?? types.get(name.replace(/_(bucket|sum|count)$/, ''))
    expect([name, declared]).toEqual([name, expect.any(String)])
    expect([series, found.has(series)]).toEqual([series, false])
    found.set(series, Number(value))
  }
  return found
}

const answered = (status: number, durationMs = 120): AttemptOutcome => ({
  kind: 'answered',
  status,
  durationMs,
  responseHead: '',
  truncated: false,
})

describe('what is counted', () => {
  test('bookings by outcome, events and deliveries planned, and what waits: right after each known step', async () => {
    const { house, deps, numbers, ana, page } = await openCounted()
    const { key } = accepted(await generateKey(house, ana))
    const caller = accepted(await createCredentialCheck(house)({ key, loginId: ana.loginId, ...aCall }))
    for (const path of ['a', 'b'])
      await turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
        trigger: 'booking_scheduled',
        targetUrl: `https://hooks.example.com/${path}`,
        bookingPageId: null,
        eventTypeId: null,
      })
    const ask = (start: string) =>
      book(deps, {
        pageSlug: page.slug,
        eventTypeSlug: '30-minute-meeting',
        start: Temporal.Instant.from(start),
        customer: {
          name: 'Lena Novak',
          email: 'lena@example.org',
          company: '',
          phone: '',
          note: '',
          zone: 'Europe/Berlin',
        },
      })
    expect((await numbers()).get('hourwire_bookings_total{outcome="booked"}')).toBe(0)
    await ask('2026-11-24T09:00:00Z')
    await ask('2026-11-24T10:00:00Z')
    await ask('2026-11-24T09:00:00Z')
    await ask('2026-11-24T03:00:00Z')
    await house.sql("update unplanned_events set recorded_at = now() - interval '30 seconds'")
    const before = await numbers()
    expect(before.get('hourwire_bookings_total{outcome="booked"}')).toBe(2)
    const refused = [...before].filter(([series]) => /^hourwire_bookings_total.*slot-/.test(series))
    expect(refused.reduce((sum, [, count]) => sum + count, 0)).toBe(2)
    const events = Number(
      (await house.sql<{ n: number }>('select count(*)::int as n from unplanned_events'))[0]?.n,
    )
    expect(before.get('hourwire_outbox_events')).toBe(events)
    expect(before.get('hourwire_outbox_oldest_seconds')).toBeGreaterThanOrEqual(30)
    expect(before.get('hourwire_outbox_oldest_seconds')).toBeLessThan(90)

    await planDeliveries(deps, 100)
    await house.sql(
      "update subscriptions set next_due_at = now() - interval '45 seconds' where target_url like '%/a'",
    )
    const planned = await numbers()
    expect(planned.get('hourwire_events_planned_total')).toBe(events)
    expect(planned.get('hourwire_deliveries_planned_total')).toBe(4)
    expect(planned.get('hourwire_outbox_events')).toBe(0)
    expect(planned.get('hourwire_outbox_oldest_seconds')).toBe(0)
    expect(planned.get('hourwire_deliveries{state="pending"}')).toBe(4)
    expect(planned.get('hourwire_delivery_lag_seconds')).toBeGreaterThanOrEqual(45)
    expect(planned.get('hourwire_delivery_lag_seconds')).toBeLessThan(105)
    expect(planned.get('hourwire_subscriptions{state="on"}')).toBe(2)
    const mails = await house.sql<{ n: number }>(
      "select count(*)::int as n from outgoing_mails where state = 'pending'",
    )
    expect(planned.get('hourwire_mails{state="pending"}')).toBe(mails[0]?.n)
    expect(mails[0]?.n).toBeGreaterThan(0)

    await house.sql(
      "update outgoing_mails set state = 'given_up' where id in (select id from outgoing_mails limit 1)",
    )
    await house.sql(
      "update deliveries set state = 'given_up' where id in (select id from deliveries limit 1)",
    )
    accepted(await regenerateKey(house, ana))
    const held = await numbers()
    expect(held.get('hourwire_deliveries{state="pending"}')).toBe(0)
    expect(held.get('hourwire_deliveries{state="held"}')).toBe(3)
    expect(held.get('hourwire_deliveries{state="given_up"}')).toBe(1)
    expect(held.get('hourwire_delivery_lag_seconds')).toBe(0)
    expect(held.get('hourwire_subscriptions{state="needs_reconnect"}')).toBe(2)
    expect(held.get('hourwire_mails{state="given_up"}')).toBe(1)
  })

  test('attempts by kind, result and outcome, with their duration; farewells apart', async () => {
    const { measures, numbers } = await openCounted()
    const outcomes = [
      answered(200, 40),
      answered(204, 300),
      answered(410),
      answered(429),
      answered(503, 20_000),
      { kind: 'timed-out', phase: 'headers', durationMs: 15_000 } as const,
    ]
    const send = measures.sending(async () => outcomes.shift() as AttemptOutcome)
    const post = { method: 'POST' as const, url: 'https://hooks.example.com/secret-part', headers: {} }
    for (let left = outcomes.length; left > 0; left -= 1) await send(post)
    outcomes.push(answered(200))
    expect(await send({ ...post, method: 'DELETE' })).toEqual(answered(200))
    const found = await numbers()
    const count = (kind: string, result: string, outcome: string) =>
      found.get(`hourwire_attempts_total{kind="${kind}",result="${result}",outcome="${outcome}"}`)
    expect(count('delivery', 'delivered', 'answered-2xx')).toBe(2)
    for (const outcome of ['answered-410', 'answered-429', 'answered-5xx', 'timed-out'])
      expect([outcome, count('delivery', 'failed', outcome)]).toEqual([outcome, 1])
    expect(count('farewell', 'delivered', 'answered-2xx')).toBe(1)
    const bucket = (result: string, le: string) =>
      found.get(`hourwire_attempt_duration_seconds_bucket{result="${result}",le="${le}"}`)
    expect([bucket('delivered', '0.05'), bucket('delivered', '0.5'), bucket('delivered', '+Inf')]).toEqual([
      1, 2, 2,
    ])
    expect([bucket('failed', '0.25'), bucket('failed', '15'), bucket('failed', '+Inf')]).toEqual([2, 3, 4])
    expect(found.get('hourwire_attempt_duration_seconds_sum{result="delivered"}')).toBeCloseTo(0.34)
  })

  test('mails by outcome, and wrong passwords', async () => {
    const { measures, numbers } = await openCounted()
    const mail = measures.mailing(async (_, id) =>
      id === 'bad' ? { kind: 'failed', words: 'no' } : { kind: 'sent' },
    )
    for (const id of ['good', 'bad', 'good']) await mail({} as StoredMail, id)
    const signIn = measures.signingIn({
      signIn: async () => refuse({ code: 'wrong-sign-in' }),
    } as unknown as SignIn)
    await signIn.signIn({ loginId: 'a', password: 'b', clientAddress: 'c', userAgent: 'd' })
    const found = await numbers()
    expect(found.get('hourwire_mails_total{outcome="sent"}')).toBe(2)
    expect(found.get('hourwire_mails_total{outcome="failed"}')).toBe(1)
    expect(found.get('hourwire_credential_refusals_total{door="sign-in"}')).toBe(1)
  })

  test('nothing in it names an account, a person, an address or an id', async () => {
    const { house, deps, numbers, ana, page, measures } = await openCounted()
    const { key } = accepted(await generateKey(house, ana))
    const caller = accepted(await createCredentialCheck(house)({ key, loginId: ana.loginId, ...aCall }))
    await turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
      trigger: 'booking_scheduled',
      targetUrl: 'https://hooks.example.com/planted-marker',
      bookingPageId: null,
      eventTypeId: null,
    })
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z', name: 'Planted Marker' })
    await planDeliveries(deps, 100)
    await numbers()
    const text = await measures.render()
    expect(text).not.toMatch(
      /planted|example\.(com|org)|ana|[0-9a-f]{8}-[0-9a-f]{4}|[A-Z]+-[0-9A-Z]{26}|hwz_/i,
    )
    const found = await numbers()
    expect([...found.keys()].filter((series) => series.startsWith('hourwire_reading_ok'))).toHaveLength(5)
    for (const [series, value] of found)
      if (series.startsWith('hourwire_reading_ok')) expect([series, value]).toEqual([series, 1])
    const inUse = found.get('hourwire_database_connections{pool="system",state="most"}')
    expect(inUse).toBe(4)
    expect(found.get(`hourwire_tz_info{version="${process.versions.tz}"}`)).toBe(1)
    expect(found.get('process_start_time_seconds')).toBeGreaterThan(1_700_000_000)
  })
})

describe('who may ask', () => {
  async function aDoor(token?: string, remoteAddress = '127.0.0.1') {
    const { house, measures, numbers } = await openCounted()
    const app = await buildProbeApp({
      deps: house,
      probes: {},
      metrics: { render: measures.render, token },
      logLevel: 'silent',
    })
    onTestFinished(() => app.close())
    const ask = (headers: Record<string, string> = {}) =>
      app.inject({ url: '/metrics', headers, remoteAddress })
    return { ask, numbers, app }
  }

  test('with a token, its bearer from anywhere and nobody else', async () => {
    const { ask } = await aDoor('a-long-token-of-the-operator', '203.0.113.9')
    const right = await ask({ authorization: 'Bearer a-long-token-of-the-operator' })
    expect(right.statusCode).toBe(200)
    expect(right.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(readPrometheus(right.body).size).toBeGreaterThan(30)
    for (const authorization of ['', 'Bearer', 'Bearer a-long-token-of-the-operatoR', 'Basic YTpi']) {
      const refused = await ask(authorization ? { authorization } : {})
      expect([authorization, refused.statusCode, refused.headers['www-authenticate']]).toEqual([
        authorization,
        401,
        'Bearer',
      ])
      expect(refused.body).not.toContain('hourwire_')
    }
  })

  test('without one, this machine only, and not through a proxy on it', async () => {
    const here = await aDoor()
    expect((await here.ask()).statusCode).toBe(200)
    expect((await here.ask({ 'x-forwarded-for': '203.0.113.9' })).statusCode).toBe(404)
    expect((await here.ask({ forwarded: 'for=203.0.113.9' })).statusCode).toBe(404)
    const elsewhere = await aDoor(undefined, '203.0.113.9')
    expect((await elsewhere.ask()).statusCode).toBe(404)
    const mapped = await aDoor(undefined, '::ffff:127.0.0.1')
    expect((await mapped.ask()).statusCode).toBe(200)
  })

  test('where it is off there is nothing; wrong API keys are counted by door', async () => {
    const { house, measures, numbers } = await openCounted()
    const app = await buildApp({
      deps: house,
      signIn: undefined as unknown as SignIn,
      refusalOfTarget: () => undefined,
      probes: {},
      onAnswer: measures.answered,
      sandboxUrl: undefined,
      trustProxy: false,
      logLevel: 'silent',
    })
    onTestFinished(() => app.close())
    expect((await app.inject('/metrics')).statusCode).toBe(404)
    expect((await app.inject('/zapier/v1/me')).statusCode).toBe(401)
    const found = await numbers()
    expect(found.get('hourwire_http_answers_total{door="probes",status="404"}')).toBe(1)
    expect(found.get('hourwire_http_answers_total{door="zapier",status="401"}')).toBe(1)
    expect(found.get('hourwire_credential_refusals_total{door="zapier"}')).toBe(1)
  })
})
