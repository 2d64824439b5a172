import type {
  BookingEvent,
  BookingEventType,
  BookingSnapshot,
  ContactEvent,
  LifecycleEvent,
} from '#domain/lifecycle-events/lifecycle-event.ts'
import { eventTypesOfTrigger, type Trigger } from '#domain/webhooks/subscription.ts'
import {
  type AccountId,
  type BookingId,
  type BookingPageId,
  type ContactId,
  type EventTypeId,
  type LifecycleEventId,
  publicId,
  type UserId,
} from '#kit/ids.ts'
import { type Instant, isoSeconds } from '#kit/time.ts'

const made = (last: number) => `00000000-0000-7000-8000-${String(last).padStart(12, '0')}`

const bookingId = made(3) as BookingId

/** Whose page the made-up booking is on, where nobody is named. */
const exampleOwner = { name: 'Jonas Weber', zone: 'Europe/Berlin' }

const customer = {
  name: 'Lena Novak',
  email: 'lena@example.org',
  company: 'Novak Design',
  phone: '+12025550195',
  zone: 'America/New_York',
}

/**
 * A made-up but realistic event for an account without bookings, so that a Zap can be built before the first customer comes, and for
 * test events. Its ids are recognisably none of ours: all zeros but the last digit. A pure function of what is handed in.
 */
export function syntheticEvent({
  now,
  trigger,
  owner = exampleOwner,
  id = made(2) as LifecycleEventId,
}: {
  now: Instant
  trigger: Trigger
  owner?: { name: string; zone: string } | undefined
  id?: LifecycleEventId
}): LifecycleEvent {
  const [type] = eventTypesOfTrigger[trigger]
  const any = {
    accountId: made(1) as AccountId,
    id,
    bookingPageId: made(4) as BookingPageId,
    eventTypeId: made(5) as EventTypeId,
    ownerId: made(6) as UserId,
    occurredAt: now,
    actor: { kind: 'customer' as const },
  }
  const isContact = (one: LifecycleEvent['type']): one is ContactEvent['type'] => one.startsWith('contact.')
  if (isContact(type))
    return {
      ...any,
      type,
      sequence: type === 'contact.captured' ? 1 : 2,
      contactId: made(7) as ContactId,
      contact: {
        ...customer,
        capturedAt: isoSeconds(now.subtract({ hours: type === 'contact.captured' ? 0 : 24 })),
        updatedAt: isoSeconds(now),
        changedFields: type === 'contact.captured' ? [] : ['company', 'phone'],
        bookingId: publicId('booking', bookingId),
        page: { publicName: owner.name, internalLabel: owner.name, slug: 'sample' },
        owner: { name: owner.name, zone: owner.zone },
      },
    } satisfies ContactEvent
  return {
    ...any,
    type,
    sequence: type === 'booking.scheduled' ? 1 : 2,
    bookingId,
    booking: syntheticBooking({ now, type, owner }),
  } satisfies BookingEvent
}

/** What each event leaves the made-up booking as. */
const outcomes: Partial<Record<BookingEventType, Pick<BookingSnapshot, 'status' | 'detail' | 'reason'>>> = {
  'booking.rescheduled': {
    status: 'Rescheduled',
    detail: 'by_customer',
    reason: 'I am on a train at that time.',
  },
  'booking.canceled': { status: 'Canceled', detail: 'by_customer', reason: 'We found another solution.' },
  'booking.canceled_then_rescheduled': {
    status: 'Canceled',
    detail: 'rescheduled_elsewhere',
    reason: 'I am on a train at that time.',
  },
  'booking.completed': { status: 'Completed', detail: 'by_system', reason: '' },
  'booking.no_show': { status: 'No-show', detail: 'by_user', reason: '' },
}

function syntheticBooking({
  now,
  type,
  owner,
}: {
  now: Instant
  type: BookingEventType
  owner: { name: string; zone: string }
}): BookingSnapshot {
  const isOver = type === 'booking.completed' || type === 'booking.no_show'
  const start = now
    .toZonedDateTimeISO(owner.zone)
    .add({ days: isOver ? -1 : 7 })
    .withPlainTime('10:30')
    .toInstant()
  const outcome = outcomes[type] ?? { status: 'Scheduled' as const, detail: 'by_customer', reason: '' }
  const isMoved = outcome.reason !== ''
  return {
    ...outcome,
    subject: 'Product demo',
    createdAt: isoSeconds(now.subtract({ hours: type === 'booking.scheduled' ? 0 : 72 })),
    updatedAt: isoSeconds(now),
    startsAt: isoSeconds(start),
    endsAt: isoSeconds(start.add({ minutes: 30 })),
    mode: 'Automatic booking',
    physicalLocation: '',
    virtualLocation: 'https://video.example.com/product-demo',
    customerPath: '/my-booking/sample',
    customer: { ...customer, note: 'Please show the reports.' },
    answers: [],
    page: {
      publicName: owner.name,
      internalLabel: owner.name,
      slug: 'sample',
      zone: owner.zone,
      category: '',
    },
    owner: { name: owner.name, zone: owner.zone },
    eventType: {
      name: 'Product demo',
      description: 'A first look at the product.',
      durationMinutes: 30,
      price: '',
      currency: '',
      category: '',
    },
    initiatedBy: { customer: isMoved ? customer.name : '', user: '' },
    canceledBookingId: '',
    formerStartsAt: type === 'booking.rescheduled' ? isoSeconds(start.subtract({ hours: 24 })) : '',
    suggestedStarts: [],
    bookingOwnerId: '',
    formerOwnerId: '',
  }
}
