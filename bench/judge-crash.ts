import type { Arrival } from './recorder.ts'

/** What one client asked for and what it was told, try by try; the last try has the answer that counts. */
export interface Ask {
  what: 'book' | 'cancel'
  email: string
  /** Asked for. */
  start: string
  tries: { atMs: number; origin: string; answer: number | string }[]
  /** Status of the answer that was no failure of the server; undefined where none came. */
  status: number | undefined
  answeredMs: number
  /** The booking's public id, as the answer names it. */
  booking: string
}

export interface Kill {
  victim: 'web' | 'worker' | 'database'
  /** Killed with signal 9, or stopped for longer than its leases last and then let go on. */
  how: 'killed' | 'stopped'
  atMs: number
  /** When it served again, or went on. */
  backMs: number
}

/** What the database says when all is over. Ids are the public ones. */
export interface Stored {
  bookings: { id: string; email: string; start: string; status: string }[]
  events: { id: string; subject: string; type: string; sequence: number }[]
  subscriptions: { path: string; types: readonly string[] }[]
  attempts: { path: string; event: string; startedMs: number; durationMs: number; isSuccess: boolean }[]
  /** Deliveries that are not delivered, by state, and what is left in the outbox. */
  unsettled: Record<string, number>
  /** Deliveries that had been closed and were opened again, or lost an attempt: as the database saw it, at once. */
  wentBack: string[]
}

/** A settlement takes so long at most: it is tried for six seconds while the database is away, on a machine that does much else. */
const settleMs = 10_000
/**
 * Clocks of threads and processes differ by a little, and a process may have to wait between its look at the clock and its request. What
 * comes again does so after a lease has run out, which is longer.
 */
const apartMs = 1_000
/** A process that goes on sends what it was about to send, within so long. */
const wakingMs = 2_000

/**
 * Compares what clients were told, what the target received and what is stored. It knows nothing of how the program works, but
 * that a subscription sends `requestsAtOnce` at the same time, and counts nothing while the run goes on.
 *
 * `lost`: an event and a subscription that waits for it, and nothing arrived. `extra`: arrivals after the first of an event at a
 * subscription. An arrival without a stored attempt was in flight at a kill: it needs a kill of a worker or the database between
 * its first byte and its settlement, and each kill accounts for so many at each subscription. Whatever came again without one before it
 * that was in flight is `unexplained`. A worker that was stopped may also send, when it goes on, what it was about to send.
 *
 * `movedAfterMs`: of each subscription to which something was in flight when its worker was killed or stopped, the time from then to the
 * next request that came to it; not where another worker, which might have taken it over, or the database was away meanwhile.
 */
