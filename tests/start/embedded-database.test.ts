import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'

const root = path.join(import.meta.dirname, '../..')

/** The program with its own PostgreSQL, as a worker: probes, and no built pages. */
async function startProgram() {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-embedded-'))
  chmodSync(dataDir, 0o711)
  const child: ChildProcess = spawn(process.execPath, ['src/main.ts', '--role', 'worker', '--port', '0'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: dataDir, DATA_DIR: dataDir, SANDBOX: '0', METRICS: '1' },
  })
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGTERM'))
      await once(child, 'exit')
    rmSync(dataDir, { recursive: true, force: true })
  })
  const complaints: string[] = []
  if (child.stderr) createInterface(child.stderr).on('line', (line) => complaints.push(line))
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`It did not start: ${complaints.join('\n')}`)))
    if (child.stdout)
      createInterface(child.stdout).on('line', (line) => {
        const found = /ready: +(\S+)/.exec(line)?.[1]
        if (found) resolve(found)
      })
  })
  return {
    child,
    complaints,
    ready: async () => (await fetch(`${url}/ready`)).status,
    live: async () => (await fetch(`${url}/live`)).status,
    postmaster: () => {
      const [file = ''] = globSync(`${dataDir}/**/postmaster.pid`)
      return Number(readFileSync(file, 'utf8').split('\n')[0])
    },
  }
}

test('an embedded PostgreSQL that is killed is started anew, and the program serves on; one that will not stay ends it', {
  timeout: 90_000,
}, async () => {
  const { child, complaints, ready, live, postmaster } = await startProgram()
  expect(await ready()).toBe(200)
  for (const time of ['once', 'twice']) {
    const former = postmaster()
    process.kill(former, 'SIGKILL')
    await expect.poll(ready, { timeout: 10_000, interval: 20 }).toBe(503)
    expect([time, await live()]).toEqual([time, 200])
    await expect.poll(ready, { timeout: 30_000 }).toBe(200)
    expect(postmaster()).not.toBe(former)
  }
  const exit = once(child, 'exit')
  process.kill(postmaster(), 'SIGKILL')
  // For whoever supervises it: neither "all is well" nor a signal.
  expect(await exit).toEqual([1, null])
  expect(complaints.join('\n')).toContain('cannot be kept running: it ended 3 times within a minute')
})
