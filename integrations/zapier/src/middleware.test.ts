import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { GOOD_PAIR, type HourwireDouble, openDouble, refusal } from '../tests/hourwire-double.ts'
import { aBundle, aHourwireDouble, failureOf, fillDropdown, run } from '../tests/zapier.ts'
import { testCredentials } from './authentication.ts'
import { waitSeconds } from './problems.ts'
import { triggers } from './triggers/triggers.ts'

const double = aHourwireDouble()
const { performSubscribe } = triggers.booking_scheduled.operation
const turnOn = () => run(performSubscribe, aBundle({ targetUrl: 'https://hooks.zapier.com/1' }))

describe('credentials', () => {
  let foreign: HourwireDouble
  beforeAll(async () => {
    foreign = await openDouble()
  })
  afterAll(() => foreign.close())

  const call = (url: string) =>
    run((z: ZObject, _bundle: Bundle) => z.request({ url, skipThrowForStatus: true }), aBundle())

  test('never go to a foreign origin, not even to the same path', async () => {
    foreign.asked.length = 0
    await call(`${foreign.url}/zapier/v1/me`)
    expect(foreign.asked).toHaveLength(1)
    expect(JSON.stringify(foreign.asked)).not.toContain(GOOD_PAIR.api_key)
    expect(JSON.stringify(foreign.asked)).not.toContain(GOOD_PAIR.login_id)
  })

  test('never go to another part of our own server', async () => {
    await call(`${double().url}/elsewhere`)
    expect(JSON.stringify(double().asked)).not.toContain(GOOD_PAIR.api_key)
  })

  test('go to the server that the connection names, and to it alone', async () => {
    vi.stubEnv('HOURWIRE_SERVER_URL_FIELD', '1')
    onTestFinished(() => void vi.unstubAllEnvs())
    foreign.asked.length = 0
    const authData = { ...GOOD_PAIR, server_url: foreign.url }
    expect(await run(testCredentials, aBundle({ authData }))).toMatchObject({ id: 'USR-1' })
    expect(foreign.asked[0]?.headers.authorization).toBe(`Bearer ${GOOD_PAIR.api_key}`)
    const call = (z: ZObject) => z.request({ url: `${double().url}/zapier/v1/me`, skipThrowForStatus: true })
    await run(call, aBundle({ authData }))
    expect(double().asked).toHaveLength(1)
    expect(JSON.stringify(double().asked)).not.toContain(GOOD_PAIR.api_key)
  })

  test('go nowhere when the address that the connection names is bad', async () => {
    vi.stubEnv('HOURWIRE_SERVER_URL_FIELD', '1')
    onTestFinished(() => void vi.unstubAllEnvs())
    const authData = { ...GOOD_PAIR, server_url: 'http://book.example.org' }
    expect(await failureOf(run(testCredentials, aBundle({ authData })))).toMatchObject({
      kind: 'AppError',
      code: 'bad-address',
      message: expect.stringMatching(/^Server URL must start with https:\/\//),
    })
    expect(double().asked).toEqual([])
  })

  test('do not follow a redirect to a foreign origin', async () => {
    foreign.asked.length = 0
    double().answers.set('/zapier/v1/booking-pages', { status: 302, headers: { location: foreign.url } })
    const failure = await failureOf(fillDropdown('triggers.booking_scheduled', 'booking_page', aBundle()))
    expect(failure.message).toContain('sends callers on to another one')
    expect(foreign.asked).toEqual([])
  })
})

describe('a connection that once worked', () => {
  test('is expired when the key was regenerated, and says how to reconnect', async () => {
    double().pair.api_key = 'hwz_the_new_one'
    const failure = await failureOf(turnOn())
    expect(failure.kind).toBe('ExpiredAuthError')
    expect(failure.message).toContain('Reconnect with a current API key and Login ID')
  })

  test('is expired when the Login ID changed', async () => {
    double().pair.login_id = 'j.weber'
    expect(
      (await failureOf(fillDropdown('triggers.booking_scheduled', 'booking_page', aBundle()))).kind,
    ).toBe('ExpiredAuthError')
  })
})

describe('a refusal', () => {
  test('is shown in the words of the server, with what is wrong where', async () => {
    const errors = [{ path: 'target_url', message: 'must be https' }]
    double().answers.set(
      '/zapier/v1/subscriptions',
      refusal(400, 'invalid-input', 'The subscription is not valid.', { errors }),
    )
    expect(await failureOf(turnOn())).toMatchObject({
      kind: 'AppError',
      code: 'invalid-input',
      status: 400,
      message: 'The subscription is not valid. (target_url: must be https)',
    })
  })

  test('without words of the server still is a sentence', async () => {
    double().answers.set('/zapier/v1/subscriptions', { status: 500, body: 'oops' })
    expect((await failureOf(turnOn())).message).toContain('a problem of its own right now (status 500)')
  })

  test('of an integration that is too old says what to do, with and without words of the server', async () => {
    const sentence = 'Push version 2.0.0 of the integration, which came with this server.'
    double().answers.set('/zapier/v1/subscriptions', refusal(426, 'integration-outdated', sentence))
    const failure = { kind: 'AppError', code: 'integration-outdated', status: 426 }
    expect(await failureOf(turnOn())).toMatchObject({ ...failure, message: sentence })
    double().answers.set('/zapier/v1/subscriptions', { status: 426 })
    expect(await failureOf(turnOn())).toMatchObject({
      ...failure,
      message: expect.stringContaining('Ask the operator to push'),
    })
  })

  test('for being too fast waits as long as the server says', async () => {
    double().answers.set('/zapier/v1/subscriptions', { status: 429, headers: { 'retry-after': '42' } })
    expect(await failureOf(turnOn())).toMatchObject({
      kind: 'ThrottledError',
      delay: 42,
      message: 'Hourwire asks to slow down; the next try is in 42 seconds.',
    })
  })
})

test('Retry-After is read as seconds and as a date, and a minute stands in for anything else', () => {
  const now = Date.parse('2026-03-01T10:00:00Z')
  expect(waitSeconds('30', now)).toBe(30)
  expect(waitSeconds('Sun, 01 Mar 2026 10:02:00 GMT', now)).toBe(120)
  expect(waitSeconds('Sun, 01 Mar 2026 09:00:00 GMT', now)).toBe(1)
  expect(waitSeconds('soon', now)).toBe(60)
  expect(waitSeconds(undefined, now)).toBe(60)
})
