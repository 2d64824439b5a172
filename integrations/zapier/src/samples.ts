import {
  type BOOKING_LIFECYCLE_FIELDS,
  BOOKING_OUTPUT_FIELDS,
  type CONTACT_LIFECYCLE_FIELDS,
  type CONTACT_OUTPUT_FIELDS,
  type ItemField,
  type ItemOf,
  TRIGGER_FIELDS,
  type TriggerKey,
} from './fields.ts'

/** What a person maps fields from who skips the test. Nobody in it is real; the story is told over several triggers. */

type BookingItem = ItemOf<typeof BOOKING_LIFECYCLE_FIELDS>
type ContactItem = ItemOf<typeof CONTACT_LIFECYCLE_FIELDS>
type Item = Record<string, string | number>

const pick = (fields: readonly ItemField[], values: Item): Item =>
  Object.fromEntries(fields.map(({ key }) => [key, values[key] as string | number]))

const BASE = 'https://hourwire.example.com'

const PAGE = {
  booking_page_id: 'BP-8N3VKD5R',
  booking_page_public_name: 'Meet Jonas',
  booking_page_internal_label: 'Jonas, demos',
  booking_page_public_link: `${BASE}/jonas`,
  booking_page_owner: 'Jonas Weber',
}

const summaries = (weekdayAndTime: string, inCustomersZone: string) => ({
  booking_summary_long:
    `Meeting with: Lena Novak, Company: Novak Design, Subject: Product demo, Start time: ${weekdayAndTime}, ` +
    'Duration: 30 min, Location: https://meet.example.com/novak-demo, Customer email: lena@example.org, ' +
    'Customer phone: +12025550195, Customer mobile phone: +12025550196, ' +
    'Note from customer: Please show the reports.',
  booking_invoice_line_item: `Product demo, ${inCustomersZone}, 30 min, with Jonas Weber`,
})

const SUMMARY_SHORT =
  'Meeting with: Lena Novak, Company: Novak Design, Location: https://meet.example.com/novak-demo, ' +
  'Note from customer: Please show the reports.'

const SCHEDULED: BookingItem = {
  id: 'EVNT-7QH2M4ZC9KXT',
  event: 'booking.scheduled',
  sequence: 1,
  occurred_at: '2023-02-14T10:00:00Z',
  booking_id: 'BKNG-4T9XW2LPQ6MD',
  booking_status: 'Scheduled',
  booking_subject: 'Product demo',
  booking_creation_date: 'Tue, Feb 14, 2023, 11:00 AM',
  booking_created_at: '2023-02-14T11:00:00+01:00',
  booking_last_updated: 'Tue, Feb 14, 2023, 11:00 AM',
  booking_updated_at: '2023-02-14T11:00:00+01:00',
  booking_duration_minutes: 30,
  booking_duration_seconds: 1800,
  booking_meeting_time_utc: 'Thu, Feb 16, 2023, 03:30 PM',
  booking_starts_at: '2023-02-16T15:30:00Z',
  booking_ends_at: '2023-02-16T16:00:00Z',
  booking_meeting_time_customer_zone: 'Thu, Feb 16, 2023, 10:30 AM - 11:00 AM',
  booking_starting_time_customer_zone: 'Thu, Feb 16, 2023, 10:30 AM',
  booking_starts_at_customer_zone: '2023-02-16T10:30:00-05:00',
  booking_ends_at_customer_zone: '2023-02-16T11:00:00-05:00',
  booking_meeting_time_owner_zone: 'Thu, Feb 16, 2023, 04:30 PM - 05:00 PM',
  booking_starting_time_owner_zone: 'Thu, Feb 16, 2023, 04:30 PM',
  booking_starts_at_owner_zone: '2023-02-16T16:30:00+01:00',
  booking_ends_at_owner_zone: '2023-02-16T17:00:00+01:00',
  booking_mode: 'Automatic booking',
  booking_number_of_sessions: 1,
  booking_package_id: '',
  ...summaries('Thursday, Feb 16, 2023, 04:30 PM', 'Thu, Feb 16, 2023, 10:30 AM'),
  booking_summary_short: SUMMARY_SHORT,
  booking_physical_location: '',
  booking_virtual_location: 'https://meet.example.com/novak-demo',
  booking_location: 'https://meet.example.com/novak-demo',
  booking_attachment: '',
  join_link: 'https://meet.example.com/novak-demo',
  manage_link: `${BASE}/activity/BKNG-4T9XW2LPQ6MD`,
  booking_answers: 'Company size: 11 to 50, How did you hear of us: From a friend',
  customer_name: 'Lena Novak',
  customer_first_name: 'Lena',
  customer_last_name: 'Novak',
  customer_email: 'lena@example.org',
  customer_company: 'Novak Design',
  customer_phone: '1-2025550195',
  customer_phone_e164: '+12025550195',
  customer_mobile_phone: '1-2025550196',
  customer_mobile_phone_e164: '+12025550196',
  customer_note: 'Please show the reports.',
  customer_time_zone: 'Eastern Time (GMT-5:00)',
  customer_zone: 'America/New_York',
  customer_country: 'United States',
  customer_state: 'New York',
  customer_location: 'Buffalo',
  ...PAGE,
  booking_page_time_zone: 'Europe/Berlin',
  booking_page_category: 'Sales',
  master_page_public_name: '',
  master_page_internal_label: '',
  master_page_public_link: '',
  event_type_id: 'ET-2C7HYB6W',
  event_type_name: 'Product demo',
  event_type_description: 'Half an hour with your questions and our answers.',
  event_type_price: '',
  event_type_currency: '',
  event_type_category: 'Demos',
  cancel_reschedule_by_customer: '',
  cancel_reschedule_by_user: '',
  cancel_reschedule_reason: '',
  cancel_reschedule_summary_long: '',
  cancel_reschedule_summary_short: '',
  cancel_reschedule_customer_link: `${BASE}/my-booking/4T9XW2LPQ6MD`,
  cancel_reschedule_canceled_booking_id: '',
  booking_former_start: '',
  booking_former_starts_at: '',
}

