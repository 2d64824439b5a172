import { z } from 'zod'
import { endpoint, keyReused } from './endpoint.ts'
import {
  BodyZone,
  bodyText,
  deletedOf,
  EarlierThan,
  idOf,
  LaterThan,
  listOf,
  paging,
  QueryText,
  TimestampShape,
} from './values.ts'

const text = z.string().nullable()
export const contactStatuses = [
  'Qualified',
  'Sales qualified',
  'Marketing qualified',
  'Disqualified',
] as const

export const ContactShape = z
  .strictObject({
    object: z.literal('contact'),
    id: idOf('CTC'),
    creation_time: TimestampShape,
    last_updated_time: TimestampShape,
    last_interacted_time: TimestampShape.nullable(),
    owner: idOf('USR').nullable(),
    status: z.enum(contactStatuses).nullable(),
    email: text,
    mobile_phone: text,
    phone: text,
    first_name: text,
    last_name: text,
    salutation: text,
    job_title: text,
    company: text,
    company_size: text,
    city: text,
    state: text,
    country: text,
    post_code: text,
    street_address: text,
    employees: z.int().nullable(),
    has_consent: z.boolean(),
    // Spelled so on the wire (api-contract T8).
    terms_of_sevice: z.boolean(),
    timezone: text,
    custom_fields: z.array(z.strictObject({ name: z.string(), value: z.unknown() })),
  })
  .meta({ id: 'Contact' })
export const DeletedContactShape = deletedOf('contact', 'CTC')

const area = 'Contacts'
const noun = 'contact'

const line = (most: number, limits?: { least?: number }) =>
  bodyText(most, limits).refine((text) => !/[\n\r\t]/.test(text), { error: 'must be a single line' })

const longestValue = 10_000
const deepestValue = 20

/** Whether it can be stored as JSON: not too long, not too deep, no halves of characters and no zero bytes. */
function isStorable(value: unknown, depth = 0): boolean {
  if (depth > deepestValue) return false
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, one]) => isStorable(name) && isStorable(one, depth + 1))
}

const CustomFields = z
  .array(
    z.object({
      name: z.string({ error: 'must be a text' }).max(200, { error: 'can have at most 200 characters' }),
      value: z.unknown(),
    }),
    { error: 'must be a list of names and values' },
  )
  .max(100, { error: 'can have at most 100 fields' })
  .refine((fields) => fields.every(({ value }) => isStorable(value)), {
    error: 'has a value that cannot be kept: deeper than 20 levels, or with a character that cannot be shown',
  })
  .refine((fields) => JSON.stringify(fields).length <= longestValue, {
    error: `can have at most ${longestValue} characters altogether`,
  })
  .nullish()
  .meta({ description: 'By the names or titles of the custom fields of the account’s booking forms' })

const flag = z.boolean({ error: 'must be true or false' }).nullish()

/** What POST and PATCH take. Null and empty texts take a value away. */
const writable = {
  owner: z
    .string({ error: 'must be the id of a user' })
    .max(100, { error: 'must be the id of a user' })
    .nullish(),
  status: z
    .unknown()
    .optional()
    .transform((given): (typeof contactStatuses)[number] | null | undefined =>
      given === undefined ? undefined : (contactStatuses.find((status) => status === given) ?? null),
    )
    .meta({ description: `One of ${contactStatuses.join(', ')}; anything else counts as none` }),
  phone: z
    .string({ error: 'must be a text' })
    .max(50, { error: 'can have at most 50 characters' })
    .nullish()
    .meta({ description: 'E.164' }),
  salutation: line(100).nullish(),
  job_title: line(200).nullish(),
  company: line(200).nullish(),
  company_size: line(100).nullish(),
  city: line(200).nullish(),
  state: line(200).nullish(),
  country: line(200).nullish(),
  post_code: line(50).nullish(),
  street_address: bodyText(500).nullish(),
  employees: z
    .int({ error: 'must be a whole number' })
    .min(0, { error: 'must not be negative' })
    .max(2_147_483_647, { error: 'is too large' })
    .nullish(),
  has_consent: flag,
  terms_of_sevice: flag,
  terms_of_service: flag.meta({ description: 'The same as terms_of_sevice' }),
  timezone: BodyZone.nullish(),
  custom_fields: CustomFields,
}

