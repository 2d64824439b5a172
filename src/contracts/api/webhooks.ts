import { z } from 'zod'
import { bookingMembers } from './bookings.ts'
import { endpoint, keyReused } from './endpoint.ts'
import type { SentMessage } from './openapi.ts'
import { deletedOf, idOf, listOf, paging, plainText, TimestampShape } from './values.ts'

export const WebhookShape = z
  .strictObject({
    object: z.literal('webhook'),
    id: idOf('WHK'),
    api_version: z.literal('v2'),
    name: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    creation_time: TimestampShape,
    secret: z.string().meta({ description: 'Signs what is sent' }),
  })
  .meta({ id: 'Webhook' })
const DeletedWebhookShape = deletedOf('webhook', 'WHK')

/** What a webhook receives (api-contract 11.2, 11.3). */
export const WebhookEventShape = z
  .strictObject({
    id: idOf('EVNT').meta({ description: 'The same for every attempt and every webhook' }),
    object: z.literal('event'),
    creation_time: TimestampShape,
    type: z.string(),
    api_version: z.literal('v2'),
    data: z.strictObject({
      ...bookingMembers,
      owner: idOf('USR'),
      booking_page: idOf('BP'),
      event_type: idOf('ET'),
      booking_calendar: idOf('BKC'),
      cancel_reschedule_url: z.string(),
    }),
  })
  .meta({ id: 'WebhookEvent' })

/** What goes to a webhook's address, for the OpenAPI document. */
export const bookingEvent: SentMessage = {
  name: 'bookingEvent',
  summary: 'Something happened to a booking',
  description:
    'Sent to the address of each webhook that asked for it, until it is answered with 2xx. It may come more than once, with the same `id`.',
  headers: {
    'oncehub-signature':
      '`t=<Unix seconds>,s=<hex>`: HMAC-SHA-256 over `t`, a dot and the body; the key is the secret as text',
    'webhook-id': 'Standard Webhooks: the same for every attempt',
    'webhook-timestamp': 'Standard Webhooks: Unix seconds of the attempt',
    'webhook-signature': 'Standard Webhooks: one or two signatures, separated by a blank',
  },
  shape: WebhookEventShape,
}

const area = 'Webhooks'
const noun = 'webhook'

export const createWebhook = endpoint({
  method: 'POST',
  path: '/webhooks',
  name: 'createWebhook',
  area,
  summary: 'Create a webhook',
  description: 'From now on the address gets these events of all booking pages, signed with the secret.',
  need: 'webhooks',
  body: z.object({
    url: z
      .string({ error: 'must be a web address' })
      .min(1, { error: 'must not be empty' })
      .max(2000, { error: 'can have at most 2000 characters' }),
    name: plainText(1000),
    events: z.array(z.string({ error: 'must be the name of an event' }), {
      error: 'must be a list of events',
    }),
  }),
  status: 200,
  answer: WebhookShape,
  idempotent: 'by-answer',
  refusals: [
    keyReused,
    { status: 400, param: 'url', when: 'it is missing, or no address that may be called' },
    { status: 400, param: 'name', when: 'it is missing, without letter or digit, or too long' },
    { status: 400, param: 'events', when: 'it is missing, empty, or names what is no event' },
    { status: 409, param: 'name', when: 'another webhook has this name' },
    { status: 409, when: 'the account has 250 webhooks' },
  ],
})

export const listWebhooks = endpoint({
  method: 'GET',
  path: '/webhooks',
  name: 'listWebhooks',
  area,
  summary: 'List webhooks',
  need: 'webhooks',
  query: z.object(paging),
  status: 200,
  answer: listOf('Webhook', WebhookShape),
  isList: true,
  refusals: [],
})

export const getWebhook = endpoint({
  method: 'GET',
  path: '/webhooks/{id}',
  name: 'getWebhook',
  area,
  noun,
  summary: 'Get a webhook',
  need: 'webhooks',
  status: 200,
  answer: z.union([WebhookShape, DeletedWebhookShape]),
  refusals: [],
})

export const deleteWebhook = endpoint({
  method: 'DELETE',
  path: '/webhooks/{id}',
  name: 'deleteWebhook',
  area,
  noun,
  summary: 'Delete a webhook',
  need: 'webhooks',
  status: 200,
  answer: DeletedWebhookShape,
  refusals: [],
})
