import { z } from 'zod'

/** What the Zapier integration and the server say to each other. Raised when an old integration could not go on. */
export const zapierContractVersion = '1'

export const TriggerShape = z.enum(['booking_scheduled'])

const optionalId = z.string().max(40).nullish()

export const SubscribeShape = z.strictObject({
  trigger: TriggerShape,
  target_url: z.string().min(1).max(2000),
  /** Only bookings of this page; null or left out for all in scope. */
  booking_page_id: optionalId,
  event_type_id: optionalId,
})

export const SubscribedShape = z.object({ id: z.string() })

export const SamplesQueryShape = z.object({
  trigger: TriggerShape,
  booking_page_id: z.string().max(40).optional(),
  event_type_id: z.string().max(40).optional(),
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
})

export const PageListShape = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), public_link: z.string() })),
  next_cursor: z.string().nullable(),
})

export const EventTypeListShape = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), duration_minutes: z.number().int() })),
  next_cursor: z.string().nullable(),
})
