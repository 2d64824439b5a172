import { z } from 'zod'
import { deletedOf, idOf, TimestampShape } from './values.ts'

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
