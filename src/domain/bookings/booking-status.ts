import type { ChangeLimit } from '#domain/booking-pages/booking-page.ts'
import type { BookingEventType } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { Instant } from '#kit/time.ts'
import type { Booking, BookingStatus, StatusDetail } from './booking.ts'

/** Everything that somebody, or the clock, can do to a stored booking. */
export type BookingAct =
  | 'approve'
  | 'cancel'
  | 'request-reschedule'
  | 'cancel-request'
  | 'request-new-times'
  | 'move'
  | 'move-elsewhere'
  | 'reassign'
  | 'complete'
  | 'set-no-show'

/** From which statuses each act is possible, where it leads, and the event that tells of it (product.md 3.1). */
export const acts = {
  approve: { from: ['requested'], to: 'scheduled', event: 'booking.scheduled' },
  cancel: {
    from: ['scheduled', 'rescheduled', 'completed', 'no_show'],
    to: 'canceled',
    event: 'booking.canceled',
  },
  'request-reschedule': {
    from: ['scheduled', 'rescheduled', 'completed', 'no_show'],
    to: 'canceled',
    event: 'booking.canceled_reschedule_requested',
  },
  'cancel-request': { from: ['requested'], to: 'canceled', event: 'booking.request_canceled' },
  'request-new-times': { from: ['requested'], to: 'canceled', event: 'booking.request_canceled' },
  move: { from: ['scheduled', 'rescheduled'], to: 'rescheduled', event: 'booking.rescheduled' },
  'move-elsewhere': {
    from: ['scheduled', 'rescheduled'],
    to: 'canceled',
    event: 'booking.canceled_then_rescheduled',
  },
  reassign: { from: ['scheduled', 'rescheduled'], to: undefined, event: 'booking.reassigned' },
  complete: { from: ['scheduled', 'rescheduled'], to: 'completed', event: 'booking.completed' },
  'set-no-show': {
    from: ['scheduled', 'rescheduled', 'completed'],
    to: 'no_show',
    event: 'booking.no_show',
  },
} as const satisfies Record<
  BookingAct,
  { from: BookingStatus[]; to: BookingStatus | undefined; event: BookingEventType }
>

export const isPossible = (act: BookingAct, status: BookingStatus): boolean =>
  (acts[act].from as BookingStatus[]).includes(status)

/** The booking after the act: new status, next sequence. Everything else a change brings is handed in. */
export const afterAct = (
  booking: Booking,
  act: BookingAct,
  change: { now: Instant; detail: StatusDetail; reason?: string } & Partial<
    Omit<Booking, 'status' | 'sequence' | 'updatedAt'>
  >,
): Booking => {
  const { now, ...rest } = change
  return {
    ...booking,
    reason: '',
    ...rest,
    status: acts[act].to ?? booking.status,
    sequence: booking.sequence + 1,
    updatedAt: afterwards(booking.updatedAt, now),
  }
}

/** Now, or a millisecond after the last change: receivers tell changes apart by this instant (api-contract T9). */
const afterwards = (last: Instant, now: Instant): Instant => {
  const next = last.add({ milliseconds: 1 })
  return Temporal.Instant.compare(now, next) < 0 ? next : now
}

/**
 * Whether the customer may still do it, by the policy the booking was made under. Requests are bound by none. Outside the
 * limit, or once the meeting has begun, the answer is no (product.md 3.3, 4.15).
 */
export function customerMay(
  act: 'cancel' | 'reschedule',
  booking: Pick<Booking, 'status' | 'startsAt' | 'policy'>,
  now: Instant,
): boolean {
  if (booking.status === 'requested') return true
  if (booking.status !== 'scheduled' && booking.status !== 'rescheduled') return false
  return isWithin(booking.policy[act], booking.startsAt, now)
}

function isWithin(limit: ChangeLimit, startsAt: Instant, now: Instant): boolean {
  if (limit === 'never') return false
  const minutes = limit === 'any' ? 0 : limit
  return Temporal.Instant.compare(now, startsAt.subtract({ minutes })) <= 0
}
