import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAccountKey } from '#domain/api-keys/manage-account-keys.ts'
import { buildApp } from '#http/build-app.ts'
import { accepted } from '#kit/result.ts'
import { noLimits } from '../api/api-house.ts'
import { openHouse, type Received } from '../house.ts'

/** The code of docs/api/quick-starts is run as it stands there, against a real server on this machine. */

const folder = path.join(import.meta.dirname, '../../docs/api/quick-starts')
const document = (name: string) => readFileSync(path.join(folder, name), 'utf8')

/** The code blocks of a document with this first line: "bash", "ts receiver.ts". */
const blocks = (name: string, info: string): string => {
  const found = [...document(name).matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].filter(
    ([, line]) => line === info,
  )
  expect(found, `${name} has code blocks "${info}"`).not.toEqual([])
  return found.map(([, , code]) => code).join('\n')
}

const run = promisify(execFile)
const hasPython = await run('python3', ['--version']).then(
  () => true,
  () => false,
)

describe('the quick starts', () => {
  test('curl: every block as one script, and a signature that is checked by hand', async () => {
    const house = await openServer()
    const said = await house.run('bash', [
      '-euo',
      'pipefail',
      '-c',
      `${blocks('curl.md', 'bash')}\necho "$secret" > secret.txt`,
    ])
    expect(said).toContain('ana@example.com')
    house.expectBookings(said)
    const [received] = await house.receiveBooking()
    expect(received?.url).toBe('https://hooks.example.com/hourwire')
    const secret = readFileSync(path.join(house.place, 'secret.txt'), 'utf8').trim()
    writeFileSync(path.join(house.place, 'received.txt'), headerLines(received))
    const check = (body: string) => {
      writeFileSync(path.join(house.place, 'body.json'), body)
      return house.run('bash', [
        '-euo',
        'pipefail',
        '-c',
        `secret=${secret}\n${blocks('curl.md', 'bash verify')}`,
      ])
    }
    expect(await check(received?.body ?? '')).toContain('The signature fits')
    expect(await check(`${received?.body} `)).toContain('The signature is wrong')
  })

  test('TypeScript: the calls, and the receiver', async () => {
    const house = await openServer()
    const write = (name: string) =>
      writeFileSync(path.join(house.place, name), blocks('typescript.md', `ts ${name}`))
    write('quick-start.ts')
    house.expectBookings(await house.run(process.execPath, ['quick-start.ts']))
    write('receiver.ts')
    await house.expectReceiver(process.execPath, ['receiver.ts'])
  })

  test.skipIf(!hasPython)(
    'Python: the calls, and the receiver (skipped where there is no python3)',
    async () => {
      const house = await openServer()
      const write = (name: string) =>
        writeFileSync(path.join(house.place, name), blocks('python.md', `python ${name}`))
      write('quick_start.py')
      house.expectBookings(await house.run('python3', ['quick_start.py']))
      write('receiver.py')
      await house.expectReceiver('python3', ['receiver.py'])
    },
  )

  test('n8n: the workflow has the shape that n8n imports, its requests work, its code checks signatures', async () => {
    const house = await openServer()
    const workflow: Workflow = JSON.parse(document('n8n-workflow.json'))
    expect(Object.keys(workflow).sort()).toEqual([
      'active',
      'connections',
      'name',
      'nodes',
      'pinData',
      'settings',
    ])
    const names = workflow.nodes.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(workflow.nodes.map(({ id }) => id)).size).toBe(names.length)
    for (const node of workflow.nodes) {
      expect(n8nVersions[node.type], `${node.name}: ${node.type} ${node.typeVersion}`).toContain(
        node.typeVersion,
      )
      expect(node.position).toEqual([expect.any(Number), expect.any(Number)])
      if (node.type === 'n8n-nodes-base.httpRequest') {
        expect(node.parameters).toMatchObject({
          authentication: 'genericCredentialType',
          genericAuthType: 'httpHeaderAuth',
        })
        expect(node.credentials).toHaveProperty('httpHeaderAuth')
      }
    }
    for (const [from, { main }] of Object.entries(workflow.connections)) {
      expect(names).toContain(from)
      for (const { node, type, index } of main.flat()) {
        expect(names).toContain(node)
        expect([type, index]).toEqual(['main', 0])
      }
    }
    const answers = await runRequests(workflow, house)
    expect(answers.get('Test the key')?.[0]).toEqual({ message: expect.stringContaining('ana@example.com') })
    expect(answers.get('List bookings')?.[0].data.map(({ id }: { id: string }) => id)).toContain(
      answers.get('Book')?.[0].id,
    )
    const [webhook] = answers.get('Create the webhook') ?? []
    expect(webhook).toMatchObject({ name: 'n8n', events: ['booking'] })

    const [received] = await house.receiveBooking()
    const code = workflow.nodes.find(({ name }) => name === 'Check the signature')?.parameters.jsCode
    const check = (one: { headers: Record<string, string>; body: string }) =>
      runCode(String(code), {
        $env: { HOURWIRE_WEBHOOK_SECRET: webhook.secret },
        $input: {
          first: () => ({
            json: { headers: one.headers },
            binary: { data: { data: Buffer.from(one.body).toString('base64') } },
          }),
        },
      })
    const { headers, body = '' } = received as Received
    expect(check({ headers, body })).toEqual([{ json: JSON.parse(body) }])
    expect(() => check({ headers, body: `${body} ` })).toThrow('The signature is wrong')
    expect(() => check({ headers: {}, body })).toThrow('The signature is missing or old')
  })
})

