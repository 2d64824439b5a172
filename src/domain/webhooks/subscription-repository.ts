import { type Selectable, sql } from 'kysely'
import { type Db, isOneOf, moment } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { User } from '#domain/accounts/user.ts'
import type { AccountId, SubscriptionId, UserId, ZapierKeyId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import { heldDays } from './delivery.ts'
import type {
  AnySubscription,
  Standing,
  Subscription,
  SubscriptionOverview,
  Trigger,
  Webhook,
  WebhookEvent,
  WebhookOverview,
} from './subscription.ts'

const commonOfRow = (row: Selectable<Tables['subscriptions']>): AnySubscription => ({
  accountId: row.account_id,
  id: row.id,
  targetUrl: row.target_url,
  state: row.state,
  pausedFor: row.paused_for,
  endedReason: row.ended_reason,
  createdAt: row.created_at,
  failingSince: row.failing_since,
  signing: row.secret && {
    secret: row.secret,
    former:
      row.former_secret && row.former_secret_until
        ? { secret: row.former_secret, until: row.former_secret_until }
        : null,
  },
})

/** A row that is a Zap's. */
const subscriptionOfRow = (row: Selectable<Tables['subscriptions']>): Subscription => ({
  ...commonOfRow(row),
  userId: row.user_id as UserId,
  keyId: row.key_id as ZapierKeyId,
  trigger: row.trigger as Trigger,
  bookingPageId: row.booking_page_id,
  eventTypeId: row.event_type_id,
})

/** A row that is a webhook of the account. */
export const webhookOfRow = (row: Selectable<Tables['subscriptions']>): Webhook => ({
  ...commonOfRow(row),
  name: row.name as string,
  events: row.events as WebhookEvent[],
})

/** A row of either kind (subscriptions_kind_check). */
export const anySubscriptionOfRow = (row: Selectable<Tables['subscriptions']>): Subscription | Webhook =>
  row.events === null ? subscriptionOfRow(row) : webhookOfRow(row)

/** Which subscriptions: all of a user, one of a user, or one whoever's it is. */
export type WhichSubscriptions =
  | { userId: UserId; id?: SubscriptionId | undefined }
  | { userId?: undefined; id: SubscriptionId }

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
      secret: subscription.signing?.secret ?? null,
      paused_for: null,
    })
    .execute()
}

/**
 * Live subscriptions of the account: Zaps that wait for one of these triggers, each with the user whose scope counts, and all webhooks,
 * with none. Locked until the transaction ends.
 *
 * Who ends or holds one meanwhile waits, and then finds the deliveries that were planned for it.
 */
export async function listLiveSubscriptions(
  tx: Db,
  accountId: AccountId,
  triggers: Trigger[],
): Promise<
  {
    subscription: Subscription | Webhook
    user: Pick<User, 'id' | 'accountId' | 'role' | 'triggersAllPages'> | null
  }[]
> {
  const rows = await tx
    .selectFrom('subscriptions')
    .leftJoin('users', (join) =>
      join
        .onRef('users.account_id', '=', 'subscriptions.account_id')
        .onRef('users.id', '=', 'subscriptions.user_id'),
    )
    .selectAll('subscriptions')
    .select(['users.role', 'users.triggers_all_pages'])
    .where('subscriptions.account_id', '=', accountId)
    .where((is) =>
      is.or([is('subscriptions.events', 'is not', null), isOneOf('subscriptions.trigger', triggers, 'text')]),
    )
    .where('subscriptions.state', '!=', 'ended')
    .orderBy('subscriptions.id')
    .forNoKeyUpdate('subscriptions')
    .execute()
  return rows.map((row) => ({
    subscription: anySubscriptionOfRow(row),
    user:
      row.user_id && row.role && row.triggers_all_pages !== null
        ? {
            id: row.user_id,
            accountId: row.account_id,
            role: row.role,
            triggersAllPages: row.triggers_all_pages,
          }
        : null,
  }))
}

/** How many deliveries of the subscription are in this state. */
const deliveriesIn = (state: 'pending' | 'held' | 'given_up') => sql<number>`(
  select count(*)::int from deliveries
  where deliveries.account_id = subscriptions.account_id and deliveries.subscription_id = subscriptions.id
    and deliveries.state = ${state}
)`

