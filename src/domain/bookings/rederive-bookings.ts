import { inAccount } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { planRederivationConflict } from '#domain/notifications/plan-mails.ts'
import { publicId } from '#kit/ids.ts'
import { refuse } from '#kit/result.ts'
import { type Instant, isoSeconds, tzVersion } from '#kit/time.ts'
import { type Booking, instantOfLocal } from './booking.ts'
import {
  countBookingsOfOtherTz,
  listBookingsOfOtherTz,
  lockBooking,
  setTzVersion,
  updateBooking,
} from './booking-repository.ts'
import { acts, afterAct, isPossible } from './booking-status.ts'
import { recordChange } from './record-change.ts'
import { type RederivedRequests, rederiveRequests } from './rederive-requests.ts'

/** What became of the coming bookings, and of the open requests, that were made under other time-zone data. */
export interface Rederived {
  tz: string
  /** Their instants are the same under the data in use. */
  unchanged: number
  /** They kept their local time, at another instant. */
  moved: RederivedBooking[]
  /** Their local time is taken by another booking now: they stay at the instant they had, and their owners are told. */
  conflicts: RederivedBooking[]
  requests: RederivedRequests
}

export interface RederivedBooking {
  id: string
  zone: string
  /** `2026-12-01T09:00`, in the zone. */
  localStart: string
  /** UTC, before and after (for a conflict: where it belongs). */
  from: string
  to: string
}

const batch = 500

/** How many coming bookings and open requests were made under other time-zone data than the one in use. */
export const countToRederive = ({
  database,
  clock,
}: Pick<Deps, 'database' | 'clock'>): Promise<{ bookings: number; requests: number }> =>
  countBookingsOfOtherTz(database.system, { now: clock.now(), tz: tzVersion() })

/**
 * Derives the instants of coming bookings anew after the rules of a time zone have changed: the wall-clock time of the page's zone is
 * what was agreed, so it stays. Each booking that moves gets one `booking.rescheduled` with reason `tzdata`; its customer and owner
 * get mail. Requests: see `rederiveRequests`. May be run at any time, beside serving processes, and again.
 *
 * @param instantOf how a local time becomes an instant; tests hand in other rules.
 */
export async function rederiveBookings(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker' | 'publicUrl' | 'mailAddress'>,
  instantOf: (localStart: string, zone: string, former: Instant) => Instant = instantOfLocal,
): Promise<Rederived> {
  const tz = tzVersion()
  const done: Omit<Rederived, 'requests'> = { tz, unchanged: 0, moved: [], conflicts: [] }
  const wanted: { booking: Booking; startsAt: Instant }[] = []
  for (let after: Booking | undefined; ; ) {
    const listed = await listBookingsOfOtherTz(deps.database.system, {
      now: deps.clock.now(),
      tz,
      after: after?.id,
      limit: batch,
    })
    const unchanged: Booking[] = []
    for (const booking of listed) {
      const startsAt = instantOf(booking.localStart, booking.zone, booking.startsAt)
      if (startsAt.equals(booking.startsAt)) unchanged.push(booking)
      else wanted.push({ booking, startsAt })
    }
    await setTzVersion(deps.database.system, { ids: unchanged.map(({ id }) => id), tz })
    done.unchanged += unchanged.length
    after = listed.at(-1)
    if (listed.length < batch) break
  }
  // Those that move later go last first, those that move earlier first first: so nobody is in the way of the next.
  wanted.sort((one, other) => {
    const later = [one, other].map(
      ({ booking, startsAt }) => Temporal.Instant.compare(startsAt, booking.startsAt) > 0,
    )
    if (later[0] !== later[1]) return later[0] ? -1 : 1
    const order = Temporal.Instant.compare(one.booking.startsAt, other.booking.startsAt)
    return later[0] ? -order : order
  })
  for (const { booking, startsAt } of wanted) {
    const told: RederivedBooking = {
      id: publicId('booking', booking.id),
      zone: booking.zone,
      localStart: booking.localStart,
      from: isoSeconds(booking.startsAt),
      to: isoSeconds(startsAt),
    }
    const answer = await move(deps, { booking, startsAt, tz })
    if (answer === 'moved') done.moved.push(told)
    if (answer === 'taken') {
      done.conflicts.push(told)
      await planRederivationConflict(deps, { booking, belongsAt: startsAt })
    }
  }
  const requests = await rederiveRequests(deps, instantOf)
  if (wanted.length + requests.moved.length + requests.unclear.length > 0) deps.wakeWorker()
  return { ...done, requests }
}

async function move(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets'>,
  { booking: seen, startsAt, tz }: { booking: Booking; startsAt: Instant; tz: string },
): Promise<'moved' | 'taken' | 'changed-meanwhile'> {
  const done = await inAccount(deps.database, seen.accountId, async (tx) => {
    const booking = await lockBooking(tx, seen.accountId, seen.id)
    if (!booking || booking.sequence !== seen.sequence || !isPossible('move', booking.status))
      return refuse({ code: 'changed-meanwhile' })
    const moved = afterAct(booking, 'move', {
      now: deps.clock.now(),
      detail: 'by_system',
      reason: 'tzdata',
      startsAt,
      endsAt: startsAt.add(booking.startsAt.until(booking.endsAt)),
      tzVersion: tz,
    })
    if (!(await updateBooking(tx, moved))) return refuse({ code: 'taken' })
    await recordChange(tx, deps, {
      type: acts.move.event,
      booking: moved,
      by: { kind: 'system' },
      formerStartsAt: booking.startsAt,
    })
    return { ok: true as const, value: undefined }
  })
  return done.ok ? 'moved' : done.problem.code
}
