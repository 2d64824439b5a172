import { reachesAllPages, type SubscriptionState, type Trigger } from '#domain/webhooks/subscription.ts'
import type { Tone } from '../../../../ui/status-badge.tsx'

/** Triggers as Zapier shows them. */
export const triggerNames: Record<Trigger, string> = { booking_scheduled: 'Booking Scheduled' }

/**
 * Where a Zap's data goes, without the rest of the address: whoever has the whole of it can start the Zap, so no screen shows it.
 */
export const hostOf = (targetUrl: string): string => URL.parse(targetUrl)?.host ?? 'unknown'

export const zapState: Record<SubscriptionState, { tone: Tone; text: string }> = {
  on: { tone: 'good', text: 'On' },
  needs_reconnect: { tone: 'warn', text: 'Needs reconnect' },
  ended: { tone: 'quiet', text: 'Ended' },
}

/** Which bookings start the Zap. */
export function filterWords(
  zap: { bookingPageLabel: string | null; eventTypeName: string | null },
  user: Parameters<typeof reachesAllPages>[0],
): string {
  const page = zap.bookingPageLabel ?? (reachesAllPages(user) ? 'All pages of the account' : 'All my pages')
  return zap.eventTypeName === null ? page : `${page}, ${zap.eventTypeName}`
}
