import { createHash, randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { type Connection, type Database, inAccount, openDatabase, poolConfig } from '#database/db.ts'
import { addUser, prepareUser } from '#domain/accounts/add-user.ts'
import type { User } from '#domain/accounts/user.ts'
import { addBookingPage, addFirstEventTypes } from '#domain/booking-pages/add-booking-page.ts'
import type { BookingPage, EventType, PageAvailability } from '#domain/booking-pages/booking-page.ts'
import { listAllEventTypes } from '#domain/booking-pages/find-booking-page.ts'
import type { Booked } from '#domain/bookings/book.ts'
import { book } from '#domain/bookings/book.ts'
import type { Deps, Secrets } from '#domain/deps.ts'
import { setUp } from '#domain/installation/set-up.ts'
import { planDeliveries } from '#domain/webhooks/plan-deliveries.ts'
import { leaseSubscriptions, type SendDeps, sendDueDeliveries } from '#domain/webhooks/send-deliveries.ts'
import { createMessageOf } from '#domain/zapier/message-of.ts'
import type { AttemptOutcome } from '#kit/attempt-outcome.ts'
import type { AccountId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { asAdministrator, onDatabase } from './database.global.ts'

const secret = (name: string) => createHash('sha256').update(`test ${name}`).digest()

export const testSecrets: Secrets = {
  pepper: secret('pepper'),
  sealing: secret('sealing'),
  links: secret('links'),
  sessions: secret('sessions'),
}

export interface House extends Deps {
  database: Database
  connection: Connection
  /** Moves the stopped clock. */
  setNow(iso: string): void
  wakeUps(): number
  /** Account, Administrator Ana, three event types, one page: what the set-up page makes. */
  anAccount(): Promise<{ ana: User; page: BookingPage; eventTypes: EventType[]; password: string }>
  aUser(like: { accountId: AccountId; name: string; role?: User['role']; zone?: string }): Promise<User>
  aPage(like: {
    owner: User
    name: string
    zone?: string
    availability?: Partial<PageAvailability> & { base: PageAvailability }
  }): Promise<BookingPage>
  aBooking(like: {
    page: BookingPage
    start: string
    minutes?: 15 | 30 | 60
    name?: string
    email?: string
  }): Promise<Booked>
  /** Plans and sends until nothing is due; the receiver is `answer`. Returns what was received, in order. */
  deliverAll(answer?: (received: Received) => Partial<AttemptOutcome> | number): Promise<Received[]>
  /** SQL as the owner of the tables, past row security: to look and to age rows. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
}

/** A call at the Zapier door, beside the pair. */
export const aCall = { address: '203.0.113.7', integration: '1.1.0' }

export interface Received {
  method: 'POST' | 'DELETE'
  url: string
  headers: Record<string, string>
  body: string | undefined
}

/** A house of its own for one test: a cloned database, a stopped clock, fixed secrets. Closed when the test ends. */
export async function openHouse({ now = '2026-11-23T08:00:00Z' }: { now?: string } = {}): Promise<House> {
  const given = inject('database')
  const name = `house_${randomUUID().replaceAll('-', '')}`
  await asAdministrator(given.connection, `create database ${name} template ${given.template}`)
  const connection = onDatabase(given.connection, name)
  const database = openDatabase({ connection, asServingRole: given.hasServingRole, poolSize: 8 })
  const owner = new pg.Pool({ ...poolConfig(connection, { 'app.scope': 'system' }), max: 2 })
  // Its idle connection is cut when the database is dropped.
  owner.on('error', () => undefined)
  onTestFinished(async () => {
    await Promise.all([database.close(), owner.end()])
    await asAdministrator(given.connection, `drop database ${name} with (force)`)
  })
  let instant = Temporal.Instant.from(now)
  let wakeUps = 0
  const deps: Deps = {
    database,
    clock: { now: () => instant },
    secrets: testSecrets,
    publicUrl: 'https://meet.example.com',
    mailAddress: 'no-reply@meet.example.com',
    wakeWorker: () => {
      wakeUps += 1
    },
  }
  const house: House = {
    ...deps,
    connection,
    setNow: (iso) => {
      instant = Temporal.Instant.from(iso)
    },
    wakeUps: () => wakeUps,
    anAccount: async () => {
      const password = 'tuesday lantern 26'
      const made = accepted(
        await setUp(deps, {
          name: 'Ana Martin',
          loginId: 'ana@example.com',
          password,
          zone: 'Europe/Berlin',
        }),
      )
      const { accountId } = made.user
      const eventTypes = await inAccount(database, accountId, (tx) => listAllEventTypes(tx, accountId))
      return { ana: made.user, page: made.page, eventTypes, password }
    },
    aUser: async ({ accountId, name: userName, role = 'member', zone = 'America/New_York' }) => {
      const first = userName.split(' ')[0]?.toLowerCase() ?? 'user'
      const prepared = accepted(
        await prepareUser({
          name: userName,
          loginId: `${first}@example.com`,
          password: 'wednesday lantern 26',
          zone,
          role,
        }),
      )
      return accepted(
        await inAccount(database, accountId, (tx) => addUser(tx, deps, { accountId, user: prepared })),
      )
    },
    aPage: ({ owner: pageOwner, name: publicName, zone, availability }) =>
      inAccount(database, pageOwner.accountId, async (tx) => {
        const known = await listAllEventTypes(tx, pageOwner.accountId)
        const eventTypes = known.length > 0 ? known : await addFirstEventTypes(tx, deps, pageOwner.accountId)
        return await addBookingPage(tx, deps, {
          owner: pageOwner,
          publicName,
          ...(zone === undefined ? {} : { zone }),
          ...(availability === undefined ? {} : { availability: withoutBase(availability) }),
          eventTypeIds: eventTypes.map(({ id }) => id),
        })
      }),
    aBooking: async ({
      page,
      start,
      minutes = 30,
      name: customerName = 'Lena Novak',
      email = 'lena@example.org',
    }) =>
      accepted(
        await book(deps, {
          pageSlug: page.slug,
          eventTypeSlug: `${minutes}-minute-meeting`,
          start: Temporal.Instant.from(start),
          customer: { name: customerName, email, company: '', phone: '', note: '', zone: 'America/New_York' },
        }),
      ),
    deliverAll: async (answer = () => 200) => {
      const received: Received[] = []
      const send: SendDeps['send'] = async (request) => {
        const one = { ...request, body: request.body }
        received.push(one)
        const outcome = answer(one)
        return {
          kind: 'answered',
          durationMs: 3,
          responseHead: '',
          truncated: false,
          ...(typeof outcome === 'number' ? { status: outcome } : { status: 200, ...outcome }),
        } as AttemptOutcome
      }
      const sendDeps: SendDeps = {
        ...deps,
        send,
        messageOf: createMessageOf(deps),
        random: () => 0.5,
        elapsed: () => 0,
      }
      for (;;) {
        const planned = await planDeliveries(deps, 100)
        const leased = await leaseSubscriptions(sendDeps, 100)
        for (const lease of leased) await sendDueDeliveries(sendDeps, lease)
        if (planned === 0 && leased.length === 0) return received
      }
    },
    sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await owner.query<Row>(text, values)).rows,
  }
  return house
}

const withoutBase = ({
  base,
  ...more
}: Partial<PageAvailability> & { base: PageAvailability }): PageAvailability => ({ ...base, ...more })
