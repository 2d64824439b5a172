import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { Agent } from 'undici'
import { poolConfig } from '#database/db.ts'
import { type EmbeddedServer, startEmbeddedServer } from '#database/embedded-server.ts'
import { leaseLimits } from '#domain/webhooks/lease.ts'
import { eventTypesOfTrigger, type Trigger } from '#domain/webhooks/subscription.ts'
import { type BookingId, type ContactId, type LifecycleEventId, publicId } from '#kit/ids.ts'
import { addOwners, freeSlots, openBenchHouse } from './bench-house.ts'
import { connectZaps } from './event-copies.ts'
import { type Ask, judgeCrash, type Kill, type Stored } from './judge-crash.ts'
import { quantile } from './measurement.ts'
import { openRecorder, wallMs } from './recorder.ts'
import { post, spawnProgram, webSecrets } from './web-processes.ts'

/** Whose turn it is; when, which one and how is up to chance. */
const turns = [
  'worker',
  'database',
  'web',
  'worker',
  'web',
  'database',
  'worker',
  'web',
  'worker',
  'web',
] as const
const clients = 6
/** Of the target: long enough that many deliveries are under way at any time. */
const holdMs = 40
/** Between two kills, on average. */
const betweenKillsMs = 1_000
/** Of the kills of workers every so many is a stop instead, for longer than its leases last. */
const stopsOneOf = 3
const stoppedMs = (leaseLimits.seconds + 3) * 1_000
/** The promise: what a dead worker had leased moves on (reliability.md 5). */
const movesWithinMs = 10_000
/** Customers take their time: more than the targets can take would only make the end longer. */
const betweenAsksMs = 100
const drainLimitMs = 240_000
const killingLimitMs = 1_500_000

/** The Zaps: several of one trigger, so that one event is owed to many. */
const zaps: Trigger[] = [
  ...(['booking_scheduled', 'booking_scheduled', 'booking_scheduled', 'booking_canceled'] as const),
  ...(['booking_lifecycle', 'booking_lifecycle', 'contact_captured', 'contact_lifecycle'] as const),
]

interface Crash {
  kills: number
  /** Processes of each role. */
  each?: number
  /** The control: web processes enqueue the event after commit, as `enqueue-late.ts` says. */
  enqueuesLate?: boolean
  /** Only workers are hit, and all of them are stopped. */
  stopsOnly?: boolean
  /** Does not wait for leases of killed workers: they run out once all workers are dead. */
  hurries?: boolean
}

/**
 * The proof of "no event is lost": customers book and cancel at two web processes, two workers deliver to eight Zaps, and one of
 * them or the database is killed with signal 9 at a random moment, again and again.
 *
 * A client that gets no answer, or a failure of the server, asks again under the same idempotency key at whichever process is
 * there. Every second kill of the database hits the server itself, the others one of its backends, after which it restarts by
 * itself. Every third worker is not killed but stopped (SIGSTOP) until others have taken its leases, and then goes on, in the belief that
 * it still has them. What is dead is started anew; the next kill comes up to two seconds after one process of each role serves. When the kills are done and all is delivered, `judgeCrash` compares what clients were told, what the
 * target received, and what is stored. Lost: none. Sent again: at most what was in flight at a kill, with the same bytes. Nothing that
 * was closed is ever open again.
 */
