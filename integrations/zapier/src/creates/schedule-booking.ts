import type { Bundle, Create, ZObject } from 'zapier-platform-core'
import { type Booking, bookingOutputFields, readBooking } from '../booking.ts'
import { callDoor, filled } from '../call-door.ts'
import { listStarts } from '../choices.ts'
import { answersIn, askCustomFields } from '../custom-fields.ts'
import { bookingPageField, eventTypeField } from '../input-fields.ts'
import { SCHEDULED_BOOKING } from '../samples.ts'

/**
 * Books for a customer. A time that is not free, or not offered, fails the run in the words of the server: nobody
 * else would tell that there is no booking.
 */
const schedule = async (z: ZObject, bundle: Bundle): Promise<Booking> => {
  const input = filled(bundle.inputData)
  const { booking_page, event_type, start, name, email, phone, company, note, zone, location } = input
  const answers = answersIn(input)
  const response = await callDoor(z, bundle, {
    method: 'POST',
    path: '/bookings',
    body: {
      ...filled({ booking_page_id: booking_page, event_type_id: event_type, start, name, email }),
      ...filled({ phone, company, note, zone, location }),
      ...(Object.keys(answers).length > 0 && { answers }),
    },
  })
  return readBooking(z, bundle, response)
}

export const scheduleBooking = {
  key: 'schedule_booking',
  noun: 'Booking',
  display: { label: 'Schedule Booking', description: 'Books a free time on a booking page for a customer.' },
  operation: {
    inputFields: [
      bookingPageField(true, 'The page on which the time is booked. Its owner receives the booking.'),
      eventTypeField(true, 'One that the booking page offers.'),
      {
        key: 'start',
        label: 'Starting Time',
        type: 'string',
        required: true,
        helpText:
          'The list shows the free times of this page. A time from an earlier step must be ISO 8601 with an offset, ' +
          'such as `2027-02-16T10:30:00-05:00`, and free.',
        dependsOn: ['booking_page', 'event_type'],
        choices: { perform: listStarts },
      },
      { key: 'name', label: 'Customer Name', type: 'string', required: true },
      {
        key: 'email',
        label: 'Customer Email',
        type: 'string',
        required: true,
        helpText: 'The confirmation goes to this address.',
      },
      {
        key: 'phone',
        label: 'Customer Phone',
        type: 'string',
        required: false,
        helpText: 'With the country code, such as `+1 202 555 0195`.',
      },
      { key: 'company', label: 'Customer Company', type: 'string', required: false },
      { key: 'note', label: 'Customer Note', type: 'text', required: false },
      {
        key: 'zone',
        label: 'Customer Time Zone',
        type: 'string',
        required: false,
        helpText: 'Such as `America/New_York`. Left empty it is the time zone of the booking page.',
      },
      {
        key: 'location',
        label: 'Location',
        type: 'string',
        required: false,
        helpText: 'Only where the booking page lets the customer choose one.',
      },
      // Last, so that the fields above keep their places in the list.
      askCustomFields,
    ],
    perform: schedule,
    sample: SCHEDULED_BOOKING,
    outputFields: bookingOutputFields(),
  },
} satisfies Create
