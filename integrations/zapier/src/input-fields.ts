import type { PlainInputField } from 'zapier-platform-core'
import {
  listAllBookings,
  listBookingPages,
  listEventTypes,
  listPastBookings,
  listUpcomingBookings,
} from './choices.ts'

/** The input fields that several triggers, searches and actions ask for, each with its dropdown. */

export const bookingPageField = <const Required extends boolean>(required: Required, helpText: string) =>
  ({
    key: 'booking_page',
    label: 'Booking Page',
    type: 'string',
    required,
    resource: 'booking_page',
    helpText,
    choices: { perform: listBookingPages },
  }) as const satisfies PlainInputField

export const eventTypeField = <const Required extends boolean>(required: Required, helpText: string) =>
  ({
    key: 'event_type',
    label: 'Event Type',
    type: 'string',
    required,
    resource: 'event_type',
    helpText,
    choices: { perform: listEventTypes },
  }) as const satisfies PlainInputField

const BOOKING_CHOICES = { any: listAllBookings, upcoming: listUpcomingBookings, past: listPastBookings }

/** One booking: chosen from a list, found by a search step, or mapped from an earlier step. */
export const bookingField = (when: keyof typeof BOOKING_CHOICES, helpText: string) =>
  ({
    key: 'booking',
    label: 'Booking',
    type: 'string',
    required: true,
    resource: 'booking',
    search: 'find_booking.id',
    helpText,
    choices: { perform: BOOKING_CHOICES[when] },
  }) as const satisfies PlainInputField
