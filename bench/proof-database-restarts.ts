import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { type Connection, poolConfig } from '#database/db.ts'
import { startEmbeddedServer } from '#database/embedded-server.ts'
import { countsOf, judgeHistory, judgeReadiness, type Outage } from './judge-history.ts'
import { quantile } from './measurement.ts'
import { countBy, keepAliveAgent, readStored, setStage, startLoad, watchReadiness } from './open-loop.ts'
import { openRecorder, wallMs } from './recorder.ts'
import { spawnProgram } from './web-processes.ts'

/** How the database goes, in turn; every tenth time it stands still instead. */
const turns = ['stopped at once', 'stopped at once', 'stopped at once', 'killed'] as const
const stalledMs = 5_000
const betweenMs = 400
const processes = 2
const readyLimitMs = 60_000

interface Restarts {
  restarts: number
  /** Every so many times the database stands still for five seconds. */
  stallEvery?: number
  /** How long it stays away, at most, before it is started again. */
  longestAwayMs?: number
  perSecond?: number
  /** The control: the database says "committed" before it is. */
  lies?: boolean
}

/**
 * The proof of "acknowledged = stored" while the database comes and goes: two processes with doors and worker, 50 requests a second,
 * and the database is stopped at once (SIGQUIT to the postmaster, as `pg_ctl stop -m immediate` does) or killed, left away for up to
 * three seconds, and started again; and now and then all of its processes stand still (SIGSTOP) for five seconds.
 *
 * Requests go to the processes in turn, ready or not. Half of the customers whose booking failed send the same form again each
 * second, the others give up. Every answer must be what was asked for, or 503 with Retry-After, within 30 seconds. When it is over,
 * `judgeHistory` compares what each was told with what is stored, and `judgeReadiness` what `/ready` said. Deliveries that were
 * under way when the database went may come twice (`npm run proof -- crash` judges those); none may be missing.
 */
