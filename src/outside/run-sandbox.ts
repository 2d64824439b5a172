import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'

export interface RunningSandbox {
  url: string
  stop(): Promise<void>
}

export interface SandboxOptions {
  port: number
  serverUrl: string
  dataDir: string
  /** Called when the sandbox ends by itself. */
  onExit: (reason: string) => void
}

const script = path.join(import.meta.dirname, '../../sandbox/main.ts')
const startLimitMs = 20_000
const stopLimitMs = 5_000

/**
 * Starts the Zap sandbox as a process of its own, which runs foreign code: it gets none of our secrets, and ends when we end.
 *
 * @throws Error with a sentence when it does not come up.
 */
export async function runSandbox({
  port,
  serverUrl,
  dataDir,
  onExit,
}: SandboxOptions): Promise<RunningSandbox> {
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      NODE_ENV: 'production',
      SANDBOX_PORT: String(port),
      SANDBOX_DATA_DIR: dataDir,
      HOURWIRE_BASE_URL: serverUrl,
    },
  })
  let complaints = ''
  child.stderr?.on('data', (part: Buffer) => {
    complaints = (complaints + part.toString()).slice(-4_000)
  })
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The Zap sandbox did not start in time')), startLimitMs)
    child.once('message', (message: { ready?: string }) => message.ready && resolve(message.ready))
    child.once('error', reject)
    child.once('exit', () =>
      reject(new Error(`The Zap sandbox did not start: ${complaints.trim() || 'it ended at once'}`)),
    )
    child.once('exit', () => clearTimeout(timer))
    child.once('message', () => clearTimeout(timer))
  }).catch((error) => {
    child.kill('SIGKILL')
    throw error
  })
  let stopping = false
  child.once('exit', (code, signal) => {
    if (!stopping)
      onExit(`The Zap sandbox ended (${signal ?? `exit code ${code}`}). ${complaints.trim()}`.trim())
  })
  return {
    url,
    stop: async () => {
      stopping = true
      await endOf(child)
    },
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
  await ended
  clearTimeout(timer)
}
