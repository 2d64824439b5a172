import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { type Agent, request } from 'undici'
import type { Connection } from '#database/db.ts'
import { deriveSecrets } from '#outside/secrets.ts'

const root = path.join(import.meta.dirname, '..')

const secret = Buffer.from('proofs-on-loopback-only-0123456789abcdef')
/** Of the users of a bench house. */
export const password = 'tuesday lantern 26'

/** The real program as a web process: no worker, no sandbox. */
export async function startWeb(
  connection: Connection,
  dataDir: string,
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(
    process.execPath,
    ['src/main.ts', '--role', 'web', '--port', '0', '--no-sandbox', '--data-dir', dataDir],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        NODE_ENV: 'production',
        DATABASE_URL: urlOf(connection),
        HOURWIRE_SECRET: secret.toString(),
      },
    },
  )
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (part: Buffer) => {
      said += part.toString()
      const found = /ready: +(\S+)/.exec(said)?.[1]
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`A web process did not start:\n${said}`)))
  })
  return { child, url }
}

const urlOf = (connection: Connection): string =>
  'url' in connection
    ? connection.url
    : `postgres://${connection.user}@localhost:${connection.port}/${connection.database}?host=${encodeURIComponent(connection.host)}`

const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }

export async function post(
  agent: Agent,
  origin: string,
  ask: { path: string; form: Record<string, string>; cookie?: string },
) {
  const begun = performance.now()
  const answer = await request(origin + ask.path, {
    dispatcher: agent,
    method: 'POST',
    headers: { ...headers, ...(ask.cookie ? { cookie: ask.cookie } : {}) },
    body: new URLSearchParams(ask.form).toString(),
  })
  await answer.body.dump()
  return { status: answer.statusCode, ms: performance.now() - begun, headers: answer.headers }
}

export async function signIn(agent: Agent, origin: string, loginId: string): Promise<string> {
  const answer = await post(agent, origin, {
    path: '/sign-in',
    form: { loginId, password },
  })
  const cookies = [answer.headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';')[0])
  if (cookies.length === 0) throw new Error(`Signing in was answered with ${answer.status}`)
  return cookies.join('; ')
}

/** The keys that the web processes derive from their secret. */
export const webSecrets = () => deriveSecrets(secret)