export async function proveDatabaseRestarts({
  restarts,
  stallEvery = 10,
  longestAwayMs = 3_000,
  perSecond,
  lies = false,
}: Restarts) {
  const begun = performance.now()
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-restarts-'))
  chmodSync(dataDir, 0o711)
  const complaints: string[] = []
  const startDatabase = () =>
    startEmbeddedServer({
      dataDir,
      log: { info: () => undefined, warn: () => undefined },
      // A commit is in memory only for up to ten seconds, and lost when the server is stopped at once.
      ...(lies ? { throwAwayClusterSettings: { synchronous_commit: 'off', wal_writer_delay: '10s' } } : {}),
    })
  let database = await startDatabase()
  const { connection } = database
  const target = await openRecorder()
  const running: ReturnType<typeof spawnProgram>[] = []
  const agents = Array.from({ length: processes }, keepAliveAgent)
  try {
    const stage = await setStage(connection, target.origin)
    await checkpoint(connection)
    for (let number = 0; number < processes; number++)
      running.push(
        spawnProgram(connection, dataDir, {
          role: 'all',
          targets: target.origin,
          onComplaint: (line) => complaints.push(line),
        }),
      )
    const origins = await Promise.all(running.map(({ ready }) => ready))
    const watch = watchReadiness(origins)
    const untilReady = async () => {
      const asked = performance.now()
      while (!origins.every((_, number) => watch.isReady(number))) {
        if (performance.now() - asked > readyLimitMs) throw new Error('The processes are not ready again')
        await pause(20)
      }
    }
    await untilReady()
    let turn = 0
    const balancer = {
      choose: () => {
        const number = turn++ % processes
        return [
          {
            process: number,
            origin: origins[number] as string,
            agent: agents[number] as (typeof agents)[number],
          },
        ]
      },
    }
    const load = startLoad(stage, balancer, { repeats: true, perSecond })
    const outages: Outage[] = []
    for (let restart = 0; restart < restarts; restart++) {
      await pause(betweenMs * (0.5 + Math.random()))
      const isStall = restart % stallEvery === stallEvery - 1
      const kind = isStall ? 'stalled' : (turns[restart % turns.length] as (typeof turns)[number])
      const outage: Outage = { kind, atMs: wallMs(), backMs: Number.POSITIVE_INFINITY }
      outages.push(outage)
      if (isStall) await stall(database.pid)
      else {
        process.kill(database.pid, kind === 'killed' ? 'SIGKILL' : 'SIGQUIT')
        // Its processes are gone, and the directory is free.
        await database.stop()
        await pause(longestAwayMs * Math.random())
        database = await startDatabase()
      }
      await answers(connection)
      outage.backMs = wallMs()
      await untilReady()
    }
    await load.end()
    await watch.end()
    const { stored, drainSeconds } = await readStored(connection, stage.zaps, 90_000)
    const exits = await Promise.all(
      running.map(async ({ child }) => {
        const exit = once(child, 'exit')
        child.kill('SIGTERM')
        const [code, signal] = await exit
        return code ?? signal
      }),
    )
    const arrivals = await target.takeArrivals()
    const judged = judgeHistory({ asks: load.asks, stored, arrivals, mayFail: true })
    const { extraDeliveries, ...breaches } = judged
    const readiness = judgeReadiness({ looks: watch.looks, outages })
    const tries = load.asks.flatMap((ask) => ask.tries)
    return {
      name: lies ? 'database restarts, with commits that are not durable (control)' : 'database restarts',
      restarts,
      outages: countBy(outages, ({ kind }) => kind),
      awaySeconds: Math.round(outages.reduce((sum, { atMs, backMs }) => sum + backMs - atMs, 0) / 1000),
      requests: tries.length,
      answers: countBy(tries, ({ answer }) => String(answer)),
      said: countBy(
        tries.filter(({ says }) => says),
        ({ says }) => String(says),
      ),
      bookings: stored.bookings.length,
      acknowledged: load.asks.filter(({ what, tries: its }) => what === 'book' && its.at(-1)?.answer === 303)
        .length,
      storedAndToldUnknown: load.asks.filter(
        ({ what, email, tries: its }) =>
          what === 'book' &&
          its.at(-1)?.answer !== 303 &&
          stored.bookings.some((booking) => booking.email === email),
      ).length,
      ...countsOf(breaches),
      readinessBreaches: readiness.breaches.length,
      extraDeliveries: extraDeliveries.length,
      examples: [...Object.values(breaches), readiness.breaches].flatMap((of) => of.slice(0, 4)),
      differences:
        Object.values(breaches).reduce((sum, of) => sum + of.length, 0) +
        readiness.breaches.length +
        exits.filter((code) => code !== 0).length,
      notReadyAfterMs: inRound(readiness.noticedMs),
      readyAgainAfterMs: inRound(readiness.recoveredMs),
      notReadyBecause: countBy(
        watch.looks.filter(({ ready }) => !ready),
        ({ why }) => why,
      ),
      longestAnswerMs: Math.round(Math.max(...tries.map(({ atMs, endedMs }) => endedMs - atMs))),
      drainSeconds,
      exits: countBy(exits, String),
      seconds: Math.round((performance.now() - begun) / 1000),
      complaints: Object.entries(
        countBy(complaints, (line) => line.replace(/^\d{4}-\S+Z /, '').replace(/"time":\d+|\d{3,}/g, '…')),
      )
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, 6),
    }
  } finally {
    await Promise.all(
      running.map(async ({ child }) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const exit = once(child, 'exit')
        child.kill('SIGKILL')
        await exit
      }),
    )
    for (const agent of agents) agent.destroy()
    await target.close()
    await database.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** All processes of the server stand still for a while. */
async function stall(postmaster: number): Promise<void> {
  const stopped = new Set<number>()
  const stopAll = () => {
    for (const pid of [postmaster, ...childrenOf(postmaster)])
      if (!stopped.has(pid)) {
        process.kill(pid, 'SIGSTOP')
        stopped.add(pid)
      }
  }
  stopAll()
  // One that was being made in that moment.
  stopAll()
  try {
    await pause(stalledMs)
  } finally {
    for (const pid of stopped) process.kill(pid, 'SIGCONT')
  }
}

function childrenOf(parent: number): number[] {
  const isChild = (pid: number) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent
    } catch {
      return false
    }
  }
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isChild(pid))
}

/** What was stored until here is durable, also where commits are not. */
async function checkpoint(connection: Connection): Promise<void> {
  const client = new pg.Client(poolConfig(connection))
  await client.connect()
  await client.query('checkpoint').finally(() => client.end())
}

/** Resolves once the database takes statements. */
async function answers(connection: Connection): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const client = new pg.Client({ ...poolConfig(connection), connectionTimeoutMillis: 2_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query('select 1')
      return
    } catch {
      await pause(20)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  throw new Error('The database did not come back')
}

const inRound = (times: number[]) =>
  times.length === 0
    ? undefined
    : {
        p50: Math.round(quantile(times, 0.5)),
        p99: Math.round(quantile(times, 0.99)),
        most: Math.round(Math.max(...times)),
      }
