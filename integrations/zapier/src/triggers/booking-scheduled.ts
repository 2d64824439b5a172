import type { Bundle, Trigger, ZObject } from 'zapier-platform-core'
import { callDoor, readList, readObject } from '../call-door.ts'
import { listBookingPages, listEventTypes } from '../choices.ts'
import { BOOKING_SCHEDULED_FIELDS, type ItemOf } from '../fields.ts'
import { explainAnswer, notHourwire } from '../problems.ts'

const KEY = 'booking_scheduled'
const LIFECYCLE_EVENT = 'booking.scheduled'
const SAMPLE_COUNT = 3

type Filter = { booking_page?: string; event_type?: string }
type Item = Record<string, unknown>

/** Turning the Zap on: one subscription per Zap, known to the server by the address that Zapier made for it. */
export const subscribe = async (z: ZObject, bundle: Bundle<Filter>): Promise<{ id: string }> => {
  const response = await callDoor(z, {
    method: 'POST',
    path: '/subscriptions',
    body: {
      trigger: KEY,
      target_url: bundle.targetUrl,
      booking_page_id: bundle.inputData.booking_page || null,
      event_type_id: bundle.inputData.event_type || null,
    },
  })
  const { id } = readObject(z, response)
  if (typeof id !== 'string' || id === '') throw new z.errors.Error(notHourwire(), 'not-hourwire')
  return { id }
}

/**
 * Turning the Zap off. A subscription that is gone already counts as success: Zapier may ask twice, and the server
 * ends subscriptions by itself, for example when a key is revoked.
 */
export const unsubscribe = async (z: ZObject, bundle: Bundle<Filter>): Promise<{ id: string }> => {
  const id = bundle.subscribeData?.id
  if (!id) return { id: '' }
  const response = await callDoor(z, {
    method: 'DELETE',
    path: `/subscriptions/${encodeURIComponent(id)}`,
    skipThrowForStatus: true,
  })
  const isGone = response.status === 404 || response.status === 410
  const problem = isGone ? undefined : explainAnswer(z, response)
  if (problem) throw problem
  return { id }
}

/** A delivery has come in. Its body is the item; Zapier adds `querystring` when the address had one. */
export const receive = (z: ZObject, bundle: Bundle<Filter>): Item[] => {
  const { querystring: _, ...item } = (bundle.cleanedRequest ?? {}) as Item
  if (typeof item.id !== 'string' || item.id === '') {
    // Halted, because a stray call to the Zap's address must not count toward turning the Zap off.
    throw new z.errors.HaltedError(
      'What came in is not a booking from Hourwire, so nothing was done with it.',
    )
  }
  return item.event === LIFECYCLE_EVENT ? [item] : []
}

/** The newest bookings for the Zap editor, or a made-up one in the same shape from a server without any. */
export const listSamples = async (z: ZObject, bundle: Bundle<Filter>): Promise<Item[]> => {
  const { booking_page, event_type } = bundle.inputData
  const response = await callDoor(z, {
    path: '/samples',
    params: {
      trigger: KEY,
      ...(booking_page && { booking_page_id: booking_page }),
      ...(event_type && { event_type_id: event_type }),
      limit: SAMPLE_COUNT,
    },
  })
  return readList(z, response)
}

