import { type Booking, bookingIdOfPath } from '#domain/bookings/booking.ts'
import type { CustomerAddress } from '#domain/bookings/change-booking.ts'
import { showCustomersBooking } from '#domain/bookings/show-booking.ts'
import type { Deps } from '#domain/deps.ts'
import { missing } from './missing.ts'

/** A booking that its customer is about to move; `text` is how addresses carry it: `BKNG-….signature`. */
export interface Moving {
  text: string
  address: CustomerAddress
  booking: Booking
  /** It is a request, open or sent back by a user: other times are suggested for it instead of one being picked. */
  isRequest: boolean
}

const shape = /^(BKNG-[0-9A-Z]{26})\.([\w-]{22})$/

/** `move=BKNG-….signature` of an address, when there is one. One that is not right is answered as a booking that never was. */
export async function readMoving(
  deps: Pick<Deps, 'database' | 'secrets'>,
  query: URLSearchParams,
): Promise<Moving | undefined> {
  const text = query.get('move')
  if (text === null) return undefined
  const [, shownId = '', signature = ''] = shape.exec(text) ?? []
  const address = { shownId, signature }
  if (!bookingIdOfPath(deps.secrets, address)) throw missing({ what: 'booking' })
  const found = await showCustomersBooking(deps, address)
  if (!found.ok) throw missing({ what: 'booking' })
  const { booking } = found.value
  const isRequest = booking.status === 'requested' || booking.detail === 'new_times_requested'
  return { text, address, booking, isRequest }
}

/** What `move` is in an address. */
export const moveText = ({ shownId, signature }: CustomerAddress): string => `${shownId}.${signature}`
