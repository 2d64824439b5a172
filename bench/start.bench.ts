import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { compared, type Measurement, measured, runAlone, takeInTurn } from './measurement.ts'

const root = path.join(import.meta.dirname, '..')
const rounds = 2
const readyLimitMs = 60_000

/**
 * From the start of the process to its ready line: on no data, and on data that is there; against a Node that starts and
 * does nothing. Then what all its processes hold in memory, the embedded database and the Zap sandbox included.
 */
export async function benchStart(): Promise<Measurement[]> {
  if (!existsSync(path.join(root, 'build/server/index.js')))
    throw new Error('The pages are not built: run "npm run build" first.')
  const base = mkdtempSync(path.join(os.tmpdir(), 'hourwire-bench-start-'))
  // PostgreSQL is run by another user where we are root: it has to get through.
  chmodSync(base, 0o711)
  try {
    let last = ''
    let count = 0
    const timesMs = await takeInTurn(rounds, {
      bare: bareNodeMs,
      first: async () => {
        last = path.join(base, `data-${count++}`)
        const program = await startProgram(last, ['--no-sandbox'])
        await program.stop()
        return program.readyMs
      },
      later: async () => {
        // Rounds go back and forth, so the first later start of an odd round takes the data of the round before.
        const program = await startProgram(last || path.join(base, `data-${count++}`), ['--no-sandbox'])
        await program.stop()
        return program.readyMs
      },
    })
    const program = await startProgram(last, ['--sandbox-port', '0'])
    await (await fetch(`${program.url}/sign-in`)).text()
    const memory = memoryOf(program.pid, last)
    await program.stop()

    const versus = (name: string, values: number[], atMost: number) => {
      const figure = compared({ name, values, yardsticks: timesMs.bare, unit: 'ms' })
      return { ...figure, budget: `<= ${atMost.toLocaleString('en')} ms`, ok: figure.value <= atMost }
    }
    return [
      versus('first start, to the ready line / bare node', timesMs.first, 4_000),
      versus('start on existing data / bare node', timesMs.later, 1_500),
      measured({
        name: `memory of all ${memory.processes} processes, sandbox and database included (PSS)`,
        value: memory.all,
        unit: 'MB',
        limit: { atMost: 250 },
      }),
      measured({ name: 'of it the program', value: memory.program, unit: 'MB' }),
      measured({ name: 'of it PostgreSQL', value: memory.postgres, unit: 'MB' }),
      measured({ name: 'of it the Zap sandbox', value: memory.sandbox, unit: 'MB' }),
    ]
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

async function bareNodeMs(): Promise<number> {
  const begun = performance.now()
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  return performance.now() - begun
}

async function startProgram(dataDir: string, options: string[]) {
  const begun = performance.now()
  const program = spawn(process.execPath, ['src/main.ts', '--port', '0', '--data-dir', dataDir, ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: os.homedir() },
  })
  let complaints = ''
  program.stderr.on('data', (part: Buffer) => {
    complaints += part.toString()
  })
  const ended = once(program, 'exit')
  const endWithUs = () => void program.kill('SIGTERM')
  process.once('exit', endWithUs)
  program.once('exit', () => process.removeListener('exit', endWithUs))
  const stop = async () => {
    if (program.exitCode === null && program.signalCode === null) program.kill('SIGTERM')
    const [code, signal] = await ended
    if (code !== 0)
      throw new Error(`The program did not stop in order (${signal ?? code}): ${complaints.trim()}`)
  }
  const timer = setTimeout(() => program.kill('SIGTERM'), readyLimitMs)
  try {
    for await (const line of createInterface(program.stdout)) {
      const url = /Hourwire is ready:\s+(\S+)/.exec(line)?.[1]
      if (!url) continue
      const readyMs = performance.now() - begun
      program.stdout.resume()
      // Signals are listened to only after the ready line has been written.
      await (await fetch(`${url}/live`)).text()
      return { url, readyMs, pid: program.pid as number, stop }
    }
  } finally {
    clearTimeout(timer)
  }
  await stop()
  throw new Error(`The program did not become ready: ${complaints.trim()}`)
}

/**
 * Proportional set size in MB of the program, of what runs on its data directory (a server that it joined is not its child) and of
 * all below them: shared pages are counted once over all. Linux only.
 */
function memoryOf(pid: number, dataDir: string) {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)))
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It ended meanwhile.
    }
  const commandOf = (one: number) => readFileSync(`/proc/${one}/cmdline`, 'utf8')
  const isOurs = (one: number) => one === pid || (one !== process.pid && commandOf(one).includes(dataDir))
  const isBelow = (one: number | undefined): boolean =>
    one !== undefined && one > 1 && one !== process.pid && (isOurs(one) || isBelow(parents.get(one)))
  const sums = { all: 0, program: 0, postgres: 0, sandbox: 0, processes: 0 }
  for (const one of [...parents.keys()].filter(isBelow)) {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1]
    const megabytes = Number(pss) / 1024
    const kind = one === pid ? 'program' : commandOf(one).includes('postgres') ? 'postgres' : 'sandbox'
    sums[kind] += megabytes
    sums.all += megabytes
    sums.processes++
  }
  if (sums.postgres === 0) throw new Error('No PostgreSQL runs on the data directory')
  return sums
}

if (import.meta.main) await runAlone(benchStart)
