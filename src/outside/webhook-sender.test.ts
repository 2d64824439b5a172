import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { aCertificate } from './certificate.test-support.ts'
import { closedPolicy, parseAllowList, type TargetPolicy } from './target-guard.ts'
import { createWebhookSender, type OutgoingRequest, type SenderSettings } from './webhook-sender.ts'

const closers: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of closers.splice(0).reverse()) await close()
})

const allowing = (text: string): TargetPolicy => {
  const policy = parseAllowList(text)
  if (!policy.ok) throw new Error(policy.problem.reason)
  return policy.value
}

function aSender(settings: Partial<SenderSettings> = {}) {
  const sender = createWebhookSender({
    policy: allowing('http://127.0.0.1:*, https://127.0.0.1:*'),
    userAgent: 'Hourwire/test',
    ...settings,
    limits: { totalMs: 200, connectMs: 150, ...settings.limits },
  })
  closers.push(() => sender.close())
  return sender
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((done) => server.close(done))
  })
  return (server.address() as AddressInfo).port
}

/** A receiver that answers each request by writing raw text. */
async function aRawReceiver(answer: (socket: Socket, requestText: string) => void) {
  const server = createServer((socket) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
      const [head = '', body] = text.split('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (body === undefined || body.length < length) return
      const requestText = text
      text = ''
      answer(socket, requestText)
    })
  })
  return `http://127.0.0.1:${await listening(server)}/hook`
}

const aReceiver = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listening(createHttpServer(listener))}/hook`

const post = (url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: 'POST',
  url,
  body: '{"id":"EVNT-1"}',
  headers: { 'content-type': 'application/json', 'webhook-id': 'EVNT-1' },
  ...more,
})

/** Writes a byte every few milliseconds for as long as anybody listens. */
function drip(socket: Socket, byte: string) {
  const timer = setInterval(() => socket.write(byte), 5)
  socket.on('close', () => clearInterval(timer))
}

describe('what is sent', () => {
  test('is the body byte for byte, with our name and the given headers', async () => {
    const seen: { text: string; headers: object; method?: string; url?: string }[] = []
    const url = await aReceiver(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      seen.push({
        text: createHash('sha256').update(Buffer.concat(parts)).digest('hex'),
        headers: request.headers,
        method: request.method,
        url: request.url,
      })
      response.end('thanks')
    })
    const body = new Uint8Array(Buffer.from('{"name":"Zoë \u0000 漢字 🙂"}'))

    const outcome = await aSender().send(post(`${url}?a=1#x`, { body }))

    expect(outcome).toMatchObject({ kind: 'answered', status: 200, responseHead: 'thanks', truncated: false })
    expect(Number.isInteger(outcome.durationMs)).toBe(true)
    expect(seen).toMatchObject([
      {
        text: createHash('sha256').update(body).digest('hex'),
        method: 'POST',
        url: '/hook?a=1',
        headers: { 'user-agent': 'Hourwire/test', 'webhook-id': 'EVNT-1', 'accept-encoding': 'identity' },
      },
    ])
  })

  test('may be a DELETE without a body', async () => {
    const url = await aReceiver((request, response) => {
      response.statusCode = request.method === 'DELETE' ? 204 : 500
      response.end()
    })
    expect(await aSender().send({ method: 'DELETE', url, headers: {} })).toMatchObject({
      kind: 'answered',
      status: 204,
      responseHead: '',
    })
  })

  test('rejects a broken header of our own as the bug it is', async () => {
    const url = await aReceiver((_request, response) => response.end())
    await expect(aSender().send(post(url, { headers: { 'webhook-id': 'a\r\nx: y' } }))).rejects.toThrow(
      /header/,
    )
  })
})