/** Shown in the editor when a person skips the test. */
export const BOOKING_SCHEDULED_SAMPLE: ItemOf<typeof BOOKING_SCHEDULED_FIELDS> = {
  id: 'EVNT-7QH2M4ZC9KXT',
  event: LIFECYCLE_EVENT,
  sequence: 1,
  occurred_at: '2023-02-14T10:00:00Z',
  booking_id: 'BKNG-4T9XW2LPQ6MD',
  booking_status: 'Scheduled',
  booking_subject: 'Product demo',
  booking_creation_date: 'Tue, Feb 14, 2023, 11:00 AM',
  booking_created_at: '2023-02-14T10:00:00Z',
  booking_last_updated: 'Tue, Feb 14, 2023, 11:00 AM',
  booking_updated_at: '2023-02-14T10:00:00Z',
  booking_duration_minutes: 30,
  booking_duration_seconds: 1800,
  booking_meeting_time_utc: 'Thu, Feb 16, 2023, 03:30 PM',
  booking_starts_at: '2023-02-16T15:30:00Z',
  booking_ends_at: '2023-02-16T16:00:00Z',
  booking_meeting_time_customer_zone: 'Thu, Feb 16, 2023, 10:30 AM - 11:00 AM',
  booking_starting_time_customer_zone: 'Thu, Feb 16, 2023, 10:30 AM',
  booking_starts_at_customer_zone: '2023-02-16T10:30:00-05:00',
  booking_meeting_time_owner_zone: 'Thu, Feb 16, 2023, 04:30 PM - 05:00 PM',
  booking_starting_time_owner_zone: 'Thu, Feb 16, 2023, 04:30 PM',
  booking_starts_at_owner_zone: '2023-02-16T16:30:00+01:00',
  booking_mode: 'Automatic booking',
  booking_summary_long:
    'Meeting with: Lena Novak, Company: Novak Design, Subject: Product demo, ' +
    'Start time: Thursday, Feb 16, 2023, 04:30 PM, Duration: 30 min, Location: https://meet.example.com/novak-demo, ' +
    'Customer email: lena@example.org, Customer phone: 1-2025550195, Note from customer: Please show the reports.',
  booking_summary_short:
    'Meeting with: Lena Novak, Company: Novak Design, Location: https://meet.example.com/novak-demo, ' +
    'Note from customer: Please show the reports.',
  booking_invoice_line_item: 'Product demo, Thu, Feb 16, 2023, 10:30 AM, 30 min, with Jonas Weber',
  booking_physical_location: '',
  booking_virtual_location: 'https://meet.example.com/novak-demo',
  booking_location: 'https://meet.example.com/novak-demo',
  customer_name: 'Lena Novak',
  customer_first_name: 'Lena',
  customer_last_name: 'Novak',
  customer_email: 'lena@example.org',
  customer_company: 'Novak Design',
  customer_phone: '1-2025550195',
  customer_phone_e164: '+12025550195',
  customer_note: 'Please show the reports.',
  customer_time_zone: 'Eastern Time (GMT-5:00)',
  customer_zone: 'America/New_York',
  cancel_reschedule_customer_link: 'https://hourwire.example.com/manage/4T9XW2LPQ6MD',
  booking_page_id: 'BP-8N3VKD5R',
  booking_page_public_name: 'Meet Jonas',
  booking_page_internal_label: 'Jonas, demos',
  booking_page_public_link: 'https://hourwire.example.com/jonas',
  booking_page_owner: 'Jonas Weber',
  booking_page_time_zone: 'Europe/Berlin',
  event_type_id: 'ET-2C7HYB6W',
  event_type_name: 'Product demo',
  event_type_description: 'Half an hour with your questions and our answers.',
}

export const bookingScheduled = {
  key: KEY,
  noun: 'Booking',
  display: {
    label: 'Booking Scheduled',
    description: 'Triggers when a booking is scheduled.',
  },
  operation: {
    type: 'hook',
    inputFields: [
      {
        key: 'booking_page',
        label: 'Booking Page',
        type: 'string',
        required: false,
        resource: 'booking_page',
        helpText: 'Only bookings made on this page. Leave it empty for every page this connection may see.',
        choices: { perform: listBookingPages },
      },
      {
        key: 'event_type',
        label: 'Event Type',
        type: 'string',
        required: false,
        resource: 'event_type',
        helpText: 'Only bookings of this event type. Leave it empty for all of them.',
        choices: { perform: listEventTypes },
      },
    ],
    performSubscribe: subscribe,
    performUnsubscribe: unsubscribe,
    perform: receive,
    performList: listSamples,
    sample: BOOKING_SCHEDULED_SAMPLE,
    outputFields: BOOKING_SCHEDULED_FIELDS.map((field) => ({ ...field })),
  },
} satisfies Trigger
