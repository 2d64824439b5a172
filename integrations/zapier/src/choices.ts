import type { Bundle, ZObject } from 'zapier-platform-core'
import { callDoor, filled, readPage, textOf } from './call-door.ts'

type Choice = { id: string; label: string }
type Choices = { results: Choice[]; paging_token: string | null }
type Listed = Record<string, unknown>

// Zapier hands the token of one page back to get the next, which is just what the door's cursor is.
const listChoices = async (
  z: ZObject,
  bundle: Bundle,
  asked: { path: string; params?: Record<string, string>; choiceOf: (item: Listed) => Choice | undefined },
): Promise<Choices> => {
  const cursor = bundle.meta?.paging_token
  const response = await callDoor(z, bundle, {
    path: asked.path,
    params: { ...asked.params, ...(cursor && { cursor }) },
  })
  const { items, nextCursor } = readPage(z, bundle, response)
  return { results: items.flatMap((item) => asked.choiceOf(item) ?? []), paging_token: nextCursor }
}

const byName = ({ id, name }: Listed): Choice => ({ id: String(id), label: String(name) })

/** The booking pages the key may see, page by page, for a dropdown. */
export const listBookingPages = (z: ZObject, bundle: Bundle) =>
  listChoices(z, bundle, { path: '/booking-pages', choiceOf: byName })

/** The event types the key may see, page by page, for a dropdown. */
export const listEventTypes = (z: ZObject, bundle: Bundle) =>
  listChoices(z, bundle, { path: '/event-types', choiceOf: byName })

/** "Thu, Feb 16, 2023, 04:30 PM: Lena Novak (Product demo)", in the owner's time zone. */
const labelOfBooking = (booking: Listed): string => {
  const what = textOf(booking.event_type_name) || textOf(booking.booking_subject)
  const who = `${booking.booking_starting_time_owner_zone}: ${booking.customer_name}`
  return what ? `${who} (${what})` : who
}

const listBookings = (z: ZObject, bundle: Bundle, when: string, isOffered: (status: string) => boolean) =>
  listChoices(z, bundle, {
    path: '/bookings',
    params: { when },
    choiceOf: (booking) =>
      isOffered(String(booking.booking_status))
        ? { id: String(booking.id), label: labelOfBooking(booking) }
        : undefined,
  })

/** Every booking the key may see, newest first. */
export const listAllBookings = (z: ZObject, bundle: Bundle) => listBookings(z, bundle, 'any', () => true)

/** The bookings to come that still take place, soonest first. */
export const listUpcomingBookings = (z: ZObject, bundle: Bundle) =>
  listBookings(z, bundle, 'upcoming', (status) => status !== 'Canceled' && status !== 'No-show')

/** The bookings whose time has passed and to which a customer could have come, newest first. */
export const listPastBookings = (z: ZObject, bundle: Bundle) =>
  listBookings(z, bundle, 'past', (status) => !['Requested', 'Canceled', 'No-show'].includes(status))

/** The free starting times of the page and event type chosen above. */
export const listStarts = (z: ZObject, bundle: Bundle) => {
  const { booking_page, event_type } = bundle.inputData
  const params = filled({ booking_page_id: booking_page, event_type_id: event_type })
  if (!params.booking_page_id || !params.event_type_id) {
    throw new z.errors.Error('Choose a booking page and an event type first.', 'choose-first')
  }
  return listChoices(z, bundle, {
    path: '/slots',
    params,
    choiceOf: ({ start, label }) => ({ id: String(start), label: String(label) }),
  })
}