describe('what the target answers', () => {
  test.each([200, 201, 204, 301, 302, 307, 308, 400, 404, 410, 429, 500, 503])(
    '%i is recorded',
    async (status) => {
      const url = await aReceiver((_request, response) => {
        response.writeHead(status).end()
      })
      expect(await aSender().send(post(url))).toMatchObject({ kind: 'answered', status })
    },
  )

  test('a redirect is not followed', async () => {
    const asked: (string | undefined)[] = []
    const url = await aReceiver((request, response) => {
      asked.push(request.url)
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    await aSender().send(post(url))
    expect(asked).toEqual(['/hook'])
  })

  test.each([
    ['120', 120],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30],
    ['0', 1],
    ['999999999', 86_400],
    ['never', undefined],
  ])('Retry-After %s is %s seconds', async (header, seconds) => {
    const url = await aReceiver((_request, response) => {
      response.writeHead(429, { 'retry-after': header }).end('slow down')
    })
    const sender = aSender({ nowMs: () => Date.UTC(2026, 10, 22, 12) })
    const outcome = await sender.send(post(url))
    expect(outcome.kind === 'answered' && outcome.retryAfterSeconds).toBe(seconds)
  })

  test('keeps the first 1 KiB as clean text', async () => {
    const url = await aReceiver((_request, response) => {
      response.end(`a\u0000b\u001b[31mc\r\nd\te\u202ef${'é'.repeat(2000)}`)
    })
    const outcome = await aSender().send(post(url))
    const head = outcome.kind === 'answered' ? outcome.responseHead : ''
    expect(head.startsWith('ab[31mc\nd\tefé')).toBe(true)
    expect(Buffer.byteLength(head)).toBeLessThanOrEqual(1024)
    expect(head.endsWith('é')).toBe(true)
  })

  test('shows bytes that are no text as replacement characters, without failing', async () => {
    const url = await aReceiver((_request, response) => response.end(Buffer.from([0xff, 0xfe, 0x41])))
    expect(await aSender().send(post(url))).toMatchObject({ responseHead: '\ufffd\ufffdA' })
  })

  test('interim answers are passed over', async () => {
    const url = await aRawReceiver((socket) =>
      socket.write(
        'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nok',
      ),
    )
    expect(await aSender().send(post(url))).toMatchObject({ status: 202, responseHead: 'ok' })
  })

  test('10 MB are cut after 64 KiB, and the status counts', async () => {
    let written = 0
    let closed = false
    const url = await aRawReceiver((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${10 * 1024 * 1024}\r\n\r\n`)
      const more = () => {
        while (written < 10 * 1024 * 1024 && !socket.destroyed) {
          written += 16_384
          if (!socket.write('x'.repeat(16_384))) break
        }
      }
      socket.on('drain', more).on('close', () => {
        closed = true
      })
      more()
    })
    const outcome = await aSender().send(post(url))
    expect(outcome).toMatchObject({
      kind: 'answered',
      status: 200,
      truncated: true,
      responseHead: 'x'.repeat(1024),
    })
    await expect.poll(() => closed).toBe(true)
  })

  test('a gzip bomb is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024))
    const url = await aReceiver((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
    })
    const outcome = await aSender().send(post(url))
    expect(outcome).toMatchObject({
      kind: 'answered',
      status: 200,
      truncated: bomb.byteLength > 64 * 1024,
      responseHead: `(${bomb.byteLength} bytes, compressed, not shown)`,
    })
  })

  test('a close in the middle of the body leaves the status standing', async () => {
    const url = await aRawReceiver((socket) =>
      socket.end('HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\nhalf'),
    )
    expect(await aSender().send(post(url))).toMatchObject({
      kind: 'answered',
      status: 201,
      truncated: true,
      responseHead: 'half',
    })
  })

  test('an answer without length ends with the connection', async () => {
    const url = await aRawReceiver((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'))
    expect(await aSender().send(post(url))).toMatchObject({
      status: 200,
      truncated: false,
      responseHead: 'all of it',
    })
  })
})

describe('what goes wrong', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['closes', (socket) => socket.end()],
    ['resets', (socket) => socket.resetAndDestroy()],
    ['closes inside the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-')],
  ])('a target that %s is a lost connection', async (_name, answer) => {
    const url = await aRawReceiver(answer)
    expect(await aSender().send(post(url))).toMatchObject({ kind: 'connection-lost', phase: 'headers' })
  })

  test.each<[string, string]>([
    ['speaks another protocol', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['sends 200 KB of headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}\r\n\r\n`],
    [
      'contradicts itself on the length',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc',
    ],
    ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
  ])('a target that %s is a bad answer', async (_name, text) => {
    const url = await aRawReceiver((socket) => socket.write(text))
    expect(await aSender().send(post(url))).toMatchObject({ kind: 'bad-answer' })
  })

  test('nobody listens', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await new Promise((done) => server.close(done))
    expect(await aSender().send(post(`http://127.0.0.1:${port}/`))).toMatchObject({
      kind: 'refused-connection',
      code: 'ECONNREFUSED',
    })
  })

  test('the name does not exist', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
    const sender = aSender({ policy: closedPolicy, lookup })
    expect(await sender.send(post('https://gone.example.com/'))).toMatchObject({
      kind: 'dns-failed',
      code: 'ENOTFOUND',
    })
  })

  test('the name has no addresses', async () => {
    const sender = aSender({ policy: closedPolicy, lookup: async () => [] })
    expect(await sender.send(post('https://empty.example.com/'))).toMatchObject({
      kind: 'dns-failed',
      code: 'ENODATA',
    })
  })

  test('an unusable URL is told apart from a blocked one', async () => {
    const sender = aSender({ policy: closedPolicy })
    expect(await sender.send(post('ftp://example.com/'))).toMatchObject({
      kind: 'bad-target',
      reason: 'it must begin with https://.',
    })
    expect(await sender.send(post('https://10.0.0.1/'))).toMatchObject({
      kind: 'blocked-address',
      reason: 'it is a private address.',
    })
  })
})

