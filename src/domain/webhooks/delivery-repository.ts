import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#database/db.ts'
import type { LifecycleEventType } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { AccountId, DeliveryId, SubscriptionId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { Attempt, Delivery } from './delivery.ts'
import type { Lease } from './lease.ts'
import { heldBy, type IfLocked, isNextOfItsSubject } from './lease-repository.ts'
import type { Subscription } from './subscription.ts'

/**
 * Ends the transaction, and the connection, of a process that stands still in the middle of it: what it has locked would keep others
 * waiting for as long.
 */
export const endWhenIdle = (tx: Db, seconds: number): Promise<unknown> =>
  sql`select set_config('idle_in_transaction_session_timeout', ${`${seconds}s`}, true)`.execute(tx)

/** A statement of this transaction that waits for a lock for longer fails (55P03). */
export const waitForLocksAtMost = (tx: Db, ms: number): Promise<unknown> =>
  sql`select set_config('lock_timeout', ${String(ms)}, true)`.execute(tx)

type PlannedDelivery = Delivery & { state: 'pending' | 'held' }

/**
 * Stores deliveries, due at once unless held, and brings their subscriptions' next due time forward. Planning an event twice
 * is harmless: a delivery is unique per (subscription, lifecycle event). All of one account.
 *
 * What waits for an earlier event of its subject is due with that one (`dueWithEarlier`), so that looking for what is due does not
 * read again and again what cannot be sent yet.
 */
export async function insertDeliveries(tx: Db, deliveries: PlannedDelivery[]): Promise<void> {
  for (let done = 0; done < deliveries.length; done += mostAtOnce)
    await insertSome(tx, deliveries.slice(done, done + mostAtOnce))
}

/** Many events for many Zaps are more than should be in memory as a statement. */
const mostAtOnce = 2_000

async function insertSome(tx: Db, deliveries: PlannedDelivery[]): Promise<void> {
  const [first] = deliveries
  if (!first) return
  const each = <T>(pick: (delivery: PlannedDelivery) => T): T[] => deliveries.map(pick)
  const { rows } = await sql<{ id: SubscriptionId }>`
    with stored as (
      insert into deliveries (account_id, id, subscription_id, event_id, subject_id, sequence, state, custom_fields, due_at, created_at)
      select ${first.accountId}::uuid, id, subscription_id, event_id, subject_id, sequence, state, custom_fields, greatest(now(), (
          select earlier.due_at from deliveries earlier
          where earlier.account_id = ${first.accountId}::uuid and earlier.subscription_id = planned.subscription_id
            and earlier.subject_id = planned.subject_id and earlier.state = 'pending'
          order by earlier.sequence
          limit 1
        )), created_at
      from unnest(
        ${each(({ id }) => id)}::uuid[],
        ${each(({ subscriptionId }) => subscriptionId)}::uuid[],
        ${each(({ eventId }) => eventId)}::uuid[],
        ${each(({ subjectId }) => subjectId)}::uuid[],
        ${each(({ sequence }) => sequence)}::int[],
        ${each(({ state }) => state)}::text[],
        ${each(({ customFields }) => JSON.stringify(customFields))}::jsonb[],
        ${each(({ createdAt }) => createdAt.toString())}::timestamptz[]
      ) as planned (id, subscription_id, event_id, subject_id, sequence, state, custom_fields, created_at)
      on conflict (account_id, subscription_id, event_id) do nothing
      returning subscription_id, state
    )
    select distinct subscription_id as id from stored where state = 'pending' order by 1`.execute(tx)
  if (rows.length > 0)
    await tx
      .updateTable('subscriptions')
      .set({ next_due_at: sql<string>`least(coalesce(next_due_at, now()), now())` })
      .where('account_id', '=', first.accountId)
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .where('state', '=', 'on')
      .execute()
}

export type DueDelivery = Pick<
  Delivery,
  'id' | 'accountId' | 'eventId' | 'attempts' | 'customFields' | 'createdAt'
> & {
  /** Of its lease, among those that were asked for. */
  place: number
}

/**
 * What each of these subscriptions is owed now, oldest first, up to `limit`: of each booking or contact only the earliest event that is
 * still open, so that a failing one holds back what happened later to the same one, and nothing else.
 */
export async function listDueDeliveries(
  system: Db,
  leases: Pick<Lease, 'subscription'>[],
  limit: number,
): Promise<DueDelivery[]> {
  const { rows } = await sql<DueDelivery>`
    select lease.place::int - 1 as place, next.*
    from unnest(
      ${leases.map(({ subscription }) => subscription.accountId)}::uuid[],
      ${leases.map(({ subscription }) => subscription.id)}::uuid[]
    ) with ordinality as lease (account_id, id, place)
    cross join lateral (
      select due.account_id as "accountId", due.id, due.event_id as "eventId", due.attempts, due.custom_fields as "customFields",
        due.created_at as "createdAt"
      from deliveries due
      where due.account_id = lease.account_id and due.subscription_id = lease.id
        and due.state = 'pending' and due.due_at <= now() and ${isNextOfItsSubject('due')}
      order by due.due_at, due.id
      limit ${limit}
    ) next`.execute(system)
  return rows
}

/** What an attempt leaves behind: the attempt itself, the delivery's state, and the subscription's last delivery. */
export interface Settlement {
  lease: Lease
  deliveryId: DeliveryId
  attempt: Omit<Attempt, 'startedAt'> & { startedAt: Instant }
  next: { state: 'delivered' | 'given_up' } | { state: 'pending'; delaySeconds: number }
}

/** The subscription's state, or `lost` where the lease has run out and another worker has taken it: then nothing was stored. */
export type Settled = Subscription['state'] | 'lost'

/**
 * Stores attempts and what follows from them, in one statement; of a subscription in the order in which they are given. Storing the same
 * twice changes nothing.
 *
 * A delivery that was put on hold meanwhile, by a regenerated key, is closed if it arrived and else stays held. One that was closed
 * meanwhile, by a revoked key, keeps its state; the attempt is written down all the same.
 *
 * @returns in the order of the settlements. `on`: the next delivery of the same lease may be sent. `locked`, where locked ones are
 * passed over: nothing was stored, since somebody holds the subscription at the moment.
 */
export async function settleDeliveries(
  db: Db,
  settlements: Settlement[],
  ifLocked: IfLocked,
): Promise<(Settled | 'locked')[]> {
  const each = <T>(pick: (settlement: Settlement) => T): T[] => settlements.map(pick)
  const isHeld = sql`held.account_id = given.account_id and held.id = given.subscription_id and held.until = given.until`
  // Subscriptions are locked before their deliveries, as everywhere: who ends one at this moment would otherwise deadlock with us.
  const { rows } = await sql<{ settled: Settled | 'locked' }>`
    with given as materialized (
      select * from unnest(
        ${each(({ lease }) => lease.subscription.accountId)}::uuid[],
        ${each(({ lease }) => lease.subscription.id)}::uuid[],
        ${each(({ lease }) => lease.until.toString())}::timestamptz[],
        ${each(({ deliveryId }) => deliveryId)}::uuid[],
        ${each(({ attempt }) => attempt.number)}::int[],
        ${each(({ attempt }) => attempt.startedAt.toString())}::timestamptz[],
        ${each(({ attempt }) => attempt.durationMs)}::int[],
        ${each(({ attempt }) => attempt.outcome)}::text[],
        ${each(({ attempt }) => attempt.status)}::int[],
        ${each(({ attempt }) => attempt.words)}::text[],
        ${each(({ attempt }) => attempt.responseHead)}::text[],
        ${each(({ next }) => next.state)}::text[],
        ${each(({ next }) => (next.state === 'pending' ? next.delaySeconds : 0))}::float8[]
      ) with ordinality as given (account_id, subscription_id, until, delivery_id, number, started_at, duration_ms, outcome, status,
        words, response_head, state, delay_seconds, place)
    ), ${heldBy(
      settlements.map(({ lease }) => lease),
      ifLocked,
    )}, attempted as (
      insert into delivery_attempts
        (account_id, delivery_id, number, started_at, duration_ms, outcome, status, words, response_head)
      select given.account_id, delivery_id, number, started_at, duration_ms, outcome, status, words, response_head
      from given join held on ${isHeld}
      on conflict (account_id, delivery_id, number) do nothing
      returning account_id, delivery_id
    ), settled as (
      update deliveries set
        attempts = given.number,
        state = case when given.state = 'pending' then deliveries.state else given.state end,
        due_at = now() + make_interval(secs => given.delay_seconds),
        reason = case when given.state <> 'pending' then given.words end,
        closed_at = case when given.state <> 'pending' then now() end
      from given join held on ${isHeld}
      where deliveries.account_id = given.account_id and deliveries.id = given.delivery_id
        and deliveries.state in ('pending', 'held')
    ), moved as (${dueWithEarlier(sql`(
      select done.account_id, done.subscription_id, done.subject_id, done.sequence,
        case when given.state = 'pending' then now() + make_interval(secs => given.delay_seconds) end as retried_at
      from given join held on ${isHeld}
      join deliveries done on done.account_id = given.account_id and done.id = given.delivery_id
      where given.number > 1 or given.state = 'pending'
    )`)}), told_of as (
      select given.*, attempted.delivery_id is not null as is_new,
        max(place) filter (where given.state = 'delivered') over of_subscription as latest_success,
        max(place) over of_subscription as latest
      from given join held on ${isHeld}
      left join attempted on attempted.account_id = given.account_id and attempted.delivery_id = given.delivery_id
      window of_subscription as (partition by given.account_id, given.subscription_id)
    ), summed as (
      select account_id, subscription_id,
        bool_or(state = 'delivered') filter (where place = latest) as is_delivered,
        max(words) filter (where place = latest) as words,
        bool_or(latest_success is not null) as has_success,
        count(*) filter (where is_new and place > coalesce(latest_success, 0)) as failures
      from told_of
      group by account_id, subscription_id
    ), noted as (
      update subscriptions set
        last_delivery_at = now(),
        last_delivery_ok = summed.is_delivered,
        last_delivery_words = summed.words,
        failing_since = case when summed.is_delivered then null when summed.has_success then now() else coalesce(failing_since, now()) end,
        failed_tries = case when summed.has_success then 0 else failed_tries end + summed.failures,
        told = case when summed.has_success then 0 else told end
      from summed
      where subscriptions.account_id = summed.account_id and subscriptions.id = summed.subscription_id
      returning subscriptions.account_id, subscriptions.id, subscriptions.state
    )
    select coalesce(noted.state, case when ${ifLocked === 'pass over'} and s.leased_until = given.until then 'locked' else 'lost' end) as settled
    from given left join held on ${isHeld}
    left join noted on noted.account_id = held.account_id and noted.id = held.id
    left join subscriptions s on s.account_id = given.account_id and s.id = given.subscription_id
    order by given.place`.execute(db)
  return rows.map(({ settled }) => settled)
}

/**
 * What waits for an earlier event of its subject is due when that one is tried again (`retried_at`), and at once when that one is closed
 * (null). Only a matter of cost: what may be sent is for `isNextOfItsSubject` to say.
 */
const dueWithEarlier = (earlier: RawBuilder<unknown>) => sql`
  update deliveries set due_at = coalesce(earlier.retried_at, now())
  from ${earlier} as earlier
  where deliveries.account_id = earlier.account_id and deliveries.subscription_id = earlier.subscription_id
    and deliveries.subject_id = earlier.subject_id and deliveries.sequence > earlier.sequence and deliveries.state = 'pending'
    and case when earlier.retried_at is null then deliveries.due_at > now() else deliveries.due_at < earlier.retried_at end`

/** Closes a delivery that cannot be sent at all, without an attempt. Returns the same as `settleDeliveries`. */
export async function giveUpDelivery(
  db: Db,
  { lease, deliveryId, reason }: { lease: Lease; deliveryId: DeliveryId; reason: string },
  ifLocked: IfLocked,
): Promise<Settled | 'locked'> {
  const { accountId, id } = lease.subscription
  const { rows } = await sql<{ settled: Settled | 'locked' }>`
    with ${heldBy([lease], ifLocked)}, given_up as (
      update deliveries set state = 'given_up', reason = ${reason}, closed_at = now()
      from held
      where deliveries.account_id = held.account_id and deliveries.id = ${deliveryId} and deliveries.state in ('pending', 'held')
    ), moved as (${dueWithEarlier(sql`(
      select done.account_id, done.subscription_id, done.subject_id, done.sequence, null::timestamptz as retried_at
      from held join deliveries done on done.account_id = held.account_id and done.id = ${deliveryId}
    )`)})
    select coalesce(held.state,
      case when ${ifLocked === 'pass over'} and s.leased_until = ${lease.until.toString()}::timestamptz then 'locked' else 'lost' end) as settled
    from subscriptions s left join held on held.account_id = s.account_id and held.id = s.id
    where s.account_id = ${accountId} and s.id = ${id}`.execute(db)
  return rows[0]?.settled ?? 'lost'
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
