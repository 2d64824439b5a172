import { sql } from 'kysely'
import type { Db } from '#database/db.ts'
import type { LifecycleEventType } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { AccountId, DeliveryId, SubscriptionId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { Attempt, Delivery } from './delivery.ts'
import type { Lease } from './lease.ts'
import { heldBy, isNextOfItsSubject } from './lease-repository.ts'
import type { Subscription } from './subscription.ts'

/**
 * Ends the transaction, and the connection, of a process that stands still in the middle of it: what it has locked would keep others
 * waiting for as long.
 */
export const endWhenIdle = (tx: Db, seconds: number): Promise<unknown> =>
  sql`select set_config('idle_in_transaction_session_timeout', ${`${seconds}s`}, true)`.execute(tx)

/**
 * A part of a transaction that may fail by itself: what it has changed is undone then, and nothing else. Returns the error.
 *
 * @throws where the transaction itself is lost, as when the connection is gone.
 */
export async function inStep<T>(tx: Db, work: () => Promise<T>): Promise<T | Error> {
  await sql`savepoint step`.execute(tx)
  try {
    const done = await work()
    await sql`release savepoint step`.execute(tx)
    return done
  } catch (error) {
    await sql`rollback to savepoint step`.execute(tx).catch(() => {
      throw error
    })
    return error as Error
  }
}

/**
 * Stores deliveries, due at once unless held, and brings their subscriptions' next due time forward. Planning an event twice
 * is harmless: a delivery is unique per (subscription, lifecycle event). All of one account.
 */
export async function insertDeliveries(
  tx: Db,
  deliveries: (Delivery & { state: 'pending' | 'held' })[],
): Promise<void> {
  for (let done = 0; done < deliveries.length; done += mostAtOnce)
    await insertSome(tx, deliveries.slice(done, done + mostAtOnce))
}

/** PostgreSQL takes 65,535 parameters in one statement: many events for many Zaps are more. */
const mostAtOnce = 4_000

async function insertSome(tx: Db, deliveries: (Delivery & { state: 'pending' | 'held' })[]): Promise<void> {
  const [first] = deliveries
  if (!first) return
  const stored = await tx
    .insertInto('deliveries')
    .values(
      deliveries.map((delivery) => ({
        account_id: delivery.accountId,
        id: delivery.id,
        subscription_id: delivery.subscriptionId,
        event_id: delivery.eventId,
        subject_id: delivery.subjectId,
        sequence: delivery.sequence,
        state: delivery.state,
        custom_fields: JSON.stringify(delivery.customFields),
        due_at: sql<string>`now()`,
        created_at: delivery.createdAt.toString(),
      })),
    )
    .onConflict((conflict) => conflict.columns(['account_id', 'subscription_id', 'event_id']).doNothing())
    .returning(['subscription_id', 'state'])
    .execute()
  const due = [
    ...new Set(stored.filter(({ state }) => state === 'pending').map((row) => row.subscription_id)),
  ]
  if (due.length > 0)
    await tx
      .updateTable('subscriptions')
      .set({ next_due_at: sql<string>`least(coalesce(next_due_at, now()), now())` })
      .where('account_id', '=', first.accountId)
      .where('id', 'in', due.sort())
      .where('state', '=', 'on')
      .execute()
}

export type DueDelivery = Pick<Delivery, 'id' | 'eventId' | 'attempts' | 'customFields' | 'createdAt'>

/**
 * What the subscription is owed now, oldest first: of each booking or contact only the earliest event that is still
 * open, so that a failing one holds back what happened later to the same one, and nothing else.
 */
export async function listDueDeliveries(
  system: Db,
  { accountId, id, limit }: { accountId: AccountId; id: SubscriptionId; limit: number },
): Promise<DueDelivery[]> {
  return await system
    .selectFrom('deliveries as due')
    .select([
      'due.id',
      'due.event_id as eventId',
      'due.attempts',
      'due.custom_fields as customFields',
      'due.created_at as createdAt',
    ])
    .where('due.account_id', '=', accountId)
    .where('due.subscription_id', '=', id)
    .where('due.state', '=', 'pending')
    .where('due.due_at', '<=', sql<Instant>`now()`)
    .where(isNextOfItsSubject('due'))
    .orderBy('due.due_at')
    .orderBy('due.id')
    .limit(limit)
    .execute()
}

/** What an attempt leaves behind: the attempt itself, the delivery's state, and the subscription's last delivery. */
export interface Settlement {
  lease: Pick<Lease, 'subscription' | 'until'>
  deliveryId: DeliveryId
  attempt: Omit<Attempt, 'startedAt'> & { startedAt: Instant }
  next: { state: 'delivered' | 'given_up' } | { state: 'pending'; delaySeconds: number }
}

/** The subscription's state, or `lost` where the lease has run out and another worker has taken it: then nothing was stored. */
export type Settled = Subscription['state'] | 'lost'

/**
 * Stores the attempt and what follows from it, in one statement: at full speed the round trips are what costs. Storing the same
 * twice changes nothing.
 *
 * A delivery that was put on hold meanwhile, by a regenerated key, is closed if it arrived and else stays held. One that was closed
 * meanwhile, by a revoked key, keeps its state; the attempt is written down all the same.
 *
 * @returns `on` while the next delivery of the same lease may be sent.
 */
export async function settleDelivery(
  db: Db,
  { lease, deliveryId, attempt, next }: Settlement,
): Promise<Settled> {
  const isClosed = next.state !== 'pending'
  const delaySeconds = next.state === 'pending' ? next.delaySeconds : 0
  // The subscription is locked before its deliveries, as everywhere: who ends it at this moment would otherwise deadlock with us.
  const { rows } = await sql<{ state: Subscription['state'] }>`
    with ${heldBy([lease], 'wait')}, attempted as (
      insert into delivery_attempts
        (account_id, delivery_id, number, started_at, duration_ms, outcome, status, words, response_head)
      select held.account_id, ${deliveryId}::uuid, ${attempt.number}::int, ${attempt.startedAt.toString()}::timestamptz,
        ${attempt.durationMs}::int, ${attempt.outcome}, ${attempt.status}::int, ${attempt.words}, ${attempt.responseHead}
      from held
      on conflict (account_id, delivery_id, number) do nothing
      returning account_id
    ), settled as (
      update deliveries set
        attempts = ${attempt.number},
        state = case when ${isClosed} then ${next.state} else deliveries.state end,
        due_at = now() + make_interval(secs => ${delaySeconds}),
        reason = case when ${isClosed} then ${attempt.words} end,
        closed_at = case when ${isClosed} then now() end
      from held
      where deliveries.account_id = held.account_id and deliveries.id = ${deliveryId}
        and deliveries.state in ('pending', 'held')
    )
    update subscriptions set
      last_delivery_at = now(),
      last_delivery_ok = ${next.state === 'delivered'},
      last_delivery_words = ${attempt.words},
      failing_since = case when ${next.state === 'delivered'} then null else coalesce(failing_since, now()) end,
      failed_tries = case when ${next.state === 'delivered'} then 0 else failed_tries + (select count(*)::int from attempted) end,
      told = case when ${next.state === 'delivered'} then 0 else told end
    from held
    where subscriptions.account_id = held.account_id and subscriptions.id = held.id
    returning subscriptions.state`.execute(db)
  return rows[0]?.state ?? 'lost'
}

export interface DeliveryOverview {
  delivery: Delivery
  /** Null for a test event. */
  eventType: LifecycleEventType | null
  /** When the next attempt is due, of a pending one. */
  dueAt: Instant
  reason: string | null
  attempts: Attempt[]
}

/** Every attempt of these deliveries, by delivery, the first one first. */
export async function listAttemptsOf(
  tx: Db,
  accountId: AccountId,
  deliveryIds: DeliveryId[],
): Promise<Map<DeliveryId, Attempt[]>> {
  if (deliveryIds.length === 0) return new Map()
  const rows = await tx
    .selectFrom('delivery_attempts')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('delivery_id', 'in', deliveryIds)
    .orderBy('number')
    .execute()
  const attempts = new Map<DeliveryId, Attempt[]>()
  for (const row of rows) {
    const ofDelivery = attempts.get(row.delivery_id) ?? []
    ofDelivery.push({
      number: row.number,
      startedAt: row.started_at,
      durationMs: row.duration_ms,
      outcome: row.outcome,
      status: row.status,
      words: row.words,
      responseHead: row.response_head,
    })
    attempts.set(row.delivery_id, ofDelivery)
  }
  return attempts
}

/** The newest deliveries of one subscription with every attempt; only the one with `deliveryId` when given. */
export async function listDeliveriesOf(
  tx: Db,
  accountId: AccountId,
  {
    subscriptionId,
    deliveryId,
    limit,
  }: { subscriptionId: SubscriptionId; deliveryId?: DeliveryId; limit: number },
): Promise<DeliveryOverview[]> {
  const rows = await tx
    .selectFrom('deliveries')
    .leftJoin('lifecycle_events', (join) =>
      join
        .onRef('lifecycle_events.account_id', '=', 'deliveries.account_id')
        .onRef('lifecycle_events.id', '=', 'deliveries.event_id'),
    )
    .selectAll('deliveries')
    .select('lifecycle_events.type')
    .where('deliveries.account_id', '=', accountId)
    .where('deliveries.subscription_id', '=', subscriptionId)
    .$if(deliveryId !== undefined, (query) => query.where('deliveries.id', '=', deliveryId as DeliveryId))
    .orderBy('deliveries.id', 'desc')
    .limit(limit)
    .execute()
  const attempts = await listAttemptsOf(
    tx,
    accountId,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({
    delivery: {
      accountId,
      id: row.id,
      subscriptionId,
      eventId: row.event_id,
      subjectId: row.subject_id,
      sequence: row.sequence,
      state: row.state,
      attempts: row.attempts,
      customFields: row.custom_fields,
      createdAt: row.created_at,
    },
    eventType: row.type,
    dueAt: row.due_at,
    reason: row.reason,
    attempts: attempts.get(row.id) ?? [],
  }))
}

/**
 * Makes closed deliveries of a subscription due again: the one with `deliveryId`, whatever became of it, or all that were given up.
 * Their attempts go on counting. Held again where the subscription is not on. Returns how many.
 */
export async function reopenDeliveries(
  tx: Db,
  { accountId, id, state }: Pick<Subscription, 'accountId' | 'id' | 'state'>,
  deliveryId: DeliveryId | undefined,
): Promise<number> {
  const reopened = await tx
    .updateTable('deliveries')
    .set({
      state: state === 'on' ? 'pending' : 'held',
      due_at: sql<string>`now()`,
      closed_at: null,
      reason: null,
    })
    .where('account_id', '=', accountId)
    .where('subscription_id', '=', id)
    .$if(deliveryId === undefined, (query) => query.where('state', '=', 'given_up'))
    .$if(deliveryId !== undefined, (query) =>
      query
        .where('id', '=', deliveryId as DeliveryId)
        .where('state', 'in', ['given_up', 'delivered', 'dropped', 'pending']),
    )
    .returning('id')
    .execute()
  if (reopened.length > 0 && state === 'on')
    await tx
      .updateTable('subscriptions')
      .set({ next_due_at: sql<string>`now()` })
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .execute()
  return reopened.length
}

export interface Farewell {
  accountId: AccountId
  subscriptionId: SubscriptionId
  targetUrl: string
  attempts: number
}

/** Takes due farewells by moving their due time on, so that a worker that dies leaves them to the next. */
export async function leaseFarewells(
  system: Db,
  { limit, seconds }: { limit: number; seconds: number },
): Promise<Farewell[]> {
  const due = system
    .selectFrom('farewells')
    .select('subscription_id')
    .where('due_at', '<=', sql<Instant>`now()`)
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
  const rows = await system
    .updateTable('farewells')
    .set({
      due_at: sql<string>`now() + make_interval(secs => ${seconds})`,
      attempts: sql<number>`attempts + 1`,
    })
    .where('subscription_id', 'in', due)
    .returningAll()
    .execute()
  return rows.map((row) => ({
    accountId: row.account_id,
    subscriptionId: row.subscription_id,
    targetUrl: row.target_url,
    attempts: row.attempts,
  }))
}

export async function deleteFarewell(
  system: Db,
  { accountId, subscriptionId }: Pick<Farewell, 'accountId' | 'subscriptionId'>,
): Promise<void> {
  await system
    .deleteFrom('farewells')
    .where('account_id', '=', accountId)
    .where('subscription_id', '=', subscriptionId)
    .execute()
}

export async function postponeFarewell(system: Db, farewell: Farewell, delaySeconds: number): Promise<void> {
  await system
    .updateTable('farewells')
    .set({ due_at: sql<string>`now() + make_interval(secs => ${delaySeconds})` })
    .where('account_id', '=', farewell.accountId)
    .where('subscription_id', '=', farewell.subscriptionId)
    .execute()
}
