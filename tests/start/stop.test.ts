import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { type DatabaseLink, openDatabaseLink } from '../database-link.ts'
import { openHouse } from '../house.ts'

const root = path.join(import.meta.dirname, '../..')

/** The whole program in all its roles; the pages have to be built, which `npm test` does first. */
async function startProgram() {
  const house = await openHouse()
  await house.anAccount()
  const link = await openDatabaseLink(house.connection)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hourwire-stop-'))
  const { host, port, user, database } = link.connection as Exclude<
    DatabaseLink['connection'],
    { url: string }
  >
  const child: ChildProcess = spawn(process.execPath, ['src/main.ts', '--port', '0', '--no-sandbox'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      DATA_DIR: folder,
      NODE_ENV: 'production',
      DATABASE_URL: `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`,
      HOURWIRE_SECRET: 'only-for-tests-0123456789-abcdefghij',
    },
  })
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL'))
      await once(child, 'exit')
    link.end()
    rmSync(folder, { recursive: true, force: true })
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`It did not start: exit code ${code}`)))
    if (child.stdout)
      createInterface(child.stdout).on('line', (line) => {
        const found = /ready: +(\S+)/.exec(line)?.[1]
        if (found) resolve(found)
      })
  })
  return { child, link, url }
}

test('SIGTERM with a browser that keeps its connection: exit code 0, soon', async () => {
  const { child, url } = await startProgram()
  expect((await fetch(`${url}/sign-in`)).status).toBe(200)
  const begun = performance.now()
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(performance.now() - begun).toBeLessThan(10_000)
})

test('SIGTERM while the database is away: exit code 0 all the same', async () => {
  const { child, link, url } = await startProgram()
  link.close()
  expect((await fetch(`${url}/ready`)).status).toBe(503)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})
