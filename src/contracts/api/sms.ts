import { z } from 'zod'
import { ContactShape, DeletedContactShape } from './contacts.ts'
import { endpoint } from './endpoint.ts'
import { DeletedUserShape, UserShape } from './users.ts'
import {
  EarlierThan,
  expandOf,
  idOf,
  LaterThan,
  listOf,
  paging,
  QueryId,
  QueryText,
  show,
  TimestampShape,
} from './values.ts'

const recipients = ['contact', 'user'] as const

const SmsShape = z
  .strictObject({
    object: z.literal('notification'),
    id: z.string(),
    type: z.literal('sms'),
    status: z.enum(['sent', 'failed', 'delivered', 'rejected']),
    creation_time: TimestampShape,
    recipient: z.union([
      idOf('CTC'),
      idOf('USR'),
      ContactShape,
      DeletedContactShape,
      UserShape,
      DeletedUserShape,
    ]),
    recipient_type: z.enum(recipients),
    details: z.strictObject({ delivered_to: z.string(), message_body: z.string(), segment_count: z.int() }),
  })
  .meta({ id: 'SmsNotification' })

const RecipientType = QueryText.transform((text, context): (typeof recipients)[number] | undefined => {
  const known = recipients.find((one) => one === text)
  if (text === undefined || known) return known
  context.addIssue({
    code: 'custom',
    message: `must be one of ${recipients.join(', ')}, not ${show(text)}`,
  })
  return z.NEVER
}).meta({ type: 'string', enum: [...recipients] })

export const listSms = endpoint({
  method: 'GET',
  path: '/notifications/sms',
  name: 'listSmsNotifications',
  area: 'Notifications',
  summary: 'List text messages',
  description: 'Hourwire sends no text messages, so the list is always empty.',
  need: 'read',
  query: z.object({
    ...paging,
    'creation_time.gt': LaterThan,
    'creation_time.lt': EarlierThan,
    recipient: QueryId.meta({ description: 'Id of a contact or user' }),
    recipient_type: RecipientType,
    expand: expandOf(['recipient']),
  }),
  status: 200,
  answer: listOf('SmsNotification', SmsShape),
  isList: true,
  refusals: [
    { status: 400, param: 'creation_time.gt', when: 'it is no date, or later than the other bound' },
    { status: 400, param: 'creation_time.lt', when: 'it is no date' },
    { status: 400, param: 'recipient_type', when: 'it is neither contact nor user' },
    { status: 400, param: 'expand', when: 'an expansion does not exist' },
  ],
})
