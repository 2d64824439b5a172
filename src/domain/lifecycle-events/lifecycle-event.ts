import type { BookingEventType, ContactEventType, FormAnswer, LifecycleEventType } from '#database/tables.ts'
import type {
  AccountId,
  BookingId,
  BookingPageId,
  ContactId,
  EventTypeId,
  LifecycleEventId,
  UserId,
} from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

export type { BookingEventType, ContactEventType, LifecycleEventType }

export type Actor = { kind: 'customer' } | { kind: 'system' } | { kind: 'user'; userId: UserId }

interface AnyLifecycleEvent {
  accountId: AccountId
  id: LifecycleEventId
  /** The page that it happened on, or that the contact came through. */
  bookingPageId: BookingPageId
  eventTypeId: EventTypeId
  /** The page's owner when it happened: scope is decided by this. */
  ownerId: UserId
  /** 1, 2, 3, … per booking or contact, without gaps. */
  sequence: number
  actor: Actor
  occurredAt: Instant
}

/** Something that happened to a booking. */
export interface BookingEvent extends AnyLifecycleEvent {
  type: BookingEventType
  bookingId: BookingId
  booking: BookingSnapshot
}

/** Something that happened to a contact. */
export interface ContactEvent extends AnyLifecycleEvent {
  type: ContactEventType
  contactId: ContactId
  contact: ContactSnapshot
}

export type LifecycleEvent = BookingEvent | ContactEvent

export const isBookingEvent = (event: LifecycleEvent): event is BookingEvent => 'booking' in event

/** What the events are of: they are told in order. */
export const subjectOf = (event: LifecycleEvent): BookingId | ContactId =>
  isBookingEvent(event) ? event.bookingId : event.contactId

/** The contact as it was when the event happened, stored with the event and never changed. */
export interface ContactSnapshot {
  name: string
  email: string
  company: string
  /** E.164, or empty. */
  phone: string
  /** IANA zone. */
  zone: string
  capturedAt: string
  updatedAt: string
  /** What this change changed; empty for a new contact. */
  changedFields: ContactField[]
  /** Public id of the booking that brought it. */
  bookingId: string
  page: { publicName: string; internalLabel: string; slug: string }
  owner: { name: string; zone: string }
}

export type ContactField = 'name' | 'email' | 'company' | 'phone' | 'zone'

/**
 * The booking as it was when the event happened, stored with the event and never changed.
 *
 * Instants are ISO 8601 in UTC; zones are IANA names; addresses are paths, so that a changed public URL heals old samples.
 */
export interface BookingSnapshot {
  status: 'Requested' | 'Scheduled' | 'Rescheduled' | 'Canceled' | 'Completed' | 'No-show'
  subject: string
  createdAt: string
  updatedAt: string
  startsAt: string
  endsAt: string
  mode: 'Automatic booking' | 'Booking with approval'
  physicalLocation: string
  virtualLocation: string
  /** Path of the customer's page of this booking. */
  customerPath: string
  customer: { name: string; email: string; company: string; phone: string; note: string; zone: string }
  /** Answers to the custom fields of the form. */
  answers: FormAnswer[]
  page: { publicName: string; internalLabel: string; slug: string; zone: string; category: string }
  owner: { name: string; zone: string /** Not there in older ones. */; email?: string }
  eventType: {
    name: string
    description: string
    durationMinutes: number
    price: string
    currency: string
    category: string
  }
  /** Who canceled or moved it, by name; both empty for what is no such change. */
  initiatedBy: { customer: string; user: string }
  /** The reason given for a cancel or move, or empty. */
  reason: string
  /** Public id of the booking that this one takes the place of, or empty. */
  canceledBookingId: string
  /** Of a moved booking: when it started before. Empty otherwise. */
  formerStartsAt: string
  /** Of a request: the times the customer suggests. */
  suggestedStarts: string[]
  /** Whose time it takes, and took before a reassignment: users' ids, or empty where an older version stored none. */
  bookingOwnerId: string
  formerOwnerId: string
  detail: string
  /** To the millisecond; not there in older ones. */
  exact?: { createdAt: string; updatedAt: string }
  /** Whoever made the change wants the customer not to be mailed. */
  withoutCustomerMail?: true
}

/** Which events a list asks for, newest first. */
export interface WantedEvents {
  types: readonly LifecycleEventType[]
  /** Only those about pages of this owner. */
  ownerId?: UserId | undefined
  bookingPageId?: BookingPageId | undefined
  eventTypeId?: EventTypeId | undefined
  limit: number
}