const wrongInput = [
  { status: 400 as const, param: 'owner', when: 'it is no user of the account' },
  { status: 400 as const, param: 'phone', when: 'it is no telephone number with its country code' },
  ...['salutation', 'job_title', 'company', 'company_size', 'city', 'state', 'country', 'post_code'].map(
    (param) => ({ status: 400 as const, param, when: 'it is not a single line of text, or too long' }),
  ),
  { status: 400 as const, param: 'street_address', when: 'it is not a text, or too long' },
  { status: 400 as const, param: 'employees', when: 'it is no whole number, or negative' },
  ...['has_consent', 'terms_of_sevice', 'terms_of_service'].map((param) => ({
    status: 400 as const,
    param,
    when: 'it is neither true nor false',
  })),
  { status: 400 as const, param: 'timezone', when: 'it is no time zone' },
  { status: 400 as const, param: 'custom_fields', when: 'a field does not exist, or a value cannot be kept' },
]

export const listContacts = endpoint({
  method: 'GET',
  path: '/contacts',
  name: 'listContacts',
  area,
  summary: 'List contacts',
  description: 'Newest first by creation. Filters are combined with AND.',
  need: 'read',
  query: z.object({
    ...paging,
    email: QueryText.meta({ description: 'The e-mail address, compared without case' }),
    'creation_time.gt': LaterThan,
    'creation_time.lt': EarlierThan,
    'last_updated_time.gt': LaterThan,
    'last_updated_time.lt': EarlierThan,
  }),
  status: 200,
  answer: listOf('Contact', ContactShape),
  isList: true,
  refusals: ['creation_time', 'last_updated_time'].flatMap((name) => [
    { status: 400 as const, param: `${name}.gt`, when: 'it is no date, or later than the other bound' },
    { status: 400 as const, param: `${name}.lt`, when: 'it is no date' },
  ]),
})

export const getContact = endpoint({
  method: 'GET',
  path: '/contacts/{id}',
  name: 'getContact',
  area,
  noun,
  summary: 'Get a contact',
  need: 'read',
  status: 200,
  answer: z.union([ContactShape, DeletedContactShape]),
  refusals: [],
})

export const createContact = endpoint({
  method: 'POST',
  path: '/contacts',
  name: 'createContact',
  area,
  summary: 'Create a contact',
  description: 'Known by an e-mail address, a mobile phone, or both. Fires no webhook.',
  need: 'write',
  body: z.strictObject({
    first_name: line(100, { least: 1 }),
    last_name: line(100, { least: 1 }),
    email: z
      .string({ error: 'must be an e-mail address' })
      .trim()
      .max(254, { error: 'can have at most 254 characters' })
      .pipe(z.union([z.literal(''), z.email()], { error: 'must be an e-mail address' }))
      .nullish(),
    mobile_phone: z
      .string({ error: 'must be a text' })
      .max(50, { error: 'can have at most 50 characters' })
      .nullish()
      .meta({ description: 'E.164' }),
    ...writable,
  }),
  status: 201,
  answer: ContactShape,
  idempotent: 'by-answer',
  refusals: [
    keyReused,
    { status: 400, param: 'first_name', when: 'it is missing or empty' },
    { status: 400, param: 'last_name', when: 'it is missing or empty' },
    { status: 400, param: 'email', when: 'it is no address, or neither it nor mobile_phone is given' },
    { status: 400, param: 'mobile_phone', when: 'it is no telephone number with its country code' },
    ...wrongInput,
    { status: 400, param: 'id', when: 'it, or anything else that cannot be set, is given' },
    { status: 409, param: 'email', when: 'another contact has it' },
    { status: 409, param: 'mobile_phone', when: 'another contact has it' },
  ],
})

export const updateContact = endpoint({
  method: 'PATCH',
  path: '/contacts/{id}',
  name: 'updateContact',
  area,
  noun,
  summary: 'Change a contact',
  description:
    'What is not given stays. Custom fields are merged by their names. E-mail address and mobile phone cannot be changed. A deleted contact is not found.',
  need: 'write',
  body: z.strictObject({
    first_name: line(100, { least: 1 }).optional(),
    last_name: line(100, { least: 1 }).optional(),
    ...writable,
  }),
  status: 200,
  answer: ContactShape,
  refusals: [
    { status: 400, param: 'body', when: 'there is nothing to change' },
    { status: 400, param: 'email', when: 'it is given' },
    { status: 400, param: 'mobile_phone', when: 'it is given' },
    { status: 400, param: 'first_name', when: 'it is empty' },
    { status: 400, param: 'last_name', when: 'it is empty' },
    ...wrongInput,
    { status: 400, param: 'id', when: 'it, or anything else that cannot be set, is given' },
  ],
})

export const deleteContact = endpoint({
  method: 'DELETE',
  path: '/contacts/{id}',
  name: 'deleteContact',
  area,
  noun,
  summary: 'Delete a contact',
  description: 'Its e-mail address and mobile phone are free then. Its bookings stay.',
  need: 'write',
  status: 200,
  answer: DeletedContactShape,
  refusals: [],
})
