import { describe, expect, test } from 'vitest'
import {
  allowListProblemInWords,
  closedPolicy,
  judgeAddress,
  parseAllowList,
  parseTarget,
  type TargetPolicy,
} from './target-guard.ts'

const allowing = (text: string): TargetPolicy => {
  const policy = parseAllowList(text)
  if (!policy.ok) throw new Error(allowListProblemInWords(policy.problem))
  return policy.value
}

const verdictOnUrl = (url: string, policy: TargetPolicy = closedPolicy): string => {
  const target = parseTarget(url, policy)
  return target.ok ? 'open' : target.problem.code
}

/** What the sender does for a name: the URL first, then an address the name leads to. */
const verdictOnName = (url: string, address: string, policy: TargetPolicy): string => {
  const target = parseTarget(url, policy)
  if (!target.ok) return target.problem.code
  return judgeAddress(address, policy, target.value).open ? 'open' : 'blocked-address'
}

const closedAddresses: Record<string, string[]> = {
  'this network and unspecified': ['0.0.0.0', '0.1.2.3', '0.255.255.255', '::'],
  loopback: ['127.0.0.1', '127.0.0.53', '127.1.2.3', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
  'link-local': ['169.254.0.1', '169.254.255.255', 'fe80::1', 'febf::1', 'fe80::1%eth0', 'fe80::1%1'],
  'unique-local and site-local': ['fc00::1', 'fd12:3456:789a::1', 'fdff::1', 'fec0::1'],
  'provider network': ['100.64.0.1', '100.127.255.255'],
  benchmark: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
  documentation: ['192.0.2.1', '198.51.100.7', '203.0.113.9', '2001:db8::1', '3fff::1', '3fff:fff::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  'reserved and broadcast': ['240.0.0.1', '255.255.255.254', '255.255.255.255', '192.0.0.1', '192.88.99.1'],
  'shared services': ['192.31.196.1', '192.52.193.1', '192.175.48.1', '2620:4f:8000::1', '2001:4:112::1'],
  metadata: [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '169.254.42.42',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    'fd00:c1::a9fe:a9fe',
    'fd00:42::42',
    'fe80::a9fe:a9fe',
  ],
  'IPv4-mapped': [
    '::ffff:127.0.0.1',
    '::ffff:10.1.2.3',
    '::ffff:a9fe:a9fe',
    '::ffff:168.63.129.16',
    '::ffff:0.0.0.0',
    '0:0:0:0:0:ffff:7f00:1',
  ],
  'v4-compatible': ['::127.0.0.1', '::10.1.2.3', '::169.254.169.254', '::8.8.8.8', '::2'],
  translated: ['::ffff:0:127.0.0.1', '::ffff:0:8.8.8.8'],
  '6to4': ['2002:7f00:1::', '2002:a9fe:a9fe::1', '2002:a00:1::1', '2002:808:808::1'],
  teredo: ['2001:0:4136:e378:8000:63bf:80ff:fffe', '2001::1', '2001:0:7f00:1::'],
  NAT64: [
    '64:ff9b::127.0.0.1',
    '64:ff9b::10.1.2.3',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::168.63.129.16',
    '64:ff9b::0.0.0.0',
    '64:ff9b:1::127.0.0.1',
    '64:ff9b:1:a9fe:a9:fe00::',
    '64:ff9b:1::8.8.8.8',
  ],
  ISATAP: ['2a00:1450::5efe:127.0.0.1', '2a00:1450::200:5efe:169.254.169.254'],
  'outside global unicast': [
    '100::1',
    '100:0:0:1::1',
    '4000::1',
    '5f00::1',
    '8000::1',
    'e000::1',
    '1::1',
    'fe00::1',
  ],
  'special 2001::/23': ['2001:10::1', '2001:20::1', '2001:30::1', '2001:1::1', '2001:3::1', '2001:1ff::1'],
}

const publicAddresses = [
  '1.1.1.1',
  '8.8.8.8',
  '9.9.9.9',
  '52.6.7.8',
  '100.63.255.255',
  '100.128.0.1',
  '169.253.255.255',
  '172.15.255.255',
  '172.32.0.1',
  '192.167.1.1',
  '192.169.1.1',
  '198.17.1.1',
  '198.20.0.1',
  '223.255.255.254',
  '2606:4700:4700::1111',
  '2a00:1450:4001:80b::200e',
  '2001:4860:4860::8888',
  '2400:cb00::1',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
]

describe('judgeAddress', () => {
  for (const [kind, addresses] of Object.entries(closedAddresses))
    test.each(addresses)(`${kind}: refuses %s`, (address) => {
      expect(judgeAddress(address, closedPolicy).open).toBe(false)
    })

  test.each(publicAddresses)('lets the public address %s pass', (address) => {
    expect(judgeAddress(address, closedPolicy)).toEqual({ open: true })
  })

  test.each(['', 'localhost', '127.1', '0x7f.0.0.1', '1.2.3', '256.1.1.1', '[::1]', '1.1.1.1/8', ' 1.1.1.1'])(
    'refuses %j, which is no plain address',
    (text) => expect(judgeAddress(text, closedPolicy).open).toBe(false),
  )

  test('says what kind of address it is', () => {
    expect(judgeAddress('127.0.0.1', closedPolicy)).toEqual({
      open: false,
      reason: 'it is a loopback address.',
    })
    expect(judgeAddress('64:ff9b::a00:1', closedPolicy)).toEqual({
      open: false,
      reason: 'it is a private address.',
    })
    expect(judgeAddress('168.63.129.16', closedPolicy)).toEqual({
      open: false,
      reason: 'it is an address of a cloud metadata service.',
    })
  })

  test.each([
    ['10.1.0.0/16', 'https://10.1.2.3/', '10.1.2.3', '10.1.0.0/16'],
    ['http://n8n.lan:5678', 'http://n8n.lan:5678/', '10.1.2.3', 'http://n8n.lan:5678'],
    ['http://n8n.lan:5678', 'http://n8n.lan:5678/', '8.8.8.8', 'http://n8n.lan:5678'],
    ['https://*:9000', 'https://hooks.example.com:9000/', '8.8.8.8', 'https://*:9000'],
    ['169.254.169.254', 'http://169.254.169.254/', '169.254.169.254', '169.254.169.254'],
    ['10.0.0.0/8', 'https://hooks.example.com/', '8.8.8.8', undefined],
  ])('with %s, %s at %s is opened by %s', (entries, url, address, openedBy) => {
    const policy = allowing(entries)
    const target = parseTarget(url, policy)
    expect(target.ok && judgeAddress(address, policy, target.value)).toEqual({
      open: true,
      ...(openedBy !== undefined && { openedBy }),
    })
  })

  test('does not tell which internal address a name leads to', () => {
    const target = parseTarget('https://db.example.com/', closedPolicy)
    expect(target.ok && judgeAddress('10.20.30.40', closedPolicy, target.value)).toEqual({
      open: false,
      reason: 'its name leads to a private address.',
    })
  })
})

describe('parseTarget', () => {
  test.each([
    ['https://hooks.zapier.com/hooks/standard/123/abc/', 'https://hooks.zapier.com/hooks/standard/123/abc/'],
    ['https://EXAMPLE.com', 'https://example.com/'],
    ['HTTPS://example.com/A?b=C#part', 'https://example.com/A?b=C'],
    ['https://example.com.:443/x', 'https://example.com/x'],
    ['https://example.com:8443/x', 'https://example.com:8443/x'],
    ['https://n8n.example.com:5678/webhook/1', 'https://n8n.example.com:5678/webhook/1'],
    ...[1880, 2053, 2083, 2087, 2096, 8123, 10_000].map((port) => {
      const url = `https://example.com:${port}/`
      return [url, url]
    }),
    ['https://example.com:/x', 'https://example.com/x'],
    ['https://example.com/?a=user@host', 'https://example.com/?a=user@host'],
    ['https://example.com/@name', 'https://example.com/@name'],
    ['https://a_b.example.com/', 'https://a_b.example.com/'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['https://例え.jp/フック', 'https://xn--r8jz45g.jp/%E3%83%95%E3%83%83%E3%82%AF'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700:4700::1111]/', 'https://[2606:4700:4700::1111]/'],
    ['https://134744072/', 'https://8.8.8.8/'],
    [`https://example.com/${'a'.repeat(1980)}`, `https://example.com/${'a'.repeat(1980)}`],
  ])('accepts %s in one spelling', (url, href) => {
    const target = parseTarget(url, closedPolicy)
    expect(target.ok && target.value.href).toBe(href)
  })

  test.each([
    ['', 'not-a-url'],
    ['example.com/hook', 'not-a-url'],
    ['//example.com/', 'not-a-url'],
    ['/hook', 'not-a-url'],
    ['https:', 'not-a-url'],
    ['https://', 'not-a-url'],
    ['https:///example.com', 'not-a-url'],
    ['https:example.com', 'not-a-url'],
    ['https:/example.com', 'not-a-url'],
    ['https://?x', 'not-a-url'],
    ['https://exa mple.com/', 'not-a-url'],
    ['https://example.com/a b', 'not-a-url'],
    [' https://example.com/', 'not-a-url'],
    ['https://example.com/\n', 'not-a-url'],
    ['ht\ttps://example.com/', 'not-a-url'],
    ['https://example.com\\@127.0.0.1/', 'not-a-url'],
    ['https:\\\\example.com/', 'not-a-url'],
    ['https://exa\u00admple.com/', 'not-a-url'],
    ['https://exa\u200bmple.com/', 'not-a-url'],
    ['https://example.com/\u202egpj', 'not-a-url'],
    ['https://example..com/', 'not-a-url'],
    ['https://example.com../', 'not-a-url'],
    ['https://.example.com/', 'not-a-url'],
    ['https://ex!ample.com/', 'not-a-url'],
    ['https://*.example.com/', 'not-a-url'],
    ['https://-example.com/', 'not-a-url'],
    [`https://${'a'.repeat(64)}.com/`, 'not-a-url'],
    [`https://${'a.'.repeat(130)}com/`, 'not-a-url'],
    ['https://1.2.3.4.5/', 'not-a-url'],
    ['https://256.1.1.1/', 'not-a-url'],
    ['https://1.2.3.0x100/', 'not-a-url'],
    ['https://[::1/', 'not-a-url'],
    ['https://[fe80::1%25eth0]/', 'not-a-url'],
    ['https://[fe80::1%eth0]/', 'not-a-url'],
    ['https://example.com:65536/', 'not-a-url'],
    ['https://example.com:-1/', 'not-a-url'],
    ['https://example.com:44x/', 'not-a-url'],
    [`https://example.com/${'a'.repeat(1981)}`, 'too-long'],
    ['http://example.com/', 'scheme'],
    ['ftp://example.com/', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['gopher://example.com:70/', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['data:text/plain,x', 'scheme'],
    ['unix:/var/run/docker.sock', 'scheme'],
    ['ws://example.com/', 'scheme'],
    ['wss://example.com/', 'scheme'],
    ['blob:https://example.com/x', 'scheme'],
    ['https://user:secret@example.com/', 'credentials'],
    ['https://user@example.com/', 'credentials'],
    ['https://@example.com/', 'credentials'],
    ['https://:@example.com/', 'credentials'],
    ['https://example.com@127.0.0.1/', 'credentials'],
    ['https://example.com%40@127.0.0.1/', 'credentials'],
    ['https://example.com:22/', 'port'],
    ['https://example.com:80/', 'port'],
    ['https://example.com:0/', 'port'],
    ['https://example.com:5432/', 'port'],
    ['https://example.com:6379/', 'port'],
    ['https://8.8.8.8:25/', 'port'],
    ['https://example.com:1/', 'port'],
    ['https://example.com:444/', 'port'],
    ['https://example.com:2375/', 'port'],
    ['https://example.com:8080/', 'port'],
    ['https://example.com:9200/', 'port'],
    ['https://example.com:65535/', 'port'],
    ['https://127.0.0.1/', 'blocked-address'],
    ['https://127.1/', 'blocked-address'],
    ['https://127.0.1/', 'blocked-address'],
    ['https://2130706433/', 'blocked-address'],
    ['https://0x7f000001/', 'blocked-address'],
    ['https://0x7f.1/', 'blocked-address'],
    ['https://0X7F.0.0.0x1/', 'blocked-address'],
    ['https://017700000001/', 'blocked-address'],
    ['https://0177.0.0.01/', 'blocked-address'],
    ['https://0/', 'blocked-address'],
    ['https://0x/', 'blocked-address'],
    ['https://0.0.0.0/', 'blocked-address'],
    ['https://127.0.0.1./', 'blocked-address'],
    ['https://１２７.0.0.1/', 'blocked-address'],
    ['https://127。0。0。1/', 'blocked-address'],
    ['https://127．0．0．1/', 'blocked-address'],
    ['https://127｡0｡0｡1/', 'blocked-address'],
    ['https://①②⑦.⓪.⓪.①/', 'blocked-address'],
    ['https://%31%32%37.0.0.1/', 'blocked-address'],
    ['https://127%2e0%2e0%2e1/', 'blocked-address'],
    ['https://169.254.169.254/latest/meta-data/', 'blocked-address'],
    ['https://2852039166/', 'blocked-address'],
    ['https://0xa9fea9fe/', 'blocked-address'],
    ['https://0251.0376.0251.0376/', 'blocked-address'],
    ['https://169.254.43518/', 'blocked-address'],
    ['https://168.63.129.16/', 'blocked-address'],
    ['https://10.1/', 'blocked-address'],
    ['https://192.168.257/', 'blocked-address'],
    ['https://[::1]/', 'blocked-address'],
    ['https://[::]/', 'blocked-address'],
    ['https://[0:0:0:0:0:0:0:1]/', 'blocked-address'],
    ['https://[0000::0001]/', 'blocked-address'],
    ['https://[::ffff:127.0.0.1]/', 'blocked-address'],
    ['https://[::ffff:7f00:1]/', 'blocked-address'],
    ['https://[::FFFF:A9FE:A9FE]/', 'blocked-address'],
    ['https://[::127.0.0.1]/', 'blocked-address'],
    ['https://[64:ff9b::7f00:1]/', 'blocked-address'],
    ['https://[64:ff9b:1::a9fe:a9fe]/', 'blocked-address'],
    ['https://[2002:7f00:1::]/', 'blocked-address'],
    ['https://[fd00:ec2::254]/', 'blocked-address'],
    ['https://[fe80::1]/', 'blocked-address'],
    ['https://localhost/', 'blocked-address'],
    ['https://LOCALHOST./', 'blocked-address'],
    ['https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/', 'blocked-address'],
    ['https://loc%61lhost/', 'blocked-address'],
    ['https://api.localhost/', 'blocked-address'],
    ['https://printer.local/', 'blocked-address'],
    ['https://metadata.google.internal/', 'blocked-address'],
    ['https://nas.home.arpa/', 'blocked-address'],
    ['https://intranet/', 'blocked-address'],
    ['https://kubernetes.default.svc.cluster.local/', 'blocked-address'],
  ])('refuses %j as %s', (url, code) => {
    expect(verdictOnUrl(url)).toBe(code)
  })

  test('names the ports that are open', () => {
    expect(parseTarget('https://example.com:22/', closedPolicy)).toMatchObject({
      problem: {
        reason: 'port 22 is not allowed; use 443, 1880, 2053, 2083, 2087, 2096, 5678, 8123, 8443 or 10000.',
      },
    })
  })

  test('gives a sentence with each refusal', () => {
    for (const url of [
      '',
      'http://a.com/',
      'https://u@a.com',
      'https://a.com:22',
      'https://10.0.0.1',
      `https://${'a'.repeat(2000)}`,
    ]) {
      const target = parseTarget(url, closedPolicy)
      expect(target.ok ? '' : target.problem.reason).toMatch(/^[a-z].{10,}\.$/)
    }
  })

  test('judges ten thousand URLs in a second', () => {
    const start = performance.now()
    for (let i = 0; i < 10_000; i++) parseTarget('https://hooks.zapier.com/hooks/standard/1/2/', closedPolicy)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

describe('the allow list', () => {
  test.each([
    // entry, target, address its name leads to (or '' for an address target), verdict
    ['http://localhost:4201', 'http://localhost:4201/hook', '127.0.0.1', 'open'],
    ['http://localhost:4201', 'http://localhost:4201/hook', '::1', 'open'],
    ['http://localhost:4201/', 'http://LOCALHOST.:4201/hook', '127.0.0.1', 'open'],
    ['http://localhost:4201', 'https://localhost:4201/hook', '127.0.0.1', 'port'],
    ['http://localhost:4201', 'http://localhost:4202/hook', '127.0.0.1', 'port'],
    ['http://localhost:4201', 'http://127.0.0.1:4201/hook', '', 'scheme'],
    ['http://localhost:4201', 'http://evil.example.com:4201/', '127.0.0.1', 'scheme'],
    ['http://localhost:4201', 'https://evil.example.com/', '127.0.0.1', 'blocked-address'],
    ['http://localhost:4201', 'http://localhost:4201/hook', '169.254.169.254', 'blocked-address'],
    ['http://localhost:4201', 'http://localhost:4201/hook', '0.0.0.0', 'blocked-address'],
    ['http://localhost:4201', 'http://localhost:4201/hook', '8.8.8.8', 'open'],
    ['http://127.0.0.1:*', 'http://127.0.0.1:4201/', '', 'open'],
    ['http://127.0.0.1:*', 'http://127.0.0.1/', '', 'open'],
    ['http://127.0.0.1:*', 'http://2130706433:9/', '', 'open'],
    ['http://127.0.0.1:*', 'https://127.0.0.1/', '', 'blocked-address'],
    ['http://127.0.0.1:*', 'http://127.0.0.2:4201/', '', 'scheme'],
    ['http://127.0.0.1:*', 'http://evil.example.com:4201/', '127.0.0.1', 'scheme'],
    ['https://127.0.0.1', 'https://127.0.0.1/', '', 'open'],
    ['https://127.0.0.1', 'https://127.0.0.1:8443/', '', 'blocked-address'],
    ['n8n.lan', 'http://n8n.lan/', '10.0.0.7', 'open'],
    ['n8n.lan', 'https://n8n.lan/', '10.0.0.7', 'open'],
    ['n8n.lan', 'https://n8n.lan:8443/', '10.0.0.7', 'open'],
    ['n8n.lan', 'http://n8n.lan:5678/', '10.0.0.7', 'port'],
    ['n8n.lan', 'https://sub.n8n.lan/', '10.0.0.7', 'blocked-address'],
    ['N8N.lan.:5678', 'http://n8n.lan:5678/', '10.0.0.7', 'open'],
    ['n8n.lan:5678', 'https://n8n.lan:5678/', 'fd12::7', 'open'],
    ['n8n.lan:5678', 'https://n8n.lan/', '10.0.0.7', 'blocked-address'],
    ['n8n:5678', 'http://n8n:5678/', '172.18.0.3', 'open'],
    ['10.1.0.0/16', 'http://10.1.2.3/', '', 'open'],
    ['10.1.0.0/16', 'https://10.1.2.3/', '', 'open'],
    ['10.1.0.0/16', 'https://[::ffff:10.1.2.3]/', '', 'open'],
    ['10.1.0.0/16', 'https://[64:ff9b::10.1.2.3]/', '', 'open'],
    ['10.1.0.0/16', 'https://10.2.2.3/', '', 'blocked-address'],
    ['10.1.0.0/16', 'https://10.1.2.3:5678/', '', 'open'],
    ['10.1.0.0/16', 'http://10.1.2.3:5678/', '', 'scheme'],
    ['10.1.0.0/16', 'https://10.1.2.3:9999/', '', 'port'],
    ['10.1.0.0/16', 'https://hooks.example.com/', '10.1.9.9', 'open'],
    ['10.1.0.0/16', 'http://n8n/', '10.1.9.9', 'open'],
    ['10.1.0.0/16', 'http://hooks.example.com/', '8.8.8.8', 'blocked-address'],
    ['10.1.0.0/16', 'http://hooks.example.com/', '127.0.0.1', 'blocked-address'],
    ['10.1.0.0/16:5678', 'http://n8n.lan:5678/', '10.1.9.9', 'open'],
    ['10.1.0.0/16:5678', 'http://n8n.lan:5678/', '8.8.8.8', 'blocked-address'],
    ['10.1.0.0/16:*', 'http://10.1.2.3:31999/', '', 'open'],
    ['fd12::/16', 'https://[fd12::5]/', '', 'open'],
    ['[fd12::/16]:5678', 'http://[fd12::5]:5678/', '', 'open'],
    ['[::1]:4201', 'http://[::1]:4201/', '', 'open'],
    ['::1', 'http://[0:0::1]/', '', 'open'],
    ['http://[::1]:*', 'http://[::1]:9/', '', 'open'],
    // Ports and plain http of all public addresses; nothing private comes with them.
    ['https://*:9000', 'https://hooks.example.com:9000/', '8.8.8.8', 'open'],
    ['https://*:9000', 'https://8.8.8.8:9000/', '', 'open'],
    ['https://*:9000', 'https://hooks.example.com:9001/', '8.8.8.8', 'port'],
    ['https://*:9000', 'http://hooks.example.com:9000/', '8.8.8.8', 'scheme'],
    ['https://*:9000', 'https://hooks.example.com:9000/', '10.1.2.3', 'blocked-address'],
    ['https://*:9000', 'https://10.1.2.3:9000/', '', 'blocked-address'],
    ['https://*:9000', 'https://n8n.local:9000/', '8.8.8.8', 'blocked-address'],
    ['http://*', 'http://hooks.example.com/', '8.8.8.8', 'open'],
    ['http://*', 'http://hooks.example.com:8080/', '8.8.8.8', 'scheme'],
    ['http://*:*', 'http://hooks.example.com:8080/', '8.8.8.8', 'open'],
    ['http://*:*', 'http://hooks.example.com/', '127.0.0.1', 'blocked-address'],
    ['http://*:*', 'http://169.254.169.254/', '', 'blocked-address'],
    ['http://*:*', 'http://[::ffff:10.0.0.1]:8080/', '', 'blocked-address'],
    // Metadata: by the address itself only.
    ['0.0.0.0/0:*, ::/0:*', 'http://10.9.9.9:99/', '', 'open'],
    ['0.0.0.0/0:*, ::/0:*', 'http://169.254.169.254/', '', 'blocked-address'],
    ['0.0.0.0/0:*, ::/0:*', 'http://[fd00:ec2::254]/', '', 'blocked-address'],
    ['0.0.0.0/0:*, ::/0:*', 'http://[64:ff9b:1:a9fe:a9:fe00::]/', '', 'blocked-address'],
    ['0.0.0.0/0:*, ::/0:*', 'http://0.0.0.0/', '', 'blocked-address'],
    ['0.0.0.0/0:*, ::/0:*', 'http://255.255.255.255/', '', 'blocked-address'],
    ['0.0.0.0/0:*, ::/0:*', 'http://[ff02::1]/', '', 'blocked-address'],
    ['169.254.0.0/16', 'http://169.254.169.254/', '', 'blocked-address'],
    ['169.254.169.254/31', 'http://169.254.169.254/', '', 'blocked-address'],
    ['168.63.0.0/16', 'https://168.63.129.16/', '', 'blocked-address'],
    ['metadata.google.internal', 'http://metadata.google.internal/', '169.254.169.254', 'blocked-address'],
    ['169.254.169.254, 169.254.0.0/16', 'http://evil.example.com/', '169.254.169.254', 'blocked-address'],
    ['169.254.169.254', 'http://169.254.169.254/', '', 'open'],
    ['169.254.169.254/32', 'http://169.254.169.254/', '', 'open'],
    ['169.254.169.254/32', 'http://imds.lan/', '169.254.169.254', 'open'],
    ['fd00:ec2::254/128', 'http://[fd00:ec2::254]/', '', 'open'],
  ])('%s: %s at "%s" is %s', (entries, url, address, expected) => {
    const policy = allowing(entries)
    expect(address === '' ? verdictOnUrl(url, policy) : verdictOnName(url, address, policy)).toBe(expected)
  })

  test('opens nothing when empty', () => {
    expect(parseAllowList('')).toEqual({ ok: true, value: closedPolicy })
    expect(parseAllowList(' , ')).toEqual({ ok: true, value: closedPolicy })
  })

  test.each([
    ['10.1.2.3/16', 'is not the first address of its network; write for example 10.1.0.0/16'],
    ['10.1.0.0/33', 'has a path, or is not a network such as 10.1.0.0/16; write only scheme, host and port'],
    ['10.1/16', 'has a path, or is not a network such as 10.1.0.0/16; write only scheme, host and port'],
    [
      'http://localhost:4201/hook',
      'has a path, or is not a network such as 10.1.0.0/16; write only scheme, host and port',
    ],
    ['ftp://localhost', 'may begin with http:// or https:// only'],
    ['http://me@localhost', 'must not hold a user name'],
    ['localhost:0', 'has a port outside 1 to 65535'],
    ['localhost:70000', 'has a port outside 1 to 65535'],
    ['localhost:', 'is not a host, an origin or a network'],
    ['localhost:port', 'is not a host, an origin or a network'],
    ['*', 'needs a scheme: https://*:9000 opens port 9000 of all public addresses, and nothing private'],
    ['*:9000', 'needs a scheme: https://*:9000 opens port 9000 of all public addresses, and nothing private'],
    ['https://*.lan', 'has a * in the host; name each host, or open a network such as 10.1.0.0/16'],
    ['*.lan', 'has a * in the host; name each host, or open a network such as 10.1.0.0/16'],
    ['0x7f.1', 'must be written as 127.0.0.1'],
    ['http://', 'is not a host, an origin or a network'],
    ['n8n lan', 'is not a host, an origin or a network'],
    ['n8n?x', 'is not a host, an origin or a network'],
    ['n8n#x', 'is not a host, an origin or a network'],
    ['[::1', 'is not a host, an origin or a network'],
  ])('refuses the entry %s: %s', (entry, reason) => {
    expect(parseAllowList(`http://localhost:4201, ${entry}`)).toEqual({
      ok: false,
      problem: { code: 'bad-allow-list', entry, reason },
    })
  })

  test('says in one sentence what is wrong', () => {
    const policy = parseAllowList('*.lan')
    expect(policy.ok ? '' : allowListProblemInWords(policy.problem)).toBe(
      'ALLOW_PRIVATE_TARGETS: "*.lan" has a * in the host; name each host, or open a network such as 10.1.0.0/16.',
    )
  })
})
