import type { AnySubscription, Standing } from '#domain/webhooks/subscription.ts'
import type { Instant } from '#kit/time.ts'
import type { Moment } from '../../../../../../format/moment.ts'
import { heldWords, zapState } from '../../zap-words.ts'

/** How a Zap or a webhook stands, for its page. */
export const presentStanding = (
  subscription: AnySubscription & Standing,
  moment: (at: Instant) => Moment,
) => ({
  isOn: subscription.state === 'on',
  isPaused: subscription.state === 'paused',
  /** Paused because its target failed for days. */
  isStopped: subscription.pausedFor === 'failing',
  isLive: subscription.state !== 'ended',
  state: zapState(subscription),
  endedReason: subscription.endedReason,
  created: moment(subscription.createdAt),
  failingSince: subscription.failingSince && moment(subscription.failingSince),
  last: subscription.lastDelivery && {
    ...subscription.lastDelivery,
    at: moment(subscription.lastDelivery.at),
  },
  held: subscription.held > 0 ? heldWords(subscription) : null,
  failed: subscription.failed,
})

export type ShownStanding = ReturnType<typeof presentStanding>