const standing = [
  deliveriesIn('pending').as('pending'),
  deliveriesIn('held').as('held'),
  deliveriesIn('given_up').as('failed'),
]

const standingOfRow = (
  row: Pick<
    Selectable<Tables['subscriptions']>,
    'last_delivery_at' | 'last_delivery_ok' | 'last_delivery_words'
  > & { pending: number; held: number; failed: number },
): Standing => ({
  lastDelivery:
    row.last_delivery_at && row.last_delivery_ok !== null
      ? { at: row.last_delivery_at, ok: row.last_delivery_ok, words: row.last_delivery_words ?? '' }
      : null,
  pending: row.pending,
  held: row.held,
  failed: row.failed,
})

/** Zaps with what a person wants to know of them: live ones first, then ended ones, newest first. */
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
    .select(standing)
    .where('subscriptions.account_id', '=', accountId)
    .where('subscriptions.events', 'is', null)
    .$if(userId !== undefined, (query) => query.where('subscriptions.user_id', '=', userId as UserId))
    .$if(id !== undefined, (query) => query.where('subscriptions.id', '=', id as SubscriptionId))
    .$if(liveOnly, (query) => query.where('subscriptions.state', '!=', 'ended'))
    .orderBy(sql`subscriptions.state = 'ended'`)
    .orderBy('subscriptions.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    ...subscriptionOfRow(row),
    ...standingOfRow(row),
    bookingPageLabel: row.internal_label,
    eventTypeName: row.event_type_name,
  }))
}

/** Webhooks of the account as they are, newest first; one by its id also when it has ended. */
export async function listPlainWebhooks(
  tx: Db,
  accountId: AccountId,
  { id }: { id?: SubscriptionId } = {},
): Promise<Webhook[]> {
  const rows = await tx
    .selectFrom('subscriptions')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('events', 'is not', null)
    .$if(id !== undefined, (query) => query.where('id', '=', id as SubscriptionId))
    .$if(id === undefined, (query) => query.where('state', '!=', 'ended'))
    .orderBy('id', 'desc')
    .execute()
  return rows.map(webhookOfRow)
}

/** The same with what a person wants to know of them. */
export async function listWebhooksOf(
  tx: Db,
  accountId: AccountId,
  { id }: { id?: SubscriptionId } = {},
): Promise<WebhookOverview[]> {
  const rows = await tx
    .selectFrom('subscriptions')
    .selectAll('subscriptions')
    .select(standing)
    .where('account_id', '=', accountId)
    .where('events', 'is not', null)
    .$if(id !== undefined, (query) => query.where('id', '=', id as SubscriptionId))
    .$if(id === undefined, (query) => query.where('state', '!=', 'ended'))
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => ({ ...webhookOfRow(row), ...standingOfRow(row) }))
}

