import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { type Connection, poolConfig } from '#database/db.ts'
import { type BookingId, type LifecycleEventId, publicId } from '#kit/ids.ts'
import { addOwners, connectZapier, type FreeSlot, freeSlots, openBenchHouse } from './bench-house.ts'
import { type Ask, type Look, longestAnswerMs, type Stored, type Try } from './judge-history.ts'
import { wallMs } from './recorder.ts'
import { webSecrets } from './web-processes.ts'

/** Every tenth request: what is asked for. */
const mix = ['book', 'page', 'times', 'book', 'zapier', 'book', 'times', 'page', 'book', 'zapier'] as const
/** The promise is for so many requests a second. */
const promisedPerSecond = 50
/** More than a customer would. */
const triesMost = 20

export interface Stage {
  slots: FreeSlot[]
  pageSlug: string
  /** What the Zapier door asks for. */
  zapier: Record<string, string>
  /** Paths of the target, one for each Zap on `booking_scheduled`. */
  zaps: string[]
}

/** Pages of fifteen owners, and Zaps of Ana's on all their bookings. */
export async function setStage(connection: Connection, target: string): Promise<Stage> {
  const house = await openBenchHouse(connection)
  try {
    const withSecrets = { ...house, deps: { ...house.deps, secrets: webSecrets() } }
    const pages = [house.page, ...(await addOwners(house, 14))]
    const { key, turnOn } = await connectZapier(withSecrets)
    const zaps = ['/zap-0', '/zap-1', '/zap-2']
    for (const path of zaps) await turnOn(target + path)
    return {
      slots: await freeSlots(house, pages),
      pageSlug: house.page.slug,
      zapier: { authorization: `Bearer ${key}`, 'x-hourwire-login-id': house.ana.loginId },
      zaps,
    }
  } finally {
    await house.close()
  }
}

/** Where requests can go, and which one is to have the next. */
export interface Balancer {
  /** In the order in which they are to be tried: the next only when a connection to the one before is refused. */
  choose(): { process: number; origin: string; agent: Agent }[]
}

export interface Load {
  asks: Ask[]
  /** Ends the load, and resolves when every request has its answer. */
  end(): Promise<void>
}

/**
 * Fifty requests a second, each at its time however long those before take: four of ten are bookings, the others read a booking page,
 * its times, and the Zapier door. `repeats`: a booking that failed is sent again under its idempotency key, as often as not.
 */
export function startLoad(
  stage: Stage,
  balancer: Balancer,
  { repeats, perSecond = promisedPerSecond }: { repeats: boolean; perSecond?: number | undefined },
): Load {
  const asks: Ask[] = []
  const underWay = new Set<Promise<void>>()
  const begun = performance.now()
  let asked = 0
  let goesOn = true

  const fire = async () => {
    const kind = mix[asked % mix.length] as (typeof mix)[number]
    const number = asked++
    if (kind !== 'book') {
      const path =
        kind === 'zapier'
          ? '/zapier/v1/me'
          : kind === 'page'
            ? `/${stage.pageSlug}`
            : `/${stage.pageSlug}/30-minute-meeting`
      const ask: Ask = { what: 'read', path, email: '', start: '', tries: [], booking: '' }
      asks.push(ask)
      const headers = kind === 'zapier' ? stage.zapier : {}
      ask.tries.push((await send(balancer, { method: 'GET', path, headers })).try)
      return
    }
    const slot = stage.slots.pop()
    if (!slot) throw new Error('All slots are booked: give the proof more owners')
    const start = slot.start.toString()
    const email = `client-${number}@example.org`
    const path = `/${slot.pageSlug}/30-minute-meeting/${start.replace(/:00Z$/, 'Z')}`
    const ask: Ask = { what: 'book', path, email, start, tries: [], booking: '' }
    asks.push(ask)
    const form = { name: `Lena ${number}`, email, zone: 'Europe/Berlin', idempotencyKey: randomUUID() }
    const body = new URLSearchParams(form).toString()
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
      'sec-fetch-site': 'same-origin',
    }
    for (;;) {
      const sent = await send(balancer, { method: 'POST', path, headers, body })
      ask.tries.push(sent.try)
      ask.booking = /^\/my-booking\/([^/]+)\//.exec(sent.location)?.[1] ?? ''
      const isOver = sent.try.answer === 303 || !repeats || number % 2 === 0 || ask.tries.length === triesMost
      if (isOver) return
      await pause(1_000)
    }
  }
  const running = (async () => {
    while (goesOn) {
      await pause(Math.max(0, begun + (asked * 1_000) / perSecond - performance.now()))
      const one: Promise<void> = fire().finally(() => underWay.delete(one))
      underWay.add(one)
    }
  })()
  return {
    asks,
    end: async () => {
      goesOn = false
      await running
      await Promise.all(underWay)
    },
  }
}

interface Sending {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  body?: string
}

