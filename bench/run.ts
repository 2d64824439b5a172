/**
 * Measures the promises of architecture.md section 9, each beside a yardstick: `node bench/run.ts [name …] [--strict]`.
 *
 * Each bench runs in a process of its own, one after another. Exit 1 when one crashes, and with --strict also when a budget is
 * overrun: machines that others use too are too noisy to fail a build by.
 */
import { fork } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Measurement, rounded } from './measurement.ts'

const benches: Record<string, () => Promise<Measurement[]>> = {
  slots: async () => (await import('./slots.bench.ts')).benchSlots(),
  sender: async () => (await import('./sender.bench.ts')).benchSender(),
  credentials: async () => (await import('./credentials.bench.ts')).benchCredentials(),
  api: async () => (await import('./api.bench.ts')).benchApi(),
  bookings: async () => (await import('./bookings.bench.ts')).benchBookings(),
  latency: async () => (await import('./latency.bench.ts')).benchLatency(),
  deliveries: async () => (await import('./deliveries.bench.ts')).benchDeliveries(),
  render: async () => (await import('./render.bench.ts')).benchRender(),
  start: async () => (await import('./start.bench.ts')).benchStart(),
  'slots-history': async () => (await import('./slots-history.bench.ts')).benchSlotsHistory(),
}

/** No bench needs a third of this. */
const limitMs = 150_000

type Report = { figures: Measurement[] } | { failure: string }

/** In the process of one bench. */
async function measure(name: string): Promise<void> {
  // By way of `exit`, where what was started is told to end too; a plain signal would pass that by.
  for (const ending of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.on(ending, () => process.exit(1))
  const bench = benches[name] as () => Promise<Measurement[]>
  const report = await bench().then(
    (figures): Report => ({ figures }),
    (error: Error): Report => ({ failure: error.stack ?? String(error) }),
  )
  process.send?.(report, () => process.exit(0))
}

async function run(args: string[]): Promise<void> {
  const isStrict = args.includes('--strict')
  const asked = args.filter((arg) => arg !== '--strict')
  const unknown = asked.find((name) => !Object.hasOwn(benches, name))
  if (unknown !== undefined) {
    process.stderr.write(
      `No bench is called ${unknown}. Benches: ${Object.keys(benches).join(', ')}; option: --strict\n`,
    )
    process.exitCode = 2
    return
  }
  const names = asked.length > 0 ? asked : Object.keys(benches)
  const begun = performance.now()
  const loadBefore = os.loadavg()
  const rows: string[][] = [['bench', 'what', 'figure', 'yardstick', 'ratio', 'budget', '']]
  const failures: string[] = []
  let isOver = false
  let isStopped = false
  // The bench that runs ends by itself and is tidied up after; the next one is not begun.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      isStopped = true
    })
  for (const name of names) {
    if (isStopped) break
    process.stderr.write(`${name} … `)
    const benchBegun = performance.now()
    const report = await inItsProcess(name)
    process.stderr.write(`${((performance.now() - benchBegun) / 1000).toFixed(0)} s\n`)
    if ('failure' in report) {
      failures.push(`${name}: ${report.failure}`)
      rows.push([name, 'could not be measured, see below', '', '', '', '', 'CRASHED'])
      continue
    }
    isOver ||= report.figures.some(({ ok }) => !ok)
    rows.push(...report.figures.map((figure, index) => rowOf(index === 0 ? name : '', figure)))
  }

  process.stdout.write(`\n${table(rows)}\n`)
  process.stdout.write(
    `Figures are medians over rounds; a ratio is the median of each round's own, yardstick and figure taken in turn.\n` +
      `Machine: ${os.availableParallelism()} cores (${os.cpus()[0]?.model.trim()}), Node ${process.versions.node}, load average ` +
      `${inWords(loadBefore)} before, ${inWords(os.loadavg())} after; ${((performance.now() - begun) / 1000).toFixed(0)} s in all.\n`,
  )
  for (const failure of failures) process.stdout.write(`\n${failure}\n`)
  if (failures.length > 0 || (isStrict && isOver)) process.exitCode = 1
}

/** A compiler and a heap of its own for each bench, and a directory that is gone afterwards whatever happens. */
async function inItsProcess(name: string): Promise<Report> {
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'hw-bench-'))
  chmodSync(temporary, 0o711)
  const child = fork(import.meta.filename, ['--measure', name], {
    // As `npm start` does: React in development mode would be three times slower.
    env: { ...process.env, NODE_ENV: 'production', TMPDIR: temporary },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let isTimedOut = false
  const timer = setTimeout(() => {
    isTimedOut = true
    child.kill('SIGTERM')
  }, limitMs)
  const passOn = () => child.kill('SIGTERM')
  process.on('SIGTERM', passOn)
  try {
    return await new Promise<Report>((resolve) => {
      let report: Report | undefined
      child.once('message', (message: Report) => {
        report = message
      })
      child.once('exit', (code, signal) => {
        const ending = isTimedOut ? `took longer than ${limitMs / 1000} s` : `ended with ${signal ?? code}`
        resolve(report ?? { failure: `its process ${ending}` })
      })
    })
  } finally {
    clearTimeout(timer)
    process.removeListener('SIGTERM', passOn)
    await removeUnused(temporary)
  }
}

/** Removes a directory once nothing runs on it any more: a bench that was broken off may leave a server that is ending. */
async function removeUnused(directory: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const users = processesOn(directory)
    if (users.length === 0) break
    for (const pid of tries % 10 === 0 ? users : []) {
      try {
        process.kill(pid, 'SIGINT')
      } catch {
        // It has ended meanwhile.
      }
    }
    await pause(100)
  }
  rmSync(directory, { recursive: true, force: true })
}

/** Processes with this directory in their command line; none where there is no /proc to tell. */
function processesOn(directory: string): number[] {
  if (!existsSync('/proc/self/cmdline')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(directory)
      } catch {
        return false
      }
    })
    .map(Number)
}

const rowOf = (name: string, { name: what, value, unit, yardstick, ratio, budget, ok }: Measurement) => [
  name,
  what,
  `${rounded(value)} ${unit}`,
  yardstick === undefined ? '' : `${rounded(yardstick)} ${unit}`,
  ratio === undefined ? '' : ratio.toFixed(2),
  typeof budget === 'number' ? `<= ${budget} ${unit}` : (budget ?? ''),
  budget === null || budget === '' ? '' : ok ? 'ok' : 'OVER',
]

/** Words to the left, figures to the right. */
function table(rows: string[][]): string {
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  )
  const isFigure = (column: number) => column >= 2 && column <= 4
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          isFigure(column) ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

const inWords = (load: number[]) => load.map((value) => value.toFixed(1)).join(' ')

if (process.send && process.argv[2] === '--measure') await measure(process.argv[3] as string)
else await run(process.argv.slice(2))
