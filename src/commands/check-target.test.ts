import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { runCheckTarget } from './check-target.ts'

async function* noLines() {}

/** Runs the command and reads its output back, one object a line. */
async function check(args: string[], lines: string[] = [], environment: NodeJS.ProcessEnv = {}) {
  let written = ''
  const { stdout, stderr, exitCode } = await runCheckTarget({
    args,
    environment,
    async *readLines() {
      yield* lines
    },
    write: async (text) => {
      written += text
    },
  })
  const verdicts = written
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { url: string; verdict: string; reason: string })
  return { stdout, stderr, exitCode, verdicts }
}

const verdictOf = async (...args: string[]) => {
  const { verdicts, exitCode } = await check(args)
  expect(exitCode).toBe(0)
  expect(verdicts).toHaveLength(1)
  return verdicts[0]
}

describe('check-target', () => {
  test('gives url, verdict and reason for each URL, in their order', async () => {
    const urls = ['https://8.8.8.8/hook', 'https://2130706433/', 'http://8.8.8.8/', 'https://8.8.8.8:22/']
    expect(await check(urls)).toEqual({
      stdout: '',
      stderr: '',
      exitCode: 0,
      verdicts: [
        { url: urls[0], verdict: 'accept', reason: 'It is a public address.' },
        { url: urls[1], verdict: 'reject', reason: 'The target is blocked: it is a loopback address.' },
        {
          url: urls[2],
          verdict: 'reject',
          reason: "The target's address cannot be used: it must begin with https://.",
        },
        {
          url: urls[3],
          verdict: 'reject',
          reason: expect.stringContaining('port 22 is not allowed; use 443'),
        },
      ],
    })
  })

  test('reads standard input when no URL is given, and for "-"', async () => {
    const lines = ['https://1.1.1.1/', '', ' https://1.1.1.1/', 'https://[::1]/']
    const verdicts = ['accept', 'reject', 'reject', 'reject']
    const alone = await check([], lines)
    expect(alone.verdicts.map(({ url }) => url)).toEqual(lines)
    expect(alone.verdicts.map(({ verdict }) => verdict)).toEqual(verdicts)
    const among = await check(['https://8.8.8.8/', '-', 'https://10.1/'], lines)
    expect(among.verdicts.map(({ url }) => url)).toEqual(['https://8.8.8.8/', ...lines, 'https://10.1/'])
  })

  test('answers a line before the next one comes', async () => {
    const events: string[] = []
    let answered = () => {}
    await runCheckTarget({
      args: [],
      environment: {},
      async *readLines() {
        for (const url of ['https://1.1.1.1/', 'https://127.1/']) {
          const answer = new Promise<void>((resolve) => {
            answered = resolve
          })
          events.push(`asked ${url}`)
          yield url
          await answer
        }
      },
      write: async (text) => {
        events.push(`answered ${JSON.parse(text).url}`)
        answered()
      },
    })
    expect(events).toEqual([
      'asked https://1.1.1.1/',
      'answered https://1.1.1.1/',
      'asked https://127.1/',
      'answered https://127.1/',
    ])
  })

  test('judges many lines in their order', async () => {
    const lines = Array.from({ length: 1000 }, (_, number) => `https://host${number}.example/`)
    const fed = lines.flatMap((_, number) => [
      '--resolve',
      `host${number}.example=${number % 3 === 0 ? '10.0.0.1' : '8.8.8.8'}`,
    ])
    const { verdicts } = await check(fed, lines)
    expect(verdicts.map(({ url }) => url)).toEqual(lines)
    expect(
      verdicts.every(({ verdict }, number) => verdict === (number % 3 === 0 ? 'reject' : 'accept')),
    ).toBe(true)
  })
})

describe('--resolve', () => {
  test.each([
    [['8.8.8.8'], 'accept', 'Every address behind its name is public.'],
    [['8.8.8.8', '2606:4700:4700::1111'], 'accept', 'Every address behind its name is public.'],
    [['8.8.8.8', '10.0.0.1'], 'reject', 'The target is blocked: its name leads to a private address.'],
    [['10.0.0.1', '8.8.8.8'], 'reject', 'The target is blocked: its name leads to a private address.'],
    [['8.8.8.8', '[::1]'], 'reject', 'The target is blocked: its name leads to a loopback address.'],
    [
      ['8.8.8.8', '::ffff:127.0.0.1'],
      'reject',
      'The target is blocked: its name leads to a loopback address.',
    ],
    [
      ['fe80::1%eth0'],
      'reject',
      'The target is blocked: its name leads to an address of one network interface.',
    ],
    [
      ['169.254.169.254'],
      'reject',
      'The target is blocked: its name leads to an address of a cloud metadata service.',
    ],
  ])('with the addresses %j: %s', async (addresses, verdict, reason) => {
    const fed = addresses.flatMap((address) => ['--resolve', `hooks.example.com=${address}`])
    for (const url of ['https://hooks.example.com/a', 'https://HOOKS.example.com.:8443/'])
      expect(await verdictOf(...fed, url)).toEqual({ url, verdict, reason })
  })

  test('knows a name in any spelling', async () => {
    const fed = ['--resolve', 'BÜCHER.example.=10.0.0.1']
    expect(await verdictOf(...fed, 'https://xn--bcher-kva.example/')).toMatchObject({ verdict: 'reject' })
  })

  test('takes several addresses of one name with commas too', async () => {
    expect(await verdictOf('--resolve', 'a.example=8.8.8.8,::1', 'https://a.example/')).toMatchObject({
      verdict: 'reject',
      reason: 'The target is blocked: its name leads to a loopback address.',
    })
  })

  test('follows aliases to their end', async () => {
    const chain = ['--resolve', 'a.example=b.example', '--resolve', 'b.example=C.example.']
    const url = 'https://a.example/'
    expect(await verdictOf(url, ...chain, '--resolve', 'c.example=1.1.1.1')).toMatchObject({
      verdict: 'accept',
    })
    expect(await verdictOf(url, ...chain, '--resolve', 'c.example=192.168.0.1')).toMatchObject({
      verdict: 'reject',
      reason: 'The target is blocked: its name leads to a private address.',
    })
    expect(await verdictOf(url, ...chain, '--resolve', 'c.example=a.example')).toMatchObject({
      verdict: 'reject',
      reason: "The target's name could not be looked up (ESERVFAIL).",
    })
  })
})

