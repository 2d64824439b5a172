import type { Bundle, Search, ZObject } from 'zapier-platform-core'
import { bookingOutputFields } from '../booking.ts'
import { callDoor, filled, readPage } from '../call-door.ts'
import { bookingPageField, eventTypeField } from '../input-fields.ts'
import { SCHEDULED_BOOKING } from '../samples.ts'

const choice = (value: string, label: string) => ({ value, sample: value, label })

/** The bookings that fit, in the server's order: soonest first among those to come, else newest first. */
const search = async (z: ZObject, bundle: Bundle) => {
  const { email, status, when, booking_page, event_type } = bundle.inputData
  const params = filled({ email, status, when, booking_page_id: booking_page, event_type_id: event_type })
  const response = await callDoor(z, bundle, { path: '/bookings', params })
  return readPage(z, bundle, response).items
}

export const findBooking = {
  key: 'find_booking',
  noun: 'Booking',
  display: {
    label: 'Find Booking',
    description: 'Finds a booking by customer, status, time, page or event type.',
  },
  operation: {
    inputFields: [
      {
        key: 'email',
        label: 'Customer Email',
        type: 'string',
        required: false,
        helpText: 'Only bookings of the customer with this address. Leave it empty for all customers.',
      },
      {
        key: 'status',
        label: 'Status',
        type: 'string',
        required: false,
        helpText: 'Leave it empty for every status.',
        choices: [
          choice('requested', 'Requested'),
          choice('scheduled', 'Scheduled'),
          choice('rescheduled', 'Rescheduled'),
          choice('completed', 'Completed'),
          choice('no_show', 'No-show'),
          choice('canceled', 'Canceled'),
        ],
      },
      {
        key: 'when',
        label: 'When',
        type: 'string',
        required: false,
        helpText: 'Decides which of several bookings comes first, too. Left empty it means any time.',
        choices: [
          choice('upcoming', 'To come or under way, the soonest first'),
          choice('past', 'Over, the newest first'),
          choice('any', 'Any time, the newest first'),
        ],
      },
      bookingPageField(
        false,
        'Only bookings on this page. Leave it empty for every page this connection may see.',
      ),
      eventTypeField(false, 'Only bookings of this event type. Leave it empty for all of them.'),
    ],
    perform: search,
    sample: SCHEDULED_BOOKING,
    outputFields: bookingOutputFields(),
  },
} satisfies Search
