import type { Bundle, Create, ZObject } from 'zapier-platform-core'
import { actOnBooking, bookingOutputFields } from '../booking.ts'
import { bookingField } from '../input-fields.ts'
import { NO_SHOW_BOOKING } from '../samples.ts'

export const setNoShow = {
  key: 'set_no_show',
  noun: 'Booking',
  display: {
    label: 'Set No-Show',
    description: 'Marks a booking as a no-show, which cannot be taken back.',
  },
  operation: {
    inputFields: [
      bookingField(
        'past',
        'Map "Booking - Tracking ID" of an earlier step, or choose one whose time has passed.',
      ),
    ],
    perform: (z: ZObject, bundle: Bundle) => actOnBooking(z, bundle, 'no-show'),
    sample: NO_SHOW_BOOKING,
    outputFields: bookingOutputFields(),
  },
} satisfies Create