export async function proveCrash({
  kills: wanted,
  each = 2,
  enqueuesLate = false,
  stopsOnly = false,
  hurries = false,
}: Crash) {
  const begun = performance.now()
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-crash-'))
  chmodSync(dataDir, 0o711)
  const complaints = new Map<string, number>()
  const complain = (line: string) => {
    if (process.env.PROOF_LOG) appendFileSync(process.env.PROOF_LOG, `${line}\n`)
    const what = line.replace(/^\d{4}-\S+Z /, '').replace(/\d{3,}/g, '…')
    if (what.trim() !== '') complaints.set(what, (complaints.get(what) ?? 0) + 1)
  }
  const startDatabase = () => startEmbeddedServer({ dataDir, log: { info: () => undefined, warn: complain } })
  let database: EmbeddedServer | undefined
  const target = await openRecorder({ holdMs })
  const agent = new Agent({ connections: clients, pipelining: 1, headersTimeout: 20_000 })
  const programs: Program[] = []
  try {
    database = await startDatabase()
    const { connection } = database
    const slots = await setStage(connection, target.origin, enqueuesLate)
    const spawn = (role: 'web' | 'worker') =>
      spawnProgram(connection, dataDir, {
        role,
        targets: target.origin,
        onComplaint: complain,
        ...(enqueuesLate && role === 'web'
          ? { preload: path.join(import.meta.dirname, 'enqueue-late.ts') }
          : {}),
      })
    for (const role of ['web', 'worker'] as const)
      for (let number = 0; number < each; number++) programs.push(keepRunning(role, () => spawn(role)))
    const webs = programs.filter(({ role }) => role === 'web')
    await Promise.all(programs.map((program) => program.serving()))

    const asks: Ask[] = []
    const kills: Kill[] = []
    let goesOn = true
    let asking = true
    const book = async () => {
      while (goesOn) {
        await pause(betweenAsksMs * 2 * Math.random())
        const slot = slots.pop()
        if (!slot) throw new Error('All slots are booked: give the proof more owners')
        const email = `client-${slots.length}@example.org`
        const key = randomUUID()
        const start = slot.start.toString()
        const booked = await askUntilAnswered(
          agent,
          webs,
          {
            path: `/${slot.pageSlug}/30-minute-meeting/${start.replace(/:00Z$/, 'Z')}`,
            form: { name: `Lena ${slots.length}`, email, zone: 'Europe/Berlin', idempotencyKey: key },
          },
          () => asking,
        )
        const address = /^\/my-booking\/([^/]+)\/[^/?]+/.exec(booked.location)
        asks.push({ what: 'book', email, start, ...booked, booking: address?.[1] ?? '' })
        if (booked.status !== 303 || !address || slots.length % 3 !== 0) continue
        const canceled = await askUntilAnswered(
          agent,
          webs,
          { path: address[0], form: { intent: 'cancel' } },
          () => asking,
        )
        asks.push({ what: 'cancel', email, start, ...canceled, booking: address[1] as string })
      }
    }
    const booking = Promise.all(Array.from({ length: clients }, book))
    const killingBegun = performance.now()
    let restarting: Promise<unknown> = Promise.resolve()
    let databaseKills = 0
    let workerKills = 0
    const goingOn: Promise<void>[] = []
    while (kills.length < wanted && performance.now() - killingBegun < killingLimitMs) {
      for (const role of ['web', 'worker'] as const)
        await Promise.race(
          programs.filter((program) => program.role === role).map(({ serving }) => serving()),
        )
      await pause(betweenKillsMs * (0.1 + 1.8 * Math.random()))
      const victim = stopsOnly ? 'worker' : (turns[kills.length % turns.length] as Kill['victim'])
      const isStop = victim === 'worker' && (stopsOnly || workerKills % stopsOneOf === stopsOneOf - 1)
      const kill: Kill = {
        victim,
        how: isStop ? 'stopped' : 'killed',
        atMs: wallMs(),
        backMs: Number.POSITIVE_INFINITY,
      }
      if (victim === 'database') {
        // One at a time: a server that is not back cannot be killed.
        await restarting
        kill.atMs = wallMs()
        restarting = killDatabase(kill, databaseKills++ % 2 === 0)
      } else {
        const alive = programs.filter(({ role, url }) => role === victim && url !== undefined)
        const one = alive[Math.floor(Math.random() * alive.length)]
        if (!(isStop ? one?.pause() : one?.kill())) continue
        kill.atMs = wallMs()
        if (victim === 'worker') workerKills++
        if (isStop) goingOn.push(pause(stoppedMs).then(() => one?.goOn()))
        void one?.serving().then(() => {
          kill.backMs = wallMs()
        })
      }
      kills.push(kill)
    }
    await Promise.all([restarting, ...goingOn])
    await Promise.all(programs.map((program) => program.serving()))
    goesOn = false
    const killingSeconds = (performance.now() - killingBegun) / 1000
    // Nothing is killed any more: who has no answer within a minute gets none.
    const noMore = setTimeout(() => {
      asking = false
    }, 60_000)
    await booking
    clearTimeout(noMore)

    const owner = new pg.Client(poolConfig(connection, { 'app.scope': 'system' }))
    await owner.connect()
    const drainBegun = performance.now()
    try {
      if (hurries) await takeLeasesBack(programs, kills, owner)
      await drained(owner)
      const drainSeconds = (performance.now() - drainBegun) / 1000
      const exits = await Promise.all(programs.map((program) => program.stop()))
      const stored = await readStored(owner)
      const arrivals = await target.takeArrivals()
      const judged = judgeCrash({ asks, arrivals, kills, stored, requestsAtOnce: leaseLimits.atOnce })
      const firstArrivals = new Map<string, number>()
      for (const { id, beganMs } of arrivals) if (!firstArrivals.has(id)) firstArrivals.set(id, beganMs)
      const answers = asks.filter(({ status }) => status === 303)
      const latestMs = new Map(answers.map(({ booking: id, answeredMs }) => [id, answeredMs]))
      const lateMs = stored.events
        .filter(({ type, subject }) => type === 'booking.scheduled' && latestMs.has(subject))
        .flatMap(({ id, subject }) => {
          const at = firstArrivals.get(id)
          return at === undefined ? [] : [Math.max(0, at - (latestMs.get(subject) as number))]
        })
      const { lost, breaches, extra, inFlight, movedAfterMs, ...others } = judged
      const gaveUp = programs.flatMap((program) => program.gaveUp)
      return {
        name: enqueuesLate ? 'crash, enqueued after commit (control)' : 'crash',
        kills: kills.length,
        killed: countBy(kills, ({ victim, how }) => (how === 'stopped' ? `${victim} stopped` : victim)),
        clients,
        zaps: zaps.length,
        answeredBookings: answers.filter(({ what }) => what === 'book').length,
        answeredCancellations: answers.filter(({ what }) => what === 'cancel').length,
        asksRepeated: asks.filter(({ tries }) => tries.length > 1).length,
        answers: countBy(
          asks.flatMap(({ tries }) => tries),
          ({ answer }) => String(answer),
        ),
        events: stored.events.length,
        arrivals: arrivals.length,
        lost: lost.length,
        extraDeliveries: extra,
        inFlightAtKills: inFlight,
        // Of a subscription that the worker had leased, from its kill to the next request.
        killToNextRequestMs: movedAfterMs.length === 0 ? undefined : inRound(movedAfterMs),
        otherBreaches: Object.fromEntries(
          Object.entries(others).map(([name, of]) => [name, typeof of === 'number' ? of : of.length]),
        ),
        examples: Object.values({ lost, ...others })
          .flatMap((of) => (typeof of === 'number' ? [] : of.slice(0, 3)))
          .slice(0, 12),
        unsettled: stored.unsettled,
        exitsAfterSigterm: countBy(exits, String),
        endedByThemselves: countBy(gaveUp, String),
        differences:
          breaches +
          movedAfterMs.filter((ms) => ms > movesWithinMs).length +
          gaveUp.length +
          Math.max(0, wanted - kills.length) +
          exits.filter((code) => code !== 0).length,
        lostUpperBoundPercent: lost.length === 0 ? (3 / stored.events.length) * 100 : undefined,
        backAfterMs: Object.fromEntries(
          Object.entries(
            Object.groupBy(
              kills.filter(({ how }) => how === 'killed'),
              ({ victim }) => victim,
            ),
          ).map(([victim, of]) => {
            const times = of.map(({ atMs, backMs }) => backMs - atMs).filter(Number.isFinite)
            return [victim, times.length === 0 ? undefined : inRound(times)]
          }),
        ),
        answerToFirstByteMs: inRound(lateMs),
        killingSeconds: Math.round(killingSeconds),
        drainSeconds: Math.round(drainSeconds),
        seconds: Math.round((performance.now() - begun) / 1000),
        complaints: Object.fromEntries([...complaints].toSorted(([, a], [, b]) => b - a).slice(0, 8)),
      }
    } finally {
      await owner.end()
    }
  } finally {
    await Promise.all(programs.map((program) => program.end()))
    await Promise.all([agent.destroy(), target.close()])
    await database?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }

  async function killDatabase(kill: Kill, hitsServer: boolean): Promise<void> {
    const server = database as EmbeddedServer
    const [backend] = hitsServer ? [] : backendsOf(server.pid)
    process.kill(backend ?? server.pid, 'SIGKILL')
    if (backend === undefined) {
      await server.stop()
      database = await startDatabase()
    }
    await answers(database as EmbeddedServer)
    kill.backMs = wallMs()
  }
}

