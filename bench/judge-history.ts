/** One try of a request, as the client saw it. */
export interface Try {
  atMs: number
  endedMs: number
  /** Which process it went to. */
  process: number
  /** Status of the answer, or the code of what went wrong with the connection. */
  answer: number | string
  hasRetryAfter: boolean
  /** What the answer says became of it, where it is a failure. */
  says: 'nothing-saved' | 'may-be-saved' | undefined
}

/** One request of a customer, with all its tries: the same form under the same idempotency key. */
export interface Ask {
  what: 'book' | 'read'
  /** What was asked, for people. */
  path: string
  /** Of a booking: who asks, unique to the ask; else empty. */
  email: string
  start: string
  tries: Try[]
  /** The booking's public id, as the answer names it. */
  booking: string
}

/** What the database says when all is over. */
export interface Stored {
  bookings: { id: string; email: string; start: string; owner: string; endMs: number }[]
  /** Public ids of `booking.scheduled` events, by booking. */
  events: { id: string; booking: string }[]
  /** Paths of the target that get every `booking.scheduled`. */
  zaps: string[]
}

/** A time when the database was gone, or stood still; by wall clock. */
export interface Outage {
  kind: string
  atMs: number
  backMs: number
}

/** What one process answered to `/ready`. */
export interface Look {
  process: number
  askedMs: number
  answeredMs: number
  ready: boolean
  /** The checks that failed, or what went wrong with the question. */
  why: string
}

/** The promise: `/ready` says no so soon after the loss. */
const noticedWithinMs = 2_000
/** And yes so soon after the database takes statements again. */
const recoveredWithinMs = 5_000
/** No request takes longer than the limits of one that asks the database twice in vain. */
export const longestAnswerMs = 30_000

const wanted = { book: 303, read: 200 } as const

/**
 * Compares what clients were told with what is stored, booking by booking. It knows nothing of how the program works.
 *
 * `lost`: acknowledged, and not stored as acknowledged. `claimedNothing`: the last word was that nothing was saved, and it is
 * stored. `unasked`: stored, and nobody asked or somebody was refused. `wrongAnswers`: neither what was asked for nor 503 with
 * Retry-After (with `mayFail`; without, any failure).
 */
export function judgeHistory({
  asks,
  stored,
  mayFail,
  arrivals,
}: {
  asks: Ask[]
  stored: Stored
  mayFail: boolean
  arrivals: { path: string; id: string }[]
}) {
  const found = {
    lost: [] as string[],
    claimedNothing: [] as string[],
    doubleBooked: [] as string[],
    unasked: [] as string[],
    wrongAnswers: [] as string[],
    late: [] as string[],
    undelivered: [] as string[],
    extraDeliveries: [] as string[],
  }
  const byEmail = Map.groupBy(stored.bookings, ({ email }) => email)
  const asked = new Set<string>()
  for (const ask of asks) {
    const name = `${ask.what} ${ask.path}`
    for (const one of ask.tries) {
      const isRight = one.answer === wanted[ask.what]
      const isToldAway = mayFail && one.answer === 503 && one.hasRetryAfter
      if (!isRight && !isToldAway) found.wrongAnswers.push(`${name}: ${one.answer}`)
      if (one.endedMs - one.atMs > longestAnswerMs)
        found.late.push(`${name}: ${Math.round(one.endedMs - one.atMs)} ms`)
    }
    if (ask.what === 'read') continue
    asked.add(ask.email)
    const its = byEmail.get(ask.email) ?? []
    if (its.length > 1) found.doubleBooked.push(ask.email)
    const last = ask.tries.at(-1)
    if (last?.answer === wanted.book) {
      if (!its.some(({ id, start }) => id === ask.booking && start === ask.start)) found.lost.push(name)
    } else if (its.length > 0 && ask.tries.every(({ says }) => says === 'nothing-saved'))
      found.claimedNothing.push(name)
  }
  for (const { email, id } of stored.bookings) if (!asked.has(email)) found.unasked.push(id)
  for (const ofOwner of Map.groupBy(stored.bookings, ({ owner }) => owner).values()) {
    const inOrder = ofOwner.toSorted((one, other) => Date.parse(one.start) - Date.parse(other.start))
    inOrder.forEach(({ id, start }, place) => {
      if (place > 0 && Date.parse(start) < (inOrder[place - 1]?.endMs ?? 0)) found.doubleBooked.push(id)
    })
  }
  const arrived = Map.groupBy(arrivals, ({ path, id }) => `${path} ${id}`)
  const eventOf = new Map(stored.events.map(({ id, booking }) => [booking, id]))
  for (const { id: booking } of stored.bookings)
    for (const path of stored.zaps) {
      const times = arrived.get(`${path} ${eventOf.get(booking)}`)?.length ?? 0
      if (times === 0) found.undelivered.push(`${path} ${booking}`)
      if (times > 1) found.extraDeliveries.push(`${path} ${booking}: ${times}`)
    }
  return found
}

/** How many of each kind. */
export const countsOf = <Name extends string>(found: Record<Name, string[]>): Record<Name, number> =>
  Object.fromEntries(Object.entries<string[]>(found).map(([name, of]) => [name, of.length])) as Record<
    Name,
    number
  >

/** What `/ready` said around the outages: late in turning, or in turning back, in words; and how long each took, in milliseconds. */
export function judgeReadiness({ looks, outages }: { looks: Look[]; outages: Outage[] }) {
  const breaches: string[] = []
  const noticedMs: number[] = []
  const recoveredMs: number[] = []
  outages.forEach(({ kind, atMs, backMs }, number) => {
    const endMs = outages[number + 1]?.atMs ?? Number.POSITIVE_INFINITY
    for (const [process, all] of Map.groupBy(looks, (look) => look.process)) {
      const name = `${kind} ${number}, process ${process}`
      const during = all.filter(({ askedMs, answeredMs }) => askedMs >= atMs && answeredMs <= backMs)
      const noticed = during.find(({ ready }) => !ready)
      if (noticed) noticedMs.push(noticed.answeredMs - atMs)
      // One that is answered "yes" later than that was answered from no database.
      if (during.some(({ ready, answeredMs }) => ready && answeredMs > atMs + noticedWithinMs))
        breaches.push(`${name}: ready after ${noticedWithinMs} ms`)
      if (!noticed && backMs - atMs > noticedWithinMs + 500) breaches.push(`${name}: not noticed`)
      const recovered = all.find(({ askedMs, ready }) => ready && askedMs >= backMs)
      if (recovered && recovered.answeredMs < endMs) recoveredMs.push(recovered.answeredMs - backMs)
      const isDue = endMs > backMs + recoveredWithinMs
      if (isDue && !(recovered && recovered.answeredMs <= backMs + recoveredWithinMs))
        breaches.push(`${name}: not ready ${recoveredWithinMs} ms after it was back`)
    }
  })
  return { breaches, noticedMs, recoveredMs }
}
