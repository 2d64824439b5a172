import { openDatabase } from '#database/db.ts'
import { planDeliveries } from '#domain/webhooks/plan-deliveries.ts'
import { leaseSubscriptions, type SendDeps, sendDueDeliveries } from '#domain/webhooks/send-deliveries.ts'
import { createMessageOf } from '#domain/zapier/message-of.ts'
import type { AttemptOutcome } from '#kit/attempt-outcome.ts'
import {
  addOwners,
  bookSlot,
  connectZapier,
  freeSlots,
  openBenchHouse,
  openBenchServer,
} from './bench-house.ts'

/** Waits of the schedule in seconds, written from reliability.md 1.2 and not from our code. */
const waits = [5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
const day = 86_400

type Answer = (attempt: number) => AttemptOutcome

const answered = (status: number, retryAfterSeconds?: number): AttemptOutcome => ({
  kind: 'answered',
  status,
  responseHead: '',
  truncated: false,
  durationMs: 1,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
})

/** How a target fails, and the window for the wait after each failed attempt: from a jittered wait, or what it asks for. */
interface Pattern {
  name: string
  answer: Answer
  window: (wait: number) => [least: number, most: number]
  /** Attempts in all. */
  attempts: number
}

const jittered = (wait: number): [number, number] => [wait * 0.8, wait * 1.2]
const atLeast =
  (seconds: number) =>
  (wait: number): [number, number] => [Math.max(wait * 0.8, seconds), Math.max(wait * 1.2, seconds)]

const failing = (name: string, outcome: AttemptOutcome, window = jittered): Pattern => ({
  name,
  answer: () => outcome,
  window,
  attempts: 11,
})

const patterns: Pattern[] = [
  failing('500', answered(500)),
  failing('404', answered(404)),
  failing('redirect', answered(301)),
  failing('timeout', { kind: 'timed-out', phase: 'headers', durationMs: 15_000 }),
  failing('refused', { kind: 'refused-connection', code: 'ECONNREFUSED', durationMs: 1 }),
  failing('no such name', { kind: 'dns-failed', code: 'ENOTFOUND', durationMs: 1 }),
  failing('429', answered(429), atLeast(60)),
  failing('503, Retry-After two minutes', answered(503, 120), atLeast(120)),
  failing('500, Retry-After two hours', answered(500, 7200), atLeast(7200)),
  failing('500, Retry-After ten days', answered(500, 10 * day), atLeast(day)),
  {
    ...failing('three failures, then well', answered(500)),
    answer: (n) => answered(n <= 3 ? 500 : 200),
    attempts: 4,
  },
  {
    ...failing('ten failures, then well', answered(500)),
    answer: (n) => answered(n <= 10 ? 500 : 200),
    attempts: 11,
  },
]

/**
 * The proof of the retry schedule, on a virtual clock: so many events for each of twelve targets that fail in their own ways. Every
 * attempt comes inside its window, in three days of schedule, whatever happens meanwhile: workers that die with their leases, restarts
 * (a new pool of connections), jumps of the program's clock by hours and by 400 days (it decides nothing), and two jumps of the database's
 * clock (then nothing is lost, doubled or sent in a burst: one attempt for what is due, no more).
 *
 * The database's clock stands still between our moves: it is a function `now()` of our own that stands first in the search path. The
 * program's SQL is as it is.
 */
export async function proveSchedule({ events }: { events: number }) {
  const server = await openBenchServer({ hasty: true })
  const house = await openBenchHouse(server.connection)
  const { sql } = house
  const random = randomOf(20_261_124)
  let appJumpMs = 0
  const elapsed = () => performance.now()
  const open = () =>
    openDatabase({
      connection: house.connection,
      asServingRole: house.hasServingRole,
      poolSize: 14,
      onError: (error) => void process.stderr.write(`${error.message}\n`),
    })
  let database = house.deps.database
  try {
    const pages = await addOwners(house, Math.ceil(events / 400))
    const { turnOn } = await connectZapier(house)
    for (const [index] of patterns.entries()) await turnOn(`https://pattern-${index}.example/hook`)
    const slots = await freeSlots(house, pages)
    for (const slot of slots.slice(0, events)) await bookSlot(house, slot)
    while ((await planDeliveries(house.deps, 200)) > 0);

    await sql(`
      create schema virtual;
      create table virtual.clock (at timestamptz not null);
      insert into virtual.clock select pg_catalog.now();
      create function virtual.now() returns timestamptz language sql stable
        as 'select at from virtual.clock';
      grant usage on schema virtual to public;
      grant select on virtual.clock to public;`)
    const [named] = await sql<{ name: string }>('select current_database() as name')
    await sql(`alter database ${named?.name} set search_path = virtual, pg_catalog, public`)
    database = open()

    const found = {
      attempts: 0,
      early: 0,
      outsideWindow: 0,
      wrongNumberOfAttempts: 0,
      restarts: 0,
      abandonedLeases: 0,
      clockJumps: 0,
      examples: [] as string[],
    }
    const note = (kind: 'early' | 'outsideWindow' | 'wrongNumberOfAttempts', what: string) => {
      found[kind] += 1
      if (found.examples.length < 10) found.examples.push(`${kind}: ${what}`)
    }
    const patternOf = (url: string): Pattern => patterns[Number(/pattern-(\d+)/.exec(url)?.[1])] as Pattern
    interface Open {
      due: number
      attempts: number
      pattern: Pattern
    }
    const readOpen = async (): Promise<Map<string, Open>> =>
      new Map(
        (
          await sql<{ key: string; due: number; attempts: number; target_url: string }>(`
            select s.target_url || ' ' || d.event_id as key, extract(epoch from d.due_at)::float8 as due, d.attempts, s.target_url
            from deliveries d join subscriptions s on s.account_id = d.account_id and s.id = d.subscription_id
            where d.state = 'pending'`)
        ).map(({ key, due, attempts, target_url }) => [
          key,
          { due, attempts, pattern: patternOf(target_url) },
        ]),
      )
    const virtualNow = async () =>
      (await sql<{ at: number }>('select extract(epoch from at)::float8 as at from virtual.clock'))[0]?.at ??
      0
    const moveClock = (seconds: number) =>
      sql(`update virtual.clock set at = at + make_interval(secs => ${seconds})`)

    let before = await readOpen()
    const made = before.size
    const made11 = new Map<string, number>()
    let isJump = false
    const begun = performance.now()
    for (let tick = 1; before.size > 0; tick += 1) {
      if (tick % 40 === 0) {
        // The process ends and another one starts.
        await database.close()
        database = open()
        found.restarts += 1
      }
      if (tick % 9 === 0) {
        // A worker dies with what it leased: due again when the leases have run out.
        found.abandonedLeases += (
          await leaseSubscriptions({ database, elapsed }, 100, { perAccount: 100 })
        ).length
        await moveClock(61)
      }
      if (tick % 5 === 0) {
        appJumpMs = [0, 3, -3, 24 * 400, -24 * 400][random.below(5)] as number
        appJumpMs *= 3_600_000
        found.clockJumps += 1
      }
      isJump = tick === 120 || tick === 240
      if (isJump) {
        await moveClock(tick === 120 ? 12 * 3600 : -2 * 3600)
        found.clockJumps += 1
      }
      const sent = new Map<string, number>()
      const deps: SendDeps = {
        ...house.deps,
        database,
        clock: { now: () => Temporal.Now.instant().add({ milliseconds: appJumpMs }) },
        send: async ({ url, headers }) => {
          const id = headers['webhook-id'] ?? ''
          sent.set(`${url} ${id}`, (sent.get(`${url} ${id}`) ?? 0) + 1)
          const key = `${url} ${uuids.get(id)}`
          const attempt = (made11.get(key) ?? 0) + 1
          made11.set(key, attempt)
          found.attempts += 1
          return patternOf(url).answer(attempt)
        },
        messageOf: (asked) => {
          const message = createMessageOf(house.deps)(asked)
          if (message && asked.delivery.eventId) uuids.set(message.id, asked.delivery.eventId)
          return message
        },
        random: random.next,
        elapsed,
      }
      const from = await virtualNow()
      for (;;) {
        const leased = await leaseSubscriptions(deps, 100, { perAccount: 100 })
        if (leased.length === 0) break
        await Promise.all(leased.map((lease) => sendDueDeliveries(deps, lease)))
      }
      const to = await virtualNow()
      const after = await readOpen()
      for (const [key, { due, pattern, attempts }] of before) {
        const now = after.get(key)
        const wasTried = now?.due !== due
        if (wasTried && due > to + 0.001) note('early', `${pattern.name}, attempt ${attempts + 1}`)
        if (!wasTried || !now) continue
        const [least, most] = pattern.window(waits[attempts] ?? 0)
        // The attempt was made between `from` and `to`.
        if (now.attempts !== attempts + 1)
          note('outsideWindow', `${pattern.name}: ${now.attempts - attempts} attempts at once`)
        else if (now.due - to > most + 0.01 || now.due - from < least - 0.01)
          note(
            'outsideWindow',
            `${pattern.name}: ${Math.round(now.due - to)} s after attempt ${now.attempts}`,
          )
      }
      before = after
      // On to where some more are due.
      const dues = [...after.values()].map(({ due }) => due).sort((one, other) => one - other)
      const next = dues[Math.min(dues.length - 1, Math.floor(dues.length * 0.06))]
      if (next !== undefined) await moveClock(Math.max(0, next - (await virtualNow())) + 0.001)
    }
    for (const [key, attempts] of made11) {
      const pattern = patternOf(key)
      if (attempts !== pattern.attempts) note('wrongNumberOfAttempts', `${pattern.name}: ${attempts}`)
    }
    const [closed] = await sql<{ delivered: number; given_up: number }>(`
      select count(*) filter (where state = 'delivered')::int as delivered, count(*) filter (where state = 'given_up')::int as given_up
      from deliveries where event_id is not null`)
    const expectedDelivered = 2 * events
    return {
      name: 'retry schedule on a virtual clock',
      events,
      patterns: patterns.length,
      deliveries: made,
      ...found,
      ...closed,
      differences:
        found.early +
        found.outsideWindow +
        found.wrongNumberOfAttempts +
        Math.abs((closed?.delivered ?? 0) - expectedDelivered) +
        Math.abs(made - events * patterns.length),
      seconds: Math.round((performance.now() - begun) / 1000),
    }
  } finally {
    if (database !== house.deps.database) await database.close()
    await house.close()
    await server.close()
  }
}

/** Ids of events by the ids of their messages. */
const uuids = new Map<string, string>()

function randomOf(seed: number) {
  let state = seed
  const next = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  return { next, below: (limit: number) => Math.floor(next() * limit) }
}