describe('what the operator opened', () => {
  const url = 'http://n8n.lan:5678/webhook/1'
  const fed = ['--resolve', 'n8n.lan=10.1.2.3', url]

  test('counts as it does for the server, and is named', async () => {
    expect(await check(fed, [], { ALLOW_PRIVATE_TARGETS: '10.1.0.0/16:5678' })).toMatchObject({
      verdicts: [{ url, verdict: 'accept', reason: 'The operator opened it: 10.1.0.0/16:5678.' }],
    })
    expect(await check(fed)).toMatchObject({ verdicts: [{ verdict: 'reject' }] })
  })

  test('is given by --allow in place of the setting', async () => {
    const environment = { ALLOW_PRIVATE_TARGETS: '10.1.0.0/16:5678' }
    expect(await check(['--allow', 'n8n.lan:5678', ...fed], [], environment)).toMatchObject({
      verdicts: [{ verdict: 'accept', reason: 'The operator opened it: n8n.lan:5678.' }],
    })
    expect(await check(['--allow', '', ...fed], [], environment)).toMatchObject({
      verdicts: [{ verdict: 'reject' }],
    })
  })
})

describe('wrong usage', () => {
  test.each([
    [['--frobnicate'], "Unknown option '--frobnicate'."],
    [['--resolve', 'hooks.example.com'], '--resolve hooks.example.com: write HOST=ADDRESS'],
    [['--resolve', 'hooks.example.com='], 'write HOST=ADDRESS'],
    [['--resolve', 'hooks.example.com=8.8.8.8,'], 'write HOST=ADDRESS'],
    [['--resolve', '=8.8.8.8'], 'write HOST=ADDRESS'],
    [['--resolve', 'a b=8.8.8.8'], 'write HOST=ADDRESS'],
    [['--resolve', 'a.example=127.1'], 'write HOST=ADDRESS'],
    [['--resolve', 'a.example=https://b.example/'], 'write HOST=ADDRESS'],
    [['--allow', '*.lan'], '--allow: "*.lan" has a * in the host'],
  ])('%j ends with 2 and one sentence', async (args, words) => {
    const { verdicts, stderr, exitCode } = await check([...args, 'https://8.8.8.8/'])
    expect({ verdicts, exitCode }).toEqual({ verdicts: [], exitCode: 2 })
    expect(stderr).toContain(words)
    expect(stderr).toMatch(/^hourwire check-target: .*\.\n$/)
  })

  test('of the setting is told under its name', async () => {
    expect((await check(['https://8.8.8.8/'], [], { ALLOW_PRIVATE_TARGETS: '10.1.2.3/8' })).stderr).toContain(
      'ALLOW_PRIVATE_TARGETS: "10.1.2.3/8" is not the first address of its network',
    )
  })

  test('is none for --help', async () => {
    expect(
      await runCheckTarget({ args: ['--help'], environment: {}, readLines: noLines, write: async () => {} }),
    ).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Usage: hourwire check-target [URL…]') })
  })
})

describe('as a process', () => {
  const root = path.join(import.meta.dirname, '../..')
  /** The process is forbidden every connection and look-up, so that an answer proves that it needed none. */
  const start = (...args: string[]) =>
    spawn(
      process.execPath,
      ['--permission', `--allow-fs-read=${root}`, 'bin/hourwire.js', 'check-target', ...args],
      { cwd: root, env: {} },
    )

  test('answers line by line on standard input, without a connection', async () => {
    const child = start('--resolve', 'hooks.example.com=8.8.8.8', '--resolve', 'evil.example.com=10.0.0.1')
    child.stdin.write('https://hooks.example.com/1\r\nhttps://evil.')
    const [first] = await once(child.stdout.setEncoding('utf8'), 'data')
    expect(first).toBe(
      '{"url":"https://hooks.example.com/1","verdict":"accept","reason":"Every address behind its name is public."}\n',
    )
    child.stdin.end('example.com/\nhttps://0x7f.1/\u2028/\n')
    const rest = await textOf(child.stdout)
    expect(
      rest
        .split('\n')
        .slice(0, -1)
        .map((line) => [JSON.parse(line).url, JSON.parse(line).verdict]),
    ).toEqual([
      ['https://evil.example.com/', 'reject'],
      ['https://0x7f.1/\u2028/', 'reject'],
    ])
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0)
  })

  test('ends with 2 and one sentence on wrong usage', async () => {
    const child = start('--bogus')
    const [out, told, [code]] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      once(child, 'exit'),
    ])
    expect({ out, told, code }).toEqual({
      out: '',
      told: "hourwire check-target: Unknown option '--bogus'.\n",
      code: 2,
    })
  })
})
