import { type Db, inAccount } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { planRederivedRequest } from '#domain/notifications/plan-mails.ts'
import { publicId } from '#kit/ids.ts'
import { refuse } from '#kit/result.ts'
import { type Instant, isoSeconds, tzVersion } from '#kit/time.ts'
import type { Booking, instantOfLocal } from './booking.ts'
import {
  listRequestsOfOtherTz,
  lockBooking,
  type RequestOfOtherTz,
  setTzVersion,
  updateSuggestedStarts,
} from './booking-repository.ts'

/** What became of the open requests that were made under other time-zone data. */
export interface RederivedRequests {
  unchanged: number
  /** Their suggested times kept their local time, at least one of them at another instant. */
  moved: RederivedRequest[]
  /** Of some suggested times only the instant is known, not the local time: they stay, and their owners are told. */
  unclear: { id: string; zone: string; starts: string[] }[]
}

export interface RederivedRequest {
  id: string
  zone: string
  times: { localStart: string; from: string; to: string }[]
}

interface Suggested {
  localStart: string
  from: Instant
  to: Instant
}

const batch = 500

/**
 * Derives the suggested times of open requests anew: each keeps its local time. A request holds nobody's time, so nothing stands in
 * the way. Its owner gets one note; it stays Requested, so there is no lifecycle event, and the customer, with whom no time is
 * agreed yet, reads the right times with the answer.
 */
export async function rederiveRequests(
  deps: Pick<Deps, 'database' | 'clock' | 'publicUrl' | 'mailAddress'>,
  instantOf: typeof instantOfLocal,
): Promise<RederivedRequests> {
  const tz = tzVersion()
  const done: RederivedRequests = { unchanged: 0, moved: [], unclear: [] }
  for (let after: Booking | undefined; ; ) {
    const listed = await listRequestsOfOtherTz(deps.database.system, { tz, after: after?.id, limit: batch })
    const unchanged: Booking[] = []
    for (const one of listed) {
      const { request } = one
      const named = { id: publicId('booking', request.id), zone: request.zone }
      const suggested = derive(one, instantOf)
      // Where every time has passed there is nothing to keep.
      if (!request.suggestedStarts.some((start) => Temporal.Instant.compare(start, deps.clock.now()) > 0))
        unchanged.push(request)
      else if (!suggested) {
        if (!(await tellUnclear(deps, request))) continue
        done.unclear.push({ ...named, starts: request.suggestedStarts.map(isoSeconds) })
      } else if (suggested.every(({ from, to }) => from.equals(to))) unchanged.push(request)
      else if (await move(deps, request, suggested))
        done.moved.push({
          ...named,
          times: suggested.map(({ localStart, from, to }) => ({
            localStart,
            from: isoSeconds(from),
            to: isoSeconds(to),
          })),
        })
    }
    await setTzVersion(deps.database.system, { ids: unchanged.map(({ id }) => id), tz })
    done.unchanged += unchanged.length
    after = listed.at(-1)?.request
    if (listed.length < batch) return done
  }
}

/** Where each suggested time belongs now; undefined where the local time of one is not known. */
function derive(
  { request, localStarts }: RequestOfOtherTz,
  instantOf: typeof instantOfLocal,
): Suggested[] | undefined {
  const suggested: Suggested[] = []
  for (const [index, from] of request.suggestedStarts.entries()) {
    const localStart = localStarts[index]
    if (!localStart) return undefined
    suggested.push({ localStart, from, to: instantOf(localStart, request.zone, from) })
  }
  return suggested
}

/** The request as it was seen, locked; undefined when it was answered or taken back meanwhile. */
async function lockSeen(tx: Db, seen: Booking): Promise<Booking | undefined> {
  const request = await lockBooking(tx, seen.accountId, seen.id)
  return request?.sequence === seen.sequence && request.status === 'requested' ? request : undefined
}

async function move(
  deps: Pick<Deps, 'database' | 'clock' | 'publicUrl' | 'mailAddress'>,
  seen: Booking,
  suggested: Suggested[],
): Promise<boolean> {
  const done = await inAccount(deps.database, seen.accountId, async (tx) => {
    const request = await lockSeen(tx, seen)
    if (!request) return refuse({ code: 'changed-meanwhile' })
    // Two wall-clock times can become one instant, where the new rules skip an hour: it is suggested once.
    const ascending = suggested.toSorted((one, other) => Temporal.Instant.compare(one.to, other.to))
    const distinct = ascending.filter(({ to }, index) => !ascending[index - 1]?.to.equals(to))
    const startsAt = (distinct[0] as Suggested).to
    await updateSuggestedStarts(tx, {
      ...request,
      startsAt,
      endsAt: startsAt.add(request.startsAt.until(request.endsAt)),
      tzVersion: tzVersion(),
      suggested: distinct.map(({ localStart, to }) => ({ localStart, start: to })),
      updatedAt: deps.clock.now(),
    })
    await planRederivedRequest(tx, deps, { request, moved: suggested })
    return { ok: true as const, value: undefined }
  })
  return done.ok
}

const tellUnclear = (
  deps: Pick<Deps, 'database' | 'clock' | 'publicUrl' | 'mailAddress'>,
  seen: Booking,
): Promise<boolean> =>
  inAccount(deps.database, seen.accountId, async (tx) => {
    const request = await lockSeen(tx, seen)
    if (request) await planRederivedRequest(tx, deps, { request, moved: undefined })
    return request !== undefined
  })
