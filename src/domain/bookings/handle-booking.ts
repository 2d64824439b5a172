import { findUserOf } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import type { BookingId, UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Instant } from '#kit/time.ts'
import { type Booking, timesOf } from './booking.ts'
import { listBusyTimes, updateBooking } from './booking-repository.ts'
import { acts, afterAct, isPossible } from './booking-status.ts'
import { asUser, type ChangeDeps, type ChangeProblem } from './change-booking.ts'
import { recordChange } from './record-change.ts'

/** Schedules a request at one of the times its customer suggests. Refused when the owner's time is taken meanwhile, or past. */
export const approveRequest = (
  deps: ChangeDeps,
  asked: { viewer: User; bookingId: BookingId; start: Instant },
): Promise<Result<Booking, ChangeProblem>> =>
  asUser(deps, asked, {
    owners: (booking) => [booking.ownerId],
    work: async (tx, { booking, page, now }) => {
      if (!isPossible('approve', booking.status))
        return refuse({ code: 'not-possible', status: booking.status })
      const { start } = asked
      if (!booking.suggestedStarts.some((suggested) => suggested.equals(start)))
        return refuse({ code: 'slot-not-offered', reason: 'not among the suggested times' })
      if (Temporal.Instant.compare(start, now) < 0) return refuse({ code: 'slot-past' })
      const minutes = Math.round(booking.startsAt.until(booking.endsAt).total('minutes'))
      const scheduled = afterAct(booking, 'approve', {
        now,
        detail: 'by_user',
        ...timesOf(page.zone, start, minutes),
        zone: page.zone,
      })
      const busy = await listBusyTimes(tx, booking.accountId, {
        ownerId: booking.ownerId,
        from: scheduled.startsAt.epochMilliseconds,
        to: scheduled.endsAt.epochMilliseconds,
        except: booking.id,
      })
      if (busy.length > 0 || !(await updateBooking(tx, scheduled))) return refuse({ code: 'slot-taken' })
      await recordChange(tx, deps, {
        type: acts.approve.event,
        booking: scheduled,
        by: { kind: 'user', user: asked.viewer },
        page,
      })
      return ok(scheduled)
    },
  })

/** The customer did not come. For good: there is no way back (product.md 3.2). */
export const setNoShow = (
  deps: ChangeDeps,
  asked: { viewer: User; bookingId: BookingId },
): Promise<Result<Booking, ChangeProblem>> =>
  asUser(deps, asked, {
    work: async (tx, { booking, page, now }) => {
      if (!isPossible('set-no-show', booking.status))
        return refuse({ code: 'not-possible', status: booking.status })
      const missed = afterAct(booking, 'set-no-show', { now, detail: 'by_user' })
      await updateBooking(tx, missed)
      await recordChange(tx, deps, {
        type: acts['set-no-show'].event,
        booking: missed,
        by: { kind: 'user', user: asked.viewer },
        page,
      })
      return ok(missed)
    },
  })

/**
 * Hands a booking to another user: the former owner's time is free, the new owner's taken. The page stays, and so does whose
 * Zaps it sets in motion. Administrators only.
 */
export const reassign = (
  deps: ChangeDeps,
  asked: { viewer: User; bookingId: BookingId; toUserId: UserId; reason?: string },
): Promise<Result<Booking, ChangeProblem>> =>
  asUser(deps, asked, {
    owners: (booking) => [booking.ownerId, asked.toUserId],
    work: async (tx, { booking, page, now }) => {
      if (asked.viewer.role !== 'administrator') return refuse({ code: 'booking-not-found' })
      if (!isPossible('reassign', booking.status))
        return refuse({ code: 'not-possible', status: booking.status })
      const owner = await findUserOf(tx, booking.accountId, asked.toUserId)
      if (!owner || owner.id === booking.ownerId) return refuse({ code: 'user-not-found' })
      const handed = afterAct(booking, 'reassign', {
        now,
        detail: 'reassigned',
        reason: asked.reason?.trim() ?? '',
        ownerId: owner.id,
      })
      if (!(await updateBooking(tx, handed))) return refuse({ code: 'slot-taken' })
      await recordChange(tx, deps, {
        type: acts.reassign.event,
        booking: handed,
        formerOwnerId: booking.ownerId,
        by: { kind: 'user', user: asked.viewer },
        page,
      })
      return ok(handed)
    },
  })
