import { type RawBuilder, type Selectable, sql } from 'kysely'
import { type Db, moment } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { AccountId, DeliveryId, SubscriptionId, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type {
  AccountDelivery,
  AttemptsOfHour,
  DeliveryFilter,
  DeliveryPlace,
  SubscriptionHealth,
} from './account-delivery.ts'
import type { DeliveryState } from './delivery.ts'
import { listAttemptsOf } from './delivery-repository.ts'
import { triggers, waitsFor } from './subscription.ts'

/** The partial indexes are found only by a state that stands in the statement's text. */
const stateTexts: Record<DeliveryState, string> = {
  pending: `'pending'`,
  delivered: `'delivered'`,
  given_up: `'given_up'`,
  held: `'held'`,
  dropped: `'dropped'`,
}

const isIn = (state: DeliveryState) => sql<boolean>`deliveries.state = ${sql.raw(stateTexts[state])}`

/** What a receiver took. */
const isDelivered = sql<boolean>`(outcome = 'answered' and status between 200 and 299)`

/** The first id that a delivery made at this moment can have: ids begin with their time, and the newest stand together. */
const idsFrom = (instant: Instant): DeliveryId => {
  const hex = Math.max(0, instant.epochMilliseconds).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000` as DeliveryId
}

/** Ids follow the clock of whoever planned; one that was set back makes ids ahead of their time, by less than this. */
const aheadHours = 24

const all = (conditions: RawBuilder<unknown>[]) =>
  conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)

/** What the filter says of `deliveries` and of `lifecycle_events`, joined to it. */
function ofDelivery({ state, eventType, from, until, failedOnly }: DeliveryFilter) {
  const wanted: RawBuilder<unknown>[] = []
  if (state) wanted.push(isIn(state))
  if (failedOnly) wanted.push(sql`(${isIn('given_up')} or (${isIn('pending')} and deliveries.attempts > 0))`)
  if (eventType === 'test') wanted.push(sql`deliveries.event_id is null`)
  else if (eventType) wanted.push(sql`lifecycle_events.type = ${eventType}`)
  if (from) wanted.push(sql`deliveries.id >= ${idsFrom(from)} and deliveries.created_at >= ${moment(from)}`)
  if (until)
    wanted.push(
      sql`deliveries.id < ${idsFrom(until.add({ hours: aheadHours }))} and deliveries.created_at < ${moment(until)}`,
    )
  return wanted
}

/** What it says of `subscriptions`. An event comes only to those whose trigger waits for it. */
function ofSubscription({ userId, trigger, eventType, subscriptionId }: DeliveryFilter) {
  const wanted: RawBuilder<unknown>[] = []
  if (userId) wanted.push(sql`subscriptions.user_id = ${userId}`)
  if (trigger) wanted.push(sql`subscriptions.trigger = ${trigger}`)
  if (subscriptionId) wanted.push(sql`subscriptions.id = ${subscriptionId}`)
  if (eventType && eventType !== 'test')
    wanted.push(
      sql`(subscriptions.events is not null or subscriptions.trigger = any(${triggers.filter((one) => waitsFor(one, eventType))}::text[]))`,
    )
  return wanted
}

const withEvents = sql`deliveries left join lifecycle_events
  on lifecycle_events.account_id = deliveries.account_id and lifecycle_events.id = deliveries.event_id`

type ListedRow = Selectable<Tables['deliveries']> & {
  event_type: AccountDelivery['eventType']
  user_id: UserId | null
  user_name: string | null
  name: string | null
  trigger: AccountDelivery['subscription']['trigger']
  target_url: string
  subscription_state: AccountDelivery['subscription']['state']
}

/**
 * Deliveries of the whole account, newest first, with every attempt: those before or after one of them, or the newest.
 *
 * Where the filter names subscriptions the newest of each are looked up by index and put in order: to walk through all deliveries for
 * those of a Zap that had none for a year would take seconds.
 */
export async function listAccountDeliveries(
  tx: Db,
  accountId: AccountId,
  { filter, place, limit }: { filter: DeliveryFilter; place: DeliveryPlace | undefined; limit: number },
): Promise<AccountDelivery[]> {
  const isBackwards = place?.side === 'newer'
  const direction = isBackwards ? sql`asc` : sql`desc`
  const which = ofSubscription(filter)
  const wanted = [
    sql`deliveries.account_id = ${accountId}`,
    ...(which.length > 0 ? [sql`deliveries.subscription_id = subscriptions.id`] : []),
    ...(place ? [isBackwards ? sql`deliveries.id > ${place.id}` : sql`deliveries.id < ${place.id}`] : []),
    ...ofDelivery(filter),
  ]
  const found = sql`(
    select deliveries.*, lifecycle_events.type as event_type from ${withEvents}
    where ${all(wanted)} order by deliveries.id ${direction} limit ${limit}
  ) found`
  const { rows } = await sql<ListedRow>`
    select found.*, subscriptions.user_id, users.name as user_name, subscriptions.name, subscriptions.trigger, subscriptions.target_url,
      subscriptions.state as subscription_state
    from ${
      which.length > 0
        ? sql`subscriptions cross join lateral ${found}`
        : sql`${found} join subscriptions on subscriptions.account_id = found.account_id and subscriptions.id = found.subscription_id`
    }
    left join users on users.account_id = subscriptions.account_id and users.id = subscriptions.user_id
    where ${all([sql`subscriptions.account_id = ${accountId}`, ...which])}
    order by found.id ${direction} limit ${limit}`.execute(tx)
  const attempts = await listAttemptsOf(
    tx,
    accountId,
    rows.map(({ id }) => id),
  )
  const listed = rows.map((row) => ({
    id: row.id,
    subscription: {
      id: row.subscription_id,
      trigger: row.trigger,
      name: row.name,
      targetUrl: row.target_url,
      state: row.subscription_state,
    },
    user: row.user_id && { id: row.user_id, name: row.user_name ?? '' },
    eventType: row.event_type,
    subjectId: row.subject_id,
    state: row.state,
    createdAt: row.created_at,
    dueAt: row.due_at,
    reason: row.reason,
    attempts: attempts.get(row.id) ?? [],
  }))
  return isBackwards ? listed.reverse() : listed
}

/** Given up, of subscriptions that could get them all the same. */
const givenUp = (accountId: AccountId, filter: DeliveryFilter) => sql`${withEvents}
  join subscriptions on subscriptions.account_id = deliveries.account_id and subscriptions.id = deliveries.subscription_id
  where ${all([
    sql`deliveries.account_id = ${accountId}`,
    isIn('given_up'),
    sql`subscriptions.state <> 'ended'`,
    ...ofDelivery(filter),
    ...ofSubscription(filter),
  ])}`

/** The subscription that a delivery of this account is for. */
export async function findSubscriptionOfDelivery(
  tx: Db,
  accountId: AccountId,
  id: DeliveryId,
): Promise<SubscriptionId | undefined> {
  const row = await tx
    .selectFrom('deliveries')
    .select('subscription_id')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.subscription_id
}

/** How many deliveries of the filter were given up and could be sent again, counted up to `most`. */
export async function countGivenUp(
  tx: Db,
  accountId: AccountId,
  { filter, most }: { filter: DeliveryFilter; most: number },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (select from ${givenUp(accountId, filter)} limit ${most}) counted`.execute(
    tx,
  )
  return rows[0]?.count ?? 0
}

/**
 * Makes up to `most` given-up deliveries of the filter due again, the oldest first; held where their subscription does not send at the
 * moment. Returns how many.
 */
export async function reopenGivenUp(
  tx: Db,
  accountId: AccountId,
  { filter, most }: { filter: DeliveryFilter; most: number },
): Promise<number> {
  const { rows } = await sql<{ id: DeliveryId; subscription_id: SubscriptionId }>`
    select deliveries.id, deliveries.subscription_id from ${givenUp(accountId, filter)}
    order by deliveries.id limit ${most}`.execute(tx)
  if (rows.length === 0) return 0
  // Subscriptions are locked before their deliveries, in order, as everywhere.
  const locked = await tx
    .selectFrom('subscriptions')
    .select('id')
    .where('account_id', '=', accountId)
    .where(sql<boolean>`id = any(${[...new Set(rows.map((row) => row.subscription_id))]}::uuid[])`)
    .where('state', '!=', 'ended')
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  const { rows: reopened } = await sql<{ subscription_id: SubscriptionId }>`
    update deliveries set
      state = case when subscriptions.state = 'on' then 'pending' else 'held' end,
      due_at = now(), closed_at = null, reason = null
    from subscriptions
    where subscriptions.account_id = deliveries.account_id and subscriptions.id = deliveries.subscription_id
      and subscriptions.id = any(${locked.map(({ id }) => id)}::uuid[])
      and deliveries.account_id = ${accountId} and deliveries.id = any(${rows.map(({ id }) => id)}::uuid[])
      and deliveries.state = 'given_up'
    returning deliveries.subscription_id`.execute(tx)
  await tx
    .updateTable('subscriptions')
    .set({ next_due_at: sql<string>`now()` })
    .where('account_id', '=', accountId)
    .where(sql<boolean>`id = any(${[...new Set(reopened.map((row) => row.subscription_id))]}::uuid[])`)
    .where('state', '=', 'on')
    .execute()
  return reopened.length
}

/** Attempts of each hour since `from`, hours without any left out. */
export async function listAttemptsByHour(
  tx: Db,
  accountId: AccountId,
  from: Instant,
): Promise<(AttemptsOfHour & { hour: number })[]> {
  const { rows } = await sql<Omit<AttemptsOfHour, 'p50Ms' | 'p95Ms'> & { hour: number; spans: number[] }>`
    select floor(extract(epoch from started_at - ${moment(from)}) / 3600)::int as hour,
      count(*)::int as attempts,
      (count(*) filter (where not ${isDelivered}))::int as failed,
      percentile_disc(array[0.5, 0.95]) within group (order by duration_ms) as spans
    from delivery_attempts
    where account_id = ${accountId} and started_at >= ${moment(from)}
    group by hour order by hour`.execute(tx)
  return rows.map(({ spans: [p50Ms = null, p95Ms = null], ...found }) => ({ ...found, p50Ms, p95Ms }))
}

/**
 * Live subscriptions of the account with what became of the deliveries planned since `from`: those that fail first, then the newest.
 *
 * The last success of one that had none since is looked for among its newest thousand deliveries.
 */
export async function listSubscriptionHealth(
  tx: Db,
  accountId: AccountId,
  { from, limit }: { from: Instant; limit: number },
): Promise<SubscriptionHealth[]> {
  const { rows } = await sql<SubscriptionHealth & { userId: UserId | null; userName: string | null }>`
    with recent as materialized (
      select subscription_id, count(*)::int as tried,
        (count(*) filter (where ${isIn('delivered')}))::int as delivered,
        max(closed_at) filter (where ${isIn('delivered')}) as last
      from deliveries
      where account_id = ${accountId} and id >= ${idsFrom(from)} and created_at >= ${moment(from)} and attempts > 0
      group by subscription_id
    )
    select subscriptions.id, subscriptions.trigger, subscriptions.name, subscriptions.target_url as "targetUrl", subscriptions.state,
      subscriptions.paused_for as "pausedFor", subscriptions.failing_since as "failingSince", users.id as "userId", users.name as "userName",
      coalesce(recent.tried, 0) as tried, coalesce(recent.delivered, 0) as delivered,
      case when last_delivery_ok then last_delivery_at else coalesce(recent.last, earlier.last) end as "lastSuccessAt"
    from subscriptions
    left join users on users.account_id = subscriptions.account_id and users.id = subscriptions.user_id
    left join recent on recent.subscription_id = subscriptions.id
    left join lateral (
      select max(closed_at) as last from (
        select state, closed_at from deliveries
        where deliveries.account_id = subscriptions.account_id and deliveries.subscription_id = subscriptions.id
        order by id desc limit 1000
      ) newest where state = 'delivered'
    ) earlier on recent.last is null and last_delivery_ok is false
    where subscriptions.account_id = ${accountId} and subscriptions.state <> 'ended'
    order by subscriptions.failing_since is null, subscriptions.failing_since, subscriptions.id desc
    limit ${limit}`.execute(tx)
  return rows.map(({ userId, userName, ...health }) => ({
    ...health,
    user: userId && { id: userId, name: userName ?? '' },
  }))
}

export interface DeliveryGauges {
  pending: number
  held: number
  givenUp: number
  /** Since when the longest waiting subscription that nobody sends to at the moment has had something due; 0 when none has. */
  lagSeconds: number
}

/**
 * Of the whole installation, each number from an index and counted up to `most`. How many more are pending is estimated by what
 * PostgreSQL knows of the index: a backlog of a million is told as one, and not counted.
 *
 * Within a transaction: to find a few of what it takes to be frequent the planner would rather walk through the table, and there may be
 * none.
 */
export async function readDeliveryGauges(tx: Db, most: number): Promise<DeliveryGauges> {
  await sql`set local enable_seqscan = off`.execute(tx)
  const count = (state: 'pending' | 'held' | 'given_up') => sql<number>`(
    select count(*)::int from (
      select from deliveries where ${isIn(state)} limit ${most}
    ) counted)`
  const { rows } = await sql<DeliveryGauges>`
    with counted as (select ${count('pending')} as pending)
    select case when counted.pending < ${most} then counted.pending else
        greatest(counted.pending, (select reltuples::int from pg_class where oid = 'deliveries_open'::regclass)) end as pending, ${count('held')} as held, ${count('given_up')} as "givenUp",
      greatest(0, coalesce(extract(epoch from now() - (
        select min(coalesce(leased_until, next_due_at)) from subscriptions
        where state = 'on' and (leased_until is null and next_due_at <= now() or leased_until <= now())
      )), 0))::float8 as "lagSeconds"
    from counted`.execute(tx)
  return rows[0] as DeliveryGauges
}

/** Live subscriptions of the whole installation by state; those that are on and fail are counted apart. */
export async function countLiveSubscriptions(
  system: Db,
): Promise<{ state: 'on' | 'failing' | 'needs_reconnect' | 'paused'; count: number }[]> {
  const { rows } = await sql<{ state: 'on' | 'failing' | 'needs_reconnect' | 'paused'; count: number }>`
    select case when state = 'on' and failing_since is not null then 'failing' else state end as state, count(*)::int as count
    from subscriptions where state <> 'ended' group by 1`.execute(system)
  return rows
}
