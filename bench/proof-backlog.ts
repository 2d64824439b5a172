import { planDeliveries } from '#domain/webhooks/plan-deliveries.ts'
import {
  leaseSubscriptions,
  type SendDeps,
  secondsUntilNextDue,
  sendDueDeliveries,
} from '#domain/webhooks/send-deliveries.ts'
import { createMessageOf } from '#domain/zapier/message-of.ts'
import { addOwners, type BenchHouse, openBenchHouse, openBenchServer } from './bench-house.ts'
import { bookTemplate, connectZaps, storeEvents } from './event-copies.ts'
import { median, rounded, takeInTurn } from './measurement.ts'

const pages = 10
const eventsPerRound = 200
/** How much slower than on an empty database each step may be. */
const mostSlowdown = 1.5

const steps = ['planning', 'leasing', 'sending'] as const
type Step = (typeof steps)[number]

/**
 * The proof that a backlog slows nobody down: planning, leasing and sending beside so many pending deliveries, against the same
 * on an empty database, rounds taken in turn, on one PostgreSQL.
 *
 * `waiting`: a thousand other subscriptions whose targets fail, all of it due later. `due`: the ten subscriptions that are sent to
 * have it all themselves, due now, as after a long pause. Ten Zaps, one on each page. What is measured are the worker's own verbs
 * with a target that answers at once, so that nothing hides the database. Planning is events a second; leasing is looks for work a
 * second, each with its look at the time of the next; sending is deliveries a second: list, message, settle, release. With
 * `guard: false` the indexes by which what is due and the earliest delivery of a booking are found are taken away: that must be seen.
 */
export async function proveBacklog({
  pending,
  rounds = 7,
  guard = true,
}: {
  pending: number
  rounds?: number
  guard?: boolean
}) {
  const server = await openBenchServer({ hasty: true })
  const houses: Record<string, Stage> = {}
  try {
    const { connection } = server
    const begun = performance.now()
    for (const shape of ['empty', 'waiting', 'due'] as const) {
      if (shape !== 'empty') await houses.empty?.house.sql(`create database ${shape}`)
      const house = await openBenchHouse(shape === 'empty' ? connection : { ...connection, database: shape })
      houses[shape] = await setStage(house)
      if (shape !== 'empty') await addBacklog(houses[shape], { shape, pending })
      if (!guard) await house.sql('drop index deliveries_of_subject, deliveries_open')
      await house.sql('vacuum analyze')
    }
    const filledSeconds = (performance.now() - begun) / 1000
    const rates: Record<string, Record<Step, number[]>> = {}
    for (const shape of Object.keys(houses)) rates[shape] = { planning: [], leasing: [], sending: [] }
    await takeInTurn(
      rounds,
      Object.fromEntries(
        Object.entries(houses).map(([shape, stage]) => [
          shape,
          async () => {
            const measured = await measureRound(stage)
            for (const step of steps) rates[shape]?.[step].push(measured[step])
            return 0
          },
        ]),
      ),
    )
    const left: Record<string, number> = {}
    for (const [shape, { house }] of Object.entries(houses)) {
      const [counted] = await house.sql<{ n: number }>(
        `select count(*)::int as n from deliveries where state = 'pending'`,
      )
      left[shape] = counted?.n ?? -1
    }
    const slowdowns = Object.fromEntries(
      (['waiting', 'due'] as const).flatMap((shape) =>
        steps.map((step) => [
          `${shape}, ${step}`,
          // The first round of each, which warms up, is not counted.
          median(
            (rates.empty?.[step] ?? [])
              .slice(1)
              .map((rate, round) => rate / (rates[shape]?.[step][round + 1] as number)),
          ),
        ]),
      ),
    )
    return {
      name: guard ? 'backlog' : 'backlog without its indexes (control)',
      pending,
      pendingAtTheEnd: left,
      ratesPerSecond: Object.fromEntries(
        Object.entries(rates).map(([shape, of]) => [
          shape,
          Object.fromEntries(steps.map((step) => [step, rounded(median(of[step].slice(1)))])),
        ]),
      ),
      timesSlowerThanEmpty: Object.fromEntries(
        Object.entries(slowdowns).map(([name, slowdown]) => [name, Number(slowdown.toFixed(2))]),
      ),
      mostSlowdown,
      differences: Object.values(slowdowns).filter((slowdown) => slowdown > mostSlowdown).length,
      filledSeconds: Math.round(filledSeconds),
      seconds: Math.round((performance.now() - begun) / 1000),
    }
  } finally {
    for (const { house } of Object.values(houses)) await house.close()
    await server.close()
  }
}

