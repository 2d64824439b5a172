import type { User } from '#domain/accounts/user.ts'
import { claimIdempotencyKey } from '#domain/idempotency/claim-idempotency-key.ts'
import type { BookingId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Booking, StatusDetail } from './booking.ts'
import { updateBooking } from './booking-repository.ts'
import { acts, afterAct, type BookingAct, customerMay, isPossible } from './booking-status.ts'
import {
  asCustomer,
  asUser,
  type ChangeDeps,
  type ChangeProblem,
  type CustomerAddress,
} from './change-booking.ts'
import { recordChange, requestText } from './record-change.ts'

/** Cancels a booking, or takes a request back, for its customer, within the policy the booking was made under. */
export const cancelAsCustomer = (
  deps: ChangeDeps,
  { address, reason = '' }: { address: CustomerAddress; reason?: string },
): Promise<Result<Booking, ChangeProblem>> =>
  asCustomer(deps, address, {
    work: async (tx, { booking, page, now }) => {
      const isRequest = booking.status === 'requested'
      const act: BookingAct = isRequest ? 'cancel-request' : 'cancel'
      if (booking.status === 'canceled' || booking.status === 'completed' || booking.status === 'no_show')
        return refuse({ code: 'not-possible', status: booking.status })
      if (!customerMay('cancel', booking, now)) return refuse({ code: 'policy-forbids' })
      const said = booking.policy.reason === 'none' ? '' : reason.trim()
      if (!isRequest && booking.policy.reason === 'mandatory' && said === '')
        return refuse({ code: 'reason-missing' })
      const canceled = afterAct(booking, act, { now, detail: 'by_customer', reason: said })
      await updateBooking(tx, canceled)
      await recordChange(tx, deps, {
        type: acts[act].event,
        booking: canceled,
        by: { kind: 'customer' },
        page,
      })
      return ok(canceled)
    },
  })

/** What a user may do with a booking that shall not take place (product.md 3.4). */
export type UsersCancel =
  | { kind: 'cancel' }
  /** Also asks the customer to book anew: the same event type, or any. For a request: to suggest other times. */
  | { kind: 'ask-again'; rebook: 'same' | 'any' }

/** Cancels a booking or request for a user, who is bound by no policy. The slot is free at once. */
export const cancelAsUser = (
  deps: ChangeDeps,
  asked: {
    viewer: User
    bookingId: BookingId
    cancel: UsersCancel
    reason?: string
    /** The customer is told by whoever asks. */
    withoutCustomerMail?: boolean
    /** Refused for one that has taken place, or that nobody came to. */
    onlyBefore?: boolean
    /** Chosen by the asker: the same key with the same request cancels once, and is answered alike each time. */
    idempotencyKey?: string | undefined
  },
): Promise<Result<Booking, ChangeProblem>> =>
  asUser(deps, asked, {
    work: async (tx, { booking, page, now }) => {
      if (asked.idempotencyKey !== undefined) {
        const former = await claimIdempotencyKey(tx, booking.accountId, {
          verb: 'cancel',
          key: asked.idempotencyKey,
          request: requestText(booking.id, asked.cancel, asked.reason ?? '', asked.withoutCustomerMail),
          bookingId: booking.id,
          now,
        })
        if (former) return former.sameRequest ? ok(booking) : refuse({ code: 'idempotency-key-reused' })
      }
      if (asked.onlyBefore && (booking.status === 'completed' || booking.status === 'no_show'))
        return refuse({ code: 'not-possible', status: booking.status })
      const { act, detail } = usersAct(booking, asked.cancel)
      if (!isPossible(act, booking.status)) return refuse({ code: 'not-possible', status: booking.status })
      const canceled = afterAct(booking, act, {
        now,
        detail,
        reason: asked.reason?.trim() ?? '',
        rebook: asked.cancel.kind === 'ask-again' ? asked.cancel.rebook : null,
      })
      await updateBooking(tx, canceled)
      await recordChange(tx, deps, {
        type: acts[act].event,
        booking: canceled,
        by: { kind: 'user', user: asked.viewer },
        ...(asked.withoutCustomerMail ? { withoutCustomerMail: true } : {}),
        page,
      })
      return ok(canceled)
    },
  })

function usersAct(booking: Booking, cancel: UsersCancel): { act: BookingAct; detail: StatusDetail } {
  if (booking.status === 'requested')
    return cancel.kind === 'cancel'
      ? { act: 'cancel-request', detail: 'by_user' }
      : { act: 'request-new-times', detail: 'new_times_requested' }
  return cancel.kind === 'cancel'
    ? { act: 'cancel', detail: 'by_user' }
    : { act: 'request-reschedule', detail: 'reschedule_requested' }
}
