import { type Expression, type SqlBool, sql } from 'kysely'
import { type Db, moment } from '#database/db.ts'
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

/** Deliveries of the account with their subscription, its user and the event, as the filter wants them. */
const filtered = (tx: Db, accountId: AccountId, filter: DeliveryFilter) =>
  tx
    .selectFrom('deliveries')
    .innerJoin('subscriptions', (join) =>
      join
        .onRef('subscriptions.account_id', '=', 'deliveries.account_id')
        .onRef('subscriptions.id', '=', 'deliveries.subscription_id'),
    )
    .leftJoin('lifecycle_events', (join) =>
      join
        .onRef('lifecycle_events.account_id', '=', 'deliveries.account_id')
        .onRef('lifecycle_events.id', '=', 'deliveries.event_id'),
    )
    .where('deliveries.account_id', '=', accountId)
    .where((eb) => {
      const { state, userId, trigger, eventType, subscriptionId, from, until, failedOnly } = filter
      const wanted: Expression<SqlBool>[] = []
      if (state) wanted.push(isIn(state))
      if (failedOnly)
        wanted.push(eb.or([isIn('given_up'), eb.and([isIn('pending'), eb('deliveries.attempts', '>', 0)])]))
      if (userId) wanted.push(eb('subscriptions.user_id', '=', userId))
      if (trigger) wanted.push(eb('subscriptions.trigger', '=', trigger))
      if (subscriptionId) wanted.push(eb('deliveries.subscription_id', '=', subscriptionId))
      if (eventType === 'test') wanted.push(eb('deliveries.event_id', 'is', null))
      else if (eventType) wanted.push(eb('lifecycle_events.type', '=', eventType))
      if (from)
        wanted.push(eb('deliveries.id', '>=', idsFrom(from)), eb('deliveries.created_at', '>=', moment(from)))
      if (until)
        wanted.push(
          eb('deliveries.id', '<', idsFrom(until.add({ hours: aheadHours }))),
          eb('deliveries.created_at', '<', moment(until)),
        )
      return eb.and(wanted)
    })

