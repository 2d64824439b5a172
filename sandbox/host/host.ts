import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Bundle, CallMessage, CallProblem, FromChild, LogLine } from './protocol.ts'

export type CallResult = { outcome: Result<unknown, CallProblem>; log: LogLine[] }

/** Runs methods of one integration. Never throws for what the integration does: that is the outcome. */
export interface Host {
  call(method: string, bundle?: Bundle): Promise<CallResult>
  close(): Promise<void>
}

export interface HostOptions {
  integrationPath: string
  /** Given to the integration as `process.env.HOURWIRE_BASE_URL`. */
  baseUrl: string
  /** How long one call may take; Zapier's own limit is 30 s. */
  timeoutMs?: number
  /** Replaced in tests. Returns the function that cancels. */
  after?: (ms: number, run: () => void) => () => void
}

interface Waiting {
  log: LogLine[]
  cancel: () => void
  settle: (outcome: Result<unknown, CallProblem>) => void
}

interface Living {
  child: ChildProcess
  ready: Promise<Result<null, CallProblem>>
  waiting: Map<number, Waiting>
}

const childPath = fileURLToPath(new URL('./child.ts', import.meta.url))

const afterMs = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

const problem = (name: string, message: string): CallProblem => ({
  code: 'call-failed',
  name,
  message,
  status: null,
  retryAfterSeconds: null,
  unexpected: true,
})

/**
 * Starts a host. The child process starts with the first call and again after it died or was killed.
 *
 * A call that takes too long ends the child (nothing else stops a busy loop); other calls under way at that
 * moment end as `ChildDied`, and the next call finds a new child.
 */
export function startHost({
  integrationPath,
  baseUrl,
  timeoutMs = 30_000,
  after = afterMs,
}: HostOptions): Host {
  let living: Living | undefined
  let lastId = 0
  let closed = false

  const call = async (method: string, bundle: Bundle = {}): Promise<CallResult> => {
    if (closed) return { outcome: refuse(problem('ChildDied', 'The sandbox is stopping.')), log: [] }
    living ??= start()
    const mine = living
    const ready = await mine.ready
    if (!ready.ok) return { outcome: ready, log: [] }
    return new Promise((resolve) => {
      const id = ++lastId
      const log: LogLine[] = []
      const cancel = after(timeoutMs, () => giveUp(mine, id, method, timeoutMs))
      mine.waiting.set(id, {
        log,
        cancel,
        settle: (outcome) => {
          cancel()
          mine.waiting.delete(id)
          resolve({ outcome, log })
        },
      })
      const message: CallMessage = { type: 'call', id, method, bundle }
      mine.child.send(message, (error) => {
        if (error)
          mine.waiting.get(id)?.settle(refuse(problem('ChildDied', 'The integration process ended.')))
      })
    })
  }

  const start = (): Living => {
    const child = fork(childPath, [integrationPath], {
      env: cleanEnvironment(baseUrl),
      execArgv: [],
      // Whatever the integration prints goes to our stderr: stdout belongs to the "ready" line.
      stdio: ['ignore', process.stderr.fd, process.stderr.fd, 'ipc'],
    })
    const waiting = new Map<number, Waiting>()
    const ready = new Promise<Result<null, CallProblem>>((resolve) => {
      const cancel = after(timeoutMs, () => {
        child.kill('SIGKILL')
        resolve(
          refuse(problem('LoadError', `The integration did not load within ${timeoutMs / 1000} seconds.`)),
        )
      })
      child.on('message', (message: FromChild) => {
        if (message.type === 'ready') {
          cancel()
          resolve(ok(null))
        } else if (message.type === 'load-failed') {
          cancel()
          resolve(refuse(problem('LoadError', `The integration could not be loaded: ${message.message}`)))
          child.kill()
        } else if (message.type === 'log') waiting.get(message.id)?.log.push(message.line)
        else if (message.type === 'done') waiting.get(message.id)?.settle(ok(message.value))
        else waiting.get(message.id)?.settle(refuse(message.problem))
      })
      child.once('exit', (code, signal) => {
        cancel()
        if (living?.child === child) living = undefined
        const ended = problem('ChildDied', `The integration process ended (${signal ?? `code ${code}`}).`)
        resolve(refuse(ended))
        for (const one of [...waiting.values()]) one.settle(refuse(ended))
      })
    })
    child.on('error', () => child.kill('SIGKILL'))
    return { child, ready, waiting }
  }

  const giveUp = (mine: Living, id: number, method: string, limitMs: number) => {
    const sentence = `${method} did not answer within ${limitMs / 1000} seconds.`
    mine.waiting.get(id)?.settle(refuse(problem('TimeoutError', sentence)))
    if (living === mine) living = undefined
    mine.child.kill('SIGKILL')
  }

  const close = async () => {
    closed = true
    const child = living?.child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  return { call, close }
}

/** All the integration may know of where it runs. */
function cleanEnvironment(baseUrl: string): NodeJS.ProcessEnv {
  return {
    HOURWIRE_BASE_URL: baseUrl,
    NODE_ENV: process.env.NODE_ENV ?? 'production',
    PATH: process.env.PATH ?? '',
  }
}
