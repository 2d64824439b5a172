import { type Db, inSystem } from '#database/db.ts'
import { listCustomFields } from '#domain/booking-pages/booking-forms.ts'
import type { Deps } from '#domain/deps.ts'
import { isBookingEvent, type LifecycleEvent, subjectOf } from '#domain/lifecycle-events/lifecycle-event.ts'
import { putBackInOutbox, takeOutbox } from '#domain/lifecycle-events/read-lifecycle-events.ts'
import { planMails } from '#domain/notifications/plan-mails.ts'
import { type AccountId, type DeliveryId, newUuid, publicId } from '#kit/ids.ts'
import type { Delivery } from './delivery.ts'
import { endWhenIdle, inStep, insertDeliveries } from './delivery-repository.ts'
import { createPausingAccounts, type PausingAccounts } from './pausing-accounts.ts'
import { isWanted, type Trigger, triggers, waitsFor } from './subscription.ts'
import { listLiveSubscriptions } from './subscription-repository.ts'

export interface PlanDeps
  extends Pick<Deps, 'database' | 'clock' | 'publicUrl' | 'mailAddress' | 'observer' | 'tellOperator'> {
  /** Accounts whose planning failed lately; without, each call tries all of them. */
  pausing?: PausingAccounts
  /** What an account's planning failed with, for the log. */
  onError?: (error: Error) => void
}

/**
 * Turns up to `limit` lifecycle events of the outbox into deliveries, one for each live subscription that wants the event, and into
 * the mails that they cause.
 *
 * The event leaves the outbox in the transaction that stores its deliveries, so a crash in between loses and doubles nothing.
 * A subscription that waits for a reconnect, or is paused, gets its delivery held. What fails for one account stays in the outbox, is
 * told to the operator and left alone for a while; the others' is planned.
 *
 * @returns how many events were taken; fewer than `limit` means that the outbox has no more.
 */
export async function planDeliveries(deps: PlanDeps, limit: number): Promise<number> {
  const { database, pausing = createPausingAccounts(() => 0), onError } = deps
  const planned = { events: 0, deliveries: 0 }
  const failed = new Map<AccountId, Error>()
  const taken = await inSystem(database, async (tx) => {
    await endWhenIdle(tx, 5)
    const events = await takeOutbox(tx, limit, pausing.list())
    for (const [accountId, ofAccount] of Map.groupBy(events, (event) => event.accountId)) {
      const outcome = await inStep(tx, () =>
        planAccount(tx, deps, { accountId, events: ofAccount.map((event) => event.read()) }),
      )
      if (outcome instanceof Error) {
        failed.set(accountId, outcome)
        await putBackInOutbox(tx, ofAccount)
      } else {
        planned.events += ofAccount.length
        planned.deliveries += outcome
        pausing.succeeded(accountId)
      }
    }
    return events.length
  })
  if (planned.events > 0) deps.observer?.planned(planned)
  for (const [accountId, error] of failed) {
    pausing.failed(accountId)
    onError?.(error)
    deps.tellOperator?.({
      event: 'account.planning_failed',
      account: publicId('account', accountId),
      reason: (error as { code?: string }).code ?? error.name,
    })
  }
  return taken
}

/** Of one account; returns how many deliveries there are. */
async function planAccount(
  tx: Db,
  deps: PlanDeps,
  { accountId, events }: { accountId: AccountId; events: LifecycleEvent[] },
): Promise<number> {
  await planMails(tx, deps, events.filter(isBookingEvent))
  const live = await listLiveSubscriptions(tx, accountId, triggersOf(events))
  if (live.length === 0) return 0
  const customFields = await listCustomFields(tx, accountId)
  const now = deps.clock.now()
  let planned = 0
  // Many events for many Zaps are a lot of rows: no more of them are in memory than one statement takes.
  const eventsAtOnce = Math.max(1, Math.floor(rowsAtOnce / live.length))
  for (let done = 0; done < events.length; done += eventsAtOnce) {
    const deliveries = events.slice(done, done + eventsAtOnce).flatMap((event) =>
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
  return planned
}

const rowsAtOnce = 2_000

const triggersOf = (events: LifecycleEvent[]): Trigger[] =>
  triggers.filter((trigger) => events.some(({ type }) => waitsFor(trigger, type)))