/** Pages of ten owners, Zaps of Ana's that act on all of them; and in the control a trigger that empties the outbox. */
async function setStage(connection: EmbeddedServer['connection'], origin: string, enqueuesLate: boolean) {
  const house = await openBenchHouse(connection)
  try {
    // The program has a secret of its own, which signing secrets are sealed with.
    const withSecrets = { ...house, deps: { ...house.deps, secrets: webSecrets() } }
    const pages = [house.page, ...(await addOwners(house, 9))]
    const { turnOn } = await connectZaps(withSecrets)
    for (const [number, trigger] of zaps.entries())
      await turnOn({ trigger, targetUrl: `${origin}/${number}-${trigger}` })
    // Said at once, in the transaction that does it: at the end of the run it might have been made good.
    await house.sql(
      `create table went_back (delivery text not null);
       grant insert on went_back to public;
       create function note_going_back() returns trigger language plpgsql as $$ begin
         insert into went_back values (old.id || ': ' || old.state || ' ' || old.attempts || ' -> ' || new.state || ' ' || new.attempts);
         return null;
       end $$;
       create trigger note_going_back after update on deliveries for each row
         when (new.attempts < old.attempts or old.state in ('delivered', 'given_up', 'dropped') and new.state <> old.state)
         execute function note_going_back()`,
    )
    if (enqueuesLate)
      await house.sql(
        `create function only_late() returns trigger language plpgsql as $$ begin
           return case when current_setting('app.enqueues_late', true) = 'on' then new end;
         end $$;
         create trigger only_late before insert on unplanned_events for each row execute function only_late()`,
      )
    return await freeSlots(house, pages)
  } finally {
    await house.close()
  }
}

