import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closedPolicy, parseAllowList, type TargetPolicy } from './target-guard.ts'
import { createWebhookSender } from './webhook-sender.ts'

/**
 * Two tripwires: a listener on every address of this machine, and Node's own notice of each socket that is opened
 * to anywhere. Only 127.0.0.1 is honest here, and only in the tests that open it.
 */
let port = 0
let reached: string[] = []
let opened = 0
const countSocket = () => {
  opened++
}
const tripwire = createServer((request, response) => {
  reached.push(request.socket.localAddress ?? '')
  response.writeHead(200, request.headers['x-keep'] ? {} : { connection: 'close' }).end('reached')
})
beforeAll(async () => {
  tripwire.listen(0, '0.0.0.0')
  await once(tripwire, 'listening')
  port = (tripwire.address() as AddressInfo).port
  subscribe('net.client.socket', countSocket)
})
afterAll(async () => {
  unsubscribe('net.client.socket', countSocket)
  await new Promise((done) => tripwire.close(done))
})
beforeEach(() => {
  reached = []
  opened = 0
})

const allowing = (text: string): TargetPolicy => {
  const policy = parseAllowList(text)
  if (!policy.ok) throw new Error(policy.problem.reason)
  return policy.value
}
/** Opens every port over http, but only to networks that none of the targets is in: addresses alone must stop them. */
const portsOpen = allowing('10.255.255.0/24:*, [fd99::/16]:*')

async function attempt(url: string, policy: TargetPolicy, answers: string[][] = []) {
  let lookups = 0
  const sender = createWebhookSender({
    policy,
    userAgent: 'Hourwire/test',
    limits: { totalMs: 2000, connectMs: 1000 },
    lookup: async () => answers[Math.min(lookups++, answers.length - 1)] ?? [],
  })
  const outcome = await sender.send({ method: 'POST', url, body: '{}', headers: {} })
  await sender.close()
  return { outcome, lookups }
}

const hosts = [
  ...['127.0.0.1', '127.1', '127.0.1', '127.0.0.2', '127.255.255.254', '2130706433', '0x7f000001', '0x7f.1'],
  ...[
    '0x7f.0x0.0x0.0x1',
    '017700000001',
    '0177.0.0.1',
    '0177.1',
    '00000177.0.0.1',
    '127.0.0.1.',
    '0',
    '0.0.0.0',
  ],
  ...['0x0', '00', '１２７.０.０.１', '127。0。0。1', '127．0．0．1', '127｡0｡0｡1', '①②⑦.0.0.1', '①②⑦.⓪.⓪.①'],
  ...['%31%32%37.0.0.1', '127%2E0%2E0%2E1', '%30x7f.1', '𝟏𝟐𝟕.𝟎.𝟎.𝟏', '169.254.169.254', '2852039166'],
  ...[
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
  ],
  ...[
    '10.0.0.1',
    '10.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.257',
    '3232235521',
    '100.64.0.1',
  ],
  ...['198.18.0.1', '192.0.2.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1'],
  ...[
    '255.255.255.255',
    '4294967295',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[0000:0::0001]',
    '[::ffff:127.0.0.1]',
  ],
  ...['[::ffff:7f00:1]', '[::FFFF:7F00:0001]', '[::ffff:a9fe:a9fe]', '[::ffff:0:7f00:1]', '[::127.0.0.1]'],
  ...['[::7f00:1]', '[64:ff9b::127.0.0.1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]'],
  ...[
    '[2002:a9fe:a9fe::]',
    '[2001:0:7f00:1::]',
    '[2001::80ff:fffe]',
    '[fd00:ec2::254]',
    '[fd20:ce::254]',
    '[fc00::1]',
  ],
  ...[
    '[fe80::1]',
    '[fe80::a9fe:a9fe]',
    '[fec0::1]',
    '[ff02::1]',
    '[100::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[5f00::1]',
  ],
  ...['[4000::1]', '[2a00:1450::5efe:7f00:1]', '[2001:2::1]', '[2001:20::1]', '[2620:4f:8000::1]'],
]