describe('the one deadline', () => {
  const inTime = (durationMs: number) => {
    expect(durationMs).toBeGreaterThanOrEqual(140)
    expect(durationMs).toBeLessThan(600)
  }

  test.each<[string, 'headers' | 'body', (socket: Socket) => void]>([
    ['never answers', 'headers', () => {}],
    [
      'drips its headers',
      'headers',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx: ')
        drip(socket, 'y')
      },
    ],
    [
      'drips its body',
      'body',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n')
        drip(socket, 'y')
      },
    ],
    [
      'drips chunks',
      'body',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
        drip(socket, '1\r\ny\r\n')
      },
    ],
    [
      'stops inside its body',
      'body',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'),
    ],
    [
      'sends interim answers for ever',
      'headers',
      (socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'),
    ],
  ])(
    'a target that %s is given up in the phase "%s", its connection closed',
    async (_name, phase, answer) => {
      let closed = false
      const url = await aRawReceiver((socket) => {
        socket.on('close', () => {
          closed = true
        })
        answer(socket)
      })
      const outcome = await aSender().send(post(url))
      expect(outcome).toMatchObject({ kind: 'timed-out', phase, ...(phase === 'body' && { status: 200 }) })
      inTime(outcome.durationMs)
      await expect.poll(() => closed).toBe(true)
    },
  )

  test('a look-up that never ends is given up after the connect limit, and told so', async () => {
    let told = false
    const sender = aSender({
      policy: closedPolicy,
      lookup: (_target, signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            told = true
          })
        }),
    })
    const outcome = await sender.send(post('https://slow.example.com/'))
    expect(outcome).toMatchObject({ kind: 'timed-out', phase: 'lookup' })
    inTime(outcome.durationMs)
    expect(told).toBe(true)
  })

  test('a target that never finishes its TLS handshake is given up after the connect limit', async () => {
    const port = await listening(createServer(() => {}))
    const outcome = await aSender().send(post(`https://127.0.0.1:${port}/`))
    expect(outcome).toMatchObject({ kind: 'timed-out', phase: 'tls' })
    inTime(outcome.durationMs)
  })

  test('time spent waiting for a free connection counts, and such a request is never sent late', async () => {
    let requests = 0
    const url = await aRawReceiver(() => {
      requests++
    })
    const sender = aSender({ limits: { socketsPerOrigin: 2 } })
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => sender.send(post(url))))
    expect(outcomes.map((outcome) => outcome.kind === 'timed-out' && outcome.phase)).toEqual([
      'headers',
      'headers',
      'queue',
      'queue',
    ])
    await sender.close()
    expect(requests).toBe(2)
  })

  test('does not end an exchange that is quick', async () => {
    const url = await aReceiver((_request, response) => response.end('ok'))
    expect(await aSender().send(post(url))).toMatchObject({ status: 200 })
  })
})