export function judgeCrash(history: {
  asks: Ask[]
  arrivals: Arrival[]
  kills: Kill[]
  stored: Stored
  requestsAtOnce: number
}) {
  const { asks, arrivals, kills, stored, requestsAtOnce } = history
  const found = {
    lost: [] as string[],
    eventless: [] as string[],
    notStored: [] as string[],
    doubleBooked: [] as string[],
    refused: [] as string[],
    unanswered: 0,
    unexplained: [] as string[],
    differentBytes: [] as string[],
    outOfOrder: [] as string[],
    strange: [] as string[],
    wentBack: stored.wentBack,
  }

  const bookings = Map.groupBy(stored.bookings, ({ email }) => email)
  const eventsOf = Map.groupBy(stored.events, ({ subject }) => subject)
  for (const ask of asks) {
    if (ask.status === undefined) {
      found.unanswered++
      continue
    }
    if (ask.status !== 303) {
      // Canceled by a try before, whose answer was lost.
      const isDone = ask.what === 'cancel' && ask.status === 409 && ask.tries.length > 1
      if (!isDone) found.refused.push(`${ask.what} ${ask.email}: ${ask.status}`)
      continue
    }
    const booking = bookings.get(ask.email)?.find(({ id }) => id === ask.booking)
    if (booking?.start !== ask.start || (ask.what === 'cancel' && booking.status !== 'canceled'))
      found.notStored.push(`${ask.what} ${ask.email} ${ask.booking}`)
    const type = ask.what === 'book' ? 'booking.scheduled' : 'booking.canceled'
    if (!eventsOf.get(ask.booking)?.some((event) => event.type === type))
      found.eventless.push(`${type} ${ask.booking}`)
  }
  for (const [email, all] of bookings) if (all.length > 1) found.doubleBooked.push(email)

  const keyOf = ({ path, id }: { path: string; id: string }) => `${path} ${id}`
  const arrived = Map.groupBy(arrivals, keyOf)
  const wanted = new Set<string>()
  for (const { path, types } of stored.subscriptions)
    for (const event of stored.events)
      if (types.includes(event.type)) {
        const key = keyOf({ path, id: event.id })
        wanted.add(key)
        if (!arrived.has(key)) found.lost.push(key)
      }
  for (const [key, all] of arrived) {
    if (!wanted.has(key)) found.strange.push(`arrived unasked: ${key}`)
    if (new Set(all.map(({ sha256 }) => sha256)).size > 1) found.differentBytes.push(key)
  }
  for (const { path, types } of stored.subscriptions)
    for (const events of eventsOf.values()) {
      const times = events
        .filter(({ type }) => types.includes(type))
        .toSorted((one, other) => one.sequence - other.sequence)
        .map(({ id }) => arrived.get(keyOf({ path, id }))?.[0]?.beganMs ?? 0)
      if (times.some((time, place) => place > 0 && time < (times[place - 1] as number)))
        found.outOfOrder.push(`${path} ${events[0]?.subject}`)
    }

  const attempts = Map.groupBy(stored.attempts, ({ path, event }) => keyOf({ path, id: event }))
  const spent = new Map<string, number>()
  let extra = 0
  let inFlight = 0
  const movedAfterMs: number[] = []
  const beginnings = new Map(
    [...Map.groupBy(arrivals, ({ path }) => path)].map(([path, all]) => [
      path,
      all.map(({ beganMs }) => beganMs),
    ]),
  )
  for (const [key, all] of arrived) {
    // Each stored attempt is that of the first arrival within its time.
    const recorded = new Set<Arrival>()
    for (const attempt of attempts.get(key) ?? []) {
      const its = all.find(
        (arrival) =>
          !recorded.has(arrival) &&
          arrival.beganMs > attempt.startedMs - apartMs &&
          arrival.beganMs < attempt.startedMs + attempt.durationMs + apartMs,
      )
      if (its) recorded.add(its)
      else if (attempt.isSuccess) found.strange.push(`stored as delivered, but not arrived: ${key}`)
    }
    all.forEach((arrival, place) => {
      const before = all[place - 1]
      const isAgain = before !== undefined && recorded.has(before)
      if (before) extra++
      if (recorded.has(arrival)) {
        if (isAgain) found.unexplained.push(`sent again after it was stored: ${key}`)
        return
      }
      const number = kills.findIndex(
        (kill, place) =>
          kill.victim !== 'web' &&
          (spent.get(`${place} ${arrival.path}`) ?? 0) < requestsAtOnce &&
          kill.atMs < arrival.answeredMs + settleMs &&
          endOf(kill) > arrival.beganMs &&
          // Once it is stored, only a worker that does not know of it may send it.
          (!isAgain || (kill.how === 'stopped' && kill.backMs < arrival.beganMs + wakingMs)),
      )
      const kill = kills[number]
      if (!kill) {
        found.unexplained.push(
          `${isAgain ? 'sent again after it was stored' : 'no kill while it was under way'}: ${key}`,
        )
        return
      }
      const spentKey = `${number} ${arrival.path}`
      spent.set(spentKey, (spent.get(spentKey) ?? 0) + 1)
      inFlight++
      const { victim, atMs } = kill
      const next = beginnings.get(arrival.path)?.find((beganMs) => beganMs > Math.max(atMs, arrival.beganMs))
      if (victim !== 'worker' || arrival.beganMs > atMs || next === undefined) return
      const isAway = (other: Kill) => other.victim !== 'web' && other.atMs < next && other.backMs > atMs
      if (!kills.some((other) => other !== kill && isAway(other))) movedAfterMs.push(next - atMs)
    })
  }
  const breaches =
    Object.values(found).reduce<number>((sum, of) => sum + (typeof of === 'number' ? 0 : of.length), 0) +
    Math.max(0, extra - inFlight) +
    Object.values(stored.unsettled).reduce((sum, count) => sum + count, 0)
  return { ...found, extra, inFlight, movedAfterMs, breaches }
}

/** Until when something may have begun that this kill kept from being stored. */
const endOf = ({ victim, how, atMs, backMs }: Kill): number =>
  victim === 'database' ? backMs : how === 'stopped' ? backMs + wakingMs : atMs
