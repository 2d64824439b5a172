import { enableCompileCache } from 'node:module'
import path from 'node:path'

if (Number(process.versions.node.split('.')[0]) < 26) {
  process.stderr.write(
    `Hourwire needs Node 26; this is ${process.version}. Start it with "npm start" after "npm ci".\n`,
  )
  process.exit(1)
}

// Who read our words may have gone (a pipe that was closed): no reason to end.
for (const words of [process.stdout, process.stderr]) words.on('error', () => undefined)

// Half of a start is compiling: keep what was compiled. Where the folder cannot be written, the start is only slower.
enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/hourwire/compiled'))

// React renders three times slower in development mode, and decides when it is loaded.
process.env.NODE_ENV ??= 'production'

const { readConfig } = await import('#config')
const { startHourwire } = await import('./start.ts')

/** What is under way gets so long to end, milliseconds. */
const longestStopMs = 20_000

/** Set once everything is up; a signal that comes sooner waits for it. */
const started = Promise.withResolvers<{ stop(): Promise<void> }>()
let drainMs = 0
let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal))

async function stop(signal: string): Promise<void> {
  if (stopping) return
  stopping = true
  process.stdout.write(`\n  ${signal}: finishing what is under way …\n`)
  // A stop that hangs ends the process all the same; PostgreSQL then recovers by itself.
  setTimeout(() => process.exit(1), longestStopMs + drainMs).unref()
  try {
    await (await started.promise).stop()
    process.exit(process.exitCode ?? 0)
  } catch (error) {
    process.stderr.write(`Hourwire could not stop in order: ${(error as Error).message}\n`)
    process.exit(1)
  }
}

try {
  const config = readConfig(process.argv.slice(2))
  drainMs = config.drainSeconds * 1000
  const running = await startHourwire(config)
  started.resolve(running)
  process.stdout.write(`\n  Hourwire is ready:  ${running.url}\n`)
  if (running.sandboxUrl) process.stdout.write(`  Zap sandbox:        ${running.sandboxUrl}\n`)
  process.stdout.write(`  Data:               ${running.database}\n`)
  if (!running.isSetUp) process.stdout.write(`\n  Open ${running.url} to create the first account.\n`)
  for (const notice of running.notices) process.stdout.write(`\n  Note: ${notice}\n`)
  process.stdout.write('\n')
} catch (error) {
  // What the operator can mend is said in a sentence; a stack only helps with our own mistakes.
  const { message, stack } = error as Error
  const isMistake =
    error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError
  process.stderr.write(`\nHourwire could not start.\n${isMistake ? stack : message || String(error)}\n\n`)
  process.exit(1)
}
