import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { BookingPage } from '#domain/booking-pages/booking-page.ts'
import { type BookingId, type LifecycleEventId, publicId } from '#kit/ids.ts'
import { openBadTargets } from './bad-targets.ts'
import {
  addOwners,
  type BenchHouse,
  bookSlot,
  type FreeSlot,
  freeSlots,
  openBenchHouse,
  openBenchServer,
} from './bench-house.ts'
import { cpuSeconds } from './cpu.ts'
import { connectZaps } from './event-copies.ts'
import { quantile } from './measurement.ts'
import { openRecorder, wallMs } from './recorder.ts'
import { spawnProgram, webSecrets } from './web-processes.ts'

const pages = 10
const zapsEach = 3
/** Nobody listens there. */
const closedOrigin = 'http://127.0.0.1:9'
const budgetMs = 2_000
const drainLimitMs = 30_000

interface Stage {
  house: BenchHouse
  recorder: Awaited<ReturnType<typeof openRecorder>>
  slots: FreeSlot[]
  all: BookingPage[]
  turnOn: Awaited<ReturnType<typeof connectZaps>>['turnOn']
  startWorker(): Promise<number>
}

/**
 * The proof of a fast first try where nearly a third of the targets are dead: 50 bookings a second, each owed to three Zaps; from
 * the answer of the verb that committed to the first byte at the target.
 *
 * Ten pages with three Zaps each. Of the thirty targets nine are dead: five never answer, four are not there. Bookings come at
 * their times, however long the ones before take. One worker process as the program starts it, PostgreSQL with fsync on. With
 * `guard: false` it sends to four of the account's Zaps at a time, which the dead ones take up: that must be seen.
 */
export async function proveLatency({ bookings, guard = true }: { bookings: number; guard?: boolean }) {
  return await onStage(guard ? undefined : 'shares-narrow.ts', async (stage) => {
    const bad = await openBadTargets(9)
    try {
      let number = 0
      for (const page of stage.all)
        for (let zap = 0; zap < zapsEach; zap++, number++) {
          const isDead = number % 10 < 3
          const dead =
            number % 10 === 2 || number === 1
              ? closedOrigin
              : (bad.origins[(number >> 3) * 2] ?? bad.origins[0])
          await stage.turnOn({
            trigger: 'booking_scheduled',
            targetUrl: isDead ? `${dead}/dead/${number}` : `${stage.recorder.origin}/live/${number}`,
            bookingPageId: page.id,
          })
        }
      const pid = await stage.startWorker()
      const warmUp = Math.min(100, Math.floor(bookings / 3))
      await measure(stage, { bookings: warmUp, everyMs: 40 })
      const cpuBefore = { worker: cpuSeconds(pid), ours: cpuSeconds(process.pid), at: performance.now() }
      const found = await measure(stage, { bookings, everyMs: 20 })
      const seconds = (performance.now() - cpuBefore.at) / 1000
      const percent = (used: number) => Math.round((used / seconds) * 100)
      return {
        name: `latency, 50 bookings/s x 3 subscriptions, 30 % of the targets dead${guard ? '' : ' (control)'}`,
        bookings,
        ...found,
        budgetMs,
        // Of one core: to tell a slow program from a machine that does something else.
        cpuPercent: {
          worker: percent(cpuSeconds(pid) - cpuBefore.worker),
          bookingsAndTargets: percent(cpuSeconds(process.pid) - cpuBefore.ours),
        },
        loadAverage: os.loadavg()[0],
        differences: found.missing + (found.commitToFirstByteMs.p99 > budgetMs ? 1 : 0),
      }
    } finally {
      await bad.close()
    }
  })
}

/**
 * The proof that one account's bad targets do not hurt another's: account B books ten times a second, each owed to three Zaps,
 * first alone; then while account A owes twenty events each to targets of which half never answer and half drip a byte a second.
 *
 * B's p99 may be twice its own baseline, and the worker's memory may grow by 50 MB. With `guard: false` no account has a share: that
 * must be seen.
 */
export async function proveIsolation({
  bookings,
  badTargets = 1_000,
  guard = true,
}: {
  bookings: number
  badTargets?: number
  guard?: boolean
}) {
  return await onStage(guard ? undefined : 'shares-off.ts', async (stage) => {
    const bad = await openBadTargets(badTargets)
    let watch: NodeJS.Timeout | undefined
    try {
      for (let zap = 0; zap < zapsEach; zap++)
        await stage.turnOn({
          trigger: 'booking_scheduled',
          targetUrl: `${stage.recorder.origin}/live/${zap}`,
        })
      const pid = await stage.startWorker()
      await measure(stage, { bookings: Math.min(100, bookings), everyMs: 100 })
      let most = 0
      watch = setInterval(() => {
        most = Math.max(most, residentMb(pid))
      }, 100)
      const alone = await measure(stage, { bookings, everyMs: 100 })
      const before = most
      most = 0
      await attack(stage.house, bad.origins)
      const begun = performance.now()
      while (bad.connections() < 10 && performance.now() - begun < drainLimitMs) await pause(50)
      const beside = await measure(stage, { bookings, everyMs: 100 })
      const heldConnections = bad.connections()
      const slowdown = beside.commitToFirstByteMs.p99 / alone.commitToFirstByteMs.p99
      const grownMb = most - before
      return {
        name: guard ? 'isolation' : 'isolation without shares (control)',
        bookings,
        badTargets,
        alone,
        beside,
        p99TimesBaseline: Number(slowdown.toFixed(2)),
        connectionsHeldByBadTargets: heldConnections,
        workerMb: { alone: Math.round(before), beside: Math.round(most), grown: Math.round(grownMb) },
        differences:
          alone.missing +
          beside.missing +
          (slowdown > 2 ? 1 : 0) +
          (grownMb >= 50 ? 1 : 0) +
          // Without an attack nothing would be proved.
          (heldConnections === 0 ? 1 : 0),
      }
    } finally {
      clearInterval(watch)
      await bad.close()
    }
  })
}