/** The one thing that is tried elsewhere is a connection that was refused: nothing has been sent on it. */
async function send(balancer: Balancer, sending: Sending): Promise<{ try: Try; location: string }> {
  const atMs = wallMs()
  const told = (
    process: number,
    answer: Try['answer'],
    headers: IncomingMessage['headers'] = {},
    text = '',
  ) => ({
    try: {
      atMs,
      endedMs: wallMs(),
      process,
      answer,
      hasRetryAfter: /^[1-9]\d*$/.test(headers['retry-after'] ?? ''),
      says: text.includes('Nothing was booked')
        ? ('nothing-saved' as const)
        : text.includes('may have been stored')
          ? ('may-be-saved' as const)
          : undefined,
    },
    location: headers.location ?? '',
  })
  let last = -1
  for (const { process, origin, agent } of balancer.choose()) {
    last = process
    try {
      const { status, headers, text } = await askOnce(origin, agent, sending)
      return told(process, status, headers, status >= 500 ? text : '')
    } catch (error) {
      const { code = 'failed' } = error as NodeJS.ErrnoException
      if (code !== 'ECONNREFUSED') return told(process, code)
    }
  }
  return told(last, 'no process takes connections')
}

async function askOnce(
  origin: string,
  agent: Agent,
  { method, path, headers, body }: Sending,
  limitMs = longestAnswerMs + 10_000,
) {
  const asking = request(origin + path, {
    method,
    agent,
    headers,
    signal: AbortSignal.timeout(limitMs),
  })
  asking.end(body)
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  const text = (await answer.toArray()).join('')
  return { status: answer.statusCode as number, headers: answer.headers, text }
}

/** Connections that are kept open, as many as are needed. */
export const keepAliveAgent = () => new Agent({ keepAlive: true, maxFreeSockets: 20 })

export interface Watch {
  looks: Look[]
  isReady(process: number): boolean
  end(): Promise<void>
}

const lookEveryMs = 100
/** An answer that takes longer is none. */
const lookLimitMs = 2_000

/** Asks `/ready` of each process ten times a second, as a load balancer does, however slow the answer before is. */
export function watchReadiness(origins: string[]): Watch {
  const looks: Look[] = []
  const latest = origins.map(() => false)
  const agents = origins.map(() => new Agent({ keepAlive: false }))
  const underWay = new Set<Promise<void>>()
  let goesOn = true
  const look = async (origin: string, process: number) => {
    const askedMs = wallMs()
    const asking = { method: 'GET', path: '/ready', headers: {} } as const
    const { ready, why } = await askOnce(origin, agents[process] as Agent, asking, lookLimitMs).then(
      ({ status, text }) => ({ ready: status === 200, why: failedChecks(text) }),
      ({ code = 'failed' }: NodeJS.ErrnoException) => ({ ready: false, why: String(code) }),
    )
    looks.push({ process, askedMs, answeredMs: wallMs(), ready, why })
    latest[process] = ready
  }
  const running = (async () => {
    while (goesOn) {
      origins.forEach((origin, process) => {
        const one: Promise<void> = look(origin, process).finally(() => underWay.delete(one))
        underWay.add(one)
      })
      await pause(lookEveryMs)
    }
  })()
  return {
    looks,
    isReady: (process) => latest[process] ?? false,
    end: async () => {
      goesOn = false
      await running
      await Promise.all(underWay)
    },
  }
}

function failedChecks(text: string): string {
  const { checks } = JSON.parse(text) as { checks: Record<string, string> }
  return Object.entries(checks)
    .filter(([, words]) => words !== 'ok')
    .map(([name, words]) => `${name}: ${words.replace(/\d+/g, '…')}`)
    .join(', ')
}

/** Waits until all that was stored is delivered, or `limitMs` are over; then reads it. */
export async function readStored(
  connection: Connection,
  zaps: string[],
  limitMs: number,
): Promise<{ stored: Stored; drainSeconds: number }> {
  const owner = new pg.Client(poolConfig(connection, { 'app.scope': 'system' }))
  await owner.connect()
  const ask = async <Row extends pg.QueryResultRow>(text: string) => (await owner.query<Row>(text)).rows
  const begun = performance.now()
  try {
    for (;;) {
      const [row] = await ask<{ left: number }>(
        `select ((select count(*) from unplanned_events) + (select count(*) from deliveries where state = 'pending'))::int as left`,
      )
      if (row?.left === 0 || performance.now() - begun > limitMs) break
      await pause(100)
    }
    const bookings = await ask<{ id: BookingId; email: string; start: Date; ends: Date; owner: string }>(
      'select id, customer_email as email, starts_at as start, ends_at as ends, owner_id as owner from bookings',
    )
    const events = await ask<{ id: LifecycleEventId; booking: BookingId }>(
      `select id, booking_id as booking from lifecycle_events where type = 'booking.scheduled'`,
    )
    return {
      drainSeconds: Math.round((performance.now() - begun) / 1000),
      stored: {
        bookings: bookings.map(({ id, email, start, ends, owner: ownerId }) => ({
          id: publicId('booking', id),
          email,
          start: Temporal.Instant.fromEpochMilliseconds(start.getTime()).toString(),
          endMs: ends.getTime(),
          owner: ownerId,
        })),
        events: events.map(({ id, booking }) => ({
          id: publicId('lifecycle-event', id),
          booking: publicId('booking', booking),
        })),
        zaps,
      },
    }
  } finally {
    await owner.end()
  }
}

export function countBy<T>(items: T[], nameOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1
  return counts
}
