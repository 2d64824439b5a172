import { z } from 'zod'
import { cancelBooking, listBookings, requestReschedule } from '#contracts/api/bookings.ts'
import { listCalendars, listTimeSlots, scheduleBooking } from '#contracts/api/calendars.ts'
import type { Endpoint } from '#contracts/api/endpoint.ts'
import type { Implementation } from './api/call.ts'
import { implementations } from './api/implementations.ts'

/** A tool of the MCP door: an endpoint of the REST API under a name and in words for assistants. */
export interface McpTool {
  name: string
  title: string
  description: string
  implementation: Implementation
  /** How the endpoint's `{id}` is called here. */
  idName?: string
  /** JSON Schema of the arguments, draft 2020-12. */
  inputSchema: { type: 'object'; properties: Record<string, object>; required: string[] }
  annotations: {
    readOnlyHint: boolean
    destructiveHint: boolean
    idempotentHint: boolean
    openWorldHint: boolean
  }
}

interface Words {
  name: string
  title: string
  description: string
  idName?: string
  isDestructive?: boolean
}

export const mcpTools: McpTool[] = [
  tool(listCalendars, {
    name: 'list_pages',
    title: 'List what can be booked',
    description:
      'Lists the booking calendars of the account: each is a booking page with one of its event types. Only those with "published": true take bookings. Their ids go into find_slots and schedule.',
  }),
  tool(listTimeSlots, {
    name: 'find_slots',
    title: 'Find free times',
    description:
      'Lists the free starting times of a calendar, ascending, in UTC, with the locations that can be chosen. Asks for at most 30 days at once; without a range the next seven days.',
    idName: 'calendar_id',
  }),
  tool(scheduleBooking, {
    name: 'schedule',
    title: 'Book a free time',
    description:
      'Books a time that find_slots gave, for a guest, who gets a confirmation by mail. Ask for the name, e-mail address and time zone of the guest where they are not known; never make them up.',
    idName: 'calendar_id',
  }),
  tool(listBookings, {
    name: 'find_bookings',
    title: 'Find bookings',
    description:
      'Lists bookings, newest first, with filters that are combined. For the next page give the id of the last booking as "after"; "has_more" says whether there is one.',
  }),
  tool(cancelBooking, {
    name: 'cancel_booking',
    title: 'Cancel a booking',
    description: 'Cancels a booking for good, and tells the guest by mail. Make sure that this is wanted.',
    idName: 'booking_id',
    isDestructive: true,
  }),
  tool(requestReschedule, {
    name: 'request_reschedule',
    title: 'Ask for another time',
    description:
      'Cancels a booking and asks the guest by mail to pick another time. Make sure that this is wanted.',
    idName: 'booking_id',
    isDestructive: true,
  }),
]

function tool(endpoint: Endpoint, { isDestructive, ...words }: Words): McpTool {
  const implementation = implementations.find((one) => one.endpoint.name === endpoint.name)
  if (!implementation) throw new Error(`Nothing implements ${endpoint.name}`)
  const own: Record<string, object> = {
    ...(words.idName && { [words.idName]: { type: 'string', description: `Id of the ${endpoint.noun}` } }),
    ...(endpoint.idempotent && {
      idempotency_key: {
        type: 'string',
        maxLength: 255,
        description: 'Chosen by you: the same key with the same arguments is done once',
      },
    }),
  }
  const { properties = {}, required = [] } = schemaOf(endpoint.query ?? endpoint.body)
  return {
    ...words,
    implementation,
    inputSchema: {
      type: 'object',
      properties: { ...own, ...properties },
      required: [...(words.idName ? [words.idName] : []), ...required],
    },
    annotations: {
      readOnlyHint: endpoint.need === 'read',
      destructiveHint: isDestructive === true,
      idempotentHint: endpoint.need === 'read',
      openWorldHint: endpoint.need !== 'read',
    },
  }
}

function schemaOf(shape: z.ZodType | undefined) {
  const schema = shape
    ? z.toJSONSchema(shape, {
        io: 'input',
        target: 'draft-2020-12',
        unrepresentable: 'any',
        reused: 'inline',
      })
    : {}
  return schema as { properties?: Record<string, object>; required?: string[] }
}
