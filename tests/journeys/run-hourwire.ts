import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const root = path.join(import.meta.dirname, '../..')

export interface RunningProgram {
  url: string
  sandboxUrl: string
  dataDir: string
  /** Ends the program at once, as a power cut would; its PostgreSQL may live on. */
  kill(): Promise<void>
  /** Starts it anew on the same data and the same ports. */
  startAgain(): Promise<void>
  close(): Promise<void>
}

/** Starts the real program in a process of its own, on a data directory of its own, with the settings that are given. */
export async function runHourwire(settings: Record<string, string> = {}): Promise<RunningProgram> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-journey-'))
  // Pictures for the docs show the addresses that a newcomer sees.
  const [port, sandboxPort] = process.env.SCREENSHOTS ? [4200, 4201] : [0, 0]
  let started = await start({ dataDir, port, sandboxPort, settings })
  const { url, sandboxUrl } = started
  const portOf = (address: string) => Number(new URL(address).port)
  return {
    url,
    sandboxUrl,
    dataDir,
    kill: () => endOf(started.child, 'SIGKILL'),
    startAgain: async () => {
      started = await start({ dataDir, port: portOf(url), sandboxPort: portOf(sandboxUrl), settings })
    },
    close: async () => {
      await endOf(started.child, 'SIGTERM')
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function start({
  dataDir,
  port,
  sandboxPort,
  settings,
}: {
  dataDir: string
  port: number
  sandboxPort: number
  settings: Record<string, string>
}) {
  const child = spawn(
    process.execPath,
    ['src/main.ts', '--data-dir', dataDir, '--port', String(port), '--sandbox-port', String(sandboxPort)],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Nothing of the machine's own settings gets in.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...settings },
    },
  )
  let said = ''
  const [url, sandboxUrl] = await new Promise<[string, string]>((resolve, reject) => {
    const listen = (part: Buffer) => {
      said += part.toString()
      const server = /ready: +(\S+)/.exec(said)?.[1]
      const sandbox = /Zap sandbox: +(\S+)/.exec(said)?.[1]
      if (server && sandbox && /Data: +\S+/.test(said)) resolve([server, sandbox])
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', () => reject(new Error(`The program did not start:\n${said}`)))
  })
  return { child, url, sandboxUrl }
}

async function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}
