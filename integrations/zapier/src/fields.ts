/**
 * Every field an item can carry: key, type and label, in the order in which Zapier lists them. The keys are the
 * promise to running Zaps: renaming or dropping one breaks them, adding one does not.
 *
 * Text under a label without a format is ready to read ("Thu, Feb 16, 2023, 03:30 PM"); beside it stands the
 * same instant as ISO 8601, for software. Empty text is "", so the set of keys never changes.
 */

type FieldType = 'string' | 'integer' | 'datetime'

export type ItemField = { key: string; type: FieldType; label: string; primary?: true; required?: true }

/** One item of a trigger: a flat object with exactly the keys of its fields. */
export type ItemOf<Fields extends readonly ItemField[]> = {
  [Field in Fields[number] as Field['key']]: Field['type'] extends 'integer' ? number : string
}

const field = <const Key extends string, const Type extends FieldType>(key: Key, type: Type, label: string) =>
  ({ key, type, label, required: true }) as const

const text = <const Key extends string>(key: Key, label: string) => field(key, 'string', label)
const iso = <const Key extends string>(key: Key, label: string) => field(key, 'datetime', `${label} (ISO)`)
const count = <const Key extends string>(key: Key, label: string) => field(key, 'integer', label)

/** What happened: the same four for every trigger. */
export const EVENT_FIELDS = [
  { ...text('id', 'Event ID'), primary: true },
  text('event', 'Event'),
  count('sequence', 'Event - Sequence'),
  field('occurred_at', 'datetime', 'Event - Occurred at'),
] as const

const PAGE_FIELDS = [
  text('booking_page_id', 'Booking page - ID'),
  text('booking_page_public_name', 'Booking page - Public name'),
  text('booking_page_internal_label', 'Booking page - Internal label'),
  text('booking_page_public_link', 'Booking page - Public link'),
  text('booking_page_owner', 'Booking page - Owner'),
] as const

const BOOKING_FIELDS = [
  text('booking_id', 'Booking - Tracking ID'),
  text('booking_status', 'Booking - Status'),
  text('booking_subject', 'Booking - Subject'),
  text('booking_creation_date', 'Booking - Creation date'),
  iso('booking_created_at', 'Booking - Creation date'),
  text('booking_last_updated', 'Booking - Last updated'),
  iso('booking_updated_at', 'Booking - Last updated'),
  count('booking_duration_minutes', 'Booking - Duration in minutes'),
  count('booking_duration_seconds', 'Booking - Duration in seconds'),
  text('booking_meeting_time_utc', 'Booking - Meeting time in UTC'),
  iso('booking_starts_at', 'Booking - Start in UTC'),
  iso('booking_ends_at', 'Booking - End in UTC'),
  text('booking_meeting_time_customer_zone', "Booking - Meeting time in Customer's time zone"),
  text('booking_starting_time_customer_zone', "Booking - Starting time in Customer's time zone"),
  iso('booking_starts_at_customer_zone', "Booking - Start in Customer's time zone"),
  iso('booking_ends_at_customer_zone', "Booking - End in Customer's time zone"),
  text('booking_meeting_time_owner_zone', "Booking - Meeting time in Owner's time zone"),
  text('booking_starting_time_owner_zone', "Booking - Starting time in Owner's time zone"),
  iso('booking_starts_at_owner_zone', "Booking - Start in Owner's time zone"),
  iso('booking_ends_at_owner_zone', "Booking - End in Owner's time zone"),
  text('booking_mode', 'Booking - Mode'),
  count('booking_number_of_sessions', 'Booking - Number of sessions scheduled'),
  text('booking_package_id', 'Booking - Package ID'),
  text('booking_summary_long', 'Booking - Summary (long)'),
  text('booking_summary_short', 'Booking - Summary (short)'),
  text('booking_invoice_line_item', 'Booking - Invoice line item'),
  text('booking_physical_location', 'Booking - Physical location'),
  text('booking_virtual_location', 'Booking - Virtual location'),
  text('booking_location', 'Booking - Virtual or physical location'),
  text('booking_attachment', 'Booking - Attachment'),
  text('join_link', 'Booking - Join link'),
  text('manage_link', 'Booking - Manage link'),
  text('booking_answers', 'Booking - Answers'),
  text('customer_name', 'Customer - Name'),
  text('customer_first_name', 'Customer - First name'),
  text('customer_last_name', 'Customer - Last name'),
  text('customer_email', 'Customer - Email'),
  text('customer_company', 'Customer - Company'),
  text('customer_phone', 'Customer - Phone'),
  text('customer_phone_e164', 'Customer - Phone (E.164)'),
  text('customer_mobile_phone', 'Customer - Mobile phone'),
  text('customer_mobile_phone_e164', 'Customer - Mobile phone (E.164)'),
  text('customer_note', 'Customer - Note'),
  text('customer_time_zone', 'Customer - Time zone'),
  text('customer_zone', 'Customer - Time zone (IANA)'),
  text('customer_country', 'Customer - Country'),
  text('customer_state', 'Customer - State'),
  text('customer_location', 'Customer - Location'),
  ...PAGE_FIELDS,
  text('booking_page_time_zone', 'Booking page - Time zone'),
  text('booking_page_category', 'Booking page - Category'),
  text('master_page_public_name', 'Master page - Public name'),
  text('master_page_internal_label', 'Master page - Internal label'),
  text('master_page_public_link', 'Master page - Public link'),
  text('event_type_id', 'Event type - ID'),
  text('event_type_name', 'Event type - Name'),
  text('event_type_description', 'Event type - Description'),
  text('event_type_price', 'Event type - Price'),
  text('event_type_currency', 'Event type - Currency'),
  text('event_type_category', 'Event type - Category'),
] as const

