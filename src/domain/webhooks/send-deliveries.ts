import type { Deps } from '#domain/deps.ts'
import type { LifecycleEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { type AttemptOutcome, isGone, isSuccess, reasonInWords } from '#kit/attempt-outcome.ts'
import { type AccountId, publicId } from '#kit/ids.ts'
import type { Delivery } from './delivery.ts'
import { type DeliveryBooks, openBooks } from './delivery-books.ts'
import type { Settled, Settlement } from './delivery-repository.ts'
import { alone, isGoodFor, type Lease, leaseLimits } from './lease.ts'
import { extendLeases, leaseDueSubscriptions, secondsUntilDue } from './lease-repository.ts'
import { retryDelaySeconds } from './retry-schedule.ts'
import { signedHeaders } from './signature.ts'
import { signingSecretsOf } from './signing-secrets.ts'
import { isWebhook, type Subscription, type Webhook } from './subscription.ts'

/** The network edge: makes one HTTP request to a target and says what came of it. Never throws. */
export type SendToTarget = (request: {
  method: 'POST' | 'DELETE'
  url: string
  headers: Record<string, string>
  body?: string
}) => Promise<AttemptOutcome>

export type MessageOf = (asked: {
  subscription: Subscription | Webhook
  delivery: Pick<Delivery, 'id' | 'eventId' | 'customFields' | 'createdAt'>
  event: LifecycleEvent | undefined
}) => { id: string; body: string } | undefined

export interface SendDeps
  extends Pick<Deps, 'database' | 'clock' | 'secrets' | 'publicUrl' | 'tellOperator'> {
  send: SendToTarget
  /**
   * The message that a delivery is, undefined where its event is gone: the same id and body bytes at every attempt. Of a delivery
   * without event it is a made-up one, to try the target.
   */
  messageOf: MessageOf
  random: () => number
  /** Monotonic milliseconds. */
  elapsed: () => number
}

/**
 * Leases subscriptions with something due, of no account more than its share; `inFlight`: those of each that this worker has already.
 * The caller sends for each with `sendDueDeliveries`, as many at once as it likes.
 */
export async function leaseSubscriptions(
  { database, elapsed }: Pick<SendDeps, 'database' | 'elapsed'>,
  limit: number,
  {
    inFlight = new Map(),
    perAccount = leaseLimits.perAccount,
  }: { inFlight?: ReadonlyMap<AccountId, number>; perAccount?: number } = {},
): Promise<Lease[]> {
  const sinceMs = elapsed()
  const leased = await leaseDueSubscriptions(database.system, {
    limit,
    perAccount,
    inFlight,
    seconds: leaseLimits.seconds,
  })
  return leased.map((lease) => ({ ...lease, sinceMs }))
}

/**
 * Renews leases that are held for some time, whatever their worker is waiting for. The caller does so again and again while it sends.
 */
export async function renewLeases(
  { database, elapsed }: Pick<SendDeps, 'database' | 'elapsed'>,
  leases: Lease[],
): Promise<void> {
  const sinceMs = elapsed()
  const ripe = leases.filter(
    (lease) => sinceMs - lease.sinceMs >= (leaseLimits.renewedEverySeconds * 1000) / 2,
  )
  const renew = async (some: Lease[]) => {
    const sinceMs = elapsed()
    const renewed = await extendLeases(database.system, some, leaseLimits.seconds)
    for (const lease of some) {
      const until = renewed.get(lease.subscription.id)
      if (until) Object.assign(lease, { until, sinceMs })
    }
  }
  // Those for which something is being written wait for their turn, and keep no other waiting.
  const idle = ripe.filter(({ writing }) => !writing)
  const busy = ripe.filter(({ writing }) => writing)
  const renewing = idle.length > 0 ? renew(idle) : Promise.resolve()
  await Promise.all([
    ...idle.map((lease) => alone(lease, () => renewing)),
    ...busy.map((lease) => alone(lease, () => renew([lease]))),
  ])
}

/** Seconds until something is due, at most `most`. Leases of other workers count as due when they run out. */
export const secondsUntilNextDue = ({ database }: Pick<Deps, 'database'>, most: number): Promise<number> =>
  secondsUntilDue(database.system, most)

/**
 * Sends what one leased subscription is owed, a few at a time, and gives the lease back.
 *
 * At least once: the outcome is stored after the request, so a crash in between repeats it under the same event id and with the
 * same body. Per booking in the order of its events: of each only one is due. Until the target has taken one, one is sent at a time.
 * Failed deliveries come back by the retry schedule; a target that answers 410 has ended its subscription at once. What cannot be read is
 * given up, and the operator told.
 *
 * A process that stood still may find that its lease has run out and another worker has the subscription: then it sends nothing more,
 * and what it wanted to store is not stored.
 *
 * @returns how many attempts were made.
 */
export async function sendDueDeliveries(
  deps: SendDeps,
  lease: Lease,
  books: DeliveryBooks = openBooks(deps),
): Promise<number> {
  const { elapsed } = deps
  const { subscription } = lease
  const begun = elapsed()
  const due = await books.listDue(lease)
  const secrets = due.length > 0 ? await signingSecretsOf(deps, subscription) : []
  let attempts = 0
  let next = 0
  let goesOn = true
  let failure: unknown
  const lanes: Promise<void>[] = []
  const open = () => void lanes.push(sendInLane())
  /** Never rejects: requests of other lanes are under way, and end first. */
  async function sendInLane(): Promise<void> {
    try {
      while (next < due.length && goesOn) {
        const now = elapsed()
        if (now - begun > leaseLimits.stopAfterSeconds * 1000 || !isGoodFor(lease, now)) break
        const { delivery, event } = due[next++] as (typeof due)[number]
        const message = readMessage(deps, { subscription, delivery, event })
        if (message) attempts += 1
        const { settled, isTaken } = message
          ? await attemptDelivery(deps, books, { lease, delivery, message, secrets })
          : { settled: await giveUpUnreadable(deps, books, { lease, delivery }), isTaken: false }
        // Revoked, regenerated or gone while we were sending, or another worker's by now: nothing more may leave under this lease.
        if (settled !== 'on') goesOn = false
        if (isTaken && goesOn)
          while (lanes.length < Math.min(leaseLimits.atOnce, due.length - next + 1)) open()
      }
    } catch (error) {
      goesOn = false
      failure ??= error
    }
  }
  open()
  // Lanes are opened while others run: the list grows as it is awaited.
  for (const lane of lanes) await lane
  if (failure !== undefined) throw failure
  await books.release(lease)
  return attempts
}

/** Undefined where there is none, for whatever reason: what is stored will be the same the next time. */
function readMessage(deps: Pick<SendDeps, 'messageOf'>, asked: Parameters<MessageOf>[0]) {
  try {
    return deps.messageOf(asked)
  } catch {
    return undefined
  }
}

/** What is not sent at all must not keep waiting what happened later. */
async function giveUpUnreadable(
  { tellOperator }: Pick<SendDeps, 'tellOperator'>,
  books: DeliveryBooks,
  { lease, delivery }: { lease: Lease; delivery: Pick<Delivery, 'id' | 'eventId'> },
): Promise<Settled> {
  const settled = await books.giveUp({
    lease,
    deliveryId: delivery.id,
    reason: 'The stored event cannot be read, so there is nothing to send',
  })
  if (settled !== 'lost')
    tellOperator?.({
      event: 'delivery.given_up',
      account: publicId('account', lease.subscription.accountId),
      subscription: publicId('subscription', lease.subscription.id),
      ...(delivery.eventId ? { message: publicId('lifecycle-event', delivery.eventId) } : {}),
      reason: 'unreadable',
    })
  return settled
}

async function attemptDelivery(
  deps: SendDeps,
  books: DeliveryBooks,
  {
    lease,
    delivery,
    message,
    secrets,
  }: {
    lease: Lease
    delivery: Pick<Delivery, 'id' | 'attempts'>
    message: { id: string; body: string }
    secrets: string[]
  },
): Promise<{ settled: Settled; isTaken: boolean }> {
  const { clock, send, random, tellOperator } = deps
  const { subscription } = lease
  const startedAt = clock.now()
  const outcome = await send({
    method: 'POST',
    url: subscription.targetUrl,
    headers: signedHeaders(message, startedAt, secrets),
    body: message.body,
  })
  const number = delivery.attempts + 1
  const settlement: Settlement = {
    lease,
    deliveryId: delivery.id,
    attempt: {
      number,
      startedAt,
      durationMs: outcome.durationMs,
      outcome: outcome.kind,
      status: outcome.kind === 'answered' ? outcome.status : null,
      words: reasonInWords(outcome),
      responseHead: outcome.kind === 'answered' ? outcome.responseHead : null,
    },
    next: nextOf(outcome, number, random()),
  }
  const isOver = isGone(outcome)
  const settled = await (isOver
    ? books.settleAndEnd(settlement, wordsOfEnd(subscription))
    : books.settle(settlement))
  if (settled !== 'lost' && settlement.next.state === 'given_up')
    tellOperator?.({
      event: isOver ? 'subscription.gone' : 'delivery.given_up',
      account: publicId('account', subscription.accountId),
      subscription: publicId('subscription', subscription.id),
      message: message.id,
    })
  return { settled, isTaken: isSuccess(outcome) }
}

const wordsOfEnd = (subscription: Subscription | Webhook): string =>
  isWebhook(subscription)
    ? 'The target answered 410: it wants nothing more'
    : 'The target answered 410: the Zap was turned off'

function nextOf(outcome: AttemptOutcome, number: number, random: number): Settlement['next'] {
  if (isSuccess(outcome)) return { state: 'delivered' }
  const delaySeconds = isGone(outcome) ? undefined : retryDelaySeconds(number, outcome, random)
  return delaySeconds === undefined ? { state: 'given_up' } : { state: 'pending', delaySeconds }
}