/** Deliveries of the whole account, newest first, with every attempt: those before or after one of them, or the newest. */
export async function listAccountDeliveries(
  tx: Db,
  accountId: AccountId,
  { filter, place, limit }: { filter: DeliveryFilter; place: DeliveryPlace | undefined; limit: number },
): Promise<AccountDelivery[]> {
  const isBackwards = place?.side === 'newer'
  const rows = await filtered(tx, accountId, filter)
    .innerJoin('users', (join) =>
      join
        .onRef('users.account_id', '=', 'subscriptions.account_id')
        .onRef('users.id', '=', 'subscriptions.user_id'),
    )
    .selectAll('deliveries')
    .select([
      'lifecycle_events.type as event_type',
      'subscriptions.user_id',
      'subscriptions.trigger',
      'subscriptions.target_url',
      'subscriptions.state as subscription_state',
      'users.name as user_name',
    ])
    .$if(place !== undefined, (query) =>
      query.where('deliveries.id', isBackwards ? '>' : '<', place?.id as DeliveryId),
    )
    .orderBy('deliveries.id', isBackwards ? 'asc' : 'desc')
    .limit(limit)
    .execute()
  if (rows.length === 0) return []
  const attempts = await tx
    .selectFrom('delivery_attempts')
    .selectAll()
    .where('account_id', '=', accountId)
    .where(
      'delivery_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('number')
    .execute()
  const attemptsOf = Map.groupBy(attempts, (attempt) => attempt.delivery_id)
  const found = rows.map((row) => ({
    id: row.id,
    subscription: {
      id: row.subscription_id,
      trigger: row.trigger,
      targetUrl: row.target_url,
      state: row.subscription_state,
    },
    user: { id: row.user_id, name: row.user_name },
    eventType: row.event_type,
    subjectId: row.subject_id,
    state: row.state,
    createdAt: row.created_at,
    dueAt: row.due_at,
    reason: row.reason,
    attempts: (attemptsOf.get(row.id) ?? []).map((attempt) => ({
      number: attempt.number,
      startedAt: attempt.started_at,
      durationMs: attempt.duration_ms,
      outcome: attempt.outcome,
      status: attempt.status,
      words: attempt.words,
      responseHead: attempt.response_head,
    })),
  }))
  return isBackwards ? found.reverse() : found
}

/** Whose subscription a delivery of this account belongs to. */
export async function findOwnerOfDelivery(
  tx: Db,
  accountId: AccountId,
  id: DeliveryId,
): Promise<{ id: SubscriptionId; userId: UserId } | undefined> {
  return await tx
    .selectFrom('deliveries')
    .innerJoin('subscriptions', (join) =>
      join
        .onRef('subscriptions.account_id', '=', 'deliveries.account_id')
        .onRef('subscriptions.id', '=', 'deliveries.subscription_id'),
    )
    .select(['subscriptions.id', 'subscriptions.user_id as userId'])
    .where('deliveries.account_id', '=', accountId)
    .where('deliveries.id', '=', id)
    .executeTakeFirst()
}

/** How many deliveries of the filter were given up and could be sent again, counted up to `most`. */
export async function countGivenUp(
  tx: Db,
  accountId: AccountId,
  { filter, most }: { filter: DeliveryFilter; most: number },
): Promise<number> {
  const { count } = await tx
    .selectFrom(
      filtered(tx, accountId, filter)
        .where(isIn('given_up'))
        .where('subscriptions.state', '!=', 'ended')
        .select('deliveries.id')
        .limit(most)
        .as('given_up'),
    )
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow()
  return count
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
  const rows = await filtered(tx, accountId, filter)
    .where(isIn('given_up'))
    .where('subscriptions.state', '!=', 'ended')
    .select(['deliveries.id', 'deliveries.subscription_id'])
    .orderBy('deliveries.id')
    .limit(most)
    .execute()
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
  const { rows } = await sql<AttemptsOfHour & { hour: number }>`
    select floor(extract(epoch from started_at - ${moment(from)}) / 3600)::int as hour,
      count(*)::int as attempts,
      (count(*) filter (where not ${isDelivered}))::int as failed,
      percentile_disc(0.5) within group (order by duration_ms) as "p50Ms",
      percentile_disc(0.95) within group (order by duration_ms) as "p95Ms"
    from delivery_attempts
    where account_id = ${accountId} and started_at >= ${moment(from)}
    group by hour order by hour`.execute(tx)
  return rows
}

/**
 * Live subscriptions of the account with how they did since `from`: those that fail first, then the newest.
 *
 * The last success of one that failed all the time since is looked for among its newest thousand deliveries.
 */
export async function listSubscriptionHealth(
  tx: Db,
  accountId: AccountId,
  { from, limit }: { from: Instant; limit: number },
): Promise<SubscriptionHealth[]> {
  const { rows } = await sql<SubscriptionHealth & { userId: UserId; userName: string }>`
    with recent as materialized (
      select deliveries.subscription_id, count(*)::int as attempts,
        (count(*) filter (where ${isDelivered}))::int as delivered,
        max(started_at) filter (where ${isDelivered}) as last
      from delivery_attempts
      join deliveries on deliveries.account_id = delivery_attempts.account_id and deliveries.id = delivery_attempts.delivery_id
      where delivery_attempts.account_id = ${accountId} and started_at >= ${moment(from)}
      group by deliveries.subscription_id
    )
    select subscriptions.id, subscriptions.trigger, subscriptions.target_url as "targetUrl", subscriptions.state,
      subscriptions.failing_since as "failingSince", users.id as "userId", users.name as "userName",
      coalesce(recent.attempts, 0) as attempts, coalesce(recent.delivered, 0) as delivered,
      coalesce(recent.last, case when last_delivery_ok then last_delivery_at end, earlier.last) as "lastSuccessAt"
    from subscriptions
    join users on users.account_id = subscriptions.account_id and users.id = subscriptions.user_id
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
  return rows.map(({ userId, userName, ...health }) => ({ ...health, user: { id: userId, name: userName } }))
}

export interface DeliveryGauges {
  pending: number
  held: number
  givenUp: number
  /** Since when the longest waiting subscription that nobody sends to at the moment has had something due; 0 when none has. */
  lagSeconds: number
}

/** Of the whole installation, each number from an index and counted up to `most`. */
export async function readDeliveryGauges(system: Db, most: number): Promise<DeliveryGauges> {
  const count = (state: 'pending' | 'held' | 'given_up') => sql<number>`(
    select count(*)::int from (
      select from deliveries where ${isIn(state)} limit ${most}
    ) counted)`
  const { rows } = await sql<DeliveryGauges>`
    select ${count('pending')} as pending, ${count('held')} as held, ${count('given_up')} as "givenUp",
      greatest(0, coalesce(extract(epoch from now() - (
        select min(next_due_at) from subscriptions
        where state = 'on' and next_due_at <= now() and (leased_until is null or leased_until < now())
      )), 0))::float8 as "lagSeconds"`.execute(system)
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
