import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { buildProbeApp } from './build-app.ts'
import { type Stopping, stopsGently } from './stop-serving.ts'

/** A server with one route that answers at once, and one that answers when `finish` is called. */
async function openServer(stopping: Stopping) {
  const app = Fastify({ return503OnClosing: false })
  const isStopping = stopsGently(app, stopping)
  const slow = Promise.withResolvers<string>()
  const asked = Promise.withResolvers<void>()
  app.get('/', async () => 'at once')
  app.get('/slow', () => {
    asked.resolve()
    return slow.promise
  })
  app.get('/streamed', (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200).write('begun, ')
    asked.resolve()
    void slow.promise.then(() => reply.raw.end('ended'))
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const ask = async (path: string, through = agent) => {
    const asking = httpRequest({ host: '127.0.0.1', port, path, agent: through }).end()
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    const parts = await answer.toArray()
    return { status: answer.statusCode, connection: answer.headers.connection, text: parts.join('') }
  }
  const raw = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }
  return { app, isStopping, ask, raw, agent, asked: asked.promise, finish: () => slow.resolve('at last') }
}

const long = { announceMs: 0, lingerMs: 60_000, limitMs: 60_000 }

test('what is under way is answered, with "connection: close", and then the server is gone', async () => {
  const { app, ask, asked, finish, isStopping } = await openServer(long)
  const answer = ask('/slow')
  await asked
  expect(isStopping()).toBe(false)
  const closed = app.close()
  await expect.poll(() => app.server.listening).toBe(false)
  expect(isStopping()).toBe(true)
  finish()
  expect(await answer).toEqual({ status: 200, connection: 'close', text: 'at last' })
  // The client's connection went with the answer, so nothing is waited for.
  await closed
})

test('a connection that is kept open may bring one more request, which is answered and its last', async () => {
  const { app, ask } = await openServer(long)
  expect(await ask('/')).toMatchObject({ status: 200, connection: 'keep-alive' })
  const closed = app.close()
  await expect.poll(() => app.server.listening).toBe(false)
  expect(await ask('/')).toEqual({ status: 200, connection: 'close', text: 'at once' })
  await closed
  await expect(ask('/')).rejects.toThrow('ECONNREFUSED')
})

test('new connections are taken while load balancers are being told, and not after', async () => {
  const { app, ask, isStopping } = await openServer({ ...long, announceMs: 300 })
  const closed = app.close()
  await expect.poll(isStopping).toBe(true)
  expect(await ask('/', new Agent())).toEqual({ status: 200, connection: 'close', text: 'at once' })
  await closed
  await expect(ask('/', new Agent())).rejects.toThrow('ECONNREFUSED')
})

test('/ready says no from the first moment, and what is asked meanwhile is answered', async () => {
  const app = await buildProbeApp({
    deps: { clock: { now: () => Temporal.Now.instant() } },
    probes: { database: async () => undefined },
    stopping: { ...long, announceMs: 300 },
    logLevel: 'silent',
  })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const ready = async () => {
    const answer = await fetch(`${origin}/ready`)
    return [answer.status, await answer.json()]
  }
  expect(await ready()).toEqual([200, { ready: true, checks: { database: 'ok' } }])
  const closed = app.close()
  await expect
    .poll(ready)
    .toEqual([503, { ready: false, checks: { database: 'ok', process: 'is being stopped' } }])
  expect((await fetch(`${origin}/live`)).status).toBe(200)
  await closed
})

test('who sends nothing keeps nobody waiting: neither an idle connection nor one that never asked', async () => {
  const { app, ask, raw } = await openServer({ ...long, lingerMs: 50 })
  await ask('/')
  const silent = await raw()
  const ended = once(silent, 'close')
  await app.close()
  await ended
})

test('a process that is behind with its work reads what came in time before it closes', async () => {
  const { app, raw } = await openServer({ ...long, lingerMs: 400 })
  const socket = await raw()
  const closed = app.close()
  await expect.poll(() => app.server.listening).toBe(false)
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
  // The loop stands still until the time is over.
  const until = performance.now() + 600
  while (performance.now() < until);
  const answer = (await socket.toArray()).join('')
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK/)
  expect(answer).toMatch(/at once$/)
  await closed
})

test('an answer that had begun is sent to its end, and its connection is not kept', async () => {
  const { app, ask, asked, finish } = await openServer({ ...long, lingerMs: 0 })
  const answer = ask('/streamed')
  await asked
  const closed = app.close()
  await expect.poll(() => app.server.listening).toBe(false)
  finish()
  expect(await answer).toMatchObject({ status: 200, text: 'begun, ended' })
  await closed
})

test('an answer that does not end is cut at the limit', async () => {
  const { app, ask, asked } = await openServer({ announceMs: 0, lingerMs: 0, limitMs: 50 })
  const answer = ask('/slow').catch((error: NodeJS.ErrnoException) => error.code)
  await asked
  await app.close()
  expect(await answer).toBe('ECONNRESET')
})
