import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Agent } from 'undici'
import type { Connection } from '#database/db.ts'
import type { BookingPage } from '#domain/booking-pages/booking-page.ts'
import { customerPathOf } from '#domain/bookings/booking.ts'
import { type BookingId, newUuid, publicId } from '#kit/ids.ts'
import { type BenchHouse, openBenchHouse, openBenchServer } from './bench-house.ts'
import { post, signIn, startWeb, webSecrets } from './web-processes.ts'

const processes = 4
const askers = 20

/** One race: the requests that set off within ten milliseconds, and how many of them may win. */
interface Race {
  kind: RaceKind
  asks: { path: string; form: Record<string, string>; cookie?: string }[]
  winners: { least: number; most: number }
}

const kinds = ['book', 'approve', 'swap', 'reassign'] as const
type RaceKind = (typeof kinds)[number]

/**
 * The proof of "no double booking": races on the real program, four web processes on one PostgreSQL, over HTTP.
 *
 * `book`: 20 customers press the button within 10 ms, for times that overlap by 0, 15 and 30 minutes, on two pages of one owner.
 * `approve`: two users approve requests for one time. `swap`: two customers move to each other's time. `reassign`: two bookings at
 * one time are handed to the same owner. With `guard: false` the constraint is taken away: the same run then finds double bookings.
 */
