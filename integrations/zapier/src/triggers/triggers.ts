import { hookTrigger } from './hook-trigger.ts'

const CANCELED_RESCHEDULED = [
  'booking.canceled_then_rescheduled',
  'booking.canceled_reschedule_requested',
] as const

const BOOKING_EVENTS = [
  'booking.scheduled',
  'booking.rescheduled',
  'booking.canceled',
  ...CANCELED_RESCHEDULED,
  'booking.completed',
  'booking.no_show',
] as const

/** Every trigger, in the order in which Zapier lists them. */
export const triggers = {
  booking_scheduled: hookTrigger({
    key: 'booking_scheduled',
    noun: 'Booking',
    label: 'Booking Scheduled',
    when: 'a booking is scheduled',
    events: ['booking.scheduled'],
  }),
  booking_rescheduled: hookTrigger({
    key: 'booking_rescheduled',
    noun: 'Booking',
    label: 'Booking Rescheduled',
    when: 'a booking is rescheduled to another time',
    events: ['booking.rescheduled'],
  }),
  booking_canceled: hookTrigger({
    key: 'booking_canceled',
    noun: 'Booking',
    label: 'Booking Canceled',
    when: 'a booking is canceled for good, with no reschedule',
    events: ['booking.canceled'],
  }),
  booking_canceled_rescheduled: hookTrigger({
    key: 'booking_canceled_rescheduled',
    noun: 'Booking',
    label: 'Booking Canceled and Rescheduled',
    when: 'a booking is canceled because it moves elsewhere, or because a reschedule is requested',
    events: CANCELED_RESCHEDULED,
  }),
  booking_completed: hookTrigger({
    key: 'booking_completed',
    noun: 'Booking',
    label: 'Booking Completed',
    when: 'the time of a booking is over',
    events: ['booking.completed'],
  }),
  booking_no_show: hookTrigger({
    key: 'booking_no_show',
    noun: 'Booking',
    label: 'Booking No-Show',
    when: 'a booking is marked as a no-show',
    events: ['booking.no_show'],
  }),
  booking_lifecycle: hookTrigger({
    key: 'booking_lifecycle',
    noun: 'Booking',
    label: 'Booking Lifecycle Event',
    when: 'a booking is scheduled, rescheduled, canceled, completed or marked as a no-show',
    events: BOOKING_EVENTS,
  }),
  contact_captured: hookTrigger({
    key: 'contact_captured',
    noun: 'Contact',
    label: 'Contact Captured',
    when: 'a customer books for the first time',
    events: ['contact.captured'],
  }),
  contact_updated: hookTrigger({
    key: 'contact_updated',
    noun: 'Contact',
    label: 'Contact Updated',
    when: 'the details of a contact change',
    events: ['contact.updated'],
  }),
  contact_lifecycle: hookTrigger({
    key: 'contact_lifecycle',
    noun: 'Contact',
    label: 'Contact Lifecycle Event',
    when: 'a contact is captured or updated',
    events: ['contact.captured', 'contact.updated'],
  }),
}