/** Stores a webhook. False where another one that has not ended has its name. */
export async function insertWebhook(tx: Db, webhook: Webhook): Promise<boolean> {
  const inserted = await tx
    .insertInto('subscriptions')
    .values({
      account_id: webhook.accountId,
      id: webhook.id,
      user_id: null,
      key_id: null,
      trigger: null,
      name: webhook.name,
      events: webhook.events,
      target_url: webhook.targetUrl,
      booking_page_id: null,
      event_type_id: null,
      state: webhook.state,
      created_at: webhook.createdAt.toString(),
      ended_reason: null,
      last_delivery_ok: null,
      last_delivery_words: null,
      secret: webhook.signing?.secret ?? null,
      former_secret: null,
      paused_for: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** One subscription of the account by its id; with `lock`, nobody ends or stops it until the transaction ends. */
const selectById = (
  tx: Db,
  accountId: AccountId,
  { id, lock }: { id: SubscriptionId; lock?: boolean | undefined },
) =>
  tx
    .selectFrom('subscriptions')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .$if(lock === true, (query) => query.forNoKeyUpdate())

/** A subscription that this user looks after: an own Zap, or for an Administrator a webhook of the account. */
export async function findSubscriptionFor(
  tx: Db,
  viewer: Pick<User, 'accountId' | 'id' | 'role'>,
  wanted: { id: SubscriptionId; lock?: boolean },
): Promise<Subscription | Webhook | undefined> {
  const row = await selectById(tx, viewer.accountId, wanted)
    .where((is) =>
      viewer.role === 'administrator'
        ? is.or([is('user_id', '=', viewer.id), is('events', 'is not', null)])
        : is('user_id', '=', viewer.id),
    )
    .executeTakeFirst()
  return row && anySubscriptionOfRow(row)
}

/** One subscription: a user's, or whoever's where no user is named. */
export async function findSubscription(
  tx: Db,
  accountId: AccountId,
  wanted: { id: SubscriptionId; userId?: UserId; lock?: boolean },
): Promise<Subscription | Webhook | undefined> {
  const row = await selectById(tx, accountId, wanted)
    .$if(wanted.userId !== undefined, (query) => query.where('user_id', '=', wanted.userId as UserId))
    .executeTakeFirst()
  return row && anySubscriptionOfRow(row)
}

/**
 * Holds live subscriptions in the order in which planning holds them (`listLiveSubscriptions`), so that of two who need several of them
 * none waits for the other.
 */
async function lockInOrder(tx: Db, accountId: AccountId, which: WhichSubscriptions): Promise<void> {
  await tx
    .selectFrom('subscriptions')
    .select('id')
    .where('account_id', '=', accountId)
    .$if(which.userId !== undefined, (query) => query.where('user_id', '=', which.userId as UserId))
    .$if(which.id !== undefined, (query) => query.where('id', '=', which.id as SubscriptionId))
    .where('state', '!=', 'ended')
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

/** Ends live subscriptions, drops what they were still owed, and returns those that were live. */
export async function endSubscriptions(
  tx: Db,
  accountId: AccountId,
  which: WhichSubscriptions,
  reason: string,
): Promise<(Subscription | Webhook)[]> {
  await lockInOrder(tx, accountId, which)
  const ended = await tx
    .updateTable('subscriptions')
    .set({
      state: 'ended',
      paused_for: null,
      ended_reason: reason,
      ended_at: sql<string>`now()`,
      next_due_at: null,
    })
    .where('account_id', '=', accountId)
    .$if(which.userId !== undefined, (query) => query.where('user_id', '=', which.userId as UserId))
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
        isOneOf(
          'subscription_id',
          ended.map(({ id }) => id),
        ),
      )
      .where('state', 'in', ['pending', 'held'])
      .execute()
  return ended.map(anySubscriptionOfRow)
}

/** Owes each target a DELETE (reverse unsubscribe), so that its user sees there that nothing more will come. */
export async function insertFarewells(
  tx: Db,
  subscriptions: Pick<AnySubscription, 'accountId' | 'id' | 'targetUrl'>[],
): Promise<void> {
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
 * Stops sending; what is owed is held. `needs_reconnect` until the user reconnects, `paused` (by the user, or because its target is
 * failing) until the user goes on. Returns those that were stopped.
 */
export async function stopSubscriptions(
  tx: Db,
  accountId: AccountId,
  which: WhichSubscriptions & { keyId?: ZapierKeyId | undefined },
  why: 'needs_reconnect' | 'user' | 'failing',
): Promise<(Subscription | Webhook)[]> {
  await lockInOrder(tx, accountId, which)
  const stopped = await tx
    .updateTable('subscriptions')
    .set(
      why === 'needs_reconnect'
        ? { state: why, next_due_at: null }
        : { state: 'paused', paused_for: why, next_due_at: null },
    )
    .where('account_id', '=', accountId)
    .$if(which.userId !== undefined, (query) => query.where('user_id', '=', which.userId as UserId))
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
        isOneOf(
          'subscription_id',
          stopped.map(({ id }) => id),
        ),
      )
      .where('state', '=', 'pending')
      .execute()
  return stopped.map(anySubscriptionOfRow)
}

/**
 * Goes on with what `stopSubscriptions` stopped: what was held is due now, in order; what was held longer than seven days is
 * dropped. Of one that was stopped because its target failed nothing is dropped, and what was given up since then is sent as well.
 * Returns how many went on.
 */
export async function resumeSubscriptions(
  tx: Db,
  accountId: AccountId,
  which: WhichSubscriptions,
  from: 'needs_reconnect' | 'paused',
  failedSince?: Instant | null,
): Promise<number> {
  await lockInOrder(tx, accountId, which)
  const resumed = await tx
    .updateTable('subscriptions')
    .set({
      state: 'on',
      paused_for: null,
      next_due_at: sql<string>`now()`,
      failing_since: null,
      failed_tries: 0,
      told: 0,
    })
    .where('account_id', '=', accountId)
    .$if(which.userId !== undefined, (query) => query.where('user_id', '=', which.userId as UserId))
    .$if(which.id !== undefined, (query) => query.where('id', '=', which.id as SubscriptionId))
    .where('state', '=', from)
    .returning('id')
    .execute()
  if (resumed.length === 0) return 0
  const ids = resumed.map(({ id }) => id)
  if (failedSince)
    await tx
      .updateTable('deliveries')
      .set({ state: 'held', closed_at: null, reason: null })
      .where('account_id', '=', accountId)
      .where(isOneOf('subscription_id', ids))
      .where('state', '=', 'given_up')
      .where('closed_at', '>=', moment(failedSince))
      .execute()
  const heldOfThem = tx
    .updateTable('deliveries')
    .where('account_id', '=', accountId)
    .where(isOneOf('subscription_id', ids))
    .where('state', '=', 'held')
  if (!failedSince)
    await heldOfThem
      .set({ state: 'dropped', reason: `Held for more than ${heldDays} days`, closed_at: sql<string>`now()` })
      // One that was replayed while it had to wait was made due then, however old it is.
      .where(
        sql<Instant>`greatest(created_at, due_at)`,
        '<',
        sql<Instant>`now() - make_interval(days => ${heldDays})`,
      )
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
  await lockInOrder(tx, accountId, { userId })
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
    .set({ state: 'needs_reconnect', paused_for: null })
    .where('account_id', '=', accountId)
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('state', '=', 'paused')
    .execute()
}

/** Gives a subscription that has none the secret it signs with from now on, and returns the one in force: of two workers one wins. */
export async function insertSecret(
  system: Db,
  { accountId, id }: Pick<AnySubscription, 'accountId' | 'id'>,
  sealed: Buffer,
): Promise<Buffer> {
  const row = await system
    .updateTable('subscriptions')
    .set({ secret: sql<Buffer>`coalesce(secret, ${sealed})` })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .returning('secret')
    .executeTakeFirstOrThrow()
  return row.secret as Buffer
}

/** Puts a new secret in force; the present one signs beside it until `until`. */
export async function replaceSecret(
  tx: Db,
  { accountId, id }: Pick<AnySubscription, 'accountId' | 'id'>,
  { sealed, until }: { sealed: Buffer; until: Instant },
): Promise<void> {
  await tx
    .updateTable('subscriptions')
    .set({
      former_secret: sql<Buffer | null>`secret`,
      former_secret_until: sql<
        string | null
      >`case when secret is null then null else ${until.toString()}::timestamptz end`,
      secret: sealed,
    })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute()
}

/** What a long failure calls for, of the whole installation; locked until the transaction ends, those of other workers passed over. */
export async function takeFailing(
  tx: Db,
  limit: number,
): Promise<{ subscription: Subscription | Webhook; call: 'tell-hour' | 'tell-day' | 'stop' }[]> {
  const rows = await tx
    .selectFrom('subscriptions')
    .selectAll()
    .select(
      sql<'tell-hour' | 'tell-day' | 'stop'>`case
        when ${isFailingFor('5 days')} and failed_tries >= 20 then 'stop'
        when ${isFailingFor('24 hours')} then 'tell-day'
        else 'tell-hour' end`.as('call'),
    )
    .where('state', '=', 'on')
    .where('failing_since', '<=', sql<Instant>`now() - interval '1 hour'`)
    .where((is) =>
      is.or([
        is('told', '<', 1),
        is.and([is('told', '<', 2), isFailingFor('24 hours')]),
        is.and([is('failed_tries', '>=', 20), isFailingFor('5 days')]),
      ]),
    )
    .orderBy('failing_since')
    .limit(limit)
    .forNoKeyUpdate()
    .skipLocked()
    .execute()
  return rows.map((row) => ({ subscription: anySubscriptionOfRow(row), call: row.call }))
}

const isFailingFor = (time: '24 hours' | '5 days') =>
  sql<boolean>`failing_since <= now() - ${sql.lit(time)}::interval`

/** Remembers that its user was told, once after an hour and once after a day. */
export async function markTold(
  tx: Db,
  { accountId, id }: Pick<AnySubscription, 'accountId' | 'id'>,
  told: 1 | 2,
): Promise<void> {
  await tx
    .updateTable('subscriptions')
    .set({ told })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute()
}
