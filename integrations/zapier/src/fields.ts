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

export const EVENT_FIELDS = [
  { ...field('id', 'string', 'Event ID'), primary: true },
  field('event', 'string', 'Event'),
  field('sequence', 'integer', 'Booking - Sequence'),
  field('occurred_at', 'datetime', 'Event time'),
] as const

export const BOOKING_FIELDS = [
  field('booking_id', 'string', 'Booking - Tracking ID'),
  field('booking_status', 'string', 'Booking - Status'),
  field('booking_subject', 'string', 'Booking - Subject'),
  field('booking_creation_date', 'string', 'Booking - Creation date'),
  field('booking_created_at', 'datetime', 'Booking - Creation date (ISO 8601)'),
  field('booking_last_updated', 'string', 'Booking - Last updated'),
  field('booking_updated_at', 'datetime', 'Booking - Last updated (ISO 8601)'),
  field('booking_duration_minutes', 'integer', 'Booking - Duration in minutes'),
  field('booking_duration_seconds', 'integer', 'Booking - Duration in seconds'),
  field('booking_meeting_time_utc', 'string', 'Booking - Meeting time in UTC'),
  field('booking_starts_at', 'datetime', 'Booking - Starts at (ISO 8601, UTC)'),
  field('booking_ends_at', 'datetime', 'Booking - Ends at (ISO 8601, UTC)'),
  field('booking_meeting_time_customer_zone', 'string', "Booking - Meeting time in Customer's time zone"),
  field('booking_starting_time_customer_zone', 'string', "Booking - Starting time in Customer's time zone"),
  field(
    'booking_starts_at_customer_zone',
    'datetime',
    "Booking - Starts at in Customer's time zone (ISO 8601)",
  ),
  field('booking_meeting_time_owner_zone', 'string', "Booking - Meeting time in Owner's time zone"),
  field('booking_starting_time_owner_zone', 'string', "Booking - Starting time in Owner's time zone"),
  field('booking_starts_at_owner_zone', 'datetime', "Booking - Starts at in Owner's time zone (ISO 8601)"),
  field('booking_mode', 'string', 'Booking - Mode'),
  field('booking_summary_long', 'string', 'Booking - Summary (long)'),
  field('booking_summary_short', 'string', 'Booking - Summary (short)'),
  field('booking_invoice_line_item', 'string', 'Booking - Invoice line item'),
  field('booking_physical_location', 'string', 'Booking - Physical location'),
  field('booking_virtual_location', 'string', 'Booking - Virtual location'),
  field('booking_location', 'string', 'Booking - Virtual or physical location'),
] as const

export const CUSTOMER_FIELDS = [
  field('customer_name', 'string', 'Customer - Name'),
  field('customer_first_name', 'string', 'Customer - First name'),
  field('customer_last_name', 'string', 'Customer - Last name'),
  field('customer_email', 'string', 'Customer - Email'),
  field('customer_company', 'string', 'Customer - Company'),
  field('customer_phone', 'string', 'Customer - Phone'),
  field('customer_phone_e164', 'string', 'Customer - Phone (E.164)'),
  field('customer_note', 'string', 'Customer - Note'),
  field('customer_time_zone', 'string', 'Customer - Time zone'),
  field('customer_zone', 'string', 'Customer - Time zone (IANA)'),
] as const

export const CUSTOMER_LINK_FIELDS = [
  field('cancel_reschedule_customer_link', 'string', 'Cancel/reschedule - Customer link'),
] as const

export const BOOKING_PAGE_FIELDS = [
  field('booking_page_id', 'string', 'Booking page - ID'),
  field('booking_page_public_name', 'string', 'Booking page - Public name'),
  field('booking_page_internal_label', 'string', 'Booking page - Internal label'),
  field('booking_page_public_link', 'string', 'Booking page - Public link'),
  field('booking_page_owner', 'string', 'Booking page - Owner'),
  field('booking_page_time_zone', 'string', 'Booking page - Time zone (IANA)'),
] as const

export const EVENT_TYPE_FIELDS = [
  field('event_type_id', 'string', 'Event type - ID'),
  field('event_type_name', 'string', 'Event type - Name'),
  field('event_type_description', 'string', 'Event type - Description'),
] as const

/** What the trigger "Booking Scheduled" delivers; later triggers put their own list together from the same groups. */
export const BOOKING_SCHEDULED_FIELDS = [
  ...EVENT_FIELDS,
  ...BOOKING_FIELDS,
  ...CUSTOMER_FIELDS,
  ...CUSTOMER_LINK_FIELDS,
  ...BOOKING_PAGE_FIELDS,
  ...EVENT_TYPE_FIELDS,
] as const

/** The keys of a list of fields, in order: what a test of the server compares its payloads with. */
export const keysOf = (fields: readonly ItemField[]): string[] => fields.map(({ key }) => key)
