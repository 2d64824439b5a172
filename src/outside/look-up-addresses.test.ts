import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { createLookUp } from './look-up-addresses.ts'
import { closedPolicy, parseTarget, type Target } from './target-guard.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

type Answer = { addresses: string[] } | { code: number } | 'silence'

/** A name server that knows two answers: one for A (type 1) and one for AAAA (type 28). */
async function aNameServer(four: Answer, six: Answer) {
  const server = createSocket('udp4')
  const asked: string[] = []
  server.on('message', (query, from) => {
    let end = 12
    const labels: string[] = []
    for (let size = query[end] ?? 0; size > 0; size = query[end] ?? 0) {
      labels.push(query.toString('latin1', end + 1, end + 1 + size))
      end += size + 1
    }
    const type = query.readUInt16BE(end + 1)
    asked.push(`${labels.join('.')} ${type === 28 ? 'AAAA' : 'A'}`)
    const answer = type === 28 ? six : four
    if (answer === 'silence') return
    const addresses = 'addresses' in answer ? answer.addresses : []
    const head = Buffer.from(query.subarray(0, end + 5))
    head.writeUInt16BE(0x8180 | ('code' in answer ? answer.code : 0), 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(addresses.length, 6)
    head.writeUInt32BE(0, 8)
    const records = addresses.map((address) => {
      const data =
        type === 28
          ? Buffer.from(
              address
                .split(':')
                .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
            )
          : Buffer.from(address.split('.').map(Number))
      return Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]), data])
    })
    server.send(Buffer.concat([head, ...records]), from.port, from.address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => new Promise<void>((done) => server.close(done)))
  return { servers: [`127.0.0.1:${server.address().port}`], asked }
}

const hooks = (() => {
  const target = parseTarget('https://hooks.example.com/', closedPolicy)
  if (!target.ok) throw new Error(target.problem.reason)
  return target.value
})()
const ask = (servers: string[], target: Target = hooks, signal = new AbortController().signal) =>
  createLookUp({ servers, otherFamilyMs: 50 })(target, signal)

const six = '2606:4700:0:0:0:0:0:1111'

describe('looking up addresses', () => {
  test('gives all addresses of both families', async () => {
    const { servers, asked } = await aNameServer({ addresses: ['1.2.3.4', '10.0.0.1'] }, { addresses: [six] })
    expect(await ask(servers)).toEqual(['1.2.3.4', '10.0.0.1', '2606:4700::1111'])
    expect(asked.sort()).toEqual(['hooks.example.com A', 'hooks.example.com AAAA'])
  })

  test('makes do with one family when the other fails', async () => {
    const four = await aNameServer({ addresses: ['1.2.3.4'] }, { code: 2 })
    expect(await ask(four.servers)).toEqual(['1.2.3.4'])
    const onlySix = await aNameServer({ addresses: [] }, { addresses: [six] })
    expect(await ask(onlySix.servers)).toEqual(['2606:4700::1111'])
  })

  test('does not wait long for a family that never answers', async () => {
    const { servers } = await aNameServer({ addresses: ['1.2.3.4'] }, 'silence')
    const start = performance.now()
    expect(await ask(servers)).toEqual(['1.2.3.4'])
    expect(performance.now() - start).toBeLessThan(500)
  })

  test.each([
    ['ENOTFOUND', { code: 3 }],
    ['ESERVFAIL', { code: 2 }],
    ['ENODATA', { addresses: [] }],
  ] as const)('fails with %s', async (code, answer) => {
    const given = 'code' in answer ? answer : { addresses: [] }
    const { servers } = await aNameServer(given, given)
    await expect(ask(servers)).rejects.toMatchObject({ code })
  })

  test('stops when told so', async () => {
    const { servers } = await aNameServer('silence', 'silence')
    const stop = new AbortController()
    const asking = ask(servers, hooks, stop.signal)
    stop.abort()
    await expect(asking).rejects.toMatchObject({ code: 'ECANCELLED' })
  })

  test('asks the system, and so its hosts file, for names the operator opened', async () => {
    const { servers, asked } = await aNameServer({ addresses: ['1.2.3.4'] }, { addresses: [] })
    const addresses = await ask(servers, { ...hooks, host: 'localhost', openedByName: true })
    expect(addresses).toContain('127.0.0.1')
    expect(asked).toEqual([])
  })

  test('asks the system for a name that DNS does not know only where the operator opened networks', async () => {
    const { servers } = await aNameServer({ code: 3 }, { code: 3 })
    const target = { ...hooks, host: 'localhost' }
    const { signal } = new AbortController()
    await expect(createLookUp({ servers })(target, signal)).rejects.toMatchObject({ code: 'ENOTFOUND' })
    expect(await createLookUp({ servers, mayAskSystem: true })(target, signal)).toContain('127.0.0.1')
  })
})
