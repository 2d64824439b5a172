import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey, revokeKey } from '#domain/zapier/manage-key.ts'
import { turnZapOn } from '#domain/zapier/manage-zaps.ts'
import { accepted } from '#kit/result.ts'
import { keepingMailer } from '#outside/mailer.ts'
import { parseAllowList } from '#outside/target-guard.ts'
import { createWebhookSender } from '#outside/webhook-sender.ts'
import { aCall, type House, openHouse } from '../../tests/house.ts'
import { startWorker } from './worker.ts'

interface Received {
  method: string
  path: string
  id: string | undefined
  body: string
}

/** A receiver on loopback that answers as `answer` says. */
async function aReceiver(answer: (received: Received, nth: number) => number | 'hang' = () => 200) {
  const received: Received[] = []
  const server = createServer((request: IncomingMessage, reply) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        path: request.url ?? '',
        id: request.headers['webhook-id'] as string | undefined,
        body,
      }
      received.push(one)
      const status = answer(one, received.length)
      if (status !== 'hang') reply.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url, received }
}

/** A house with a running worker that may call these receivers, and a way to turn Zaps on. */
async function aWorkingHouse(...urls: string[]) {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  const { key } = accepted(await generateKey(house, ana))
  const caller = accepted(await createCredentialCheck(house)({ key, loginId: ana.loginId, ...aCall }))
  const sender = createWebhookSender({
    policy: accepted(parseAllowList(urls.join(','))),
    userAgent: 'Hourwire/test',
    limits: { totalMs: 400, connectMs: 200 },
  })
  const errors: Error[] = []
  const open = (deps: House) =>
    startWorker({
      deps,
      send: sender.send,
      sendMail: keepingMailer.send,
      onError: (error) => errors.push(error),
      pollMs: 50,
    })
  const turnOn = async (targetUrl: string) =>
    accepted(
      await turnZapOn({ ...house, refusalOfTarget: () => undefined }, caller, {
        trigger: 'booking_scheduled',
        targetUrl,
        bookingPageId: null,
        eventTypeId: null,
      }),
    )
  return { house, ana, page, open, turnOn, errors, sender }
}

describe('the worker', () => {
  test('delivers a booking to every Zap once, woken or not', async () => {
    const { url, received } = await aReceiver()
    const { house, page, open, turnOn, errors } = await aWorkingHouse(url)
    await turnOn(`${url}/a`)
    await turnOn(`${url}/b`)
    const worker = open(house)
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 10_000 })
    await worker.stop()
    expect(received.map(({ path }) => path).sort()).toEqual(['/a', '/b'])
    expect(new Set(received.map(({ id }) => id)).size).toBe(1)
    expect(errors).toEqual([])
  })

  test('two workers share the work without doing any of it twice', async () => {
    const { url, received } = await aReceiver()
    const { house, page, open, turnOn } = await aWorkingHouse(url)
    for (const path of ['/a', '/b', '/c']) await turnOn(url + path)
    const workers = [open(house), open(house)]
    for (let hour = 8; hour < 14; hour += 1)
      await house.aBooking({ page, start: `2026-11-24T${String(hour).padStart(2, '0')}:00:00Z` })
    await vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(18), { timeout: 15_000 })
    await Promise.all(workers.map((worker) => worker.stop()))
    expect(received).toHaveLength(18)
    expect(new Set(received.map(({ path, id }) => `${path} ${id}`)).size).toBe(18)
  })

  test('a target that hangs holds up nobody else', async () => {
    const hanging = await aReceiver(() => 'hang')
    const healthy = await aReceiver()
    const { house, page, open, turnOn } = await aWorkingHouse(hanging.url, healthy.url)
    await turnOn(hanging.url)
    await turnOn(healthy.url)
    const worker = open(house)
    for (let hour = 8; hour < 12; hour += 1)
      await house.aBooking({ page, start: `2026-11-24T${String(hour).padStart(2, '0')}:00:00Z` })
    await vi.waitFor(() => expect(healthy.received).toHaveLength(4), { timeout: 10_000 })
    await worker.stop()
    const attempts = await house.sql<{ outcome: string }>(
      `select distinct outcome from delivery_attempts where outcome <> 'answered'`,
    )
    expect(attempts.every(({ outcome }) => outcome === 'timed-out')).toBe(true)
  })

  test('keeps its lease while an attempt takes long, also while it stops', async () => {
    const { house, page, turnOn } = await aWorkingHouse()
    await turnOn('https://hooks.example.com/slow')
    const answered = Promise.withResolvers<void>()
    let sent = 0
    const worker = startWorker({
      deps: house,
      send: async () => {
        sent += 1
        await answered.promise
        return { kind: 'answered', status: 200, responseHead: '', truncated: false, durationMs: 1 }
      },
      sendMail: keepingMailer.send,
      onError: () => undefined,
      pollMs: 50,
    })
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await vi.waitFor(() => expect(sent).toBe(1), { timeout: 10_000 })
    const leasedUntil = async () =>
      (
        await house.sql<{ until: Date }>('select leased_until as until from subscriptions')
      )[0]?.until.getTime() ?? 0
    const taken = await leasedUntil()
    const stopping = worker.stop()
    await vi.waitFor(async () => expect(await leasedUntil()).toBeGreaterThan(taken), { timeout: 10_000 })
    answered.resolve()
    await stopping
    expect(sent).toBe(1)
    expect(await house.sql('select state from deliveries')).toEqual([{ state: 'delivered' }])
  })

  test('says farewell by DELETE when a key is revoked, until it is understood', async () => {
    const { url, received } = await aReceiver((_, nth) => (nth === 1 ? 500 : 200))
    const { house, ana, open, turnOn } = await aWorkingHouse(url)
    await turnOn(`${url}/hook`)
    const worker = open(house)
    accepted(await revokeKey(house, ana))
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 10_000 })
    await vi.waitFor(
      async () =>
        expect(await house.sql('select 1 from farewells where attempts = 1 and due_at > now()')).toHaveLength(
          1,
        ),
      { timeout: 10_000 },
    )
    await house.sql('update farewells set due_at = now()')
    await vi.waitFor(async () => expect(await house.sql('select 1 from farewells')).toEqual([]), {
      timeout: 10_000,
    })
    await worker.stop()
    expect(received.map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /hook', 'DELETE /hook'])
  })

  test('completes bookings whose end has passed', async () => {
    const { house, page, open } = await aWorkingHouse()
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    const worker = open(house)
    house.setNow('2026-11-24T12:00:00Z')
    await vi.waitFor(
      async () => expect(await house.sql('select status from bookings')).toEqual([{ status: 'completed' }]),
      { timeout: 10_000 },
    )
    await worker.stop()
  })

  test('a private target is never called unless it was opened', async () => {
    const { url, received } = await aReceiver()
    const { house, page, open, turnOn } = await aWorkingHouse()
    await turnOn(url)
    const worker = open(house)
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    await vi.waitFor(
      async () => expect(await house.sql('select outcome from delivery_attempts')).toHaveLength(1),
      { timeout: 10_000 },
    )
    await worker.stop()
    expect(received).toEqual([])
    expect(await house.sql('select outcome from delivery_attempts')).toMatchObject([
      { outcome: 'bad-target' },
    ])
  })
})
