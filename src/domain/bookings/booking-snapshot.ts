import { mailAddressOf } from '#domain/accounts/user.ts'
import type { EventType, PublicPage } from '#domain/booking-pages/booking-page.ts'
import type { Secrets } from '#domain/deps.ts'
import type { BookingSnapshot } from '#domain/lifecycle-events/lifecycle-event.ts'
import { publicId, type UserId } from '#kit/ids.ts'
import { type Instant, isoMilliseconds, isoSeconds } from '#kit/time.ts'
import { type Booking, type BookingStatus, customerPathOf } from './booking.ts'

const statusInWords: Record<BookingStatus, BookingSnapshot['status']> = {
  requested: 'Requested',
  scheduled: 'Scheduled',
  rescheduled: 'Rescheduled',
  completed: 'Completed',
  no_show: 'No-show',
  canceled: 'Canceled',
}

/** What surrounds a booking when its event is told. */
export interface SnapshotContext {
  page: PublicPage
  eventType: EventType
  /** Whose time it is: the page's owner, or who it was reassigned to. */
  owner: { name: string; zone: string; loginId: string }
  secrets: Pick<Secrets, 'links'>
  initiatedBy?: { customer?: string; user?: string }
  formerStartsAt?: Instant
  formerOwnerId?: UserId
  withoutCustomerMail?: boolean
}

/** The booking as its lifecycle events tell it. */
export const snapshotOf = (
  booking: Omit<Booking, 'contactId'>,
  context: SnapshotContext,
): BookingSnapshot => {
  const { page, eventType, owner, secrets, initiatedBy, formerStartsAt } = context
  const { customer } = booking
  return {
    status: statusInWords[booking.status],
    subject: booking.subject || eventType.name,
    createdAt: isoSeconds(booking.createdAt),
    updatedAt: isoSeconds(booking.updatedAt),
    startsAt: isoSeconds(booking.startsAt),
    endsAt: isoSeconds(booking.endsAt),
    mode: booking.mode === 'approval' ? 'Booking with approval' : 'Automatic booking',
    physicalLocation: booking.physicalLocation,
    virtualLocation: booking.virtualLocation,
    customerPath: customerPathOf(secrets, booking),
    customer: {
      name: customer.name,
      email: customer.email,
      company: customer.company,
      phone: customer.phone,
      note: customer.note,
      zone: customer.zone,
    },
    answers: booking.answers,
    page: {
      publicName: page.publicName,
      internalLabel: page.internalLabel,
      slug: page.slug,
      zone: page.zone,
      category: page.category?.name ?? '',
    },
    owner: { name: owner.name, zone: owner.zone, email: mailAddressOf(owner) },
    eventType: {
      name: eventType.name,
      description: eventType.description,
      durationMinutes: eventType.durationMinutes,
      price: eventType.price,
      currency: eventType.currency,
      category: eventType.category?.name ?? '',
    },
    initiatedBy: { customer: initiatedBy?.customer ?? '', user: initiatedBy?.user ?? '' },
    reason: booking.reason,
    canceledBookingId: booking.reschedulesId ? publicId('booking', booking.reschedulesId) : '',
    formerStartsAt: formerStartsAt ? isoSeconds(formerStartsAt) : '',
    suggestedStarts: booking.suggestedStarts.map(isoSeconds),
    bookingOwnerId: booking.ownerId,
    formerOwnerId: context.formerOwnerId ?? '',
    detail: booking.detail,
    exact: { createdAt: isoMilliseconds(booking.createdAt), updatedAt: isoMilliseconds(booking.updatedAt) },
    ...(context.withoutCustomerMail ? { withoutCustomerMail: true as const } : {}),
  }
}
