import { completePastBookings } from '#domain/bookings/complete-past-bookings.ts'
import type { Deps } from '#domain/deps.ts'
import { forgetIdempotencyKeys } from '#domain/idempotency/forget-idempotency-keys.ts'
import { type SendMail, sendDueMails } from '#domain/notifications/send-mails.ts'
import { forgetOneTimeLinks } from '#domain/one-time-links/one-time-links.ts'
import { openBooks } from '#domain/webhooks/delivery-books.ts'
import { type Lease, leaseLimits } from '#domain/webhooks/lease.ts'
import { createPlanPausing, planDeliveries } from '#domain/webhooks/plan-deliveries.ts'
import { sayFarewells } from '#domain/webhooks/say-farewells.ts'
import {
  leaseSubscriptions,
  renewLeases,
  type SendToTarget,
  secondsUntilNextDue,
  sendDueDeliveries,
} from '#domain/webhooks/send-deliveries.ts'
import { watchFailures } from '#domain/webhooks/watch-failures.ts'
import { endGraces } from '#domain/zapier/manage-key.ts'
import { createMessageOf } from '#domain/zapier/message-of.ts'
import type { AccountId } from '#kit/ids.ts'

export interface WorkerOptions {
  deps: Deps
  send: SendToTarget
  sendMail: SendMail
  /** A loop that failed goes on after a pause; this says so. */
  onError: (error: Error) => void
  /** Longest pause between looks, in milliseconds: what a lost wake-up costs at most. */
  pollMs?: number
  /** Subscriptions that are sent to at the same time. */
  atOnce?: number
}

export interface Worker {
  /** Look now. */
  wake(): void
  /** Ends the loops; requests under way are finished first. */
  stop(): Promise<void>
}

const planAtOnce = 200
const farewellsAtOnce = 20
const fewestMails = 10
const mostMails = 40
const quickMailsMs = 250
const pauseAfterErrorMs = 1_000

/**
 * The loops behind the doors: plan deliveries, send them, say farewells, complete past bookings, end graces of former keys,
 * forget old idempotency keys.
 *
 * Any number of workers share the work. Each loop reads what is to do from the database, so nothing is lost with a worker; wake-ups
 * only make it look sooner.
 */
export function startWorker({
  deps,
  send,
  sendMail,
  onError,
  pollMs = 1_000,
  atOnce = 128,
}: WorkerOptions): Worker {
  const stopping = new AbortController()
  const sendDeps = {
    ...deps,
    send,
    messageOf: createMessageOf(deps),
    random: Math.random,
    elapsed: () => performance.now(),
  }
  const planDeps = { ...deps, pausing: createPlanPausing(() => performance.now()), onError }

  /** Repeats `work` until told to stop: at once while it says there is more, else after a pause or a wake-up. */
  const loop = (work: () => Promise<{ pauseMs: number }>): { wake: () => void; ended: Promise<void> } => {
    let wakeUp: (() => void) | undefined
    let wokenEarly = false
    const pause = (ms: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(done, ms)
        function done() {
          clearTimeout(timer)
          wakeUp = undefined
          stopping.signal.removeEventListener('abort', done)
          resolve()
        }
        wakeUp = done
        stopping.signal.addEventListener('abort', done)
        if (wokenEarly || stopping.signal.aborted) done()
      })
    const run = async () => {
      while (!stopping.signal.aborted) {
        wokenEarly = false
        const { pauseMs } = await work().catch((error: Error) => {
          onError(error)
          return { pauseMs: pauseAfterErrorMs }
        })
        if (pauseMs > 0) await pause(pauseMs)
      }
    }
    return {
      wake: () => {
        wokenEarly = true
        wakeUp?.()
      },
      ended: run(),
    }
  }

  const books = openBooks(deps)
  const inFlight = new Map<Promise<unknown>, Lease>()
  const sending = loop(async () => {
    const free = atOnce - inFlight.size
    if (free === 0) {
      await Promise.race(inFlight.keys())
      return { pauseMs: 0 }
    }
    const ofAccount = new Map<AccountId, number>()
    for (const { subscription } of inFlight.values())
      ofAccount.set(subscription.accountId, (ofAccount.get(subscription.accountId) ?? 0) + 1)
    const leased = await leaseSubscriptions(sendDeps, free, { inFlight: ofAccount })
    for (const lease of leased) {
      const one: Promise<unknown> = sendDueDeliveries(sendDeps, lease, books)
        .catch(onError)
        .finally(() => {
          inFlight.delete(one)
          sending.wake()
        })
      inFlight.set(one, lease)
    }
    if (leased.length === free) return { pauseMs: 0 }
    return { pauseMs: Math.max(1, Math.min(pollMs, (await secondsUntilNextDue(deps, pollMs / 1000)) * 1000)) }
  })
  // Also while the worker stops: what is under way then still needs its lease.
  const heartbeat = setInterval(
    () => void renewLeases(sendDeps, [...inFlight.values()]).catch(onError),
    leaseLimits.renewedEverySeconds * 1000,
  )
  const planning = loop(async () => {
    const planned = await planDeliveries(planDeps, planAtOnce)
    if (planned > 0) {
      sending.wake()
      mailing.wake()
    }
    return { pauseMs: planned === planAtOnce ? 0 : pollMs }
  })
  // A mail server takes its time and gets few at once; where mails are only kept, many are done in a moment.
  let mailsAtOnce = fewestMails
  const mailing = loop(async () => {
    const begun = performance.now()
    const tried = await sendDueMails({ ...deps, sendMail }, mailsAtOnce)
    const isDone = tried < mailsAtOnce
    mailsAtOnce =
      performance.now() - begun < quickMailsMs ? Math.min(mailsAtOnce * 2, mostMails) : fewestMails
    return { pauseMs: isDone ? pollMs : 0 }
  })
  const farewells = loop(async () => {
    const said = await sayFarewells(sendDeps, farewellsAtOnce)
    return { pauseMs: said === farewellsAtOnce ? 0 : pollMs }
  })
  const completing = loop(async () => {
    const completed = await completePastBookings(deps, 100)
    return { pauseMs: completed === 100 ? 0 : pollMs }
  })
  const ending = loop(async () => {
    const ended = await endGraces(deps, 100)
    return { pauseMs: ended === 100 ? 0 : pollMs }
  })
  const watching = loop(async () => {
    const looked = await watchFailures(deps, 50)
    return { pauseMs: looked === 50 ? 0 : 30 * pollMs }
  })
  const forgetting = loop(async () => {
    await forgetIdempotencyKeys(deps)
    await forgetOneTimeLinks(deps)
    return { pauseMs: 3_600_000 }
  })

  return {
    wake: () => {
      planning.wake()
      mailing.wake()
      farewells.wake()
    },
    stop: async () => {
      stopping.abort()
      await Promise.all([
        mailing.ended,
        sending.ended,
        planning.ended,
        farewells.ended,
        completing.ended,
        ending.ended,
        watching.ended,
        forgetting.ended,
      ])
      await Promise.all(inFlight.keys())
      clearInterval(heartbeat)
    },
  }
}
