import { inAccount } from '#database/db.ts'
import { findUserOf } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import type { DeliveryId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Instant } from '#kit/time.ts'
import type {
  AttemptsOfHour,
  DeliveriesOfAccount,
  DeliveryFilter,
  DeliveryPlace,
  SubscriptionHealth,
} from './account-delivery.ts'
import {
  countGivenUp,
  findSubscriptionOfDelivery,
  listAccountDeliveries,
  listAttemptsByHour,
  listSubscriptionHealth,
  reopenGivenUp,
} from './account-delivery-repository.ts'
import { reopenDeliveries } from './delivery-repository.ts'
import { findSubscription } from './subscription-repository.ts'

type AdministratorsOnly = { code: 'administrators-only' }

/** So many given-up deliveries are sent again by one press. */
export const replayAtMost = 10_000
const perPage = 50
const healthAtMost = 100

/** Deliveries of the whole account by filter, a page at a time; for Administrators. */
export const listDeliveriesOfAccount = (
  { database }: Pick<Deps, 'database'>,
  { viewer, filter, place }: { viewer: User; filter: DeliveryFilter; place?: DeliveryPlace | undefined },
): Promise<Result<DeliveriesOfAccount, AdministratorsOnly>> =>
  inAccount(database, viewer.accountId, async (tx) => {
    if (viewer.role !== 'administrator') return refuse({ code: 'administrators-only' })
    // One more than is shown says whether there are more.
    const found = await listAccountDeliveries(tx, viewer.accountId, { filter, place, limit: perPage + 1 })
    const isNewer = place?.side === 'newer'
    const hasMore = found.length > perPage
    return ok({
      deliveries: isNewer ? found.slice(-perPage) : found.slice(0, perPage),
      hasOlder: isNewer ? true : hasMore,
      hasNewer: isNewer ? hasMore : place !== undefined,
      givenUp: await countGivenUp(tx, viewer.accountId, { filter, most: replayAtMost }),
    })
  })

/** The last 24 hours of the account: this hour and the 23 before it, and how each live subscription did; for Administrators. */
export const reviewDeliveries = (
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  viewer: User,
): Promise<
  Result<
    { hours: (AttemptsOfHour & { start: Instant })[]; subscriptions: SubscriptionHealth[] },
    AdministratorsOnly
  >
> =>
  inAccount(database, viewer.accountId, async (tx) => {
    if (viewer.role !== 'administrator') return refuse({ code: 'administrators-only' })
    const now = clock.now()
    const first = now.round({ smallestUnit: 'hour', roundingMode: 'floor' }).subtract({ hours: 23 })
    const byHour = new Map(
      (await listAttemptsByHour(tx, viewer.accountId, first)).map(({ hour, ...found }) => [hour, found]),
    )
    const none = { attempts: 0, failed: 0, p50Ms: null, p95Ms: null }
    return ok({
      hours: Array.from({ length: 24 }, (_, hour) => ({
        start: first.add({ hours: hour }),
        ...(byHour.get(hour) ?? none),
      })),
      subscriptions: await listSubscriptionHealth(tx, viewer.accountId, {
        from: now.subtract({ hours: 24 }),
        limit: healthAtMost,
      }),
    })
  })

/**
 * Sends deliveries of anybody's Zaps, and of webhooks, again, under the same message ids: one, whatever became of it, or up to `replayAtMost` of the
 * filter that were given up, the oldest first. Where a Zap waits, they wait with it; one that has ended gets nothing more.
 *
 * @returns how many are sent again.
 */
export async function replayDeliveriesOfAccount(
  deps: Pick<Deps, 'database' | 'wakeWorker'>,
  { viewer, ...which }: { viewer: User } & ({ deliveryId: DeliveryId } | { filter: DeliveryFilter }),
): Promise<Result<number, AdministratorsOnly | { code: 'delivery-not-found' } | { code: 'zap-ended' }>> {
  const { accountId } = viewer
  type Replayed = Awaited<ReturnType<typeof replayDeliveriesOfAccount>>
  const replayed = await inAccount(deps.database, accountId, async (tx): Promise<Replayed> => {
    // Read anew: the role may have changed since the page was opened.
    const acting = await findUserOf(tx, accountId, viewer.id)
    if (acting?.role !== 'administrator') return refuse({ code: 'administrators-only' })
    if ('filter' in which)
      return ok(await reopenGivenUp(tx, accountId, { filter: which.filter, most: replayAtMost }))
    const id = await findSubscriptionOfDelivery(tx, accountId, which.deliveryId)
    const subscription = id && (await findSubscription(tx, accountId, { id, lock: true }))
    if (!subscription) return refuse({ code: 'delivery-not-found' })
    if (subscription.state === 'ended') return refuse({ code: 'zap-ended' })
    const count = await reopenDeliveries(tx, subscription, which.deliveryId)
    return count === 0 ? refuse({ code: 'delivery-not-found' }) : ok(count)
  })
  if (replayed.ok) deps.wakeWorker()
  return replayed
}