interface Program {
  role: 'web' | 'worker'
  url: string | undefined
  /** Times it ended by itself after it had served, in words. */
  gaveUp: string[]
  /** Resolves as soon as the newest process serves. */
  serving(): Promise<void>
  /** With signal 9, started anew at once; false when it is not up. */
  kill(): boolean
  /** Stops it until `goOn`, with all that it holds; false when it is not up. */
  pause(): boolean
  goOn(): void
  /** Orderly: resolves with the exit code, which is not started anew. */
  stop(): Promise<number | string | null>
  /** However it stands. */
  end(): Promise<void>
}

/** A program that is started again whenever it ends, as a supervisor would. */
function keepRunning(role: 'web' | 'worker', spawn: () => ReturnType<typeof spawnProgram>): Program {
  let isLast = false
  let running: ReturnType<typeof spawnProgram> | undefined
  let serves = Promise.withResolvers<void>()
  let stopped: { running: ReturnType<typeof spawnProgram>; url: string } | undefined
  const program: Program = {
    role,
    url: undefined,
    gaveUp: [],
    serving: () => serves.promise,
    kill: () => {
      if (!running?.child.kill('SIGKILL')) return false
      servesNoMore()
      return true
    },
    pause: () => {
      if (program.url === undefined || !running?.child.kill('SIGSTOP')) return false
      const { url } = program
      stopped = { running, url }
      servesNoMore()
      return true
    },
    goOn: () => {
      if (stopped === undefined || stopped.running !== running) return
      running.child.kill('SIGCONT')
      program.url = stopped.url
      stopped = undefined
      serves.resolve()
    },
    stop: async () => {
      isLast = true
      running?.child.kill('SIGTERM')
      return await ended
    },
    end: async () => {
      isLast = true
      running?.child.kill('SIGKILL')
      await ended
    },
  }
  /** Who waits for a process that had not served yet goes on waiting. */
  const servesNoMore = () => {
    if (program.url !== undefined) serves = Promise.withResolvers<void>()
    program.url = undefined
  }
  const run = async () => {
    for (;;) {
      running = spawn()
      const { child, ready } = running
      const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
      const isReady = await ready.then(
        (url) => {
          program.url = url
          return true
        },
        () => false,
      )
      if (isReady && child.exitCode === null && child.signalCode === null) serves.resolve()
      const [code, signal] = await exit
      servesNoMore()
      if (isLast) return code ?? signal
      // It could not start, or gave up by itself: not faster than a supervisor would.
      if (signal !== 'SIGKILL') {
        if (isReady) program.gaveUp.push(`${role} ended with ${code ?? signal}`)
        await pause(200)
      }
    }
  }
  const ended = run()
  return program
}

async function askUntilAnswered(
  agent: Agent,
  webs: Program[],
  ask: { path: string; form: Record<string, string> },
  goesOn: () => boolean,
): Promise<Pick<Ask, 'tries' | 'status' | 'answeredMs'> & { location: string }> {
  const tries: Ask['tries'] = []
  while (goesOn()) {
    const up = webs.filter(({ url }) => url !== undefined)
    const origin = up[Math.floor(Math.random() * up.length)]?.url
    if (origin === undefined) {
      await pause(50)
      continue
    }
    const atMs = wallMs()
    const answer = await post(agent, origin, ask).catch((error: Error & { code?: string }) => error)
    if (!(answer instanceof Error)) {
      tries.push({ atMs, origin, answer: answer.status })
      if (answer.status < 500)
        return {
          tries,
          status: answer.status,
          answeredMs: wallMs(),
          location: String(answer.headers.location ?? ''),
        }
    } else tries.push({ atMs, origin, answer: answer.code ?? answer.name })
    await pause(100)
  }
  return { tries, status: undefined, answeredMs: wallMs(), location: '' }
}

