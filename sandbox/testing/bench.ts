import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, vi } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox.ts'
import { type HourwireDouble, rightPair, startHourwireDouble } from './hourwire-double.ts'

export const fixturePath = fileURLToPath(new URL('./integration-fixture.ts', import.meta.url))

export const temporaryFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'zap-sandbox-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A sandbox with the test integration and a double of the server, used the way a browser uses it. */
export async function openBench({
  integration = fixturePath,
  wait,
}: {
  integration?: string
  wait?: (ms: number) => Promise<void>
} = {}) {
  const double: HourwireDouble = await startHourwireDouble()
  const { folder, remove } = temporaryFolder()
  const sandbox: Sandbox = await startSandbox({
    port: 0,
    host: '127.0.0.1',
    dataDir: folder,
    hourwireBaseUrl: double.url,
    integration,
    ...(wait ? { wait } : {}),
  })

  const get = async (address: string) => {
    const answer = await fetch(new URL(address, sandbox.url))
    return { status: answer.status, text: await answer.text() }
  }

  /** Sends a form as a page of the sandbox would, and follows the redirect to the next page. */
  const post = async (address: string, fields: Record<string, string> | [string, string][] = {}) => {
    const answer = await fetch(new URL(address, sandbox.url), {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
      redirect: 'manual',
    })
    const location = answer.headers.get('location')
    if (!location) return { status: answer.status, text: await answer.text(), at: address }
    return { ...(await get(location)), at: location }
  }

  const connect = (fields: Record<string, string> = {}) =>
    post('/connections', {
      'field.api_key': rightPair.apiKey,
      'field.login_id': rightPair.loginId,
      ...fields,
    })

  const connectionId = async () => /connections\/(conn_\w+)\/test/.exec((await get('/')).text)?.[1] ?? ''

  /** A Zap that posts to the sandbox's own inbox, not turned on yet. Returns its id. */
  const aZap = async (more: Record<string, string> = {}) => {
    if (!(await connectionId())) await connect()
    const made = await post('/zaps', {
      trigger: 'booking_scheduled',
      action: 'post',
      name: 'Bookings to my inbox',
      connection: await connectionId(),
      ...more,
    })
    return /zaps\/(zap_\w+)\//.exec(made.at)?.[1] ?? ''
  }

  const aZapThatIsOn = async (more: Record<string, string> = {}) => {
    const id = await aZap(more)
    const turned = await post(`/zaps/${id}/on`)
    expect(turned.text).toContain('The Zap is on.')
    return { id, hook: [...double.subscriptions.values()].at(-1)?.target_url ?? '' }
  }

  const deliver = (hook: string, body: unknown) =>
    fetch(hook, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  /** Waits until the page shows the text. */
  const shows = (address: string, text: string) =>
    vi.waitFor(async () => expect((await get(address)).text).toContain(text), {
      timeout: 5_000,
      interval: 20,
    })

  /** Waits until no run is under way on any page. */
  const idle = () =>
    vi.waitFor(
      async () => {
        for (const [page] of (await get('/')).text.matchAll(/\/zaps\/zap_\w+/g)) {
          expect((await get(page)).text).not.toContain('>Running</span>')
        }
      },
      { timeout: 10_000, interval: 20 },
    )

  /** Deletes every Zap and connection the way a person would, and lets the server behave as usual. */
  const reset = async () => {
    for (const [page] of (await get('/')).text.matchAll(/\/zaps\/zap_\w+/g)) await post(`${page}/delete`)
    for (const [page] of (await get('/')).text.matchAll(/\/connections\/conn_\w+\/delete/g)) await post(page)
    double.reset()
  }

  const close = async () => {
    await sandbox.close()
    await double.close()
    remove()
  }

  return {
    url: sandbox.url,
    folder,
    double,
    get,
    post,
    connect,
    connectionId,
    aZap,
    aZapThatIsOn,
    deliver,
    shows,
    idle,
    reset,
    close,
  }
}

export type Bench = Awaited<ReturnType<typeof openBench>>
