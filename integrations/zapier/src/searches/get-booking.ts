import type { Bundle, Search, ZObject } from 'zapier-platform-core'
import { type Booking, bookingOutputFields, bookingPath, readBooking } from '../booking.ts'
import { callDoor, textOf } from '../call-door.ts'
import { bookingField } from '../input-fields.ts'
import { explainAnswer, readProblem } from '../problems.ts'
import { SCHEDULED_BOOKING } from '../samples.ts'

/** The booking with this id as it is now. One that does not exist, or that the connection may not see, is not found. */
const search = async (z: ZObject, bundle: Bundle): Promise<Booking[]> => {
  const id = textOf(bundle.inputData.booking)
  if (id === '') return []
  const response = await callDoor(z, bundle, { path: bookingPath(id), skipThrowForStatus: true })
  if (response.status === 404 && readProblem(response.data)?.code === 'booking-not-found') return []
  const problem = explainAnswer(z, bundle, response)
  if (problem) throw problem
  return [readBooking(z, bundle, response)]
}

export const getBooking = {
  key: 'get_booking',
  noun: 'Booking',
  display: { label: 'Get Booking', description: 'Gets the present state of one booking by its tracking ID.' },
  operation: {
    inputFields: [
      bookingField('any', 'Map "Booking - Tracking ID" of an earlier step, or choose one from the list.'),
    ],
    perform: search,
    sample: SCHEDULED_BOOKING,
    outputFields: bookingOutputFields(),
  },
} satisfies Search
