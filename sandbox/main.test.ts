import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixturePath, temporaryFolder } from './testing/bench.ts'

let folder: string
let remove: () => void
let started: ChildProcess | undefined
beforeEach(() => {
  const made = temporaryFolder()
  folder = made.folder
  remove = made.remove
})
afterEach(() => {
  started?.kill('SIGKILL')
  remove()
})

const start = (env: Record<string, string> = {}) => {
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), {
    silent: true,
    execArgv: [],
    env: {
      PATH: process.env.PATH ?? '',
      SANDBOX_PORT: '0',
      SANDBOX_DATA_DIR: folder,
      HOURWIRE_BASE_URL: 'http://127.0.0.1:9',
      INTEGRATION: fixturePath,
      ...env,
    },
  })
  started = child
  const ready = new Promise<{ ready: string }>((resolve) => child.once('message', resolve))
  const line = new Promise<string>((resolve) => child.stdout?.once('data', (data) => resolve(String(data))))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { child, ready, line, ended }
}

// Each test starts a process of its own, which takes seconds on a busy machine.
describe('the sandbox as a process', { timeout: 30_000 }, () => {
  test('says where it listens, on one line and to its parent', async () => {
    const { ready, line } = start()
    const { ready: url } = await ready
    expect(await line).toBe(`sandbox ready ${url}\n`)
    expect((await fetch(url)).status).toBe(200)
  })

  test('ends cleanly when its parent is gone', async () => {
    const { child, ready, ended } = start()
    await fetch((await ready).ready)
    child.disconnect()
    expect(await ended).toBe(0)
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('ends cleanly on %s', async (signal) => {
    const { child, ready, ended } = start()
    await ready
    child.kill(signal)
    expect(await ended).toBe(0)
  })

  test('says so when its port is no port', async () => {
    const { ended } = start({ SANDBOX_PORT: 'many' })
    expect(await ended).toBe(1)
  })
})
