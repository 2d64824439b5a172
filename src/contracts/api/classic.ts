import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { OneTimeLinkShape } from './one-time-link.ts'
import { deletedOf, idOf, listOf, paging, QueryId, TimeZoneShape } from './values.ts'

export const BookingPageShape = z
  .strictObject({
    object: z.literal('booking_page'),
    id: idOf('BP'),
    name: z.string(),
    label: z.string(),
    url: z.string(),
    active: z.boolean(),
    timezone: TimeZoneShape,
  })
  .meta({ id: 'BookingPage' })
export const DeletedBookingPageShape = deletedOf('booking_page', 'BP')

export const EventTypeShape = z
  .strictObject({
    object: z.literal('event_type'),
    id: idOf('ET'),
    name: z.string(),
    label: z.string(),
    description: z.string(),
  })
  .meta({ id: 'EventType' })
export const DeletedEventTypeShape = deletedOf('event_type', 'ET')

const MasterPageShape = z
  .strictObject({
    object: z.literal('master_page'),
    id: idOf('MP'),
    name: z.string(),
    label: z.string(),
    url: z.string(),
    active: z.boolean(),
  })
  .meta({ id: 'MasterPage' })

const area = 'Booking pages'

export const listBookingPages = endpoint({
  method: 'GET',
  path: '/booking-pages',
  name: 'listBookingPages',
  area,
  summary: 'List booking pages',
  need: 'read',
  query: z.object({ ...paging, master_page: QueryId, event_type: QueryId, user: QueryId }),
  status: 200,
  answer: listOf('BookingPage', BookingPageShape),
  isList: true,
  refusals: [],
})

export const getBookingPage = endpoint({
  method: 'GET',
  path: '/booking-pages/{id}',
  name: 'getBookingPage',
  area,
  noun: 'booking page',
  summary: 'Get a booking page',
  need: 'read',
  status: 200,
  answer: z.union([BookingPageShape, DeletedBookingPageShape]),
  refusals: [],
})

export const listEventTypes = endpoint({
  method: 'GET',
  path: '/event-types',
  name: 'listEventTypes',
  area,
  summary: 'List event types',
  need: 'read',
  query: z.object(paging),
  status: 200,
  answer: listOf('EventType', EventTypeShape),
  isList: true,
  refusals: [],
})

export const getEventType = endpoint({
  method: 'GET',
  path: '/event-types/{id}',
  name: 'getEventType',
  area,
  noun: 'event type',
  summary: 'Get an event type',
  need: 'read',
  status: 200,
  answer: z.union([EventTypeShape, DeletedEventTypeShape]),
  refusals: [],
})

export const listMasterPages = endpoint({
  method: 'GET',
  path: '/master-pages',
  name: 'listMasterPages',
  area,
  summary: 'List master pages',
  description: 'Hourwire has no master pages: always empty.',
  need: 'read',
  query: z.object(paging),
  status: 200,
  answer: listOf('MasterPage', MasterPageShape),
  isList: true,
  refusals: [],
})

export const getMasterPage = endpoint({
  method: 'GET',
  path: '/master-pages/{id}',
  name: 'getMasterPage',
  area,
  noun: 'master page',
  summary: 'Get a master page',
  need: 'read',
  status: 200,
  answer: MasterPageShape,
  refusals: [],
})

export const createMasterPageLink = endpoint({
  method: 'POST',
  path: '/master-pages/{id}/one-time-links',
  name: 'createMasterPageLink',
  area,
  noun: 'master page',
  summary: 'Make a link that books once on a master page',
  description: 'Hourwire has no master pages: always 404. See the one-time links of booking calendars.',
  need: 'write',
  status: 200,
  answer: OneTimeLinkShape,
  refusals: [],
})
