import type { Bundle, Create, ZObject } from 'zapier-platform-core'
import { actOnBooking, bookingOutputFields } from '../booking.ts'
import { bookingField } from '../input-fields.ts'
import { CANCELED_BOOKING } from '../samples.ts'

export const cancelBooking = {
  key: 'cancel_booking',
  noun: 'Booking',
  display: { label: 'Cancel Booking', description: 'Cancels a booking for good and tells the customer.' },
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
        helpText: 'The customer reads it in the email about the cancellation.',
      },
    ],
    perform: (z: ZObject, bundle: Bundle) => {
      const { reason } = bundle.inputData
      return actOnBooking(z, bundle, 'cancel', { reason })
    },
    sample: CANCELED_BOOKING,
    outputFields: bookingOutputFields(),
  },
} satisfies Create
