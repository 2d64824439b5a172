import { describe, expect, test } from 'vitest'
import { closedAddress, GOOD_PAIR, refusal } from '../tests/hourwire-double.ts'
import { aBundle, aHourwireDouble, failureOf, run } from '../tests/zapier.ts'
import { testCredentials } from './authentication.ts'

const double = aHourwireDouble()
const connect = (authData = GOOD_PAIR) => run(testCredentials, { authData })

describe('making a connection', () => {
  test('succeeds with a good pair and learns the name for its label', async () => {
    expect(await connect()).toMatchObject({ name: 'Jonas Weber', login_id: 'jonas.weber' })
  })

  test('sends the pair in headers, never in the address', async () => {
    await connect()
    const [asked] = double().asked
    expect(asked?.headers).toMatchObject({
      authorization: `Bearer ${GOOD_PAIR.api_key}`,
      'x-hourwire-login-id': GOOD_PAIR.login_id,
      'x-hourwire-integration': expect.stringMatching(/^\d+\.\d+\.\d+$/),
    })
    expect(`${asked?.path}?${asked?.query}`).toBe('/zapier/v1/me?')
  })

  test('forgives blanks and line ends around what was pasted', async () => {
    const pasted = { api_key: ` ${GOOD_PAIR.api_key}\n`, login_id: `${GOOD_PAIR.login_id} ` }
    expect(await connect(pasted)).toMatchObject({ id: 'USR-1' })
  })

  test.each([
    ['a wrong key', { ...GOOD_PAIR, api_key: 'hwz_wrong' }],
    ["somebody else's Login ID", { ...GOOD_PAIR, login_id: 'somebody.else' }],
    ['a key no Hourwire server makes', { ...GOOD_PAIR, api_key: 'hwz_ключ' }],
  ])('refuses %s in words, not in JSON and not as expired', async (_what, pair) => {
    const failure = await failureOf(connect(pair))
    expect(failure).toMatchObject({ kind: 'AppError', code: 'credentials-refused' })
    expect(failure.message).toMatch(/^Hourwire does not accept this pair: .*\.$/)
  })

  test('says that nobody answers when nobody does', async () => {
    process.env.HOURWIRE_BASE_URL = await closedAddress()
    const failure = await failureOf(connect())
    expect(failure).toMatchObject({ kind: 'AppError', code: 'unreachable' })
    expect(failure.message).toContain(
      `could not be reached at ${process.env.HOURWIRE_BASE_URL}: nothing answers`,
    )
  })

  test.each([
    [
      'a server in trouble',
      { status: 503, body: '<h1>Bad gateway</h1>' },
      'a problem of its own right now (status 503)',
    ],
    ['a server with a reason', refusal(503, 'maintenance', 'Back at noon.'), 'Back at noon.'],
    [
      'a server without our door',
      refusal(404, 'not-found', 'No route.'),
      'does not answer like a Hourwire server',
    ],
    [
      'some other web site',
      { status: 200, body: '<h1>Hello</h1>' },
      'does not answer like a Hourwire server',
    ],
    ['some other API', { status: 200, body: { name: 'Else' } }, 'does not answer like a Hourwire server'],
    [
      'a server that moved',
      { status: 302, headers: { location: 'https://new.example' } },
      'sends callers on',
    ],
  ])('is refused by %s with a sentence', async (_what, answer, sentence) => {
    double().answers.set('/zapier/v1/me', answer)
    const failure = await failureOf(connect())
    expect(failure.kind).toBe('AppError')
    expect(failure.message).toContain(sentence)
  })

  test('is refused by a server that speaks another version, naming both', async () => {
    double().contractVersion = '2'
    expect((await failureOf(connect())).message).toContain('speaks version 1 of Hourwire')
  })

  test('succeeds with an integration that will soon be too old', async () => {
    double().isOutdated = true
    expect(await connect()).toMatchObject({ login_id: 'jonas.weber', integration_outdated: true })
  })

  test('is refused by a server for which the integration is too old, in its words', async () => {
    double().answers.set('/zapier/v1/me', refusal(426, 'integration-outdated', 'Push the new integration.'))
    expect(await failureOf(connect())).toMatchObject({
      kind: 'AppError',
      code: 'integration-outdated',
      message: 'Push the new integration.',
    })
  })

  test('is put off by a busy server for as long as it asks', async () => {
    double().answers.set('/zapier/v1/me', { status: 429, headers: { 'retry-after': '17' } })
    expect(await failureOf(connect())).toMatchObject({ kind: 'ThrottledError', delay: 17 })
  })
})

test('a bad address of the server is a sentence of its own', async () => {
  process.env.HOURWIRE_BASE_URL = 'http://book.example.org'
  const failure = await failureOf(run(testCredentials, aBundle()))
  expect(failure.message).toMatch(/^HOURWIRE_BASE_URL must start with https:\/\//)
})