/** Names that are refused before anybody looks them up. */
const privateHosts = [
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
    'ｌｏｃａｌｈｏｓｔ',
    'loc%61lhost',
    'a.localhost',
  ],
  ...[
    'localhost.localdomain',
    'printer.local',
    'metadata.google.internal',
    'nas.home.arpa',
    'intranet',
    'vm',
  ],
]

const malformed = [
  ...[
    '',
    ' ',
    'http:',
    'https://',
    'https:///127.0.0.1',
    '//127.0.0.1/',
    '127.0.0.1',
    'https:127.0.0.1',
    'https:/127.1',
  ],
  ...[
    'https://user:pass@127.0.0.1/',
    'https://example.com@127.0.0.1/',
    'https://@127.0.0.1/',
    'https://:@[::1]/',
  ],
  ...[
    'https://example.com%00@127.0.0.1/',
    'https://example.com\\@127.0.0.1/',
    'https://127.0.0.1\\.example.com/',
  ],
  ...[
    'https://127.0.0.1%00.example.com/',
    'https://127.0.0.1 .example.com/',
    'https://127.0.0.1\t/',
    '\thttps://127.1/',
  ],
  ...[
    'https://12\n7.0.0.1/',
    'https://127.0.0.1\u0000/',
    'https://local\u00adhost/',
    'https://local\u200bhost/',
  ],
  ...[
    'https://[::1%25lo]/',
    'https://[fe80::1%eth0]/',
    'https://[127.0.0.1]/',
    'https://[::1',
    'https://::1/',
  ],
  ...[
    'https://256.0.0.1/',
    'https://1.2.3.4.5/',
    'https://0x100000000/',
    'https://127.0.0.1../',
    'https://a..b/',
  ],
  ...[
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_',
    'dict://127.0.0.1:11211/',
    'ws://127.1/',
  ],
  ...[
    'unix:///var/run/docker.sock',
    'jar:https://127.0.0.1/',
    'data:,x',
    'javascript:alert(1)',
    'ldap://127.0.0.1/',
  ],
  ...[
    'https://example.com:22/',
    'https://example.com:80/',
    'https://example.com:6379/',
    'https://example.com:0/',
  ],
  ...['https://example.com:65536/', 'https://example.com:+443/', 'http://example.com/', 'http://8.8.8.8/'],
  ...[`https://example.com/${'a'.repeat(2000)}`, `https://${'a'.repeat(300)}.com/`],
]

const badAddresses = [
  ...[
    '127.0.0.1',
    '127.0.0.2',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
  ],
  ...[
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    '198.18.0.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
  ],
  ...[
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::127.0.0.1',
    '::8.8.8.8',
    '64:ff9b::127.0.0.1',
  ],
  ...[
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::127.0.0.1',
    '2002:7f00:1::1',
    '2001::1',
    'fd00:ec2::254',
    'fd12::1',
    'fe80::1',
  ],
  ...[
    'fe80::1%lo',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    '3fff::1',
    '100::1',
    '5f00::1',
    'localhost',
    '127.1',
    '',
  ],
]

