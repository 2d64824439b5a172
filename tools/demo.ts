/**
 * A throw-away Hourwire with a story in it: `npm run demo`. With `--json` it prints one line of JSON once it serves, for tools.
 * `--for-clients` adds what clients of the REST API are tried with. Everything is gone when it ends.
 */
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Config, readConfig } from '#config'
import { type RunningHourwire, startHourwire } from '../src/start.ts'
import { seedForClients } from './demo-clients.ts'
import { seedStory } from './demo-story.ts'
import { turnOnDemoZap } from './demo-zap.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    'for-clients': { type: 'boolean', default: false },
    port: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})

if (values.help) {
  process.stdout.write('npm run demo -- [--port N] [--json] [--for-clients]\n')
  process.exit(0)
}

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-demo-'))

/** No default passwords, not even here: two words and a number, new each time. */
const words =
  'amber birch cedar delta ember fjord grove haven islet jetty knoll lagoon meadow north ocean prairie quarry ridge'.split(
    ' ',
  )
const password = [words[randomInt(words.length)], words[randomInt(words.length)], randomInt(1000, 9999)].join(
  '-',
)

let running: RunningHourwire | undefined
const end = async (code: number) => {
  await running?.stop()
  rmSync(dataDir, { recursive: true, force: true })
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(0))

try {
  running = await startHourwire(demoConfig())
  const { sandboxUrl } = running
  const story = await seedStory(running.deps, password)
  if (values['for-clients']) await seedForClients(running.deps, { ...story, password })
  if (sandboxUrl) await turnOnDemoZap(sandboxUrl, { apiKey: story.zapierApiKey, loginId: story.loginId })
  const facts = {
    url: running.url,
    sandboxUrl,
    loginId: story.loginId,
    password,
    zapierApiKey: story.zapierApiKey,
    apiKey: story.apiKey,
    dataDir,
  }
  process.stdout.write(values.json ? `${JSON.stringify(facts)}\n` : inWords(facts, story.pages))
} catch (error) {
  process.stderr.write(`The demo could not start.\n${(error as Error).message}\n`)
  await end(1)
}

function demoConfig(): Config {
  const port = Number(values.port ?? process.env.PORT ?? 4200)
  const config = readConfig(['--data-dir', dataDir, '--port', String(port)], {
    ...process.env,
    // Whatever the operator's own installation uses, the demo does not touch it.
    DATABASE_URL: undefined,
    HOURWIRE_SECRET: undefined,
    PUBLIC_URL: undefined,
    DATA_DIR: undefined,
  })
  return { ...config, sandboxPort: process.env.SANDBOX_PORT ? config.sandboxPort : port === 0 ? 0 : port + 1 }
}

function inWords(
  { url, sandboxUrl, loginId }: { url: string; sandboxUrl: string | undefined; loginId: string },
  pages: { name: string; link: string }[],
): string {
  return `
  A Hourwire to try, gone when you press Ctrl+C.

  Sign in at     ${url}/sign-in
    Login ID     ${loginId}
    Password     ${password}

  Booking pages  ${pages.map(({ name, link }) => `${link}  (${name})`).join('\n                 ')}
  Zap sandbox    ${sandboxUrl ?? 'off'}

`
}
