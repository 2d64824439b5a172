import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { inAccount, poolConfig, servingRole } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findPublicPage } from '#domain/booking-pages/find-public-page.ts'
import { findSlots, slotRulesOf } from '#domain/bookings/find-slots.ts'
import { accepted } from '#kit/result.ts'
import {
  addBusyTimes,
  addOwners,
  type BenchHouse,
  intoBookings,
  openBenchHouse,
  openBenchServer,
} from './bench-house.ts'
import { compared, cpuMs, type Measurement, measured, runAlone, takeInTurn } from './measurement.ts'

const owners = 50
const busyInWindow = 500
const windowDays = 60
const perRound = 10
const rounds = 15

/**
 * The slots of one page over 60 days with 500 busy intervals, in accounts with no other booking, with 20,000 and with 1,000,000 of
 * 50 owners: three databases of one server (fsync off, since they are thrown away), asked in turn. Past bookings are completed,
 * one in twenty lies ahead.
 */
export async function benchSlotsHistory(): Promise<Measurement[]> {
  const server = await openBenchServer({ hasty: true })
  const houses: BenchHouse[] = []
  try {
    const open = async (bookings: number) => {
      const connection = await newDatabase(server.connection, `bookings_${bookings}`)
      const house = await openBenchHouse(connection)
      houses.push(house)
      await addOwners(house, owners - 1)
      await addBusyTimes(house, { count: busyInWindow, days: windowDays })
      if (bookings > 0) await addHistory(house, bookings / owners)
      await house.sql('vacuum analyze bookings')
      return house
    }
    const none = await open(0)
    const some = await open(20_000)
    const million = await open(1_000_000)

    const found = await Promise.all(
      [none, some, million].map(async (house) => (await slotsOf(house, await publicPage(house))).length),
    )
    if (new Set(found).size !== 1 || found[0] === 0)
      throw new Error(`The three databases should offer the same slots, but offer ${found.join(', ')}`)

    const cpu = { none: [], some: [], million: [] } as Record<'none' | 'some' | 'million', number[]>
    const millisecondsOf = async (name: keyof typeof cpu, house: BenchHouse) => {
      const page = await publicPage(house)
      return async () => {
        const cpuBefore = cpuMs()
        const begun = performance.now()
        for (let call = 0; call < perRound; call++) await slotsOf(house, page)
        const elapsedMs = performance.now() - begun
        cpu[name].push((cpuMs() - cpuBefore) / perRound)
        return elapsedMs / perRound
      }
    }
    const wall = await takeInTurn(rounds, {
      none: await millisecondsOf('none', none),
      some: await millisecondsOf('some', some),
      million: await millisecondsOf('million', million),
    })
    const versus = (name: string, values: number[], yardsticks: number[], atMost?: number) =>
      compared({ name, values, yardsticks, unit: 'ms', ...(atMost && { limit: { atMost } }) })
    return [
      versus('slots, 60 days, 500 busy, 20,000 bookings / none, wall', wall.some, wall.none, 1.3),
      versus('slots, 60 days, 500 busy, 1,000,000 bookings / none, wall', wall.million, wall.none, 1.3),
      versus('the same, CPU of this process', cpu.million, cpu.none, 1.3),
      ...(await planFigures(million)),
    ]
  } finally {
    for (const house of houses) await house.close()
    await server.close()
  }
}

export async function newDatabase(connection: Parameters<typeof poolConfig>[0], name: string) {
  const client = new pg.Client(poolConfig(connection))
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  if ('url' in connection) throw new Error('The bench starts its own server')
  return { ...connection, database: name }
}

const publicPage = async (house: BenchHouse) => accepted(await findPublicPage(house.deps, house.page.slug))

function slotsOf({ deps, thirtyMinutes: eventType }: BenchHouse, page: PublicPage) {
  const today = Temporal.Now.plainDateISO('UTC')
  const range = { from: today.toString(), to: today.add({ days: windowDays - 1 }).toString() }
  return findSlots(deps, { page, eventType, customerZone: 'Europe/Berlin', range })
}

