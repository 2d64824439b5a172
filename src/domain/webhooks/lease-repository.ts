import { type Selectable, sql } from 'kysely'
import type { Db } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { AccountId, SubscriptionId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { Lease } from './lease.ts'
import { anySubscriptionOfRow } from './subscription-repository.ts'

/** Nobody sends for it, and something is due; or who sent for it has not come back. */
const isDue = sql<boolean>`s.state = 'on' and (s.leased_until is null and s.next_due_at <= now() or s.leased_until <= now())`
const dueSince = sql<Instant>`coalesce(s.leased_until, s.next_due_at)`

/**
 * Leases up to `limit` subscriptions that have something due, the longest waiting first, to this worker; of one account no more than
 * `perAccount`, those counted that the worker is sending to already (`inFlight`), so that nobody's dead targets keep others waiting. A
 * lease that runs out is due again, so a worker that dies loses nothing; the receiver may then see a delivery twice and drops it by
 * its id. While it lasts `next_due_at` says only what has become due meanwhile.
 */
export async function leaseDueSubscriptions(
  system: Db,
  {
    limit,
    perAccount,
    inFlight,
    seconds,
  }: { limit: number; perAccount: number; inFlight: ReadonlyMap<AccountId, number>; seconds: number },
): Promise<Held[]> {
  const { rows } = await sql<Selectable<Tables['subscriptions']>>`
    with busy as (
      select * from unnest(${[...inFlight.keys()]}::uuid[], ${[...inFlight.values()]}::int[]) as busy (account_id, leases)
    ), due as (
      select s.account_id, s.id, ${dueSince} as due_since,
        coalesce(busy.leases, 0) + row_number() over (partition by s.account_id order by ${dueSince}, s.id) as place
      from subscriptions s left join busy on busy.account_id = s.account_id
      where ${isDue}
    ), picked as (
      select s.account_id, s.id
      from due join subscriptions s on s.account_id = due.account_id and s.id = due.id
      where due.place <= ${perAccount} and ${isDue}
      order by due.due_since
      limit ${limit}
      for no key update of s skip locked
    )
    update subscriptions set leased_until = now() + make_interval(secs => ${seconds}), next_due_at = null
    from picked
    where subscriptions.account_id = picked.account_id and subscriptions.id = picked.id
    returning subscriptions.*`.execute(system)
  return rows.map((row) => ({ subscription: anySubscriptionOfRow(row), until: row.leased_until as Instant }))
}

type Held = Pick<Lease, 'subscription' | 'until'>

/**
 * What becomes of subscriptions that somebody else has locked. Only a statement for one of them may wait: who holds some and waits for
 * more keeps others waiting, or deadlocks with one who does the same.
 */
export type IfLocked = 'wait' | 'pass over'

/** Those of the subscriptions that are still leased so, locked, each once; with what their state is now. */
export const heldBy = (leases: Held[], ifLocked: IfLocked) => sql`
  held as materialized (
    select s.account_id, s.id, s.state, lease.until
    from (select distinct account_id, id, until from unnest(
      ${leases.map(({ subscription }) => subscription.accountId)}::uuid[],
      ${leases.map(({ subscription }) => subscription.id)}::uuid[],
      ${leases.map(({ until }) => until.toString())}::timestamptz[]
    ) as given (account_id, id, until)) as lease
    join subscriptions s on s.account_id = lease.account_id and s.id = lease.id and s.leased_until = lease.until
    for no key update of s ${ifLocked === 'wait' ? sql`` : sql`skip locked`}
  )`

/**
 * Of each booking or contact only its earliest open delivery may be sent; the others are not due before that one is closed.
 *
 * Asked for by its sequence, which reads one entry of an index: for "there is none before it" PostgreSQL would rather join, and read all
 * that the subscription is owed again for each.
 */
export const isNextOfItsSubject = (
  alias: 'due' | 'deliveries',
) => sql<boolean>`${sql.ref(`${alias}.sequence`)} = (
  select earliest.sequence from deliveries earliest
  where earliest.account_id = ${sql.ref(`${alias}.account_id`)}
    and earliest.subscription_id = ${sql.ref(`${alias}.subscription_id`)}
    and earliest.subject_id = ${sql.ref(`${alias}.subject_id`)}
    and earliest.state = 'pending'
  order by earliest.sequence
  limit 1
)`

/**
 * Gives leases back, each with the time of what is due next. One that another worker has by now is left to that one.
 *
 * A delivery that is planned at this very moment is not seen by the inner query, but its planner has then moved `next_due_at`, and an
 * update that had to wait for a row goes by what it says now.
 *
 * @returns in the order of the leases; `locked`, where locked ones are passed over: it still has to be given back.
 */
export async function releaseLeases(
  db: Db,
  leases: Held[],
  ifLocked: IfLocked,
): Promise<('done' | 'locked')[]> {
  const { rows } = await sql<{ released: 'done' | 'locked' }>`
    with ${heldBy(leases, ifLocked)}, released as (update subscriptions set
      leased_until = null,
      next_due_at = case when subscriptions.state = 'on' then least(subscriptions.next_due_at, (
        select deliveries.due_at from deliveries
        where deliveries.account_id = subscriptions.account_id
          and deliveries.subscription_id = subscriptions.id
          and deliveries.state = 'pending'
          and ${isNextOfItsSubject('deliveries')}
        order by deliveries.due_at
        limit 1
      )) end
    from held
    where subscriptions.account_id = held.account_id and subscriptions.id = held.id
    returning subscriptions.account_id, subscriptions.id)
    select case when ${ifLocked === 'pass over'} and released.id is null and s.leased_until = lease.until then 'locked' else 'done' end as released
    from unnest(
      ${leases.map(({ subscription }) => subscription.accountId)}::uuid[],
      ${leases.map(({ subscription }) => subscription.id)}::uuid[],
      ${leases.map(({ until }) => until.toString())}::timestamptz[]
    ) with ordinality as lease (account_id, id, until, place)
    left join released on released.account_id = lease.account_id and released.id = lease.id
    left join subscriptions s on s.account_id = lease.account_id and s.id = lease.id
    order by lease.place`.execute(db)
  return rows.map(({ released }) => released)
}

/**
 * Makes leases last `seconds` from now, but those that another worker has by now, and those whose subscription is locked at the moment:
 * nobody can take them meanwhile.
 *
 * @returns when each of those that were renewed runs out, by subscription.
 */
export async function extendLeases(
  system: Db,
  leases: Held[],
  seconds: number,
): Promise<Map<SubscriptionId, Instant>> {
  const { rows } = await sql<{ id: SubscriptionId; leased_until: Instant }>`
    with ${heldBy(leases, 'pass over')}
    update subscriptions set leased_until = now() + make_interval(secs => ${seconds})
    from held
    where subscriptions.account_id = held.account_id and subscriptions.id = held.id
    returning subscriptions.id, subscriptions.leased_until`.execute(system)
  return new Map(rows.map((row) => [row.id, row.leased_until]))
}

/**
 * Seconds until the next delivery or farewell becomes due, or a lease runs out, at most `most`.
 *
 * What is due already does not count: whoever asks has just leased what there was to lease, and the rest waits for somebody who is
 * sending and looks again when that is done. Each part reads one entry of an index.
 */
export async function secondsUntilDue(system: Db, most: number): Promise<number> {
  const { rows } = await sql<{ seconds: number | null }>`
    select extract(epoch from least(
      (select next_due_at from subscriptions where state = 'on' and next_due_at > now() order by next_due_at limit 1),
      (select leased_until from subscriptions where leased_until > now() order by leased_until limit 1),
      (select due_at from farewells order by due_at limit 1)
    ) - now())::float8 as seconds`.execute(system)
  return Math.min(Math.max(rows[0]?.seconds ?? most, 0), most)
}
