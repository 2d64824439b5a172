import { isDatabaseAway } from '#database/database-away.ts'
import { type Db, inStep, inSystem } from '#database/db.ts'
import { listCustomFields } from '#domain/booking-pages/booking-forms.ts'
import type { Deps } from '#domain/deps.ts'
import { isBookingEvent, type LifecycleEvent, subjectOf } from '#domain/lifecycle-events/lifecycle-event.ts'
import {
  putBackInOutbox,
  type TakenEvent,
  takeOutbox,
} from '#domain/lifecycle-events/read-lifecycle-events.ts'
import { planMails } from '#domain/notifications/plan-mails.ts'
import { type AccountId, type DeliveryId, type LifecycleEventId, newUuid, publicId } from '#kit/ids.ts'
import type { Delivery } from './delivery.ts'
import { endWhenIdle, insertDeliveries, waitForLocksAtMost } from './delivery-repository.ts'
import { createPausing, type Pausing } from './pausing.ts'
import { isWanted, type Trigger, triggers, waitsFor } from './subscription.ts'
import { listLiveSubscriptions } from './subscription-repository.ts'

export interface PlanDeps
  extends Pick<Deps, 'database' | 'clock' | 'publicUrl' | 'mailAddress' | 'observer' | 'tellOperator'> {
  /** What failed lately; without, each call tries everything. */
  pausing?: PlanPausing
  /** What an account's planning failed with, for the log. */
  onError?: (error: Error) => void
  /** How long it waits for what somebody else has locked. */
  longestLockMs?: number
}

interface PlanPausing {
  accounts: Pausing<AccountId>
  events: Pausing<LifecycleEventId>
}

/** @param elapsed monotonic milliseconds. */
export const createPlanPausing = (elapsed: () => number): PlanPausing => ({
  accounts: createPausing(elapsed),
  events: createPausing(elapsed),
})

/** Where more events of an account fail, and none goes well, it is the account that is left alone. */
const mostFailing = 10

/**
 * Turns up to `limit` lifecycle events of the outbox into deliveries, one for each live subscription that wants the event, and into
 * the mails that they cause.
 *
 * The event leaves the outbox in the transaction that stores its deliveries, so a crash in between loses and doubles nothing.
 * A subscription that waits for a reconnect, or is paused, gets its delivery held. An event that fails, and what happened later to the
 * same booking or contact, stays in the outbox, is told to the operator and left alone for a while; the others are planned.
 *
 * @returns how many events were taken; fewer than `limit` means that the outbox has no more.
 */
export async function planDeliveries(deps: PlanDeps, limit: number): Promise<number> {
  const { database, pausing = createPlanPausing(() => 0) } = deps
  const except = { accounts: pausing.accounts.list(), events: pausing.events.list() }
  const outcomes: Outcome[] = []
  const taken = await inSystem(database, async (tx) => {
    await endWhenIdle(tx, 5)
    await waitForLocksAtMost(tx, deps.longestLockMs ?? 2_000)
    const events = await takeOutbox(tx, limit, except)
    // Accounts in one order: their subscriptions stay locked to the end, and two planners must not wait for each other.
    const ofAccounts = [...Map.groupBy(events, ({ accountId }) => accountId)].sort(([one], [other]) =>
      one < other ? -1 : 1,
    )
    for (const [accountId, ofAccount] of ofAccounts) {
      const outcome = await planTogetherOrEach(tx, deps, accountId, ofAccount)
      if (outcome.left.length > 0) await putBackInOutbox(tx, outcome.left)
      outcomes.push(outcome)
    }
    return events.length
  })
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((so, one) => so + count(one), 0)
  const planned = {
    events: sum(({ planned: { length } }) => length),
    deliveries: sum((one) => one.deliveries),
  }
  if (planned.events > 0) deps.observer?.planned(planned)
  for (const outcome of outcomes) noteOutcome(deps, pausing, outcome)
  return taken
}

/** What came of an account's events. */
interface Outcome {
  accountId: AccountId
  planned: TakenEvent[]
  deliveries: number
  failed: { event: TakenEvent; error: Error }[]
  /** Those that failed, and what waits for them. */
  left: TakenEvent[]
}

async function planTogetherOrEach(
  tx: Db,
  deps: PlanDeps,
  accountId: AccountId,
  events: TakenEvent[],
): Promise<Outcome> {
  const plan = (some: TakenEvent[]) =>
    inStep(tx, () => planAccount(tx, deps, { accountId, events: some.map((event) => event.read()) }))
  const together = await plan(events)
  if (typeof together === 'number')
    return { accountId, planned: events, deliveries: together, failed: [], left: [] }
  const outcome: Outcome = { accountId, planned: [], deliveries: 0, failed: [], left: [] }
  // No event's fault: then each would take as long to fail.
  let error = isNobodysFault(together) ? together : undefined
  for (const ofSubject of Map.groupBy(events, ({ subjectId }) => subjectId).values()) {
    const inOrder = ofSubject.toSorted((one, other) => one.sequence - other.sequence)
    for (const [place, event] of inOrder.entries()) {
      const done = error ?? (events.length === 1 ? together : await plan([event]))
      if (done instanceof Error) {
        outcome.failed.push({ event, error: done })
        outcome.left.push(...inOrder.slice(place))
        if (isNobodysFault(done)) error = done
        break
      }
      outcome.planned.push(event)
      outcome.deliveries += done
    }
  }
  return outcome
}

/** Somebody has a subscription of the account locked (PostgreSQL 55P03): it is tried again, and no other account waits meanwhile. */
const isLockedOut = (error: Error): boolean => (error as { code?: unknown }).code === '55P03'

const isNobodysFault = (error: Error): boolean => isDatabaseAway(error) || isLockedOut(error)

/** Leaves alone what failed, and tells the operator. */
function noteOutcome(
  deps: PlanDeps,
  pausing: PlanPausing,
  { accountId, planned, failed, left }: Outcome,
): void {
  const [first] = failed
  for (const { id } of planned) pausing.events.succeeded(id)
  const isWholeAccount =
    first !== undefined &&
    planned.length === 0 &&
    (failed.length > mostFailing || isNobodysFault(first.error))
  if (isWholeAccount) pausing.accounts.failed(accountId)
  else {
    pausing.accounts.succeeded(accountId)
    for (const { id } of left) pausing.events.failed(id)
  }
  if (first) deps.onError?.(first.error)
  for (const { event, error } of isWholeAccount ? failed.slice(0, 1) : failed)
    deps.tellOperator?.({
      event: 'account.planning_failed',
      account: publicId('account', accountId),
      ...(isWholeAccount ? {} : { message: publicId('lifecycle-event', event.id) }),
      reason: (error as { code?: string }).code ?? error.name,
    })
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
