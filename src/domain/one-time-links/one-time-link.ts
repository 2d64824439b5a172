import type { UtmParams } from '#database/tables.ts'
import type { AccountId, BookingPageId, EventTypeId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

/** A link to one event type of a page that books once. */
export interface OneTimeLink {
  accountId: AccountId
  /** The last part of its address, after the dot: it is the secret that opens it. */
  code: string
  bookingPageId: BookingPageId
  /** Null: the visitor chooses. */
  eventTypeId: EventTypeId | null
  /** What fills the form in, by the names of its fields. */
  prefill: Record<string, string>
  /** Kept with the booking. */
  utmParams: UtmParams | null
  createdAt: Instant
  expiresAt: Instant
}

/** Never made, or swept long after its end. */
type LinkUnknown = { code: 'link-unknown' }
/** A booking was made with it. */
type LinkUsed = { code: 'link-used' }
/** Nobody used it for 90 days. */
type LinkExpired = { code: 'link-expired' }
export type LinkProblem = LinkUnknown | LinkUsed | LinkExpired

/** `https://meet.example.com/.7Q2M…` */
export const addressOfLink = (publicUrl: string, code: string): string => `${publicUrl}/.${code}`