describe('connections', () => {
  test('are used again one after the other', async () => {
    const ports = new Set<number | undefined>()
    const url = await aReceiver((request, response) => {
      ports.add(request.socket.remotePort)
      response.end('ok')
    })
    const sender = aSender()
    for (let i = 0; i < 20; i++) expect(await sender.send(post(url))).toMatchObject({ status: 200 })
    // Two: undici frees a connection one tick after its answer has ended.
    expect(ports.size).toBeLessThanOrEqual(2)
  })

  test('are never more than the limit to one target', async () => {
    const ports = new Set<number | undefined>()
    const url = await aReceiver((request, response) => {
      ports.add(request.socket.remotePort)
      response.end('ok')
    })
    const sender = aSender({ limits: { totalMs: 5000, socketsPerOrigin: 3 } })
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => sender.send(post(url))))
    expect(outcomes.every((outcome) => outcome.kind === 'answered' && outcome.status === 200)).toBe(true)
    expect(ports.size).toBe(3)
  })

  test('to one target that hangs do not delay another', async () => {
    const hanging = await aRawReceiver(() => {})
    const healthy = await aReceiver((_request, response) => response.end('ok'))
    const sender = aSender({ limits: { totalMs: 400 } })
    const stuck = Array.from({ length: 20 }, () => sender.send(post(hanging)))
    const outcome = await sender.send(post(healthy))
    expect(outcome).toMatchObject({ status: 200 })
    expect(outcome.durationMs).toBeLessThan(200)
    await Promise.all(stuck)
  })

  test('are closed by close(), and requests under way may end', async () => {
    let answer = () => {}
    const arrived = new Promise<void>((resolve) => {
      answer = resolve
    })
    let release = () => {}
    const url = await aReceiver((_request, response) => {
      release = () => response.end('late')
      answer()
    })
    const sender = aSender({ limits: { totalMs: 5000 } })
    const sending = sender.send(post(url))
    await arrived
    const closing = sender.close()
    release()
    expect(await sending).toMatchObject({ status: 200, responseHead: 'late' })
    await closing
  })

  test('go past an address that does not answer to the next one', async () => {
    const url = await aReceiver((_request, response) => response.end('ok'))
    const port = new URL(url).port
    const sender = aSender({
      policy: allowing(`http://two.lan:${port}`),
      lookup: async () => ['::1', '127.0.0.1'],
      limits: { totalMs: 3000, connectMs: 2000 },
    })
    expect(await sender.send(post(`http://two.lan:${port}/`))).toMatchObject({ status: 200 })
  })

  test('pay no heed to proxies in the environment', async () => {
    let proxied = 0
    const proxy = await aRawReceiver(() => {
      proxied++
    })
    const url = await aReceiver((_request, response) => response.end('direct'))
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy'])
      vi.stubEnv(name, proxy)
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    expect(await aSender().send(post(url))).toMatchObject({ responseHead: 'direct' })
    expect(proxied).toBe(0)
  })
})

describe('certificates', () => {
  const day = 86_400_000
  const good = aCertificate({ names: ['hooks.example.com'], addresses: ['127.0.0.1'] })
  const expired = aCertificate({ names: ['hooks.example.com'], from: -9 * day, until: -2 * day })

  const aTlsReceiver = async (identity: { key: string; cert: string }) =>
    listening(
      createTlsServer(identity, (socket) => {
        socket.on('error', () => {})
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
      }),
    )
  const named = (port: number, ca?: string[]) =>
    aSender({
      policy: allowing(`hooks.example.com:${port}, other.example.com:${port}, https://127.0.0.1:*`),
      lookup: async () => ['127.0.0.1'],
      limits: { totalMs: 3000, connectMs: 2000 },
      ca,
    })

  test('of a known issuer for the right name are accepted', async () => {
    const port = await aTlsReceiver(good)
    expect(await named(port, [good.cert]).send(post(`https://hooks.example.com:${port}/`))).toMatchObject({
      status: 200,
    })
    expect(await named(port, [good.cert]).send(post(`https://127.0.0.1:${port}/`))).toMatchObject({
      status: 200,
    })
  })

  test('signed by themselves are refused, whatever the environment says', async () => {
    const port = await aTlsReceiver(good)
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    expect(await named(port).send(post(`https://hooks.example.com:${port}/`))).toMatchObject({
      kind: 'bad-certificate',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
  })

  test('for another name are refused', async () => {
    const port = await aTlsReceiver(good)
    expect(await named(port, [good.cert]).send(post(`https://other.example.com:${port}/`))).toMatchObject({
      kind: 'bad-certificate',
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
  })

  test('that expired are refused', async () => {
    const port = await aTlsReceiver(expired)
    expect(await named(port, [expired.cert]).send(post(`https://hooks.example.com:${port}/`))).toMatchObject({
      kind: 'bad-certificate',
      code: 'CERT_HAS_EXPIRED',
    })
  })

  test('are not to blame when the target speaks plain HTTP', async () => {
    const port = await listening(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    expect(await named(port).send(post(`https://127.0.0.1:${port}/`))).toMatchObject({ kind: 'tls-failed' })
  })
})
