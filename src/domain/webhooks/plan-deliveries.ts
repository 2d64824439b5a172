import { inSystem } from '#database/db.ts'
import { listCustomFields } from '#domain/booking-pages/booking-forms.ts'
import type { Deps } from '#domain/deps.ts'
import { isBookingEvent, type LifecycleEvent, subjectOf } from '#domain/lifecycle-events/lifecycle-event.ts'
import { takeOutbox } from '#domain/lifecycle-events/read-lifecycle-events.ts'
import { planMails } from '#domain/notifications/plan-mails.ts'
import { type AccountId, type DeliveryId, newUuid } from '#kit/ids.ts'
import type { Delivery } from './delivery.ts'
import { endWhenIdle, insertDeliveries } from './delivery-repository.ts'
import { isWanted, type Trigger, triggers, waitsFor } from './subscription.ts'
import { listLiveSubscriptions } from './subscription-repository.ts'

/**
 * Turns up to `limit` lifecycle events of the outbox into deliveries, one for each live subscription that wants the event, and into
 * the mails that they cause.
 *
 * The event leaves the outbox in the transaction that stores its deliveries, so a crash in between loses and doubles nothing.
 * A subscription that waits for a reconnect, or is paused, gets its delivery held.
 *
 * @returns how many events were planned; fewer than `limit` means that the outbox is empty.
 */
export async function planDeliveries(
  deps: Pick<Deps, 'database' | 'clock' | 'publicUrl' | 'mailAddress' | 'observer'>,
  limit: number,
): Promise<number> {
  const { database, clock } = deps
  let planned = 0
  const count = await inSystem(database, async (tx) => {
    await endWhenIdle(tx, 5)
    const events = await takeOutbox(tx, limit)
    await planMails(tx, deps, events.filter(isBookingEvent))
    for (const [accountId, ofAccount] of byAccount(events)) {
      const live = await listLiveSubscriptions(tx, accountId, triggersOf(ofAccount))
      if (live.length === 0) continue
      const customFields = await listCustomFields(tx, accountId)
      const now = clock.now()
      const deliveries = ofAccount.flatMap((event) =>
        live
          .filter(({ subscription, user }) => isWanted(subscription, user, event))
          .map(({ subscription }): Delivery & { state: 'pending' | 'held' } => ({
            accountId,
            id: newUuid(now.epochMilliseconds) as DeliveryId,
            subscriptionId: subscription.id,
            eventId: event.id,
            subjectId: subjectOf(event),
            sequence: event.sequence,
            state: subscription.state === 'on' ? 'pending' : 'held',
            attempts: 0,
            customFields: isBookingEvent(event) ? customFields : [],
            createdAt: now,
          })),
      )
      await insertDeliveries(tx, deliveries)
      planned += deliveries.length
    }
    return events.length
  })
  if (count > 0) deps.observer?.planned({ events: count, deliveries: planned })
  return count
}

const byAccount = (events: LifecycleEvent[]): Map<AccountId, LifecycleEvent[]> =>
  Map.groupBy(events, ({ accountId }) => accountId)

const triggersOf = (events: LifecycleEvent[]): Trigger[] =>
  triggers.filter((trigger) => events.some(({ type }) => waitsFor(trigger, type)))