const REASON = 'I am on a train at that time.'

const changedAt = (id: string, event: string, sequence: number, occurredAt: string, updated: string) => ({
  id,
  event,
  sequence,
  occurred_at: occurredAt,
  booking_last_updated: updated,
})

const changeSummaries = (sentence: string, long: string) => {
  const opening = `${sentence} Rescheduling reason: ${REASON}`
  return {
    cancel_reschedule_by_customer: 'Lena Novak',
    cancel_reschedule_reason: REASON,
    cancel_reschedule_summary_long: `${opening} ${long}`,
    cancel_reschedule_summary_short: `${opening} ${SUMMARY_SHORT}`,
  }
}

const MOVED_SUMMARIES = summaries('Tuesday, Feb 21, 2023, 03:00 PM', 'Tue, Feb 21, 2023, 09:00 AM')

const RESCHEDULED: BookingItem = {
  ...SCHEDULED,
  ...changedAt(
    'EVNT-3FD8RP1V6WBN',
    'booking.rescheduled',
    2,
    '2023-02-15T08:20:00Z',
    'Wed, Feb 15, 2023, 09:20 AM',
  ),
  booking_status: 'Rescheduled',
  booking_updated_at: '2023-02-15T09:20:00+01:00',
  booking_meeting_time_utc: 'Tue, Feb 21, 2023, 02:00 PM',
  booking_starts_at: '2023-02-21T14:00:00Z',
  booking_ends_at: '2023-02-21T14:30:00Z',
  booking_meeting_time_customer_zone: 'Tue, Feb 21, 2023, 09:00 AM - 09:30 AM',
  booking_starting_time_customer_zone: 'Tue, Feb 21, 2023, 09:00 AM',
  booking_starts_at_customer_zone: '2023-02-21T09:00:00-05:00',
  booking_ends_at_customer_zone: '2023-02-21T09:30:00-05:00',
  booking_meeting_time_owner_zone: 'Tue, Feb 21, 2023, 03:00 PM - 03:30 PM',
  booking_starting_time_owner_zone: 'Tue, Feb 21, 2023, 03:00 PM',
  booking_starts_at_owner_zone: '2023-02-21T15:00:00+01:00',
  booking_ends_at_owner_zone: '2023-02-21T15:30:00+01:00',
  ...MOVED_SUMMARIES,
  ...changeSummaries('The meeting was rescheduled.', MOVED_SUMMARIES.booking_summary_long),
  booking_former_start: SCHEDULED.booking_starting_time_owner_zone,
  booking_former_starts_at: SCHEDULED.booking_starts_at_owner_zone,
}

const CANCELED: BookingItem = {
  ...SCHEDULED,
  ...changedAt(
    'EVNT-9BT5KX7M2QHC',
    'booking.canceled',
    2,
    '2023-02-15T08:20:00Z',
    'Wed, Feb 15, 2023, 09:20 AM',
  ),
  booking_status: 'Canceled',
  booking_updated_at: '2023-02-15T09:20:00+01:00',
  cancel_reschedule_by_customer: 'Lena Novak',
  cancel_reschedule_reason: REASON,
}

const CANCELED_RESCHEDULED: BookingItem = {
  ...CANCELED,
  id: 'EVNT-6VN4CJ8Z1DRT',
  event: 'booking.canceled_then_rescheduled',
  ...changeSummaries('The meeting was canceled and is to be rescheduled.', SCHEDULED.booking_summary_long),
}

