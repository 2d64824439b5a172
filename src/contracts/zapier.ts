import { z } from 'zod'

/** What the Zapier integration and the server say to each other. Raised when an old integration could not go on. */
export const zapierContractVersion = '1'

/** The integration that ships with this server (integrations/zapier/package.json). Its major version is the contract's. */
export const zapierIntegrationVersion = '1.1.0'

/**
 * How an integration of this version gets on with the server: `refused` when it speaks an older contract, `outdated` when a newer one
 * ships with the server. A version that cannot be read counts as current: a hand-made client may leave it out.
 */
export function judgeIntegration(version: string | undefined): 'current' | 'outdated' | 'refused' {
  const parts = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})$/
    .exec(version ?? '')
    ?.slice(1)
    .map(Number)
  if (!parts) return 'current'
  if ((parts[0] ?? 0) < Number(zapierContractVersion)) return 'refused'
  const shipped = zapierIntegrationVersion.split('.').map(Number)
  const differs = parts.findIndex((part, place) => part !== shipped[place])
  return differs !== -1 && (parts[differs] ?? 0) < (shipped[differs] ?? 0) ? 'outdated' : 'current'
}

export const TriggerShape = z.enum([
  'booking_scheduled',
  'booking_rescheduled',
  'booking_canceled',
  'booking_canceled_rescheduled',
  'booking_completed',
  'booking_no_show',
  'booking_lifecycle',
  'contact_captured',
  'contact_updated',
  'contact_lifecycle',
])

/** Controls and halves of characters, which cannot be stored, and marks that turn the direction of writing. */
const unprintable = /\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u
const unprintableInText = /(?![\n\t])\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u

const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most, `can have at most ${most.toLocaleString('en-US')} characters`)
    .refine((text) => !unprintable.test(text), 'has a character that cannot be shown')

const text = (most: number) =>
  z
    .string()
    .transform((given) => given.replace(/\r\n?/g, '\n').trim())
    .refine((given) => given.length <= most, `can have at most ${most.toLocaleString('en-US')} characters`)
    .refine((given) => !unprintableInText.test(given), 'has a character that cannot be shown')

const id = z.string().max(40)
const optionalId = id.nullish()

export const SubscribeShape = z.strictObject({
  trigger: TriggerShape,
  target_url: line(2000).min(1),
  /** Only what happens on this page; null or left out for all in scope. */
  booking_page_id: optionalId,
  event_type_id: optionalId,
})

export const SubscribedShape = z.object({ id: z.string() })

export const SamplesQueryShape = z.object({
  trigger: TriggerShape,
  booking_page_id: id.optional(),
  event_type_id: id.optional(),
  limit: z.coerce.number().int().min(1).max(25).default(3),
})

export const ListQueryShape = z.object({ cursor: z.string().max(100).optional() })

export const MeShape = z.object({
  id: z.string(),
  name: z.string(),
  login_id: z.string(),
  account_name: z.string(),
  scope: z.enum(['own_booking_pages', 'all_booking_pages']),
  contract_version: z.string(),
  /** The integration that ships with this server. */
  integration_version: z.string(),
  integration_outdated: z.boolean(),
})

export const PageListShape = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), public_link: z.string() })),
  next_cursor: z.string().nullable(),
})

export const EventTypeListShape = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), duration_minutes: z.number().int() })),
  next_cursor: z.string().nullable(),
})

/** Custom fields of the account's forms; every booking item has their keys. */
export const CustomFieldListShape = z.object({
  items: z.array(z.object({ key: z.string(), label: z.string() })),
})

/** One flat object; its keys are listed by `integrations/zapier/src/fields.ts` and compared with what is sent in tests. */
export const ItemShape = z.record(z.string(), z.union([z.string(), z.number()]))
export const ItemListShape = z.object({ items: z.array(ItemShape), next_cursor: z.string().nullable() })

export const ContactsQueryShape = z.object({ email: line(254) })

export const BookingStatusShape = z.enum([
  'requested',
  'scheduled',
  'rescheduled',
  'completed',
  'no_show',
  'canceled',
])

export const BookingsQueryShape = z.object({
  email: line(254).optional(),
  status: BookingStatusShape.optional(),
  booking_page_id: id.optional(),
  event_type_id: id.optional(),
  when: z.enum(['upcoming', 'past', 'any']).default('any'),
  cursor: z.string().max(40).optional(),
})

const reason = text(2000).optional()

export const CancelShape = z.strictObject({ reason })
export const RequestRescheduleShape = z.strictObject({
  reason,
  /** Which event type the customer may choose anew. */
  rebook: z.enum(['same', 'any']).default('same'),
})
export const NoShowShape = z.strictObject({})

const zone = z.string().refine((name) => {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,63}$/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}, 'must be an IANA time zone such as Europe/Berlin')

function isOfThisCentury(time: string): boolean {
  try {
    const { year } = Temporal.Instant.from(time).toZonedDateTimeISO('UTC')
    return year >= 2000 && year < 2100
  } catch {
    return false
  }
}

export const ScheduleShape = z.strictObject({
  booking_page_id: id,
  event_type_id: id,
  /** ISO 8601 with offset. */
  start: z
    .union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })], {
      error: 'must be a time with its offset such as 2027-02-16T10:30:00+01:00',
    })
    .refine(isOfThisCentury, 'must be a time of this century'),
  name: line(120).min(1, 'is missing'),
  email: z.string().trim().max(254).pipe(z.email('must be an e-mail address such as lena@example.com')),
  phone: z
    .string()
    .trim()
    .transform((given) => given.replace(/^00/, '+').replace(/[\s\-–./()]/g, ''))
    .refine(
      (given) => given === '' || /^\+[1-9]\d{6,14}$/.test(given),
      'must begin with its country code, such as +1 202 555 0195',
    )
    .optional(),
  company: line(120).optional(),
  note: text(2000).optional(),
  /** The customer's IANA zone; the page's where left out. */
  zone: zone.optional(),
  location: text(500).optional(),
  /** By the fields' names. */
  answers: z.record(z.string().max(40), text(5000)).optional(),
})

export const SlotsQueryShape = z.object({
  booking_page_id: id,
  event_type_id: id,
  cursor: z.iso.date().optional(),
})

export const SlotListShape = z.object({
  items: z.array(z.object({ start: z.string(), label: z.string() })),
  next_cursor: z.string().nullable(),
})
