import { type Db, inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import type { User } from '#domain/accounts/user.ts'
import { openKey } from '#domain/api-keys/api-key.ts'
import type { Deps } from '#domain/deps.ts'
import { type AccountId, newUuid, type SubscriptionId, type UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { makeSigningSecret } from './signature.ts'
import { sealSecret } from './signing-secrets.ts'
import {
  type SubscriptionNotFound,
  type Webhook,
  type WebhookEvent,
  type WebhookOverview,
  webhookEvents,
} from './subscription.ts'
import {
  endSubscriptions,
  findSubscription,
  insertWebhook,
  listPlainWebhooks,
  listWebhooksOf,
  resumeSubscriptions,
  stopSubscriptions,
} from './subscription-repository.ts'

type WebhookDeps = Pick<Deps, 'database' | 'clock' | 'wakeWorker'>

/** So many an account may have: each booking is owed to every one of them. */
export const mostWebhooks = 250

/** Who acts on a webhook: an Administrator on the screen, or a key of the account (null). */
interface Acting {
  accountId: AccountId
  userId: UserId | null
}

export type WebhookProblem =
  | { code: 'webhook-name-taken' }
  | { code: 'webhook-name-wrong'; reason: string }
  | { code: 'webhook-events-wrong'; reason: string }
  | { code: 'target-refused'; reason: string }
  | { code: 'too-many-webhooks'; most: number }

/** An Administrator in the name of the account; a Member looks after no webhooks. */
export const actingAs = (viewer: User): Acting | undefined =>
  viewer.role === 'administrator' ? { accountId: viewer.accountId, userId: viewer.id } : undefined

/** The account's webhooks that have not ended, newest first, with how they stand. */
export const listWebhooks = (
  { database }: Pick<Deps, 'database'>,
  accountId: AccountId,
): Promise<WebhookOverview[]> => inAccount(database, accountId, (tx) => listWebhooksOf(tx, accountId))

/** The same without how they stand, which may have to be counted. */
export const listWebhooksOnly = (
  { database }: Pick<Deps, 'database'>,
  accountId: AccountId,
): Promise<Webhook[]> => inAccount(database, accountId, (tx) => listPlainWebhooks(tx, accountId))

/** One webhook, also when it has ended. */
export const findWebhook = (
  { database }: Pick<Deps, 'database'>,
  accountId: AccountId,
  id: SubscriptionId,
): Promise<Webhook | undefined> =>
  inAccount(database, accountId, async (tx) => (await listPlainWebhooks(tx, accountId, { id }))[0])

/** The secret in force, as text. */
export const secretOf = ({ secrets }: Pick<Deps, 'secrets'>, { id, signing }: Webhook): string =>
  signing ? openKey(secrets, { sealed: signing.secret, holder: id }) : ''

/**
 * Makes a webhook: from now on the address gets these events of all booking pages.
 *
 * Address and events are kept exactly as given, because clients compare them (api-contract 9.24). A name is free again once its
 * webhook was deleted.
 */
export async function createWebhook(
  deps: WebhookDeps & Pick<Deps, 'secrets'> & { refusalOfTarget: (url: string) => string | undefined },
  { accountId, userId }: Acting,
  wanted: { name: string; targetUrl: string; events: readonly string[] },
): Promise<Result<Webhook, WebhookProblem>> {
  const name = wanted.name.trim()
  if (!/[\p{L}\p{N}]/u.test(name))
    return refuse({ code: 'webhook-name-wrong', reason: 'needs at least one letter or digit' })
  if (name.length > 200)
    return refuse({ code: 'webhook-name-wrong', reason: 'can have at most 200 characters' })
  const unknown = wanted.events.find((event) => !(webhookEvents as readonly string[]).includes(event))
  if (wanted.events.length === 0)
    return refuse({ code: 'webhook-events-wrong', reason: 'name at least one event' })
  if (unknown !== undefined)
    return refuse({ code: 'webhook-events-wrong', reason: `there is no event "${unknown.slice(0, 100)}"` })
  if (wanted.events.length > 100)
    return refuse({ code: 'webhook-events-wrong', reason: 'name at most 100 events' })
  const refusal = deps.refusalOfTarget(wanted.targetUrl)
  if (refusal !== undefined) return refuse({ code: 'target-refused', reason: refusal })
  const now = deps.clock.now()
  const id = newUuid(now.epochMilliseconds) as SubscriptionId
  const webhook: Webhook = {
    accountId,
    id,
    name,
    events: [...wanted.events] as WebhookEvent[],
    targetUrl: wanted.targetUrl,
    state: 'on',
    pausedFor: null,
    endedReason: null,
    createdAt: now,
    failingSince: null,
    signing: { secret: sealSecret(deps, id, makeSigningSecret()), former: null },
  }
  return await inAccount(deps.database, accountId, async (tx) => {
    // Two at the same moment may make one more: it is a limit for sanity, not a promise.
    if ((await listPlainWebhooks(tx, accountId)).length >= mostWebhooks)
      return refuse({ code: 'too-many-webhooks', most: mostWebhooks })
    if (!(await insertWebhook(tx, webhook))) return refuse({ code: 'webhook-name-taken' })
    await audit(tx, deps, { accountId, actorUserId: userId, action: 'webhook.created', subject: id })
    return ok(webhook)
  })
}

/** Ends a webhook for good: nothing is sent any more, and what it was owed is dropped. */
export const deleteWebhook = (
  deps: Pick<WebhookDeps, 'database' | 'clock'>,
  { accountId, userId }: Acting,
  id: SubscriptionId,
): Promise<Result<null, SubscriptionNotFound>> =>
  onWebhook(deps, accountId, id, async (tx) => {
    await endSubscriptions(tx, accountId, { id }, 'The webhook was deleted')
    await audit(tx, deps, { accountId, actorUserId: userId, action: 'webhook.deleted', subject: id })
  })

/** Stops a webhook for a while: what happens meanwhile is held for seven days. */
export const pauseWebhook = (
  deps: Pick<WebhookDeps, 'database' | 'clock'>,
  { accountId, userId }: Acting,
  id: SubscriptionId,
): Promise<Result<null, SubscriptionNotFound>> =>
  onWebhook(deps, accountId, id, async (tx) => {
    await stopSubscriptions(tx, accountId, { id }, 'user')
    await audit(tx, deps, { accountId, actorUserId: userId, action: 'webhook.paused', subject: id })
  })

/** Goes on with a paused webhook, beginning with what was held; one that was stopped for failing gets all it missed. */
export async function resumeWebhook(
  deps: WebhookDeps,
  { accountId, userId }: Acting,
  id: SubscriptionId,
): Promise<Result<null, SubscriptionNotFound>> {
  const done = await onWebhook(deps, accountId, id, async (tx, webhook) => {
    await resumeSubscriptions(
      tx,
      accountId,
      { id },
      'paused',
      webhook.pausedFor === 'failing' ? webhook.failingSince : undefined,
    )
    await audit(tx, deps, { accountId, actorUserId: userId, action: 'webhook.resumed', subject: id })
  })
  if (done.ok) deps.wakeWorker()
  return done
}

/** Works on a webhook that has not ended, held until the transaction ends. */
const onWebhook = (
  { database }: Pick<Deps, 'database'>,
  accountId: AccountId,
  id: SubscriptionId,
  work: (tx: Db, webhook: Webhook) => Promise<unknown>,
): Promise<Result<null, SubscriptionNotFound>> =>
  inAccount(database, accountId, async (tx) => {
    const found = await findSubscription(tx, accountId, { id, lock: true })
    if (!found || !('events' in found) || found.state === 'ended')
      return refuse({ code: 'subscription-not-found' })
    await work(tx, found)
    return ok(null)
  })
