import {
  reachesAllPages,
  type SubscriptionOverview,
  type SubscriptionState,
  type Trigger,
} from '#domain/webhooks/subscription.ts'
import type { Tone } from '../../../../ui/status-badge.tsx'

/** Triggers as Zapier shows them. */
export const triggerNames: Record<Trigger, string> = {
  booking_scheduled: 'Booking Scheduled',
  booking_rescheduled: 'Booking Rescheduled',
  booking_canceled: 'Booking Canceled',
  booking_canceled_rescheduled: 'Booking Canceled and Rescheduled',
  booking_completed: 'Booking Completed',
  booking_no_show: 'Booking No-Show',
  booking_lifecycle: 'Booking Lifecycle Event',
  contact_captured: 'Contact Captured',
  contact_updated: 'Contact Updated',
  contact_lifecycle: 'Contact Lifecycle Event',
}

/**
 * Where a Zap's data goes, without the rest of the address: whoever has the whole of it can start the Zap, so no screen shows it.
 */
export const hostOf = (targetUrl: string): string => URL.parse(targetUrl)?.host ?? 'unknown'

/** The address with its secret part hidden, for a screen that shows what was sent. */
export const shownAddressOf = (targetUrl: string): string => `${URL.parse(targetUrl)?.origin ?? ''}/…`

const states: Record<SubscriptionState, { tone: Tone; text: string }> = {
  on: { tone: 'good', text: 'On' },
  needs_reconnect: { tone: 'warn', text: 'Needs reconnect' },
  paused: { tone: 'info', text: 'Paused' },
  ended: { tone: 'quiet', text: 'Ended' },
}

/** How a Zap is doing. One that is on and whose last delivery did not arrive is failing. */
export function zapState(zap: Pick<SubscriptionOverview, 'state' | 'pausedFor' | 'lastDelivery'>): {
  tone: Tone
  text: string
} {
  if (zap.state === 'on' && zap.lastDelivery?.ok === false) return { tone: 'bad', text: 'Failing' }
  if (zap.pausedFor === 'failing') return { tone: 'bad', text: 'Stopped' }
  return states[zap.state]
}

/** What its held events wait for. */
export const heldUntil = (zap: Pick<SubscriptionOverview, 'state' | 'pausedFor'>): string => {
  if (zap.pausedFor === 'failing') return 'held until you turn it on again'
  return zap.state === 'paused' ? 'held until you go on' : 'held until you reconnect'
}

export const heldWords = (zap: Pick<SubscriptionOverview, 'state' | 'pausedFor' | 'held'>): string =>
  `${zap.held} ${heldUntil(zap)}`

/** Which bookings start the Zap. */
export function filterWords(
  zap: { bookingPageLabel: string | null; eventTypeName: string | null },
  user: Parameters<typeof reachesAllPages>[0],
): string {
  const page = zap.bookingPageLabel ?? (reachesAllPages(user) ? 'All pages of the account' : 'All my pages')
  return zap.eventTypeName === null ? page : `${page}, ${zap.eventTypeName}`
}
