import { z } from 'zod'
import { BookingCalendarShape, DeletedBookingCalendarShape } from './calendars.ts'
import {
  BookingPageShape,
  DeletedBookingPageShape,
  DeletedEventTypeShape,
  EventTypeShape,
} from './classic.ts'
import { ContactShape, DeletedContactShape } from './contacts.ts'
import { endpoint, keyReused } from './endpoint.ts'
import { DeletedUserShape, UserShape } from './users.ts'
import { UtmParamsShape } from './utm.ts'
import {
  bodyText,
  EarlierThan,
  expandOf,
  idOf,
  LaterThan,
  listOf,
  paging,
  QueryId,
  QueryText,
  TimestampShape,
  TimeZoneShape,
} from './values.ts'

const statuses = ['requested', 'scheduled', 'rescheduled', 'completed', 'canceled', 'no_show'] as const
export const BookingStatusShape = z.enum(statuses).meta({ id: 'BookingStatus' })

const NameAndValue = z.strictObject({ name: z.string(), value: z.unknown() })

/** An id, or the object when it is asked for by `expand`. */
const expandable = (...shapes: [z.ZodType, z.ZodType, ...z.ZodType[]]) => z.union(shapes)

/** What webhooks and the API tell alike. */
export const bookingMembers = {
  object: z.literal('booking'),
  id: idOf('BKNG'),
  tracking_id: z.string(),
  subject: z.string(),
  status: BookingStatusShape,
  in_trash: z.boolean(),
  creation_time: TimestampShape,
  starting_time: TimestampShape,
  last_updated_time: TimestampShape.meta({ description: 'Moves with every change' }),
  customer_timezone: TimeZoneShape,
  duration_minutes: z.int(),
  virtual_conferencing: z.strictObject({ join_url: z.string() }).nullable(),
  location_description: z.string().nullable(),
  rescheduled_booking_id: idOf('BKNG')
    .nullable()
    .meta({ description: 'The earlier booking that this one took the place of' }),
  cancel_reschedule_information: z
    .strictObject({
      reason: z.string().nullable(),
      actioned_by: z.enum(['user', 'customer']),
      user_id: idOf('USR').nullable(),
    })
    .nullable(),
  attendees: z.array(z.string()).meta({ description: 'E-mail addresses, the host’s first' }),
  form_submission: z
    .strictObject({
      name: z.string().nullable(),
      email: z.string().nullable(),
      phone: z.string().nullable().meta({ description: 'E.164' }),
      mobile_phone: z.string().nullable(),
      note: z.string().nullable(),
      company: z.string().nullable(),
      guests: z.array(z.string()),
      custom_fields: z.array(NameAndValue),
    })
    .nullable(),
  master_page: z.null(),
  external_calendar: z.null(),
  conversation: z.null(),
  ics_url: z.string().nullable(),
  cancel_url: z.string().nullable(),
  reschedule_url: z.string().nullable(),
  payment_information: z.null(),
  custom_fields: z.array(NameAndValue),
}

export const BookingShape = z
  .strictObject({
    ...bookingMembers,
    owner: expandable(idOf('USR'), UserShape, DeletedUserShape).meta({ description: 'The host' }),
    contact: expandable(idOf('CTC'), ContactShape, DeletedContactShape).nullable(),
    booking_page: expandable(idOf('BP'), BookingPageShape, DeletedBookingPageShape).nullable(),
    event_type: expandable(idOf('ET'), EventTypeShape, DeletedEventTypeShape).nullable(),
    booking_calendar: expandable(idOf('BKC'), BookingCalendarShape, DeletedBookingCalendarShape).nullable(),
    utm_params: UtmParamsShape,
  })
  .meta({ id: 'Booking' })

/** What `expand` can show (api-contract T24). Master page and conversation are always null here. */
const expansions = [
  'owner',
  'contact',
  'booking_page',
  'event_type',
  'booking_calendar',
  'master_page',
  'conversation',
  'conversation.contact',
  'conversation.owner',
] as const
export type BookingExpansion = (typeof expansions)[number]

const area = 'Bookings'
const noun = 'booking'

const Status = QueryText.transform((text, context): (typeof statuses)[number][] | undefined => {
  const wanted = text?.split(',').map((part) => part.trim())
  const unknown = wanted?.find((part) => !(statuses as readonly string[]).includes(part))
  if (unknown === undefined) return wanted as (typeof statuses)[number][] | undefined
  context.addIssue({
    code: 'custom',
    message: `must be one of ${statuses.join(', ')}, not "${unknown.slice(0, 100)}"`,
  })
  return z.NEVER
}).meta({ type: 'string', description: `One of ${statuses.join(', ')}; several joined by commas` })

