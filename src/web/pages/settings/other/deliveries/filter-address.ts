import type { DeliveryFilter, DeliveryPlace } from '#domain/webhooks/account-delivery.ts'
import type { DeliveryState } from '#domain/webhooks/delivery.ts'
import { type Trigger, triggers } from '#domain/webhooks/subscription.ts'
import { type DeliveryId, isUuid, parsePublicId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import { deliveredTypes, stateWords } from './delivery-words.ts'

/** Names of the filter's fields, in the form and in the address. */
export const filterFields = ['state', 'user', 'trigger', 'event', 'zap', 'from', 'until', 'failed'] as const

const among = <T extends string>(list: readonly T[], text: string | null): T | undefined =>
  list.find((one) => one === text)

/** `2026-11-23T08:00` on the reader's wall clock, as browsers' fields write it. */
function momentOf(text: string | null, zone: string): Instant | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/.test(text)) return undefined
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant()
  } catch {
    return undefined
  }
}

/** Reads the filter of an address. What cannot be read is left out. */
export const filterOf = (query: URLSearchParams, zone: string): DeliveryFilter => ({
  state: among(Object.keys(stateWords) as DeliveryState[], query.get('state')),
  userId: parsePublicId('user', query.get('user') ?? ''),
  trigger: among<Trigger>(triggers, query.get('trigger')),
  eventType: among([...deliveredTypes, 'test'] as const, query.get('event')),
  subscriptionId: parsePublicId('subscription', query.get('zap') ?? ''),
  from: momentOf(query.get('from'), zone),
  until: momentOf(query.get('until'), zone),
  failedOnly: query.get('failed') === '1' ? true : undefined,
})

/** Where the list goes on. */
export function placeOf(query: URLSearchParams): DeliveryPlace | undefined {
  for (const side of ['older', 'newer'] as const) {
    const id = query.get(side) ?? ''
    if (isUuid(id)) return { side, id: id as DeliveryId }
  }
  return undefined
}

/** The address of the same filter with something changed: only what is set stands in it. */
export function addressWith(query: URLSearchParams, more: Record<string, string> = {}): string {
  const next = new URLSearchParams()
  for (const field of filterFields) {
    const value = query.get(field)
    if (value) next.set(field, value)
  }
  for (const [name, value] of Object.entries(more)) next.set(name, value)
  return `?${next}`
}