const INITIATOR_FIELDS = [
  text('cancel_reschedule_by_customer', 'Cancel/reschedule - Initiated by customer name'),
  text('cancel_reschedule_by_user', 'Cancel/reschedule - Initiated by user name'),
  text('cancel_reschedule_reason', 'Cancel/reschedule - Reason'),
] as const

const CHANGE_SUMMARY_FIELDS = [
  text('cancel_reschedule_summary_long', 'Cancel/reschedule - Summary (long)'),
  text('cancel_reschedule_summary_short', 'Cancel/reschedule - Summary (short)'),
] as const

const CUSTOMER_LINK_FIELDS = [
  text('cancel_reschedule_customer_link', 'Cancel/reschedule - Customer link'),
] as const

const FORMER_BOOKING_FIELDS = [
  text('cancel_reschedule_canceled_booking_id', 'Cancel/reschedule - Tracking ID (canceled booking)'),
  text('booking_former_start', "Booking - Former starting time in Owner's time zone"),
  iso('booking_former_starts_at', 'Booking - Former start'),
] as const

const CONTACT_FIELDS = [
  text('contact_id', 'Contact - ID'),
  text('contact_name', 'Contact - Name'),
  text('contact_first_name', 'Contact - First name'),
  text('contact_last_name', 'Contact - Last name'),
  text('contact_email', 'Contact - Email'),
  text('contact_company', 'Contact - Company'),
  text('contact_phone', 'Contact - Phone'),
  text('contact_phone_e164', 'Contact - Phone (E.164)'),
  text('contact_time_zone', 'Contact - Time zone'),
  text('contact_zone', 'Contact - Time zone (IANA)'),
  text('contact_captured_date', 'Contact - Captured'),
  iso('contact_captured_at', 'Contact - Captured'),
  text('contact_last_updated', 'Contact - Last updated'),
  iso('contact_updated_at', 'Contact - Last updated'),
  text('contact_changed_fields', 'Contact - Changed fields'),
  text('booking_id', 'Contact - Tracking ID of the booking'),
  ...PAGE_FIELDS,
] as const

const ALL_BOOKING_FIELDS = [
  ...BOOKING_FIELDS,
  ...INITIATOR_FIELDS,
  ...CHANGE_SUMMARY_FIELDS,
  ...CUSTOMER_LINK_FIELDS,
  ...FORMER_BOOKING_FIELDS,
] as const

/** Every field of a booking's item; the specific triggers leave some out. */
export const BOOKING_LIFECYCLE_FIELDS = [...EVENT_FIELDS, ...ALL_BOOKING_FIELDS] as const

export const CONTACT_LIFECYCLE_FIELDS = [...EVENT_FIELDS, ...CONTACT_FIELDS] as const

/** What each trigger delivers, beside the account's custom fields in the items of bookings. */
export const TRIGGER_FIELDS = {
  booking_scheduled: [...EVENT_FIELDS, ...BOOKING_FIELDS, ...CUSTOMER_LINK_FIELDS],
  booking_rescheduled: BOOKING_LIFECYCLE_FIELDS,
  booking_canceled: [...EVENT_FIELDS, ...BOOKING_FIELDS, ...INITIATOR_FIELDS],
  booking_canceled_rescheduled: [
    ...EVENT_FIELDS,
    ...BOOKING_FIELDS,
    ...INITIATOR_FIELDS,
    ...CHANGE_SUMMARY_FIELDS,
  ],
  booking_completed: [...EVENT_FIELDS, ...BOOKING_FIELDS],
  booking_no_show: [...EVENT_FIELDS, ...BOOKING_FIELDS],
  booking_lifecycle: BOOKING_LIFECYCLE_FIELDS,
  contact_captured: CONTACT_LIFECYCLE_FIELDS,
  contact_updated: CONTACT_LIFECYCLE_FIELDS,
  contact_lifecycle: CONTACT_LIFECYCLE_FIELDS,
} as const

export type TriggerKey = keyof typeof TRIGGER_FIELDS

/** A booking as searches and actions give it: the fields of an item without what happened. */
export const BOOKING_OUTPUT_FIELDS = [
  { ...text('id', 'Booking ID'), primary: true },
  ...ALL_BOOKING_FIELDS,
] as const

/** A contact as a search gives it. */
export const CONTACT_OUTPUT_FIELDS = [
  { ...text('id', 'Contact ID'), primary: true },
  text('name', 'Contact - Name'),
  text('first_name', 'Contact - First name'),
  text('last_name', 'Contact - Last name'),
  text('email', 'Contact - Email'),
  text('company', 'Contact - Company'),
  text('phone', 'Contact - Phone'),
  text('phone_e164', 'Contact - Phone (E.164)'),
  text('time_zone', 'Contact - Time zone'),
  text('zone', 'Contact - Time zone (IANA)'),
  iso('captured_at', 'Contact - Captured'),
  iso('updated_at', 'Contact - Last updated'),
  text('last_booking_id', 'Contact - Tracking ID of the last booking'),
] as const

/** The keys of a list of fields, in order: what a test of the server compares its payloads with. */
export const keysOf = (fields: readonly ItemField[]): string[] => fields.map(({ key }) => key)
