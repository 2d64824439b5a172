import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Agent } from 'undici'
import { type LifecycleEventId, publicId } from '#kit/ids.ts'
import { addOwners, type BenchHouse, openBenchHouse, openBenchServer } from './bench-house.ts'
import { cpuSeconds, cpuSecondsOfFamily } from './cpu.ts'
import { bookTemplate, connectZaps, storeEvents } from './event-copies.ts'
import { type Arrival, openRecorder } from './recorder.ts'
import { spawnProgram, webSecrets } from './web-processes.ts'

const zaps = 20
const eventsEach = 4
const limitMs = 1_200_000

/** What goes wrong, each as a trigger on deliveries. */
const faults = {
  /** No event waits for the one before it of the same booking. */
  unordered: {
    when: 'insert',
    does: `new.subject_id := gen_random_uuid(); new.due_at := now() - random() * interval '1 hour';`,
  },
  /** One in ten that were delivered stays pending, as if it had been settled too late. */
  unsettled: {
    when: 'update',
    does: `if new.state = 'delivered' and new.attempts = 1 and random() < 0.1 then new.state := 'pending'; new.due_at := now(); end if;`,
  },
} as const

/**
 * The proof of "no needless doubles" and of the order: so many events, no faults, one worker process, twenty Zaps, each of a page
 * of its own. Every event is owed to one Zap and has to arrive there once, after the earlier events of its booking.
 *
 * Events are stored past the verb, four of each booking (scheduled, rescheduled twice, canceled), all at once in the outbox: at the
 * rate of real bookings this would measure the bookings. The database is the program's, fsync on. The yardstick is a bare undici
 * loop that posts bodies of the same size to the same target, twenty at a time, before and after. A `fault` takes a guard away: that
 * must be seen.
 */