/** Processes that serve one client each. */
function backendsOf(postmaster: number): number[] {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
        return parent === postmaster && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('[local]')
      } catch {
        return false
      }
    })
    .map(Number)
  return found.toSorted(() => Math.random() - 0.5)
}

/** Resolves once the database takes statements. */
async function answers({ connection }: EmbeddedServer): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const client = new pg.Client({ ...poolConfig(connection), connectionTimeoutMillis: 2_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query('select 1')
      return
    } catch {
      await pause(50)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  throw new Error('The database did not come back')
}

/** Kills all workers, and ends every lease: as if its time had passed before the next ones start. */
async function takeLeasesBack(programs: Program[], kills: Kill[], owner: pg.Client): Promise<void> {
  const workers = programs.filter(({ role }) => role === 'worker')
  for (const worker of workers)
    if (worker.kill()) kills.push({ victim: 'worker', how: 'killed', atMs: wallMs(), backMs: wallMs() })
  // They are dead, and the next ones do not serve before this is done: starting takes them longer.
  await owner.query('update subscriptions set leased_until = now() where leased_until is not null')
  await Promise.all(workers.map((worker) => worker.serving()))
}

/** Waits until everything that happened has been delivered. */
async function drained(owner: pg.Client): Promise<void> {
  const begun = performance.now()
  for (;;) {
    const { rows } = await owner.query<{ left: number }>(
      `select ((select count(*) from unplanned_events) + (select count(*) from deliveries where state = 'pending'))::int as left`,
    )
    if (rows[0]?.left === 0 || performance.now() - begun > drainLimitMs) return
    await pause(100)
  }
}

async function readStored(owner: pg.Client): Promise<Stored> {
  const ask = async <Row extends pg.QueryResultRow>(text: string) => (await owner.query<Row>(text)).rows
  const bookings = await ask<{ id: BookingId; email: string; start: Date; status: string }>(
    'select id, customer_email as email, starts_at as start, status from bookings',
  )
  const events = await ask<{
    id: LifecycleEventId
    booking: BookingId | null
    contact: ContactId | null
    type: string
    sequence: number
  }>(
    'select id, booking_id as booking, contact_id as contact, type, sequence from lifecycle_events order by sequence',
  )
  const subscriptions = await ask<{ url: string; trigger: Trigger }>(
    `select target_url as url, trigger from subscriptions`,
  )
  const attempts = await ask<{
    url: string
    event: LifecycleEventId
    started: Date
    ms: number
    status: number | null
  }>(
    `select s.target_url as url, d.event_id as event, a.started_at as started, a.duration_ms as ms, a.status
     from delivery_attempts a join deliveries d on d.account_id = a.account_id and d.id = a.delivery_id
     join subscriptions s on s.account_id = d.account_id and s.id = d.subscription_id order by a.started_at`,
  )
  const unsettled = await ask<{ state: string; n: number }>(
    `select state, count(*)::int as n from deliveries where state <> 'delivered' group by state
     union all select 'unplanned', count(*)::int from unplanned_events having count(*) > 0`,
  )
  const pathOf = (url: string) => new URL(url).pathname
  return {
    bookings: bookings.map(({ id, email, start, status }) => ({
      id: publicId('booking', id),
      email,
      start: Temporal.Instant.fromEpochMilliseconds(start.getTime()).toString(),
      status,
    })),
    events: events.map(({ id, booking, contact, type, sequence }) => ({
      id: publicId('lifecycle-event', id),
      subject: booking ? publicId('booking', booking) : publicId('contact', contact as ContactId),
      type,
      sequence,
    })),
    subscriptions: subscriptions.map(({ url, trigger }) => ({
      path: pathOf(url),
      types: eventTypesOfTrigger[trigger],
    })),
    attempts: attempts.map(({ url, event, started, ms, status }) => ({
      path: pathOf(url),
      event: publicId('lifecycle-event', event),
      startedMs: started.getTime(),
      durationMs: ms,
      isSuccess: status !== null && status >= 200 && status < 300,
    })),
    unsettled: Object.fromEntries(unsettled.map(({ state, n }) => [state, n])),
    wentBack: (await ask<{ delivery: string }>('select delivery from went_back')).map(
      ({ delivery }) => delivery,
    ),
  }
}

function countBy<T>(items: T[], nameOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1
  return counts
}

const inRound = (times: number[]) => ({
  p50: Math.round(quantile(times, 0.5)),
  p99: Math.round(quantile(times, 0.99)),
  most: Math.round(Math.max(...times)),
})
