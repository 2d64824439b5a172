import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { fixturePath, temporaryFolder } from '../testing/bench.ts'
import { type HourwireDouble, rightPair, startHourwireDouble } from '../testing/hourwire-double.ts'
import type { Definition } from './definition.ts'
import { type Host, startHost } from './host.ts'

const authData = { api_key: rightPair.apiKey, login_id: rightPair.loginId }
const perform = 'triggers.booking_scheduled.operation.perform'

let double: HourwireDouble
let host: Host

beforeAll(async () => {
  double = await startHourwireDouble()
  host = startHost({ integrationPath: fixturePath, baseUrl: double.url })
})
afterEach(() => double.reset())
afterAll(async () => {
  await host.close()
  await double.close()
})

const performWith = (does: string) =>
  host.call(perform, { authData, cleanedRequest: { id: 'EVNT-1', test_does: does } })

const problemOf = async (does: string) => {
  const { outcome } = await performWith(does)
  return outcome.ok ? undefined : outcome.problem
}

describe('calling the integration', () => {
  test('gives the whole definition with functions as marks', async () => {
    const { outcome } = await host.call('definition')
    const definition = outcome.ok ? (outcome.value as Definition) : undefined
    expect(definition?.authentication?.test).toBe('$func$1$f$')
    expect(definition?.triggers?.booking_scheduled?.display.label).toBe('Booking Scheduled')
  })

  test('sends requests through beforeRequest in the order of the list', async () => {
    const { outcome } = await host.call('authentication.test', { authData })
    expect(outcome).toMatchObject({ ok: true, value: { name: 'Ana Martin' } })
    expect(double.asked[0]?.headers).toMatchObject({
      authorization: `Bearer ${rightPair.apiKey}`,
      'x-steps': 'first,second',
    })
  })

  test('turns 401 into ExpiredAuthError in afterResponse, but not where the call looks at the status itself', async () => {
    double.behavior.pair = null
    expect((await problemOf('ask'))?.name).toBe('ExpiredAuthError')
    const { outcome } = await host.call('authentication.test', { authData })
    expect(outcome).toMatchObject({
      ok: false,
      problem: { name: 'AppError', status: 401, unexpected: false },
    })
  })

  test('fills curlies in a shorthand request and answers with its data', async () => {
    const { outcome } = await host.call('triggers.booking_scheduled.operation.performSubscribe', {
      authData,
      targetUrl: 'http://localhost/hooks/1',
    })
    expect(outcome).toEqual({ ok: true, value: { id: 'WHK-1' } })
    expect(double.asked.at(-1)?.body).toEqual({
      trigger: 'booking_scheduled',
      target_url: 'http://localhost/hooks/1',
      booking_page_id: '',
    })
  })

  test('shows it no environment but the address of the server, NODE_ENV and PATH', async () => {
    const { outcome } = await performWith('environment')
    const names = outcome.ok ? (outcome.value as { names: string }[])[0]?.names.split(',') : []
    expect(names?.filter((name) => !name.startsWith('NODE_CHANNEL'))).toEqual([
      'HOURWIRE_BASE_URL',
      'NODE_ENV',
      'PATH',
    ])
  })
})