/** So many bookings of each owner, one an hour: back from yesterday, and for owners other than the asked one every twentieth ahead. */
export async function addHistory({ ana, thirtyMinutes, sql }: BenchHouse, perOwner: number): Promise<void> {
  // Foreign keys hold by construction, and indexes are made quicker at once than row by row: minutes become seconds.
  const indexes = await sql<{ drop: string; create: string }>(
    `select 'drop index ' || indexrelid::regclass as drop, pg_get_indexdef(indexrelid) as create
     from pg_index where indrelid = 'bookings'::regclass
       and not exists (select from pg_constraint where conindid = indexrelid)
     union all
     select 'alter table bookings drop constraint ' || conname,
       'alter table bookings add constraint ' || conname || ' ' || pg_get_constraintdef(oid)
     from pg_constraint where conrelid = 'bookings'::regclass and contype = 'x'`,
  )
  for (const { drop } of indexes) await sql(drop)
  await sql('alter table bookings disable trigger all')
  await sql(
    `${intoBookings}
     from booking_pages page, contacts contact, generate_series(1, ${perOwner}) n,
       lateral (select date_trunc('hour', now()) + case when n % 20 = 0 and page.owner_id <> $3
         then interval '1 day' + n / 20 * interval '1 hour' else interval '-1 day' - n * interval '1 hour' end as starts_at) at
     where page.account_id = $1`,
    [ana.accountId, thirtyMinutes.id, ana.id],
  )
  await sql('alter table bookings enable trigger all')
  for (const { create } of indexes) await sql(create)
}

interface PlanNode {
  'Node Type': string
  'Index Name'?: string
  'Index Cond'?: string
  'Actual Rows': number
  'Rows Removed by Filter'?: number
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: PlanNode[]
}

/** The plan of the query behind the slots, under row-level security, on both ways into the database. */
async function planFigures(house: BenchHouse): Promise<Measurement[]> {
  const page = await publicPage(house)
  const figures: Measurement[] = []
  for (const way of ['system', 'account'] as const) {
    const settings: Record<string, string> = way === 'system' ? { 'app.scope': 'system' } : {}
    const role: Record<string, string> = house.hasServingRole ? { role: servingRole } : {}
    const pool = new pg.Pool({ ...poolConfig(house.connection, { ...role, ...settings }), max: 1 })
    const asked: { sql: string; parameters: readonly unknown[] }[] = []
    const db = new Kysely<Tables>({
      dialect: new PostgresDialect({ pool }),
      log: ({ query }) => void asked.push(query),
    })
    const plan = await inAccount({ ...house.deps.database, scoped: db }, page.accountId, async (tx) => {
      const now = house.deps.clock.now()
      const from = now.epochMilliseconds
      const to = from + windowDays * 86_400_000
      const eventType = house.thirtyMinutes
      await slotRulesOf(tx, { page, eventType, customerZone: page.zone, now, from, to })
      const { sql: text, parameters } = asked.at(-1) as (typeof asked)[number]
      // The same connection: the pool has one, which this transaction holds.
      const explained = await tx.executeQuery<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
        sql: `explain (analyze, buffers, format json) ${text}`,
        parameters,
        query: { kind: 'RawNode', sqlFragments: [], parameters: [] },
        queryId: { queryId: 'explain' },
      } as never)
      return (explained.rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'][0].Plan
    })
    await db.destroy()
    const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)]
    const scans = nodes(plan).filter((node) => node['Node Type'].includes('Scan') && !node.Plans)
    const isOneRange = scans.length === 1 && scans[0]?.['Index Cond']?.includes('starts_at') === true
    const how = scans.map((node) => node['Index Name'] ?? node['Node Type']).join(' and ')
    figures.push({
      ...measured({
        name: `busy times among 1,000,000, ${way} scope: ${how}`,
        value: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
        unit: 'pages',
      }),
      budget: 'one index range',
      ok: isOneRange,
    })
  }
  return figures
}

if (import.meta.main) await runAlone(benchSlotsHistory)
