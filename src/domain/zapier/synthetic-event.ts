import type { LifecycleEvent, LifecycleEventType } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { AccountId, BookingId, BookingPageId, EventTypeId, LifecycleEventId, UserId } from '#kit/ids.ts'
import { type Instant, isoSeconds } from '#kit/time.ts'

const made = (last: number) => `00000000-0000-7000-8000-${String(last).padStart(12, '0')}`

/**
 * A made-up but realistic event for an account without bookings, so that a Zap can be built before the first customer comes. Its
 * ids are recognisably none of ours: all zeros but the last digit.
 */
export function syntheticEvent({
  now,
  type,
  owner,
}: {
  now: Instant
  type: LifecycleEventType
  owner: { name: string; zone: string }
}): LifecycleEvent {
  const start = now.toZonedDateTimeISO(owner.zone).add({ days: 7 }).withPlainTime('10:30').toInstant()
  return {
    accountId: made(1) as AccountId,
    id: made(2) as LifecycleEventId,
    type,
    bookingId: made(3) as BookingId,
    bookingPageId: made(4) as BookingPageId,
    eventTypeId: made(5) as EventTypeId,
    ownerId: made(6) as UserId,
    sequence: type === 'booking.scheduled' ? 1 : 2,
    actor: { kind: 'customer' },
    occurredAt: now,
    booking: {
      status: type === 'booking.scheduled' ? 'Scheduled' : 'Completed',
      subject: 'Product demo',
      createdAt: isoSeconds(now),
      updatedAt: isoSeconds(now),
      startsAt: isoSeconds(start),
      endsAt: isoSeconds(start.add({ minutes: 30 })),
      mode: 'Automatic booking',
      physicalLocation: '',
      virtualLocation: 'https://video.example.com/product-demo',
      customerPath: '/my-booking/sample',
      customer: {
        name: 'Lena Novak',
        email: 'lena@example.org',
        company: 'Novak Design',
        phone: '+12025550195',
        note: 'Please show the reports.',
        zone: 'America/New_York',
      },
      answers: [],
      page: {
        publicName: owner.name,
        internalLabel: owner.name,
        slug: 'sample',
        zone: owner.zone,
        category: '',
      },
      owner,
      eventType: {
        name: 'Product demo',
        description: 'A first look at the product.',
        durationMinutes: 30,
        price: '',
        currency: '',
        category: '',
      },
      initiatedBy: { customer: '', user: '' },
      reason: '',
      canceledBookingId: '',
      formerStartsAt: '',
      suggestedStarts: [],
      bookingOwnerId: '',
      formerOwnerId: '',
      detail: 'by_customer',
    },
  }
}