describe('hostile targets reach nothing', () => {
  test.each(hosts)('the host %s', async (host) => {
    for (const [url, policy] of [
      [`https://${host}/`, closedPolicy],
      [`https://${host}:8443/`, closedPolicy],
      [`http://${host}:${port}/`, portsOpen],
      [`https://${host}:${port}/`, portsOpen],
    ] as const)
      expect((await attempt(url, policy)).outcome).toMatchObject({ kind: 'blocked-address' })
    expect([opened, reached]).toEqual([0, []])
  })

  test.each(privateHosts)('the private name %s', async (host) => {
    const { outcome, lookups } = await attempt(`https://${host}/`, closedPolicy, [['127.0.0.1']])
    expect(outcome.kind).toBe('blocked-address')
    expect([lookups, opened, reached]).toEqual([0, 0, []])
    const second = await attempt(`http://${host}:${port}/`, portsOpen, [['127.0.0.1']])
    expect(second.outcome.kind).toBe('blocked-address')
    expect([opened, reached]).toEqual([0, []])
  })

  test.each(malformed)('the URL %j', async (url) => {
    const { outcome, lookups } = await attempt(url, closedPolicy, [['127.0.0.1']])
    expect(['bad-target', 'blocked-address']).toContain(outcome.kind)
    expect([lookups, opened, reached]).toEqual([0, 0, []])
  })

  test.each(badAddresses)('a name that leads to %j, alone or among good addresses', async (bad) => {
    for (const answer of [
      [bad],
      ['8.8.8.8', bad],
      [bad, '8.8.8.8'],
      ['8.8.8.8', '2606:4700:4700::1111', bad],
    ]) {
      for (const [url, policy] of [
        ['https://evil.example.com/', closedPolicy],
        ['https://evil.example.com.:8443/', closedPolicy],
        [`http://evil.example.com:${port}/`, portsOpen],
      ] as const) {
        const { outcome, lookups } = await attempt(url, policy, [answer])
        expect(outcome.kind).toBe('blocked-address')
        expect(lookups).toBe(1)
      }
    }
    expect([opened, reached]).toEqual([0, []])
  })

  test('there are at least 150 of them', () => {
    expect(
      hosts.length + privateHosts.length + malformed.length + badAddresses.length,
    ).toBeGreaterThanOrEqual(150)
  })
})

describe('rebinding', () => {
  const good = '127.0.0.1'
  const bad = '127.0.0.2'
  const send = async (answers: string[][], headers: Record<string, string>, pause = async () => {}) => {
    let lookups = 0
    const sender = createWebhookSender({
      policy: allowing(`${good}/32:*`),
      userAgent: 'Hourwire/test',
      limits: { totalMs: 2000, connectMs: 1000 },
      lookup: async () => answers[lookups++] ?? [bad],
    })
    const kinds: string[] = []
    for (let i = 0; i < answers.length; i++) {
      const url = `http://rebind.example.com:${port}/`
      kinds.push((await sender.send({ method: 'POST', url, body: '{}', headers })).kind)
      await pause()
    }
    await sender.close()
    return { kinds, lookups }
  }

  test.each([
    ['at the 1st attempt', [[bad], [good], [good]], ['blocked-address', 'answered', 'answered']],
    ['at the 2nd attempt', [[good], [bad], [good]], ['answered', 'blocked-address', 'answered']],
    ['at the 3rd attempt', [[good], [good], [bad]], ['answered', 'answered', 'blocked-address']],
    [
      'among good addresses',
      [[good], [good, bad], [bad, good]],
      ['answered', 'blocked-address', 'blocked-address'],
    ],
  ])('%s is seen, with one look-up per connection', async (_name, answers, kinds) => {
    expect(await send(answers, {})).toEqual({ kinds, lookups: 3 })
    expect(reached.every((address) => address === good)).toBe(true)
    expect(opened).toBe(kinds.filter((kind) => kind === 'answered').length)
  })

  test('cannot move a connection that is kept', async () => {
    // A turn of the event loop between attempts, so that the connection is free again.
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
    const { kinds, lookups } = await send([[good], [bad], [bad]], { 'x-keep': 'yes' }, turn)
    expect(kinds).toEqual(['answered', 'answered', 'answered'])
    expect(lookups).toBe(1)
    expect(reached).toEqual([good, good, good])
  })
})

test('a verdict takes under 50 ms for 99 of 100', async () => {
  const times: number[] = []
  for (let i = 0; i < 300; i++) {
    const start = performance.now()
    await attempt('https://evil.example.com/', closedPolicy, [['8.8.8.8', '10.0.0.1']])
    times.push(performance.now() - start)
  }
  expect(times.sort((a, b) => a - b)[296]).toBeLessThan(50)
})