export async function proveDeliveries({
  events: wanted,
  fault,
}: {
  events: number
  fault?: keyof typeof faults
}) {
  const server = await openBenchServer()
  const target = await openRecorder()
  const agent = new Agent({ connections: zaps, pipelining: 1 })
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-deliveries-'))
  let house: BenchHouse | undefined
  let worker: ReturnType<typeof spawnProgram> | undefined
  try {
    house = await openBenchHouse(server.connection)
    const pages = [house.page, ...(await addOwners(house, zaps - 1))]
    const { turnOn } = await connectZaps({ ...house, deps: { ...house.deps, secrets: webSecrets() } })
    const templates: string[] = []
    for (const [number, page] of pages.entries()) {
      await turnOn({
        trigger: 'booking_lifecycle',
        targetUrl: `${target.origin}/${number}`,
        bookingPageId: page.id,
      })
      templates.push((await bookTemplate(house, page)).eventId)
    }
    await house.sql('delete from unplanned_events')
    if (fault)
      await house.sql(
        `create function go_wrong() returns trigger language plpgsql as $$ begin ${faults[fault].does} return new; end $$;
         create trigger go_wrong before ${faults[fault].when} on deliveries for each row execute function go_wrong()`,
      )
    await storeEvents(house, { templates, count: wanted, eventsEach, outbox: true })
    await house.sql('analyze')
    const events = await house.sql<{ id: LifecycleEventId; booking: string; sequence: number; page: string }>(
      `select e.id, e.booking_id as booking, e.sequence, e.booking_page_id as page
       from unplanned_events u join lifecycle_events e on e.account_id = u.account_id and e.id = u.event_id`,
    )

    const bareCount = Math.max(2_000, Math.min(10_000, Math.floor(wanted / 10)))
    const bareBefore = await bareRate(agent, target.origin, bareCount)
    await target.takeArrivals()
    const countBefore = target.countSoFar()

    worker = spawnProgram(server.connection, dataDir, { role: 'worker', targets: target.origin })
    await worker.ready
    const cpuOf = () => ({
      worker: cpuSeconds(worker?.child.pid as number),
      database: cpuSecondsOfFamily(server.pid),
      target: cpuSeconds(process.pid),
    })
    const cpuBefore = cpuOf()
    const begun = performance.now()
    const countAtBegin = target.countSoFar() - countBefore
    const isDone = async () => {
      const [left] = await (house as BenchHouse).sql<{ n: number }>(
        `select ((select count(*) from unplanned_events) + (select count(*) from deliveries where state = 'pending'))::int as n`,
      )
      return left?.n === 0
    }
    while (target.countSoFar() - countBefore < events.length && performance.now() - begun < limitMs)
      await pause(50)
    const seconds = (performance.now() - begun) / 1000
    const cpu = cpuOf()
    const cpuMsEach = Object.fromEntries(
      (['worker', 'database', 'target'] as const).map((of) => [
        of,
        Number((((cpu[of] - cpuBefore[of]) * 1000) / (events.length - countAtBegin)).toFixed(2)),
      ]),
    )
    const loadAverage = os.loadavg()[0]
    // What comes twice would come now.
    while (!(await isDone()) && performance.now() - begun < limitMs) await pause(200)
    const arrivals = await target.takeArrivals()
    worker.child.kill('SIGTERM')
    const bareAfter = await bareRate(agent, target.origin, bareCount)
    const bare = (bareBefore + bareAfter) / 2
    const rate = (events.length - countAtBegin) / seconds

    const [stored] = await house.sql<{ once: number; attempts: number }>(
      `select (select count(*) from deliveries where state = 'delivered' and attempts = 1)::int as once,
         (select count(*) from delivery_attempts)::int as attempts`,
    )
    const judged = judge(events, arrivals, new Map(pages.map((page, number) => [page.id, `/${number}`])))
    const deliveredOnce = stored?.once ?? 0
    return {
      name: fault ? `deliveries, ${fault} (control)` : 'deliveries',
      events: events.length,
      zaps,
      eventsOfEachBooking: eventsEach,
      arrived: arrivals.length,
      ...judged,
      storedAsDeliveredAtTheFirstAttempt: deliveredOnce,
      attemptsStored: stored?.attempts ?? 0,
      perSecond: Math.round(rate),
      barePostsPerSecond: { before: Math.round(bareBefore), after: Math.round(bareAfter) },
      // Of each delivery, with its share of planning and of the mails that its event causes.
      cpuMsEach,
      loadAverage,
      fractionOfBare: Number((rate / bare).toFixed(2)),
      seconds: Math.round(seconds),
      differences:
        judged.lost +
        judged.duplicates +
        judged.outOfOrder +
        judged.atTheWrongZap +
        Math.abs(events.length - deliveredOnce) +
        Math.abs(events.length - (stored?.attempts ?? 0)),
    }
  } finally {
    worker?.child.kill('SIGKILL')
    await Promise.all([agent.close(), target.close()])
    await house?.close()
    await server.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Compares what is stored with what came in, in the order in which it came. */
function judge(
  events: { id: LifecycleEventId; booking: string; sequence: number; page: string }[],
  arrivals: Arrival[],
  pathOf: Map<string, string>,
) {
  const known = new Map(events.map((event) => [publicId('lifecycle-event', event.id), event]))
  const seen = new Set<string>()
  const newest = new Map<string, number>()
  const found = { lost: 0, duplicates: 0, outOfOrder: 0, atTheWrongZap: 0 }
  for (const { id, path: where } of arrivals) {
    const event = known.get(id)
    if (!event || pathOf.get(event.page) !== where) {
      found.atTheWrongZap++
      continue
    }
    if (seen.has(id)) found.duplicates++
    seen.add(id)
    if (event.sequence !== (newest.get(event.booking) ?? 0) + 1) found.outOfOrder++
    newest.set(event.booking, event.sequence)
  }
  found.lost = known.size - seen.size
  return found
}

/** Posts a second until all are answered. */
async function bareRate(agent: Agent, origin: string, count: number): Promise<number> {
  const body = JSON.stringify({ text: 'x'.repeat(3_000) })
  const headers = { 'content-type': 'application/json', 'webhook-id': 'EVNT-0' }
  const begun = performance.now()
  let asked = 0
  const post = async () => {
    while (asked++ < count) {
      const answer = await agent.request({ origin, path: '/bare', method: 'POST', body, headers })
      await answer.body.dump()
    }
  }
  await Promise.all(Array.from({ length: zaps }, post))
  return (count * 1000) / (performance.now() - begun)
}
