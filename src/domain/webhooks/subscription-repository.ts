import { type Selectable, sql } from 'kysely'
import type { Db } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { User } from '#domain/accounts/user.ts'
import type { AccountId, SubscriptionId, UserId, ZapierKeyId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import { heldDays } from './delivery.ts'
import type { Subscription, SubscriptionOverview, Trigger } from './subscription.ts'

export const subscriptionOfRow = (row: Selectable<Tables['subscriptions']>): Subscription => ({
  accountId: row.account_id,
  id: row.id,
  userId: row.user_id,
  keyId: row.key_id,
  trigger: row.trigger,
  targetUrl: row.target_url,
  bookingPageId: row.booking_page_id,
  eventTypeId: row.event_type_id,
  state: row.state,
  endedReason: row.ended_reason,
  createdAt: row.created_at,
})

export async function insertSubscription(tx: Db, subscription: Subscription): Promise<void> {
  await tx
    .insertInto('subscriptions')
    .values({
      account_id: subscription.accountId,
      id: subscription.id,
      user_id: subscription.userId,
      key_id: subscription.keyId,
      trigger: subscription.trigger,
      target_url: subscription.targetUrl,
      booking_page_id: subscription.bookingPageId,
      event_type_id: subscription.eventTypeId,
      state: subscription.state,
      created_at: subscription.createdAt.toString(),
    })
    .execute()
}

/**
 * Live subscriptions of the account to these triggers, each with the user whose scope counts; locked until the transaction ends.
 *
 * Who ends or holds one meanwhile waits, and then finds the deliveries that were planned for it.
 */
export async function listLiveSubscriptions(
  tx: Db,
  accountId: AccountId,
  triggers: Trigger[],
): Promise<
  { subscription: Subscription; user: Pick<User, 'id' | 'accountId' | 'role' | 'triggersAllPages'> }[]
> {
  if (triggers.length === 0) return []
  const rows = await tx
    .selectFrom('subscriptions')
    .innerJoin('users', (join) =>
      join
        .onRef('users.account_id', '=', 'subscriptions.account_id')
        .onRef('users.id', '=', 'subscriptions.user_id'),
    )
    .selectAll('subscriptions')
    .select(['users.role', 'users.triggers_all_pages'])
    .where('subscriptions.account_id', '=', accountId)
    .where('subscriptions.trigger', 'in', triggers)
    .where('subscriptions.state', '!=', 'ended')
    .orderBy('subscriptions.id')
    .forNoKeyUpdate('subscriptions')
    .execute()
  return rows.map((row) => ({
    subscription: subscriptionOfRow(row),
    user: {
      id: row.user_id,
      accountId: row.account_id,
      role: row.role,
      triggersAllPages: row.triggers_all_pages,
    },
  }))
}

/** How many deliveries of the subscription are in this state. */
const deliveriesIn = (state: 'pending' | 'held' | 'given_up') => sql<number>`(
  select count(*)::int from deliveries
  where deliveries.account_id = subscriptions.account_id and deliveries.subscription_id = subscriptions.id
    and deliveries.state = ${state}
)`

/** Subscriptions with what a person wants to know of them: live ones first, then ended ones, newest first. */
export async function listSubscriptionsOf(
  tx: Db,
  accountId: AccountId,
  {
    userId,
    id,
    liveOnly = false,
    limit,
  }: {
    userId?: UserId | undefined
    id?: SubscriptionId | undefined
    liveOnly?: boolean
    limit: number
  },
): Promise<SubscriptionOverview[]> {
  const rows = await tx
    .selectFrom('subscriptions')
    .leftJoin('booking_pages', (join) =>
      join
        .onRef('booking_pages.account_id', '=', 'subscriptions.account_id')
        .onRef('booking_pages.id', '=', 'subscriptions.booking_page_id'),
    )
    .leftJoin('event_types', (join) =>
      join
        .onRef('event_types.account_id', '=', 'subscriptions.account_id')
        .onRef('event_types.id', '=', 'subscriptions.event_type_id'),
    )
    .selectAll('subscriptions')
    .select(['booking_pages.internal_label', 'event_types.name as event_type_name'])
    .select([
      deliveriesIn('pending').as('pending'),
      deliveriesIn('held').as('held'),
      deliveriesIn('given_up').as('failed'),
    ])
    .where('subscriptions.account_id', '=', accountId)
    .$if(userId !== undefined, (query) => query.where('subscriptions.user_id', '=', userId as UserId))
    .$if(id !== undefined, (query) => query.where('subscriptions.id', '=', id as SubscriptionId))
    .$if(liveOnly, (query) => query.where('subscriptions.state', '!=', 'ended'))
    .orderBy(sql`subscriptions.state = 'ended'`)
    .orderBy('subscriptions.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    ...subscriptionOfRow(row),
    bookingPageLabel: row.internal_label,
    eventTypeName: row.event_type_name,
    lastDelivery:
      row.last_delivery_at && row.last_delivery_ok !== null
        ? { at: row.last_delivery_at, ok: row.last_delivery_ok, words: row.last_delivery_words ?? '' }
        : null,
    pending: row.pending,
    held: row.held,
    failed: row.failed,
  }))
}

