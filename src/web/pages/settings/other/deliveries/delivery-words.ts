import type { DeliveryState } from '#domain/webhooks/delivery.ts'
import { eventTypesOfTrigger } from '#domain/webhooks/subscription.ts'
import type { Tone } from '../../../../ui/status-badge.tsx'

export const stateWords: Record<DeliveryState, { tone: Tone; text: string }> = {
  pending: { tone: 'info', text: 'Waiting to be sent' },
  delivered: { tone: 'good', text: 'Delivered' },
  given_up: { tone: 'bad', text: 'Given up' },
  held: { tone: 'warn', text: 'Held' },
  dropped: { tone: 'quiet', text: 'Dropped' },
}

/** One that failed and is not given up is tried again. */
export const stateOf = (state: DeliveryState, attempts: number): { tone: Tone; text: string } =>
  state === 'pending' && attempts > 0 ? { tone: 'warn', text: 'Will be tried again' } : stateWords[state]

/** `booking.no_show` as people say it. */
export const eventWords = (type: string | null): string =>
  type === null
    ? 'Test event'
    : type.replace(/^[a-z]/, (letter) => letter.toUpperCase()).replace(/[._]/g, ' ')

/** Lifecycle events that some trigger waits for. */
export const deliveredTypes = [...new Set(Object.values(eventTypesOfTrigger).flat())]
