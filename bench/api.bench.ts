import { createAccountKey } from '#domain/api-keys/manage-account-keys.ts'
import { calendarIdOf } from '#domain/bookings/present-booking.ts'
import { type BookingId, type ContactId, publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { type BenchApp, openBenchApp } from './bench-app.ts'
import { addBusyTimes, addOwners, type BenchHouse, openBenchHouse, openBenchServer } from './bench-house.ts'
import { type LoadClient, openLoadClient } from './http-load.ts'
import { compared, cpuMs, type Measurement, runAlone, takeInTurn } from './measurement.ts'
import { addHistory, newDatabase } from './slots-history.bench.ts'

const owners = 50
const connections = 16
const requestsAtOnce = 150
const rounds = 4

/**
 * Endpoints of the REST API with a right key, looked up in the database at every request: as ratios to an empty JSON route of the same
 * server, and with 1,000,000 bookings and 200,000 contacts in the account as ratios to the same with 1,000 and 1,000.
 */
export async function benchApi(): Promise<Measurement[]> {
  const server = await openBenchServer({ hasty: true })
  const opened: Opened[] = []
  const client = await openLoadClient()
  try {
    for (const size of [
      { name: 'few', bookings: 1_000, contacts: 1_000 },
      { name: 'many', bookings: 1_000_000, contacts: 200_000 },
    ])
      opened.push(await openFilled(await newDatabase(server.connection, size.name), size))
    const asked = Object.keys(opened[0]?.paths ?? {})
    const cpu: Record<string, number[]> = {}
    const rates = await takeInTurn(
      rounds,
      Object.fromEntries(
        opened.flatMap((one, place) =>
          asked.map((what) => [
            `${place} ${what}`,
            rateOf({ client, one, path: one.paths[what] ?? '', cpu, name: `${place} ${what}` }),
          ]),
        ),
      ),
    )
    const figures: Measurement[] = []
    for (const what of asked.filter((one) => one !== 'empty')) {
      figures.push(
        compared({
          name: `${what} / empty JSON route`,
          values: rates[`0 ${what}`] ?? [],
          yardsticks: rates['0 empty'] ?? [],
          unit: 'per s',
          ...(what.startsWith('key') ? { limit: { atLeast: 0.6 } } : {}),
        }),
      )
      figures.push(
        compared({
          name: `${what}, with 1,000,000 bookings / with 1,000`,
          values: rates[`1 ${what}`] ?? [],
          yardsticks: rates[`0 ${what}`] ?? [],
          unit: 'per s',
          limit: { atLeast: 0.77 },
        }),
      )
      figures.push(
        compared({
          name: 'the same, CPU of the server process per request',
          values: cpu[`1 ${what}`] ?? [],
          yardsticks: cpu[`0 ${what}`] ?? [],
          unit: 'ms',
          limit: { atMost: 1.3 },
        }),
      )
    }
    return figures
  } finally {
    await client.close()
    for (const one of opened) await one.close()
    await server.close()
  }
}

interface Opened {
  app: BenchApp
  key: string
  /** What is asked, by name. */
  paths: Record<string, string>
  close(): Promise<void>
}

function rateOf({
  client,
  one,
  path,
  cpu,
  name,
}: {
  client: LoadClient
  one: Opened
  path: string
  cpu: Record<string, number[]>
  name: string
}) {
  return async () => {
    const before = cpuMs()
    const { requests, elapsedMs } = await client.ask({
      origin: one.app.origin,
      path,
      headers: { 'api-key': one.key },
      connections,
      until: { requests: requestsAtOnce },
    })
    cpu[name] = [...(cpu[name] ?? []), (cpuMs() - before) / requests]
    return (requests * 1000) / elapsedMs
  }
}

async function openFilled(
  connection: Parameters<typeof openBenchHouse>[0],
  { bookings, contacts }: { bookings: number; contacts: number },
): Promise<Opened> {
  const house = await openBenchHouse(connection)
  await addOwners(house, owners - 1)
  await addBusyTimes(house, { count: 100, days: 60 })
  await addHistory(house, Math.ceil(bookings / owners))
  await house.sql(
    `insert into contacts (account_id, id, email, name, zone, created_at, updated_at)
     select $1, uuidv7(), 'guest' || n || '@example.org', 'Guest ' || n, 'Europe/Berlin', now() - n * interval '1 minute', now()
     from generate_series(1, ${contacts}) n`,
    [house.ana.accountId],
  )
  await house.sql('vacuum analyze bookings')
  await house.sql('vacuum analyze contacts')
  const made = await createAccountKey(house.deps, { viewer: house.ana, name: 'bench', scope: 'all' })
  const app = await openBenchApp(house, undefined, { api: { perSecond: 0, burst: 0, perAddress: 0 } })
  return {
    app,
    key: accepted(made).key,
    paths: await pathsOf(house),
    close: async () => {
      await app.close()
      await house.close()
    },
  }
}

async function pathsOf(house: BenchHouse): Promise<Record<string, string>> {
  const [booking] = await house.sql<{ id: BookingId }>(
    'select id from bookings order by created_at desc, id desc offset 500 limit 1',
  )
  const [contact] = await house.sql<{ id: ContactId }>(
    'select id from contacts order by id offset 500 limit 1',
  )
  const shown = {
    booking: publicId('booking', booking?.id as BookingId),
    contact: publicId('contact', contact?.id as ContactId),
    calendar: publicId('calendar', calendarIdOf(house.page.id, house.thirtyMinutes.id)),
    ana: publicId('user', house.ana.id),
  }
  return {
    empty: '/empty',
    // An endpoint that has nothing to look up beside the key.
    'key checked': '/v2/master-pages',
    'a booking': `/v2/bookings/${shown.booking}`,
    'bookings, first page of 10': '/v2/bookings',
    'bookings, 100 in the middle': `/v2/bookings?limit=100&after=${shown.booking}`,
    'bookings of a status that none has': '/v2/bookings?status=requested',
    'bookings of a host that begin in a week, expanded': `/v2/bookings?owner=${shown.ana}&starting_time.gt=${new Date().toISOString()}&starting_time.lt=${new Date(Date.now() + 7 * 86_400_000).toISOString()}&expand=owner,contact`,
    'bookings changed since an hour': `/v2/bookings?last_updated_time.gt=${new Date(Date.now() - 3_600_000).toISOString()}`,
    'a contact by e-mail': '/v2/contacts?email=guest500@example.org',
    'contacts, 100 in the middle': `/v2/contacts?limit=100&after=${shown.contact}`,
    'booking calendars': '/v2/booking-calendars',
  }
}

if (import.meta.main) await runAlone(benchApi)