const COMPLETED: BookingItem = {
  ...SCHEDULED,
  ...changedAt(
    'EVNT-5KP7WD3H9YMF',
    'booking.completed',
    2,
    '2023-02-16T16:00:00Z',
    'Thu, Feb 16, 2023, 05:00 PM',
  ),
  booking_status: 'Completed',
  booking_updated_at: '2023-02-16T17:00:00+01:00',
}

const NO_SHOW: BookingItem = {
  ...SCHEDULED,
  ...changedAt(
    'EVNT-2GX9RB6T4NQK',
    'booking.no_show',
    3,
    '2023-02-16T16:10:00Z',
    'Thu, Feb 16, 2023, 05:10 PM',
  ),
  booking_status: 'No-show',
  booking_updated_at: '2023-02-16T17:10:00+01:00',
}

const CAPTURED: ContactItem = {
  id: 'EVNT-8LW3ZT5C7PGJ',
  event: 'contact.captured',
  sequence: 1,
  occurred_at: '2023-02-14T10:00:00Z',
  contact_id: 'CTC-5RJ8NQ2XKD7V',
  contact_name: 'Lena Novak',
  contact_first_name: 'Lena',
  contact_last_name: 'Novak',
  contact_email: 'lena@example.org',
  contact_company: 'Novak Design',
  contact_phone: '1-2025550195',
  contact_phone_e164: '+12025550195',
  contact_time_zone: 'Eastern Time (GMT-5:00)',
  contact_zone: 'America/New_York',
  contact_captured_date: 'Tue, Feb 14, 2023, 11:00 AM',
  contact_captured_at: '2023-02-14T11:00:00+01:00',
  contact_last_updated: 'Tue, Feb 14, 2023, 11:00 AM',
  contact_updated_at: '2023-02-14T11:00:00+01:00',
  contact_changed_fields: '',
  booking_id: SCHEDULED.booking_id,
  ...PAGE,
}

const UPDATED: ContactItem = {
  ...CAPTURED,
  id: 'EVNT-1DM6YK9B3XVR',
  event: 'contact.updated',
  sequence: 2,
  occurred_at: '2023-03-02T13:45:00Z',
  contact_last_updated: 'Thu, Mar 02, 2023, 02:45 PM',
  contact_updated_at: '2023-03-02T14:45:00+01:00',
  contact_changed_fields: 'Company, Phone',
  booking_id: 'BKNG-7C2QJ5WN8RFX',
}

const VALUES = {
  booking_scheduled: SCHEDULED,
  booking_rescheduled: RESCHEDULED,
  booking_canceled: CANCELED,
  booking_canceled_rescheduled: CANCELED_RESCHEDULED,
  booking_completed: COMPLETED,
  booking_no_show: NO_SHOW,
  // The one with the most fields filled.
  booking_lifecycle: RESCHEDULED,
  contact_captured: CAPTURED,
  contact_updated: UPDATED,
  contact_lifecycle: UPDATED,
} satisfies Record<TriggerKey, Item>

/** The static sample of a trigger, with exactly the keys of its fields. */
export const sampleOf = (key: TriggerKey): Item => pick(TRIGGER_FIELDS[key], VALUES[key])

/** A booking as searches and actions show it. */
export const bookingSample = (item: BookingItem): Item =>
  pick(BOOKING_OUTPUT_FIELDS, { ...item, id: item.booking_id })

export const SCHEDULED_BOOKING = bookingSample(SCHEDULED)
export const NO_SHOW_BOOKING = bookingSample(NO_SHOW)
export const CANCELED_BOOKING = bookingSample({
  ...CANCELED,
  cancel_reschedule_by_customer: '',
  cancel_reschedule_by_user: 'Jonas Weber',
  cancel_reschedule_reason: 'The demo has to move, sorry.',
})

export const FOUND_CONTACT: ItemOf<typeof CONTACT_OUTPUT_FIELDS> = {
  id: CAPTURED.contact_id,
  name: CAPTURED.contact_name,
  first_name: CAPTURED.contact_first_name,
  last_name: CAPTURED.contact_last_name,
  email: CAPTURED.contact_email,
  company: CAPTURED.contact_company,
  phone: CAPTURED.contact_phone,
  phone_e164: CAPTURED.contact_phone_e164,
  time_zone: CAPTURED.contact_time_zone,
  zone: CAPTURED.contact_zone,
  captured_at: CAPTURED.contact_captured_at,
  updated_at: UPDATED.contact_updated_at,
  last_booking_id: UPDATED.booking_id,
}
