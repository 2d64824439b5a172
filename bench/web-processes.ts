import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type Agent, request } from 'undici'
import type { Connection } from '#database/db.ts'
import { deriveSecrets } from '#outside/secrets.ts'

const root = path.join(import.meta.dirname, '..')

const secret = Buffer.from('proofs-on-loopback-only-0123456789abcdef')
/** Of the users of a bench house. */
export const password = 'tuesday lantern 26'

interface Program {
  role: 'web' | 'worker' | 'all'
  /** Of its own choice, if left out. */
  port?: number
  /** As `DRAIN_SECONDS`. */
  drainSeconds?: number
  /** Targets on loopback that the worker may call. */
  targets?: string
  /** Loaded before the program: how a variant of it is made. */
  preload?: string
  /** Takes what it complains of; without, that goes to our own error output. */
  onComplaint?: (line: string) => void
}

/**
 * Starts the real program in one role, without a sandbox. `ready` is its address once it serves, and rejects when it ends before;
 * it may be ended at any time.
 */
export function spawnProgram(
  connection: Connection,
  dataDir: string,
  { role, port = 0, drainSeconds = 0, targets = '', preload, onComplaint }: Program,
): { child: ChildProcess; ready: Promise<string> } {
  const child = spawn(
    process.execPath,
    [
      ...(preload ? ['--import', preload] : []),
      ...['src/main.ts', '--role', role, '--port', String(port), '--no-sandbox', '--data-dir', dataDir],
    ],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', onComplaint ? 'pipe' : 'inherit'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        NODE_ENV: 'production',
        DATABASE_URL: urlOf(connection),
        HOURWIRE_SECRET: secret.toString(),
        ALLOW_PRIVATE_TARGETS: targets,
        DRAIN_SECONDS: String(drainSeconds),
      },
    },
  )
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  child.once('exit', () => process.removeListener('exit', endWithUs))
  let said = ''
  if (onComplaint && child.stderr)
    createInterface(child.stderr).on('line', (line) => {
      if (said.length < 10_000) said += `${line}\n`
      onComplaint(line)
    })
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (part: Buffer) => {
      if (said.length < 10_000) said += part.toString()
      const found = /ready: +(\S+)/.exec(said)?.[1]
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`A ${role} process did not start:\n${said}`)))
  })
  ready.catch(() => undefined)
  return { child, ready }
}

/** The real program as a web process: no worker, no sandbox. */
export const startWeb = async (connection: Connection, dataDir: string) => {
  const { child, ready } = spawnProgram(connection, dataDir, { role: 'web' })
  return { child, url: await ready }
}

/** The real program as a worker that may call these targets. */
export const startWorkerProcess = async (connection: Connection, dataDir: string, targets: string) => {
  const { child, ready } = spawnProgram(connection, dataDir, { role: 'worker', targets })
  await ready
  return child
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