export async function proveRaces({ races, guard = true }: { races: number; guard?: boolean }) {
  const server = await openBenchServer({ hasty: true })
  const running: ChildProcess[] = []
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-races-'))
  try {
    const stage = await setStage(server.connection)
    if (!guard) await stage.house.sql('alter table bookings drop constraint bookings_no_double')
    const origins: string[] = []
    for (let number = 0; number < processes; number++) {
      const { child, url } = await startWeb(server.connection, dataDir)
      running.push(child)
      origins.push(url)
    }
    const agent = new Agent({ connections: 12, pipelining: 1 })
    const cookie = await signIn(agent, origins[0] as string, stage.house.ana.loginId)
    const found = {
      statuses: {} as Record<string, number>,
      wrongWinners: [] as string[],
      loserMs: [] as number[],
    }
    const begun = performance.now()
    for (let number = 0; number < races; number++) {
      const race = await stage.nextRace(number, cookie)
      const answers = await Promise.all(
        race.asks.map(async (ask, index) => {
          await pause((index * 7) % 10)
          return await post(agent, origins[index % processes] as string, ask)
        }),
      )
      for (const { status } of answers)
        found.statuses[`${race.kind} ${status}`] = (found.statuses[`${race.kind} ${status}`] ?? 0) + 1
      // The first races warm four new processes up; who wins them counts all the same.
      if (number >= 10)
        found.loserMs.push(...answers.filter(({ status }) => status === 409).map(({ ms }) => ms))
      const winners = answers.filter(({ status }) => status === 303).length
      if (winners < race.winners.least || winners > race.winners.most)
        found.wrongWinners.push(`race ${number} (${race.kind}): ${winners} winners`)
    }
    const seconds = (performance.now() - begun) / 1000
    await agent.close()
    const overlaps = await stage.overlaps()
    const strange = Object.keys(found.statuses).filter((name) => !/ (303|409)$/.test(name))
    await stage.house.close()
    found.loserMs.sort((one, other) => one - other)
    const p99 = found.loserMs[Math.floor(found.loserMs.length * 0.99)] ?? 0
    return {
      name: guard ? 'races' : 'races without the guard',
      races,
      processes,
      askersPerRace: askers,
      differences: overlaps + found.wrongWinners.length + strange.length + (p99 > 1000 ? 1 : 0),
      doubleBookings: overlaps,
      racesWithWrongWinners: found.wrongWinners.slice(0, 10),
      statuses: found.statuses,
      losersAnsweredMs: {
        p50: Math.round(found.loserMs[Math.floor(found.loserMs.length / 2)] ?? 0),
        p99: Math.round(p99),
      },
      seconds: Math.round(seconds),
    }
  } finally {
    for (const child of running) {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
    await server.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

interface Stage {
  house: BenchHouse
  nextRace(number: number, cookie: string): Promise<Race>
  overlaps(): Promise<number>
}

/** Two owners; pages: two automatic ones of Ana's, one on request, one of Ben's. */
async function setStage(connection: Connection): Promise<Stage> {
  const house = await openBenchHouse(connection)
  const { ana, page, sql } = house
  await sql(`update booking_pages set zone = 'UTC', availability = availability || '{"noticeMinutes": 0}'`)
  await clonePage(house, page, ana.id, 'second-page')
  const onRequest = await clonePage(house, page, ana.id, 'on-request')
  const addMember = async (name: string) => {
    const id = crypto.randomUUID()
    await sql(
      `insert into users (account_id, id, login_id, name, role, zone, created_at, updated_at)
       values ($1, $2, $3, $4, 'member', 'UTC', now(), now())`,
      [ana.accountId, id, `${name.toLowerCase()}@example.com`, name],
    )
    return id
  }
  const benId = await addMember('Ben')
  const cleoId = await addMember('Cleo')
  const bens = await clonePage(house, page, benId, 'bens-page')
  await sql(
    `update booking_pages set scheduling = scheduling || '{"mode":"approval","suggestedTimes":1}' where id = $1`,
    [onRequest],
  )
  // Each race has a weekday of its own, and a time of day of its own when the days are used up.
  const days = weekdays(380)
  const startOf = (number: number, minutes = 0): string => {
    const day = days[number % days.length] as Temporal.PlainDate
    const hour = 9 + 2 * (Math.floor(number / days.length) % 4)
    return day
      .toZonedDateTime({ timeZone: 'UTC', plainTime: { hour } })
      .add({ minutes })
      .toInstant()
      .toString()
  }
  const text = (iso: string) => iso.replace(/:00Z$/, 'Z')
  const details = (name: string) => ({
    name,
    email: `${name.toLowerCase().replace(/\W+/g, '-')}@example.org`,
  })
  const bookingPath = (slug: string, iso: string, eventType = '30-minute-meeting') =>
    `/${slug}/${eventType}/${text(iso)}`

  const insertBooking = async (like: LikeBooking) => (await storeBooking(house, like)).shownId
  return {
    house,
    nextRace: async (number, cookie) => {
      const kind = kinds[number % 10 < 7 ? 0 : (number % 10) - 6] as RaceKind
      if (kind === 'book')
        return {
          kind,
          // Half past and quarter past meet the full hour's half hour, or each other: one of them all can win, or two that only touch.
          asks: Array.from({ length: askers }, (_, asker) => {
            const offset = number % 2 ? [0, 15, 30][asker % 3] : 0
            const slug = asker % 2 ? page.slug : 'second-page'
            return {
              path: bookingPath(slug, startOf(number, offset)),
              form: details(`Asker ${number} ${asker}`),
            }
          }),
          winners: { least: 1, most: number % 2 ? 2 : 1 },
        }
      if (kind === 'approve') {
        const ids = await Promise.all(
          [0, 1, 2].map(() =>
            insertBooking({
              pageId: onRequest,
              ownerId: ana.id,
              start: startOf(number),
              status: 'requested',
            }),
          ),
        )
        return {
          kind,
          asks: Array.from({ length: 12 }, (_, asker) => ({
            path: `/activity/${ids[asker % 3]}?do=approve`,
            form: { intent: 'approve', start: startOf(number) },
            cookie,
          })),
          winners: { least: 1, most: 1 },
        }
      }
      if (kind === 'reassign') {
        const [one, other] = [
          await insertBooking({ pageId: bens, ownerId: benId, start: startOf(number), status: 'scheduled' }),
          await insertBooking({ pageId: bens, ownerId: cleoId, start: startOf(number), status: 'scheduled' }),
        ]
        const form = { intent: 'reassign', to: publicId('user', ana.id), reason: '' }
        return {
          kind,
          // Two bookings at one time are handed to the same user, who is free then: one gets there.
          asks: Array.from({ length: 8 }, (_, asker) => ({
            path: `/activity/${asker % 2 ? one : other}?do=reassign`,
            form,
            cookie,
          })),
          winners: { least: 1, most: 1 },
        }
      }
      const one = await storeBooking(house, {
        pageId: page.id,
        ownerId: ana.id,
        start: startOf(number),
        status: 'scheduled',
      })
      const two = await storeBooking(house, {
        pageId: page.id,
        ownerId: ana.id,
        start: startOf(number, 60),
        status: 'scheduled',
      })
      return {
        kind,
        // One to two's time and two to one's, ten times each: both times are taken throughout, so nobody can win.
        asks: Array.from({ length: askers }, (_, asker) => ({
          path: `${bookingPath(page.slug, startOf(number, asker % 2 ? 60 : 0))}?move=${(asker % 2 ? one : two).move}`,
          form: { reason: '' },
        })),
        winners: { least: 0, most: 0 },
      }
    },
    overlaps: async () =>
      (
        await sql<{ n: number }>(
          `select count(*)::int as n from bookings a join bookings b on a.account_id = b.account_id and a.owner_id = b.owner_id
             and a.id < b.id and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
           where a.status in ('scheduled', 'rescheduled') and b.status in ('scheduled', 'rescheduled')`,
        )
      )[0]?.n ?? -1,
  }
}

function weekdays(count: number): Temporal.PlainDate[] {
  const days: Temporal.PlainDate[] = []
  for (
    let day = Temporal.Now.plainDateISO('UTC').add({ days: 2 });
    days.length < count;
    day = day.add({ days: 1 })
  )
    if (day.dayOfWeek <= 5) days.push(day)
  return days
}

async function clonePage(
  { sql }: BenchHouse,
  page: BookingPage,
  ownerId: string,
  slug: string,
): Promise<string> {
  const id = crypto.randomUUID()
  await sql(
    `insert into booking_pages (account_id, id, owner_id, public_name, internal_label, zone, availability, created_at)
     select account_id, $1, $2, public_name, internal_label, zone, availability, now() from booking_pages where id = $3`,
    [id, ownerId, page.id],
  )
  await sql('insert into public_links (slug, account_id, booking_page_id) values ($1, $2, $3)', [
    slug,
    page.accountId,
    id,
  ])
  await sql(
    `insert into booking_page_event_types select account_id, $1, event_type_id from booking_page_event_types where booking_page_id = $2`,
    [id, page.id],
  )
  return id
}

interface LikeBooking {
  pageId: string
  ownerId: string
  start: string
  status: string
}

/** A booking to race about, made past the verbs. */
async function storeBooking({ ana, thirtyMinutes, sql }: BenchHouse, like: LikeBooking) {
  const id = newUuid(Date.now()) as BookingId
  await sql(
    `with contact as (
       insert into contacts (account_id, id, email, name, zone, created_at, updated_at)
       values ($1, $2, 'lena@example.org', 'Lena Novak', 'UTC', now(), now())
       on conflict (account_id, email) where email <> '' and deleted_at is null do update set name = excluded.name returning id)
     insert into bookings (account_id, id, booking_page_id, event_type_id, owner_id, contact_id, status, sequence, starts_at,
       ends_at, local_start, zone, tz_version, customer_name, customer_email, customer_zone, created_at, updated_at, mode, subject,
       suggested_starts)
     select $1, $2, $3, $4, $5, contact.id, $6, 1, $7::timestamptz, $7::timestamptz + interval '30 minutes', '', 'UTC', '2026c',
       'Lena Novak', 'lena@example.org', 'UTC', now(), now(), 'automatic', 'Race', jsonb_build_array($7::text) from contact`,
    [ana.accountId, id, like.pageId, thirtyMinutes.id, like.ownerId, like.status, like.start],
  )
  const path = customerPathOf(webSecrets(), { id })
  const [, , shownId = '', signature = ''] = path.split('/')
  return { shownId, move: `${shownId}.${signature}` }
}
