import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  lchownSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { serverEnvironment } from './cluster.ts'
import { EmbeddedServerError, explainOutput } from './embedded-server-error.ts'
import type { ServerLog } from './server-log.ts'
import { type ServerUser, spawnAs } from './server-user.ts'
import { until } from './until.ts'

/** A running PostgreSQL server, our child or one that outlived the program that started it. */
export type Postmaster = {
  pid: number
  isRunning(): boolean
  /** Calls back once, with what is known about the end (an orphan's is not). */
  onEnd(told: (end: { exitCode?: number | null; signal?: NodeJS.Signals | null }) => void): void
}

/** The server's command line, which postmaster.opts in the cluster repeats word for word. */
export const postmasterArgs = ({
  binaries,
  clusterDir,
  socketDir,
  settings,
}: {
  binaries: Binaries
  clusterDir: string
  socketDir: string
  settings: Record<string, string>
}): string[] => {
  const all: Record<string, string> = {
    listen_addresses: '',
    // A list, split at commas, hence the quotes.
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: '100',
    shared_buffers: '64MB',
    max_wal_size: '256MB',
    // Three worker processes less than PostgreSQL 18's default; a small cached database does not read ahead.
    io_method: 'sync',
    // Parallel queries need /dev/shm, of which a container has 64 MB.
    max_parallel_workers_per_gather: '0',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Failed statements and the values in them hold personal data: they are told to the program, not to a
    // file. For the log, `log` ranks above `error`; what the server says of itself stays.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    // Makes a server of older programs differ, so that it is replaced after an update.
    'hourwire.postgres_package': binaries.packageVersion,
    ...settings,
  }
  return ['-D', clusterDir, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** Whether the cluster's server was started with just this program and these arguments. */
export const wasStartedWith = (clusterDir: string, binaries: Binaries, args: string[]): boolean => {
  try {
    const words = [binaries.postgres, ...args.map((arg) => `"${arg}"`)]
    return readFileSync(join(clusterDir, 'postmaster.opts'), 'utf8') === `${words.join(' ')}\n`
  } catch {
    return false
  }
}

/** The server of this very cluster, if one is alive; a pid file naming anything else is not one. */
export const findPostmaster = (clusterDir: string): Postmaster | undefined => {
  const pid = readPidFile(clusterDir)?.pid
  if (!pid || !isPostgresOf(pid, clusterDir)) return undefined
  const isRunning = () => isPostgresOf(pid, clusterDir)
  return {
    pid,
    isRunning,
    onEnd: (told) => {
      const timer = setInterval(() => {
        if (isRunning()) return
        clearInterval(timer)
        told({})
      }, 500).unref()
    },
  }
}

/**
 * Starts a server on a cluster that has none, and resolves once it accepts connections, after crash
 * recovery if the last one was killed.
 *
 * The caller holds the data directory's lock, so whatever is left of an earlier server is ended first: a
 * backend can outlive its postmaster, and no new server may join it. The server is in a session of its own,
 * so that Ctrl+C reaches the program only and bookings in flight can finish before `endPostmaster`.
 */
export const startPostmaster = async ({
  binaries,
  args,
  clusterDir,
  socketDir,
  user,
  log,
}: {
  binaries: Binaries
  args: string[]
  clusterDir: string
  socketDir: string
  user: ServerUser
  log: ServerLog
}): Promise<Postmaster> => {
  await endLeftovers(clusterDir, user)
  const giveUpAt = performance.now() + 30_000
  for (;;) {
    disownPidFile(clusterDir, user)
    // The lock file of a socket is judged by its pid alone, which may be anybody's by now.
    for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock']) rmSync(join(socketDir, name), { force: true })

    const postmaster = spawnPostmaster({ binaries, args, user, log })
    await until(() => !postmaster.isRunning() || isReady(clusterDir, postmaster.pid))
    if (postmaster.isRunning()) return postmaster

    const output = postmaster.whyNotStarted() ?? log.read()
    const isStillUsed = /pre-existing shared memory block/.test(output)
    if (isStillUsed && performance.now() < giveUpAt) continue
    throw explainOutput(output, { doing: 'starting', directory: clusterDir })
  }
}

/** Resolves true once a server found running accepts connections, false if it ends or is on its way out. */
export const becomesReady = async (
  clusterDir: string,
  postmaster: Postmaster,
  limitMs: number,
): Promise<boolean> => {
  const isLeaving = () => readPidFile(clusterDir)?.status === 'stopping'
  await until(() => !postmaster.isRunning() || isLeaving() || isReady(clusterDir, postmaster.pid), limitMs)
  return postmaster.isRunning() && isReady(clusterDir, postmaster.pid)
}

/**
 * Ends a server: first a fast shutdown (clients are cut off, everything is written), after `fastMs` an
 * immediate one (the next start recovers), at last by force. Resolves when it is gone.
 */
export const endPostmaster = async (
  postmaster: Postmaster,
  { fastMs, immediateMs = 5_000 }: { fastMs: number; immediateMs?: number },
): Promise<void> => {
  const steps = [
    ['SIGINT', fastMs],
    ['SIGQUIT', immediateMs],
    ['SIGKILL', 5_000],
  ] as const
  for (const [signal, limitMs] of steps) {
    if (!postmaster.isRunning()) return
    sendSignal(postmaster.pid, signal)
    if (await until(() => !postmaster.isRunning(), limitMs)) return
  }
  throw new EmbeddedServerError('start-failed', `PostgreSQL (process ${postmaster.pid}) cannot be ended.`)
}

/** Sends a signal to a process that may have ended a moment ago. */
export const sendSignal = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const spawnPostmaster = ({
  binaries,
  args,
  user,
  log,
}: {
  binaries: Binaries
  args: string[]
  user: ServerUser
  log: ServerLog
}): Postmaster & { whyNotStarted(): string | undefined } => {
  const output = log.open()
  const child = spawn(binaries.postgres, args, {
    ...spawnAs(user),
    cwd: '/',
    env: serverEnvironment,
    detached: true,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  let failure: string | undefined
  child.once('error', (error) => {
    failure = error.message
  })
  // The program's doors keep it alive, not its database.
  child.unref()
  return {
    pid: child.pid ?? 0,
    isRunning: () => failure === undefined && child.exitCode === null && child.signalCode === null,
    whyNotStarted: () => failure,
    onEnd: (told) => child.once('exit', (exitCode, signal) => told({ exitCode, signal })),
  }
}

const pidFile = (clusterDir: string): string => join(clusterDir, 'postmaster.pid')

/** Line 1 is the pid, line 8 the state (PostgreSQL's miscadmin.h); undefined when it is missing or torn. */
const readPidFile = (
  clusterDir: string,
): { pid: number; status: string | undefined; lines: string[] } | undefined => {
  try {
    const lines = readFileSync(pidFile(clusterDir), 'utf8').split('\n')
    const pid = Number.parseInt(lines[0] ?? '', 10)
    return pid > 0 ? { pid, status: lines[7]?.trim(), lines } : undefined
  } catch {
    return undefined
  }
}

const isReady = (clusterDir: string, pid: number): boolean => {
  const found = readPidFile(clusterDir)
  return found?.pid === pid && found.status === 'ready'
}

/**
 * Makes a stale pid file harmless, whoever has its pid now.
 *
 * PostgreSQL would refuse to start while that pid is alive under its own user id. It passes over its own
 * parent's pid, which is ours; the rest of the file stays, because its shared memory line is how PostgreSQL
 * notices a backend that outlived its server. A torn file has no such line and goes.
 */
const disownPidFile = (clusterDir: string, user: ServerUser): void => {
  const file = pidFile(clusterDir)
  const stale = readPidFile(clusterDir)
  if (!stale) {
    rmSync(file, { force: true })
    return
  }
  const replacement = `${file}.new-${randomBytes(4).toString('hex')}`
  writeFileSync(replacement, [process.pid, ...stale.lines.slice(1)].join('\n'), { flag: 'wx', mode: 0o600 })
  if (user.isDropped) lchownSync(replacement, user.uid, user.gid)
  renameSync(replacement, file)
}

/**
 * A server and each of its backends work in the cluster's directory, under any path it was moved to. Where
 * there is no /proc (macOS) the command line names the directory instead.
 */
const isPostgresOf = (pid: number, clusterDir: string): boolean => {
  if (process.platform !== 'linux') {
    const command = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
    return command.includes('postgres') && command.includes(` -D ${clusterDir} `)
  }
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === clusterDir &&
      readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres'
    )
  } catch {
    return false
  }
}

/** Backends busy with a long query notice the death of their postmaster late; an immediate stop is safe. */
const endLeftovers = async (clusterDir: string, user: ServerUser): Promise<void> => {
  if (process.platform !== 'linux') return
  const leftovers = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isOwnedBy(pid, user) && isPostgresOf(pid, clusterDir))
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    const remaining = leftovers.filter((pid) => isPostgresOf(pid, clusterDir))
    for (const pid of remaining) sendSignal(pid, signal)
    if (await until(() => !remaining.some((pid) => isPostgresOf(pid, clusterDir)), 5_000)) return
  }
}

const isOwnedBy = (pid: number, user: ServerUser): boolean =>
  statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === user.uid