describe('what goes wrong', () => {
  test.each([
    ['halt', 'HaltedError', 'Nothing to do for this one.', false],
    ['expire', 'ExpiredAuthError', 'Reconnect your account.', false],
    ['error', 'AppError', 'This cannot be done.', false],
    ['fail-request', 'ResponseError', /^There is nothing here. \(GET .* answered 404\)$/, false],
    ['break', 'TypeError', /undefined/, true],
    ['wrong-shape', 'TypeError', /must return a list of objects/, true],
  ])('"%s" arrives as %s with one sentence', async (does, name, message, unexpected) => {
    expect(await problemOf(does)).toMatchObject({
      name,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      unexpected,
    })
  })

  test('a throttled call says how long to wait', async () => {
    expect(await problemOf('throttle')).toMatchObject({ name: 'ThrottledError', retryAfterSeconds: 42 })
  })

  test('an answer of 429 is a throttled call before the integration sees it', async () => {
    double.behavior.subscribeStatus = 429
    const { outcome } = await host.call('triggers.booking_scheduled.operation.performSubscribe', { authData })
    expect(outcome).toMatchObject({ ok: false, problem: { name: 'ThrottledError', retryAfterSeconds: 7 } })
  })

  test('a server that is not there is named in a sentence', async () => {
    // Port 9 (discard): nothing listens there.
    const alone = startHost({ integrationPath: fixturePath, baseUrl: 'http://127.0.0.1:9' })
    const { outcome } = await alone.call('authentication.test', { authData })
    expect(outcome).toMatchObject({
      ok: false,
      problem: {
        name: 'UnreachableError',
        message: expect.stringContaining('Could not reach http://127.0.0.1:9'),
      },
    })
    await alone.close()
  })

  test('a method that does not exist is named', async () => {
    const { outcome } = await host.call('triggers.nothing.operation.perform')
    expect(outcome).toMatchObject({
      ok: false,
      problem: { message: 'The integration has no triggers.nothing.operation.perform.' },
    })
  })

  test('an integration that does not load says why, and loads once it is corrected', {
    timeout: 20_000,
  }, async () => {
    const { folder, remove } = temporaryFolder()
    const file = path.join(folder, 'integration.ts')
    writeFileSync(file, 'throw new Error("left half done")')
    const broken = startHost({ integrationPath: file, baseUrl: double.url })
    expect((await broken.call('definition')).outcome).toMatchObject({
      ok: false,
      problem: { name: 'LoadError', message: expect.stringContaining('left half done') },
    })
    writeFileSync(file, 'export default { version: "2.0.0" }')
    // Each try starts a process, which takes a while on a busy machine.
    await vi.waitFor(async () => expect((await broken.call('definition')).outcome.ok).toBe(true), {
      timeout: 10_000,
    })
    await broken.close()
    remove()
  })
})

describe('the log', () => {
  test('has method, address, status and time of each request, without credentials', async () => {
    const { log } = await performWith('ask')
    expect(log).toEqual([
      expect.objectContaining({
        kind: 'request',
        method: 'GET',
        url: `${double.url}/zapier/v1/me?token=%3Acensored%3A`,
        status: 200,
        durationMs: expect.any(Number),
      }),
    ])
    expect(JSON.stringify(log)).not.toContain(rightPair.apiKey)
    expect(JSON.stringify(log)).toContain('X-Hourwire-Login-Id: ana@example.com')
  })

  test('has what z.console is told, censored', async () => {
    const { log } = await performWith('tell')
    expect(log).toEqual([{ kind: 'console', level: 'log', text: 'the key is :censored: and ca978112' }])
  })

  test('and errors never carry a credential either', async () => {
    expect((await problemOf('leak'))?.message).toBe('I know :censored:')
  })
})

describe('the process of the integration', () => {
  test('starts again after it died', async () => {
    expect(await problemOf('die')).toMatchObject({
      name: 'ChildDied',
      message: expect.stringContaining('code 3'),
    })
    expect((await performWith('')).outcome.ok).toBe(true)
  })

  test('is ended when a call takes longer than 30 seconds, and the next call finds a new one', async () => {
    const timers: { ms: number; run: () => void; isCanceled: boolean }[] = []
    const timed = startHost({
      integrationPath: fixturePath,
      baseUrl: double.url,
      after: (ms, run) => {
        const timer = { ms, run, isCanceled: false }
        timers.push(timer)
        return () => {
          timer.isCanceled = true
        }
      },
    })
    await timed.call('definition')
    const hanging = timed.call(perform, { authData, cleanedRequest: { test_does: 'hang' } })
    const other = timed.call(perform, { authData, cleanedRequest: { test_does: 'hang' } })
    const waiting = await vi.waitFor(() => {
      const open = timers.filter(({ isCanceled }) => !isCanceled)
      expect(open).toHaveLength(2)
      return open
    })
    expect(waiting[0]?.ms).toBe(30_000)
    waiting[0]?.run()
    expect((await hanging).outcome).toMatchObject({
      ok: false,
      problem: { name: 'TimeoutError', message: `${perform} did not answer within 30 seconds.` },
    })
    expect((await other).outcome).toMatchObject({ ok: false, problem: { name: 'ChildDied' } })
    expect((await timed.call('definition')).outcome.ok).toBe(true)
    await timed.close()
  })

  test('answers nothing any more once the host is closed', async () => {
    const closed = startHost({ integrationPath: fixturePath, baseUrl: double.url })
    await closed.close()
    expect((await closed.call('definition')).outcome).toMatchObject({
      ok: false,
      problem: { message: 'The sandbox is stopping.' },
    })
  })
})