/** `variant`: what is loaded before the worker. */
async function onStage<T>(variant: string | undefined, prove: (stage: Stage) => Promise<T>): Promise<T> {
  const server = await openBenchServer()
  const recorder = await openRecorder()
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-latency-'))
  let house: BenchHouse | undefined
  let worker: ReturnType<typeof spawnProgram> | undefined
  try {
    house = await openBenchHouse(server.connection)
    const all = [house.page, ...(await addOwners(house, pages - 1))]
    const { turnOn } = await connectZaps({ ...house, deps: { ...house.deps, secrets: webSecrets() } })
    return await prove({
      house,
      recorder,
      slots: await freeSlots(house, all),
      all,
      turnOn,
      startWorker: async () => {
        worker = spawnProgram(server.connection, dataDir, {
          role: 'worker',
          targets: '127.0.0.0/8:*',
          ...(variant ? { preload: path.join(import.meta.dirname, variant) } : {}),
        })
        await worker.ready
        return worker.child.pid as number
      },
    })
  } finally {
    worker?.child.kill('SIGKILL')
    await recorder.close()
    await house?.close()
    await server.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Books at fixed times, and waits for what is owed to living targets. */
async function measure(
  { house, recorder, slots }: Stage,
  { bookings, everyMs }: { bookings: number; everyMs: number },
) {
  const committed = new Map<BookingId, number>()
  await recorder.takeArrivals()
  const countBefore = recorder.countSoFar()
  const begun = performance.now()
  const underWay: Promise<void>[] = []
  for (let number = 0; number < bookings; number++) {
    await pause(Math.max(0, begun + number * everyMs - performance.now()))
    const slot = slots.pop()
    if (!slot) throw new Error('All slots are booked: give the proof more owners')
    underWay.push(bookSlot(house, slot).then(({ bookingId }) => void committed.set(bookingId, wallMs())))
  }
  await Promise.all(underWay)
  const bookedMs = performance.now() - begun
  const owed = await house.sql<{ event: LifecycleEventId; booking: BookingId; n: number }>(
    `select e.id as event, e.booking_id as booking, count(*)::int as n
     from lifecycle_events e join subscriptions s on s.account_id = e.account_id and s.target_url like '%/live/%'
       and (s.booking_page_id is null or s.booking_page_id = e.booking_page_id)
     where e.type = 'booking.scheduled' and e.booking_id = any ($1) group by e.id, e.booking_id`,
    [[...committed.keys()]],
  )
  const total = owed.reduce((sum, { n }) => sum + n, 0)
  const drainBegun = performance.now()
  while (recorder.countSoFar() - countBefore < total && performance.now() - drainBegun < drainLimitMs)
    await pause(20)
  const commits = new Map(
    owed.map(({ event, booking }) => [publicId('lifecycle-event', event), committed.get(booking) as number]),
  )
  const arrivals = (await recorder.takeArrivals()).filter(({ id }) => commits.has(id))
  const times = arrivals.map(({ id, beganMs }) => Math.max(0, beganMs - (commits.get(id) as number)))
  const inRound = (share: number) => Math.round(quantile(times.length > 0 ? times : [drainLimitMs], share))
  return {
    bookingsPerSecond: Number(((bookings * 1000) / bookedMs).toFixed(1)),
    owedToLivingTargets: total,
    missing: total - arrivals.length,
    commitToFirstByteMs: { p50: inRound(0.5), p99: inRound(0.99), most: inRound(1) },
  }
}

/** Another account, as far as planning and sending look at one, with a Zap for each of these targets and twenty events. */
async function attack({ ana, sql }: BenchHouse, origins: string[]): Promise<void> {
  const accountId = randomUUID()
  const userId = randomUUID()
  await sql(
    `begin; set local session_replication_role = replica;
     insert into accounts select (jsonb_populate_record(one, jsonb_build_object('account_id', '${accountId}'))).*
       from accounts one where one.account_id = '${ana.accountId}';
     insert into users select (jsonb_populate_record(one, jsonb_build_object('account_id', '${accountId}', 'id', '${userId}',
         'login_id', 'a@example.com'))).*
       from users one where one.id = '${ana.id}';
     insert into zapier_keys select (jsonb_populate_record(one, jsonb_build_object('account_id', '${accountId}', 'user_id', '${userId}',
         'public_part', 'other'))).*
       from zapier_keys one where one.account_id = '${ana.accountId}';
     insert into subscriptions select (jsonb_populate_record(one, jsonb_build_object('account_id', '${accountId}', 'id', uuidv7(),
         'user_id', '${userId}', 'secret', null, 'target_url', origin || '/bad', 'leased_until', null, 'next_due_at', null))).*
       from unnest(string_to_array('${origins.join(',')}', ',')) origin,
         (select id from subscriptions where target_url like '%/live/%' order by id limit 1) first join subscriptions one on one.id = first.id;
     with events as (
       insert into lifecycle_events (account_id, id, booking_id, booking_page_id, owner_id, event_type_id, type, sequence, actor,
         occurred_at, data)
       select '${accountId}', uuidv7(), uuidv7(), one.booking_page_id, '${userId}', one.event_type_id, one.type, 1, one.actor, now(),
         one.data
       from generate_series(1, 20), (select * from lifecycle_events where type = 'booking.scheduled' order by id limit 1) one
       returning account_id, id)
     insert into unplanned_events (account_id, event_id) select account_id, id from events;
     commit`,
  )
}

/** Resident memory in MB. Linux only. */
const residentMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