interface Stage {
  house: BenchHouse
  templates: string[]
  sendDeps: SendDeps
}

/** Ten pages with one Zap each, and an event of a real booking of each page to make copies of. */
export async function setStage(house: BenchHouse): Promise<Stage> {
  const all = [house.page, ...(await addOwners(house, pages - 1))]
  const { turnOn } = await connectZaps(house)
  const templates: string[] = []
  for (const [number, page] of all.entries()) {
    await turnOn({
      trigger: 'booking_lifecycle',
      targetUrl: `https://hooks.example.com/${number}`,
      bookingPageId: page.id,
    })
    templates.push((await bookTemplate(house, page)).eventId)
  }
  await house.sql('delete from unplanned_events')
  const { deps } = house
  return {
    house,
    templates,
    sendDeps: {
      ...deps,
      send: async () => ({
        kind: 'answered',
        status: 200,
        responseHead: '',
        truncated: false,
        durationMs: 1,
      }),
      messageOf: createMessageOf(deps),
      random: Math.random,
      elapsed: () => performance.now(),
    },
  }
}

/** Filled past the verbs and past the foreign keys, in a few statements; the rows are what planning stores. */
export async function addBacklog(
  { house, templates }: Stage,
  { shape, pending }: { shape: 'waiting' | 'due'; pending: number },
): Promise<void> {
  const { ana, sql } = house
  if (shape === 'waiting')
    await sql(
      `begin; set local session_replication_role = replica;
       insert into subscriptions
       select (jsonb_populate_record(one, jsonb_build_object('id', uuidv7(), 'target_url', 'https://down.example.com/' || n,
         'booking_page_id', uuidv7(), 'next_due_at', now() + interval '1 day'))).*
       from generate_series(1, 1000) n, subscriptions one where one.target_url like '%/0';
       commit`,
    )
  // Of each subscription as many bookings, each with one event, as it has deliveries.
  const live = shape === 'waiting' ? 1000 : pages
  const each = Math.ceil(pending / live)
  if (shape === 'waiting')
    await storeEvents(house, { templates: templates.slice(0, 1), count: each, outbox: false })
  else await storeEvents(house, { templates, count: each * pages, outbox: false })
  await sql(
    `begin; set local session_replication_role = replica;
     insert into deliveries (account_id, id, subscription_id, event_id, subject_id, sequence, state, attempts, due_at, created_at)
     select event.account_id, uuidv7(), subscription.id, event.id, event.booking_id, event.sequence, 'pending',
       ${shape === 'waiting' ? 5 : 0},
       ${shape === 'waiting' ? `now() + interval '1 day' + random() * interval '10 hours'` : `now() - random() * interval '1 hour'`},
       now()
     from subscriptions subscription
     join lifecycle_events event on event.account_id = subscription.account_id
       and event.booking_id not in (select id from bookings)
       ${shape === 'waiting' ? '' : 'and event.booking_page_id = subscription.booking_page_id'}
     where subscription.account_id = '${ana.accountId}'
       ${shape === 'waiting' ? `and subscription.target_url like 'https://down%'` : ''};
     ${shape === 'due' ? 'update subscriptions set next_due_at = now();' : ''}
     commit`,
  )
}

async function measureRound({ house, templates, sendDeps }: Stage): Promise<Record<Step, number>> {
  const { deps } = house
  await storeEvents(house, { templates, count: eventsPerRound, outbox: true })
  const begun = performance.now()
  for (let planned = 0; planned < eventsPerRound; ) planned += await planDeliveries(deps, eventsPerRound)
  const planningMs = performance.now() - begun

  let sent = 0
  let looks = 0
  let leasingMs = 0
  let sendingMs = 0
  while (sent < eventsPerRound) {
    const looked = performance.now()
    const leased = await leaseSubscriptions(sendDeps, 4)
    await secondsUntilNextDue(deps, 1)
    leasingMs += performance.now() - looked
    looks++
    if (leased.length === 0) throw new Error(`Nothing is due after ${sent} of ${eventsPerRound} deliveries`)
    const sending = performance.now()
    for (const lease of leased) sent += await sendDueDeliveries(sendDeps, lease)
    sendingMs += performance.now() - sending
  }
  return {
    planning: (eventsPerRound * 1000) / planningMs,
    leasing: (looks * 1000) / leasingMs,
    sending: (sent * 1000) / sendingMs,
  }
}