/** One of a user's subscriptions; with `lock`, nobody ends or stops it until the transaction ends. */
export async function findSubscription(
  tx: Db,
  accountId: AccountId,
  wanted: { id: SubscriptionId; userId: UserId; lock?: boolean },
): Promise<Subscription | undefined> {
  const row = await tx
    .selectFrom('subscriptions')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', wanted.id)
    .where('user_id', '=', wanted.userId)
    .$if(wanted.lock === true, (query) => query.forNoKeyUpdate())
    .executeTakeFirst()
  return row && subscriptionOfRow(row)
}

/** Ends live subscriptions, drops what they were still owed, and returns those that were live. */
export async function endSubscriptions(
  tx: Db,
  accountId: AccountId,
  which: { userId: UserId; id?: SubscriptionId | undefined },
  reason: string,
): Promise<Subscription[]> {
  const ended = await tx
    .updateTable('subscriptions')
    .set({
      state: 'ended',
      ended_reason: reason,
      ended_at: sql<string>`now()`,
      next_due_at: null,
      leased_until: null,
    })
    .where('account_id', '=', accountId)
    .where('user_id', '=', which.userId)
    .$if(which.id !== undefined, (query) => query.where('id', '=', which.id as SubscriptionId))
    .where('state', '!=', 'ended')
    .returningAll()
    .execute()
  if (ended.length > 0)
    await tx
      .updateTable('deliveries')
      .set({ state: 'dropped', reason, closed_at: sql<string>`now()` })
      .where('account_id', '=', accountId)
      .where(
        'subscription_id',
        'in',
        ended.map(({ id }) => id),
      )
      .where('state', 'in', ['pending', 'held'])
      .execute()
  return ended.map(subscriptionOfRow)
}

/** Owes each target a DELETE (reverse unsubscribe), so that its user sees there that nothing more will come. */
export async function insertFarewells(tx: Db, subscriptions: Subscription[]): Promise<void> {
  if (subscriptions.length === 0) return
  await tx
    .insertInto('farewells')
    .values(
      subscriptions.map((subscription) => ({
        account_id: subscription.accountId,
        subscription_id: subscription.id,
        target_url: subscription.targetUrl,
        due_at: sql<string>`now()`,
      })),
    )
    .execute()
}

/**
 * Stops sending; what is owed is held. `needs_reconnect` until the user reconnects, `paused` until the user goes on. Returns those
 * that were stopped.
 */
export async function stopSubscriptions(
  tx: Db,
  accountId: AccountId,
  which: { userId: UserId; id?: SubscriptionId | undefined; keyId?: ZapierKeyId | undefined },
  state: 'needs_reconnect' | 'paused',
): Promise<Subscription[]> {
  const stopped = await tx
    .updateTable('subscriptions')
    .set({ state, next_due_at: null })
    .where('account_id', '=', accountId)
    .where('user_id', '=', which.userId)
    .$if(which.id !== undefined, (query) => query.where('id', '=', which.id as SubscriptionId))
    .$if(which.keyId !== undefined, (query) => query.where('key_id', '=', which.keyId as ZapierKeyId))
    .where('state', '=', 'on')
    .returningAll()
    .execute()
  if (stopped.length > 0)
    await tx
      .updateTable('deliveries')
      .set({ state: 'held' })
      .where('account_id', '=', accountId)
      .where(
        'subscription_id',
        'in',
        stopped.map(({ id }) => id),
      )
      .where('state', '=', 'pending')
      .execute()
  return stopped.map(subscriptionOfRow)
}

/**
 * Goes on with what `stopSubscriptions` stopped: what was held is due now, in order; what was held longer than seven days is
 * dropped. Returns how many went on.
 */
export async function resumeSubscriptions(
  tx: Db,
  accountId: AccountId,
  which: { userId: UserId; id?: SubscriptionId | undefined },
  from: 'needs_reconnect' | 'paused',
): Promise<number> {
  const resumed = await tx
    .updateTable('subscriptions')
    .set({ state: 'on', next_due_at: sql<string>`now()` })
    .where('account_id', '=', accountId)
    .where('user_id', '=', which.userId)
    .$if(which.id !== undefined, (query) => query.where('id', '=', which.id as SubscriptionId))
    .where('state', '=', from)
    .returning('id')
    .execute()
  if (resumed.length === 0) return 0
  const ids = resumed.map(({ id }) => id)
  const heldOfThem = tx
    .updateTable('deliveries')
    .where('account_id', '=', accountId)
    .where('subscription_id', 'in', ids)
    .where('state', '=', 'held')
  await heldOfThem
    .set({ state: 'dropped', reason: `Held for more than ${heldDays} days`, closed_at: sql<string>`now()` })
    .where('created_at', '<', sql<Instant>`now() - make_interval(days => ${heldDays})`)
    .execute()
  await heldOfThem.set({ state: 'pending', due_at: sql<string>`now()` }).execute()
  return resumed.length
}

/** A user's live subscriptions belong to this key from now on. */
export async function moveToKey(
  tx: Db,
  accountId: AccountId,
  { userId, keyId }: { userId: UserId; keyId: ZapierKeyId },
): Promise<void> {
  await tx
    .updateTable('subscriptions')
    .set({ key_id: keyId })
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .where('key_id', '!=', keyId)
    .where('state', '!=', 'ended')
    .execute()
}

/** A paused subscription waits for the reconnect instead. */
export async function pausedNeedsReconnect(
  tx: Db,
  accountId: AccountId,
  { userId, id }: { userId: UserId; id: SubscriptionId },
): Promise<void> {
  await tx
    .updateTable('subscriptions')
    .set({ state: 'needs_reconnect' })
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('state', '=', 'paused')
    .execute()
}
