import type { Bundle, Create, ZObject } from 'zapier-platform-core'
import { actOnBooking, bookingOutputFields } from '../booking.ts'
import { bookingField } from '../input-fields.ts'
import { CANCELED_BOOKING } from '../samples.ts'

export const requestReschedule = {
  key: 'request_reschedule',
  noun: 'Booking',
  display: {
    label: 'Request Reschedule',
    description: 'Cancels a booking and asks the customer to choose a new time.',
  },
  operation: {
    inputFields: [
      bookingField(
        'upcoming',
        'Map "Booking - Tracking ID" of an earlier step, or choose one that is still to come.',
      ),
      {
        key: 'reason',
        label: 'Reason',
        type: 'text',
        required: false,
        helpText: 'The customer reads it in the email that asks for a new time.',
      },
      {
        key: 'rebook',
        label: 'What to Rebook',
        type: 'string',
        required: false,
        helpText: 'Which event type the customer may choose for the new time. Left empty it is the same one.',
        choices: [
          { value: 'same', sample: 'same', label: 'The same event type' },
          { value: 'any', sample: 'any', label: 'Any event type of the booking page' },
        ],
      },
    ],
    perform: (z: ZObject, bundle: Bundle) => {
      const { reason, rebook } = bundle.inputData
      return actOnBooking(z, bundle, 'request-reschedule', { reason, rebook })
    },
    sample: CANCELED_BOOKING,
    outputFields: bookingOutputFields(),
  },
} satisfies Create
