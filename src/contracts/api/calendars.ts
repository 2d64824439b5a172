import { z } from 'zod'
import { endpoint, keyReused } from './endpoint.ts'
import { OneTimeLinkShape } from './one-time-link.ts'
import { UtmParams } from './utm.ts'
import {
  BodyInstant,
  BodyZone,
  bodyText,
  deletedOf,
  idOf,
  listOf,
  paging,
  plainText,
  QueryId,
  QueryTime,
  TimestampShape,
} from './values.ts'

export const BookingCalendarShape = z
  .strictObject({
    object: z.literal('booking_calendar'),
    id: idOf('BKC'),
    host: z.string().meta({ description: 'Id of the user who owns the booking page' }),
    name: z.string().meta({ description: 'For the team' }),
    subject: z.string().meta({ description: 'For guests' }),
    url: z.string(),
    published: z.boolean().meta({ description: 'Whether it takes bookings' }),
    duration_minutes: z.int(),
  })
  .meta({ id: 'BookingCalendar' })
export const DeletedBookingCalendarShape = deletedOf('booking_calendar', 'BKC')

const locationTypes = ['physical', 'virtual', 'virtual_static', 'guest_phone', 'in_person_by_guest'] as const

const TimeSlotShape = z
  .strictObject({
    start_time: TimestampShape,
    locations: z.array(
      z.strictObject({
        type: z.enum(locationTypes),
        value: z.string().nullable(),
        id: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'TimeSlot' })

const area = 'Booking calendars'
const noun = 'booking calendar'
const unpublished = { status: 422, param: 'id', when: 'the calendar is not published' } as const

export const listCalendars = endpoint({
  method: 'GET',
  path: '/booking-calendars',
  name: 'listBookingCalendars',
  area,
  summary: 'List booking calendars',
  description: 'A booking calendar is a booking page with one of its event types.',
  need: 'read',
  query: z.object({ ...paging, host: QueryId.meta({ description: 'Id of a user' }) }),
  status: 200,
  answer: listOf('BookingCalendar', BookingCalendarShape),
  isList: true,
  refusals: [],
})

export const getCalendar = endpoint({
  method: 'GET',
  path: '/booking-calendars/{id}',
  name: 'getBookingCalendar',
  area,
  noun,
  summary: 'Get a booking calendar',
  need: 'read',
  status: 200,
  answer: BookingCalendarShape,
  refusals: [],
})

export const listTimeSlots = endpoint({
  method: 'GET',
  path: '/booking-calendars/{id}/time-slots',
  name: 'listTimeSlots',
  area,
  noun,
  summary: 'List free times',
  description:
    'Ascending, at most 30 days at once; a start in the past counts as now. Each can be booked at the moment of the answer.',
  need: 'read',
  query: z.object({
    start_time: QueryTime.meta({ description: 'Now when left out' }),
    end_time: QueryTime.meta({ description: 'Seven days after the start when left out' }),
  }),
  status: 200,
  answer: z.array(TimeSlotShape).meta({ id: 'TimeSlots' }),
  refusals: [
    { status: 400, param: 'start_time', when: 'it is no time' },
    {
      status: 400,
      param: 'end_time',
      when: 'it is no time, not after the start, or more than 30 days after it',
    },
    unpublished,
  ],
})

const BookingForm = z
  .looseObject(
    {
      name: bodyText(200, { least: 1 }),
      email: z.email({ error: 'must be an e-mail address' }).max(254),
      phone: z.string({ error: 'must be a text' }).max(50).nullish().meta({ description: 'E.164' }),
      company: bodyText(200).nullish(),
      note: bodyText(5000).nullish(),
    },
    { error: 'must be an object' },
  )
  .meta({ description: 'Name, e-mail, and the answers to the form’s questions by their names' })

export const scheduleBooking = endpoint({
  method: 'POST',
  path: '/booking-calendars/{id}/schedule',
  name: 'scheduleBooking',
  area,
  noun,
  summary: 'Book a free time',
  description: 'With an Idempotency-Key the same request books once, however often it is sent.',
  need: 'write',
  body: z.object({
    start_time: BodyInstant,
    guest_time_zone: BodyZone,
    booking_form: BookingForm,
    location: z
      .object({
        type: z.enum(locationTypes, { error: `must be one of ${locationTypes.join(', ')}` }),
        value: plainText(2000).nullish(),
      })
      .nullish(),
    utm_params: UtmParams,
  }),
  status: 200,
  answer: z.strictObject({ id: idOf('BKNG') }).meta({ id: 'Scheduled' }),
  idempotent: 'by-verb',
  refusals: [
    { status: 400, param: 'start_time', when: 'it is missing, no time, or not free' },
    { status: 400, param: 'guest_time_zone', when: 'it is missing or no time zone' },
    { status: 400, param: 'booking_form', when: 'it is missing, or an answer is missing or wrong' },
    { status: 400, param: 'booking_form.name', when: 'it is missing or empty' },
    { status: 400, param: 'booking_form.email', when: 'it is missing or no address' },
    { status: 400, param: 'booking_form.phone', when: 'it is no telephone number' },
    { status: 400, param: 'location', when: 'the calendar does not offer it, or needs one' },
    { status: 400, param: 'location.type', when: 'there is no such kind of location' },
    keyReused,
    unpublished,
  ],
})

export const createOneTimeLink = endpoint({
  method: 'POST',
  path: '/booking-calendars/{id}/one-time-links',
  name: 'createOneTimeLink',
  area,
  noun,
  summary: 'Make a link that books once',
  description:
    'It leads to the calendar’s times with the form filled in, and ends with the first booking, or unused after 90 days. Unknown answers and settings are ignored; hosts and co-hosts cannot be chosen here.',
  need: 'write',
  body: z.object({
    hide_url_params: z
      .boolean({ error: 'must be true or false' })
      .nullish()
      .meta({ description: 'False: what is filled in shows in the address', default: true }),
    booking_form: z
      .record(z.string(), z.unknown(), { error: 'must be an object' })
      .nullish()
      .meta({ description: 'Name, e-mail, and answers by their names, to fill the form in' }),
    utm_params: UtmParams,
    booking_settings: z
      .looseObject(
        {
          skip: z
            .array(z.string({ error: 'must be a list of texts' }), { error: 'must be a list of texts' })
            .nullish()
            .meta({ description: 'contact_info, questions: a form that is filled in is only confirmed' }),
        },
        { error: 'must be an object' },
      )
      .nullish(),
  }),
  bodyOptional: true,
  status: 200,
  answer: OneTimeLinkShape,
  idempotent: 'by-answer',
  refusals: [
    keyReused,
    { status: 400, param: 'hide_url_params', when: 'it is neither true nor false' },
    { status: 400, param: 'booking_form', when: 'it is no object' },
    { status: 400, param: 'booking_settings', when: 'it is no object' },
    { status: 400, param: 'booking_settings.skip', when: 'it is no list of texts' },
    { status: 400, param: 'id', when: 'the calendar is not published' },
  ],
})
