import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { type Connection, inAccount, openDatabase, poolConfig } from '#database/db.ts'
import { startEmbeddedServer } from '#database/embedded-server.ts'
import { migrate } from '#database/migrate.ts'
import { listenForWakeUps } from '#database/wake-up.ts'
import type { User } from '#domain/accounts/user.ts'
import { addBookingPage } from '#domain/booking-pages/add-booking-page.ts'
import type { BookingPage, EventType, PublicPage } from '#domain/booking-pages/booking-page.ts'
import { listAllEventTypes } from '#domain/booking-pages/find-booking-page.ts'
import { findPublicPage } from '#domain/booking-pages/find-public-page.ts'
import { type Booked, book } from '#domain/bookings/book.ts'
import { findSlots } from '#domain/bookings/find-slots.ts'
import type { Deps } from '#domain/deps.ts'
import { setUp } from '#domain/installation/set-up.ts'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey } from '#domain/zapier/manage-key.ts'
import { turnZapOn } from '#domain/zapier/manage-zaps.ts'
import type { UserId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import type { Instant } from '#kit/time.ts'

export interface BenchServer {
  connection: Connection
  /** Of PostgreSQL. */
  pid: number
  close(): Promise<void>
}

/** An embedded PostgreSQL in a directory of its own: as the program starts it, or `hasty`, without fsync. */
export async function openBenchServer({ hasty = false } = {}): Promise<BenchServer> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-bench-'))
  chmodSync(dataDir, 0o711)
  const remove = () => rmSync(dataDir, { recursive: true, force: true })
  try {
    const server = await startEmbeddedServer({
      dataDir,
      log: { info: () => undefined, warn: (message) => process.stderr.write(`${message}\n`) },
      ...(hasty && {
        throwAwayClusterSettings: {
          fsync: 'off',
          synchronous_commit: 'off',
          full_page_writes: 'off',
          // To fill large tables quickly; what is measured afterwards does not write.
          wal_level: 'minimal',
          max_wal_senders: '0',
          max_wal_size: '4GB',
          maintenance_work_mem: '256MB',
        },
      }),
    })
    return {
      connection: server.connection,
      pid: server.pid,
      close: async () => {
        await server.stop()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

export interface BenchHouse {
  deps: Deps
  connection: Connection
  hasServingRole: boolean
  ana: User
  page: BookingPage
  thirtyMinutes: EventType
  /** Wake-ups, as in the program. */
  onWake(listener: () => void): void
  /** SQL as the owner of the tables. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/** A migrated database with one account as the set-up page makes it, and what `start.ts` gives to verbs. */
export async function openBenchHouse(connection: Connection): Promise<BenchHouse> {
  const { hasServingRole } = await migrate(connection)
  let isClosing = false
  // While it is being closed, a server that ends may be heard before the connection that ended.
  const complain = (error: Error) => void (isClosing || process.stderr.write(`${error.message}\n`))
  const database = openDatabase({ connection, asServingRole: hasServingRole, onError: complain })
  const wakeUps = await listenForWakeUps(connection, complain)
  const owner = new pg.Pool({ ...poolConfig(connection, { 'app.scope': 'system' }), max: 2 })
  owner.on('error', () => undefined)
  owner.on('connect', (client) => client.on('error', () => undefined))
  const deps: Deps = {
    database,
    clock: { now: () => Temporal.Now.instant() },
    secrets: {
      pepper: randomBytes(32),
      sealing: randomBytes(32),
      links: randomBytes(32),
      sessions: randomBytes(32),
    },
    publicUrl: 'http://localhost:4200',
    mailAddress: 'no-reply@localhost',
    wakeWorker: wakeUps.send,
  }
  const made = accepted(
    await setUp(deps, {
      name: 'Ana Martin',
      loginId: 'ana@example.com',
      password: 'tuesday lantern 26',
      zone: 'America/New_York',
    }),
  )
  const eventTypes = await inAccount(database, made.user.accountId, (tx) =>
    listAllEventTypes(tx, made.user.accountId),
  )
  return {
    deps,
    connection,
    hasServingRole,
    ana: made.user,
    page: made.page,
    thirtyMinutes: eventTypes.find(({ durationMinutes }) => durationMinutes === 30) as EventType,
    onWake: wakeUps.onWake,
    sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await owner.query<Row>(text, values)).rows,
    close: async () => {
      isClosing = true
      await wakeUps.close()
      await Promise.all([database.close(), owner.end()])
    },
  }
}

/** Both in one: for a bench that needs one database. */
export async function openBenchServerWithHouse(how: { hasty?: boolean } = {}): Promise<BenchHouse> {
  const server = await openBenchServer(how)
  try {
    const house = await openBenchHouse(server.connection)
    return {
      ...house,
      close: async () => {
        await house.close()
        await server.close()
      },
    }
  } catch (error) {
    await server.close()
    throw error
  }
}

/** More owners beside Ana, each with a page. Made past the verb: hashing a password takes a tenth of a second by design. */
export async function addOwners(house: BenchHouse, count: number): Promise<BookingPage[]> {
  const { ana, deps, thirtyMinutes } = house
  const pages: BookingPage[] = []
  for (let number = 1; number <= count; number++) {
    const owner: User = {
      ...ana,
      id: randomUUID() as UserId,
      loginId: `owner-${number}@example.com`,
      name: `Owner Number ${number}`,
      role: 'member',
      triggersAllPages: false,
    }
    await house.sql(
      `insert into users (account_id, id, login_id, name, role, zone, created_at, updated_at, joined_at)
       values ($1, $2, $3, $4, $5, $6, now(), now(), now())`,
      [owner.accountId, owner.id, owner.loginId, owner.name, owner.role, owner.zone],
    )
    pages.push(
      await inAccount(deps.database, owner.accountId, (tx) =>
        addBookingPage(tx, deps, { owner, publicName: owner.name, eventTypeIds: [thirtyMinutes.id] }),
      ),
    )
  }
  return pages
}

export interface FreeSlot {
  pageSlug: string
  start: Instant
}

/** Slots of these pages over the next months that do not overlap, in an order that neither clock nor page tells. */
export async function freeSlots(house: BenchHouse, pages: BookingPage[]): Promise<FreeSlot[]> {
  const { deps, thirtyMinutes: eventType } = house
  const today = Temporal.Now.plainDateISO('UTC')
  const slots: FreeSlot[] = []
  for (const { slug: pageSlug } of pages) {
    const page: PublicPage = accepted(await findPublicPage(deps, pageSlug))
    const range = { from: today.add({ days: 2 }).toString(), to: today.add({ days: 180 }).toString() }
    for (const start of await findSlots(deps, { page, eventType, customerZone: page.zone, range }))
      if (start.epochMilliseconds % 1_800_000 === 0) slots.push({ pageSlug, start })
  }
  return shuffled(slots)
}

/** The same order at every run. */
function shuffled<T>(items: T[]): T[] {
  let state = 20_261_123
  for (let last = items.length - 1; last > 0; last--) {
    state = (state * 48_271) % 2_147_483_647
    const other = state % (last + 1)
    const kept = items[last] as T
    items[last] = items[other] as T
    items[other] = kept
  }
  return items
}

/** Insert with $1 the account, $2 the event type; the rest of the statement says for which `page`, `contact` and `at.starts_at`. */
export const intoBookings = `
  insert into bookings (account_id, id, booking_page_id, event_type_id, owner_id, contact_id, status, sequence,
    starts_at, ends_at, local_start, zone, tz_version, customer_name, customer_email, customer_zone, created_at, updated_at)
  select $1, uuidv7(), page.id, $2, page.owner_id, contact.id,
    case when at.starts_at > now() then 'scheduled' else 'completed' end, 1,
    at.starts_at, at.starts_at + interval '30 minutes', to_char(at.starts_at, 'YYYY-MM-DD"T"HH24:MI'), page.zone, '2026c',
    contact.name, contact.email, contact.zone, least(now(), at.starts_at), least(now(), at.starts_at)`

/** Bookings of Ana's, from tomorrow evenly over so many days, by day and by night: made in one statement, past the verb. */
export async function addBusyTimes(
  { ana, page, thirtyMinutes, sql }: BenchHouse,
  { count, days }: { count: number; days: number },
): Promise<void> {
  await sql(
    `insert into contacts (account_id, id, email, name, zone, created_at, updated_at)
     values ($1, uuidv7(), 'lena@example.org', 'Lena Novak', 'Europe/Berlin', now(), now())`,
    [ana.accountId],
  )
  await sql(
    `${intoBookings}
     from booking_pages page, contacts contact, generate_series(0, ${count - 1}) n,
       lateral (select date_trunc('day', now()) + interval '1 day' + n * interval '${(days * 1440) / count} minutes' as starts_at) at
     where page.account_id = $1 and page.id = $3`,
    [ana.accountId, thirtyMinutes.id, page.id],
  )
}

let customers = 0

/** Books the slot for a new customer. */
export async function bookSlot({ deps, thirtyMinutes }: BenchHouse, slot: FreeSlot): Promise<Booked> {
  const number = ++customers
  return accepted(
    await book(deps, {
      pageSlug: slot.pageSlug,
      eventTypeSlug: thirtyMinutes.slug,
      start: slot.start,
      customer: {
        name: `Lena Novak ${number}`,
        email: `lena-${number}@example.org`,
        company: 'Example Works',
        phone: '+12025550195',
        note: 'About the lease.',
        zone: 'Europe/Berlin',
      },
    }),
  )
}

/** Connects Zapier for Ana, whose Zaps act on all pages from here on. */
export async function connectZapier({ deps, ana, sql }: BenchHouse) {
  await sql('update users set triggers_all_pages = true where id = $1', [ana.id])
  const { key } = accepted(await generateKey(deps, ana))
  const caller = accepted(
    await createCredentialCheck(deps)({ key, loginId: ana.loginId, address: '127.0.0.1', integration: null }),
  )
  return {
    key,
    turnOn: async (targetUrl: string) =>
      accepted(
        await turnZapOn({ ...deps, refusalOfTarget: () => undefined }, caller, {
          trigger: 'booking_scheduled',
          targetUrl,
          bookingPageId: null,
          eventTypeId: null,
        }),
      ),
  }
}