export const listBookings = endpoint({
  method: 'GET',
  path: '/bookings',
  name: 'listBookings',
  area,
  summary: 'List bookings',
  description: 'Newest first by creation. Filters are combined with AND.',
  need: 'read',
  query: z.object({
    ...paging,
    status: Status,
    owner: QueryId.meta({ description: 'Id of the host' }),
    host: QueryId.meta({ description: 'Id of the host' }),
    contact: QueryId,
    booking_calendar: QueryId,
    booking_page: QueryId,
    event_type: QueryId,
    master_page: QueryId,
    'creation_time.gt': LaterThan,
    'creation_time.lt': EarlierThan,
    'starting_time.gt': LaterThan,
    'starting_time.lt': EarlierThan,
    'last_updated_time.gt': LaterThan,
    'last_updated_time.lt': EarlierThan,
    expand: expandOf(expansions),
  }),
  status: 200,
  answer: listOf('Booking', BookingShape),
  isList: true,
  refusals: [
    { status: 400, param: 'status', when: 'the status is unknown' },
    { status: 400, param: 'expand', when: 'an expansion does not exist' },
    ...['creation_time', 'starting_time', 'last_updated_time'].flatMap((name) => [
      { status: 400 as const, param: `${name}.gt`, when: 'it is no date, or later than the other bound' },
      { status: 400 as const, param: `${name}.lt`, when: 'it is no date' },
    ]),
  ],
})

export const getBooking = endpoint({
  method: 'GET',
  path: '/bookings/{id}',
  name: 'getBooking',
  area,
  noun,
  summary: 'Get a booking',
  need: 'read',
  query: z.object({ expand: expandOf(expansions) }),
  status: 200,
  answer: BookingShape,
  refusals: [{ status: 400, param: 'expand', when: 'an expansion does not exist' }],
})

export const cancelBooking = endpoint({
  method: 'POST',
  path: '/bookings/{id}/cancel',
  name: 'cancelBooking',
  area,
  noun,
  summary: 'Cancel a booking',
  need: 'write',
  body: z.object({
    cancellation_reason: bodyText(2000).nullish(),
    send_cancellation_email: z
      .boolean({ error: 'must be true or false' })
      .nullish()
      .meta({ description: 'False: the guest gets no mail', default: true }),
  }),
  bodyOptional: true,
  status: 200,
  answer: BookingShape,
  idempotent: 'by-verb',
  refusals: [
    { status: 400, param: 'cancellation_reason', when: 'it is not a text, or too long' },
    { status: 400, param: 'send_cancellation_email', when: 'it is neither true nor false' },
    keyReused,
    { status: 409, param: 'id', when: 'the booking is canceled, completed or a no-show' },
  ],
})

export const requestReschedule = endpoint({
  method: 'POST',
  path: '/bookings/{id}/request-reschedule',
  name: 'requestReschedule',
  area,
  noun,
  summary: 'Cancel a booking and ask the guest for another time',
  need: 'write',
  body: z.object({ reschedule_reason: bodyText(2000).nullish() }),
  bodyOptional: true,
  status: 200,
  answer: BookingShape,
  idempotent: 'by-verb',
  refusals: [
    { status: 400, param: 'reschedule_reason', when: 'it is not a text' },
    keyReused,
    { status: 409, param: 'id', when: 'the booking is canceled, completed or a no-show' },
  ],
})

export const setNoShow = endpoint({
  method: 'POST',
  path: '/bookings/{id}/no-show',
  name: 'setNoShow',
  area,
  noun,
  summary: 'Mark that the guest did not come',
  description: 'For good: there is no way back.',
  need: 'write',
  status: 200,
  answer: BookingShape,
  refusals: [{ status: 409, param: 'id', when: 'the booking is requested, canceled or a no-show' }],
})

const providers = ['google_meet', 'microsoft_teams', 'webex', 'gotomeeting', 'zoom'] as const

export const reassignBooking = endpoint({
  method: 'POST',
  path: '/bookings/{id}/reassign',
  name: 'reassignBooking',
  area,
  noun,
  summary: 'Hand a booking to another host',
  need: 'write',
  body: z.object({
    new_host: z.string({ error: 'must be the id of a user' }).max(100),
    location: z
      .object({
        type: z.literal('virtual', { error: 'must be "virtual"' }),
        value: z.enum(providers, { error: `must be one of ${providers.join(', ')}` }),
      })
      .nullish(),
  }),
  status: 200,
  answer: BookingShape,
  refusals: [
    { status: 400, param: 'new_host', when: 'it is missing' },
    { status: 400, param: 'location.type', when: 'it is not "virtual"' },
    { status: 400, param: 'location.value', when: 'it is no conferencing provider' },
    { status: 404, param: 'new_host', when: 'there is no such user' },
    { status: 409, param: 'id', when: 'the booking is neither scheduled nor rescheduled' },
    {
      status: 409,
      param: 'new_host',
      when: 'it is the present host, one who has not joined, or has no time then',
    },
    { status: 409, param: 'location.value', when: 'the new host has no such conferencing connected' },
  ],
})
