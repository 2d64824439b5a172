import type { Bundle, HttpResponse, ZObject } from 'zapier-platform-core'
import { callDoor, filled, readObject, textOf } from './call-door.ts'
import { listCustomFields } from './custom-fields.ts'
import { BOOKING_OUTPUT_FIELDS } from './fields.ts'
import { explainAnswer, notHourwire, readProblem } from './problems.ts'

/** A booking as the server gives it to searches and actions. */
export type Booking = Record<string, unknown> & { id: string }

/** What searches and actions that give a booking declare, custom fields included. */
export const bookingOutputFields = () => [
  ...BOOKING_OUTPUT_FIELDS.map((field) => ({ ...field })),
  listCustomFields,
]

/** The path of a booking. An id from an earlier step is only text, so it cannot lead to another address. */
export const bookingPath = (id: string): string => `/bookings/${encodeURIComponent(id)}`

/** The body as a booking, or a sentence saying that this is no Hourwire server. */
export const readBooking = (z: ZObject, bundle: Bundle, response: HttpResponse): Booking => {
  const booking = readObject(z, bundle, response)
  if (typeof booking.id === 'string' && booking.id !== '') return { ...booking, id: booking.id }
  throw new z.errors.Error(notHourwire(bundle), 'not-hourwire', response.status)
}

/**
 * Does something to the booking that is chosen in the field "Booking".
 *
 * When its status does not allow that, for example because it was canceled meanwhile, the run is halted instead of
 * failed: the Zap itself is in order, so this must not count toward turning it off.
 */
export const actOnBooking = async (
  z: ZObject,
  bundle: Bundle,
  act: 'cancel' | 'request-reschedule' | 'no-show',
  details: Record<string, unknown> = {},
): Promise<Booking> => {
  const id = textOf(bundle.inputData.booking)
  if (id === '') throw new z.errors.Error('Choose a booking, or map the ID of one.', 'booking-missing')
  const response = await callDoor(z, bundle, {
    method: 'POST',
    path: `${bookingPath(id)}/${act}`,
    body: filled(details),
    skipThrowForStatus: true,
  })
  const stated = readProblem(response.data)
  if (response.status === 409 && stated) throw new z.errors.HaltedError(stated.sentence)
  const problem = explainAnswer(z, bundle, response)
  if (problem) throw problem
  return readBooking(z, bundle, response)
}