const headerLines = (received: Received | undefined) =>
  Object.entries(received?.headers ?? {})
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')

/** A house whose API listens on this machine, with three bookings, a key in the environment, and a folder to run things in. */
async function openServer() {
  // Receivers go by their own clock.
  const house = await openHouse({ now: Temporal.Now.instant().toString() })
  const { ana, page } = await house.anAccount()
  const app = await buildApp({
    deps: house,
    signIn: undefined as never,
    refusalOfTarget: () => undefined,
    probes: {},
    sandboxUrl: undefined,
    trustProxy: false,
    logLevel: 'silent',
    api: { limits: noLimits },
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const { key } = accepted(await createAccountKey(house, { viewer: ana, name: 'quick start', scope: 'all' }))
  const place = mkdtempSync(path.join(os.tmpdir(), 'hourwire-quick-start-'))
  onTestFinished(async () => {
    await app.close()
    rmSync(place, { recursive: true, force: true })
  })
  const env = { PATH: process.env.PATH, HOURWIRE_URL: url, HOURWIRE_API_KEY: key }
  const monday = house.clock.now().toZonedDateTimeISO('UTC').toPlainDate().add({ days: 15 })
  const weekday = monday.add({ days: 1 - monday.dayOfWeek })
  for (const hour of ['09', '10', '11'])
    await house.aBooking({ page, start: `${weekday}T${hour}:00:00Z`, email: `guest${hour}@example.org` })
  await house.deliverAll()

  const call = async (address: string, init: RequestInit = {}) => {
    const response = await fetch(address.replace('https://your.server', url), {
      ...init,
      headers: { 'content-type': 'application/json', ...init.headers, 'api-key': key },
    })
    return await response.json()
  }
  return {
    place,
    call,
    run: async (command: string, args: string[]) =>
      (await run(command, args, { cwd: place, env, timeout: 15_000 })).stdout,
    /** What was booked is named, and found again beside the three others on pages of two. */
    expectBookings(said: string) {
      const booked = /Booked: (BKNG-\w+)/.exec(said)?.[1]
      const after = said.slice(said.indexOf(`Booked: ${booked}`) + `Booked: ${booked}`.length)
      const listed = [...after.matchAll(/BKNG-\w+/g)].map(([id]) => id)
      expect(listed).toContain(booked)
      expect(listed).toHaveLength(4)
      expect(new Set(listed).size).toBe(4)
    },
    /** One more booking, as it is sent to the webhooks there are. */
    receiveBooking: async () => {
      await house.aBooking({ page, start: `${weekday}T13:00:00Z`, email: 'guest13@example.org' })
      return (await house.deliverAll()).filter(({ body }) => body?.includes(`${weekday}T13:00:00`))
    },
    /** A receiver takes what Hourwire sends, once, and refuses what is changed or old. */
    async expectReceiver(command: string, args: string[]) {
      const webhook = await call(`${url}/v2/webhooks`, {
        method: 'POST',
        body: JSON.stringify({
          name: 'receiver',
          url: 'https://hooks.example.com/',
          events: ['booking.scheduled'],
        }),
      })
      const child = spawn(command, args, {
        cwd: place,
        env: { PATH: process.env.PATH, PORT: '0', WEBHOOK_SECRET: webhook.secret },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => void child.kill())
      const heard = listenTo(child)
      const port = (await heard.until(/Listening on (\d+)/))[1]
      const post = async ({ headers, body }: { headers: Record<string, string>; body: string }) =>
        (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body })).status
      const [received] = await this.receiveBooking()
      const { headers, body = '' } = received as Received
      expect(await post({ headers, body })).toBe(204)
      expect(await post({ headers, body })).toBe(204)
      expect((await heard.until(/booking\.scheduled (BKNG-\w+)/))[1]).toBe(JSON.parse(body).data.id)
      expect(heard.said().match(/booking\.scheduled/g)).toHaveLength(1)
      expect(await post({ headers, body: body.replace('Lena', 'Mala') })).toBe(401)
      for (const name of ['oncehub-signature', 'webhook-signature'])
        expect(await post({ headers: { ...headers, [name]: 'v1,rubbish' }, body })).toBe(401)
      expect(await post({ headers: {}, body })).toBe(401)
    },
  }
}

function listenTo(child: ChildProcess) {
  let said = ''
  child.stdout?.on('data', (part: Buffer) => {
    said += part.toString()
  })
  return {
    said: () => said,
    until: (sign: RegExp) =>
      expect
        .poll(() => sign.exec(said), { timeout: 10_000 })
        .not.toBeNull()
        .then(() => sign.exec(said) as RegExpExecArray),
  }
}

// What n8n imports, as far as this workflow uses it: types with the versions they have in n8n 1.x.
const n8nVersions: Record<string, number[]> = {
  'n8n-nodes-base.manualTrigger': [1],
  'n8n-nodes-base.set': [3.4],
  'n8n-nodes-base.limit': [1],
  'n8n-nodes-base.httpRequest': [4.2],
  'n8n-nodes-base.webhook': [2],
  'n8n-nodes-base.code': [2],
}

interface Workflow {
  nodes: {
    id: string
    name: string
    type: string
    typeVersion: number
    position: number[]
    // biome-ignore lint/suspicious/noExplicitAny: parameters are of each node's own shape
    parameters: any
    credentials?: object
  }[]
  connections: Record<string, { main: { node: string; type: string; index: number }[][] }>
}

/** Makes the requests of a workflow in its order, its expressions read as n8n reads them. Each answer is a list of items. */
async function runRequests(
  workflow: Workflow,
  { call }: { call: (address: string, init?: RequestInit) => Promise<unknown> },
) {
  // biome-ignore lint/suspicious/noExplicitAny: whatever came over the wire
  const items = new Map<string, any[]>([['Settings', [{ api: 'https://your.server/v2' }]]])
  const runNode = async (name: string, from: string): Promise<void> => {
    const { type, parameters } = workflow.nodes.find(
      (node) => node.name === name,
    ) as Workflow['nodes'][number]
    const given = items.get(from) ?? []
    const read = (text: string): string =>
      text.startsWith('=')
        ? text
            .slice(1)
            .replaceAll(/\{\{([\s\S]*?)\}\}/g, (_, expression) =>
              String(
                new Function('$json', '$', '$execution', `return (${expression})`)(
                  given[0],
                  (node: string) => ({ first: () => ({ json: items.get(node)?.[0] }) }),
                  { id: '1' },
                ),
              ),
            )
        : text
    if (type === 'n8n-nodes-base.limit') items.set(name, given.slice(0, 1))
    if (type === 'n8n-nodes-base.httpRequest') {
      const pairs = (list?: { parameters: { name: string; value: string }[] }) =>
        (list?.parameters ?? []).map((one): [string, string] => [one.name, read(one.value)])
      const query = new URLSearchParams(pairs(parameters.queryParameters)).toString()
      const answer = await call(read(parameters.url) + (query && `?${query}`), {
        method: parameters.method ?? 'GET',
        headers: Object.fromEntries(pairs(parameters.headerParameters)),
        ...(parameters.sendBody && { body: read(parameters.jsonBody) }),
      })
      items.set(name, Array.isArray(answer) ? answer : [answer])
    }
    for (const { node } of workflow.connections[name]?.main.flat() ?? []) await runNode(node, name)
  }
  await runNode('When clicking Execute', '')
  return items
}

const runCode = (code: string, given: { $env: object; $input: object }) =>
  new Function('$env', '$input', 'require', code)(given.$env, given.$input, createRequire(import.meta.url))
