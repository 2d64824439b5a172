import { isGone, isSuccess } from '#kit/attempt-outcome.ts'
import { deleteFarewell, type Farewell, leaseFarewells, postponeFarewell } from './delivery-repository.ts'
import { retryDelaySeconds } from './retry-schedule.ts'
import type { SendDeps } from './send-deliveries.ts'

/** A farewell is tried for a little over two hours. */
const mostAttempts = 6

/**
 * Tells targets of ended subscriptions, by DELETE, that nothing more will come (Zapier's reverse unsubscribe), so that the Zap is
 * paused where its user sees it. A target that is gone has nothing left to be told.
 *
 * @returns how many were told or given up.
 */
export async function sayFarewells(
  deps: Pick<SendDeps, 'database' | 'send' | 'random'>,
  limit: number,
): Promise<number> {
  const due = await leaseFarewells(deps.database.system, { limit, seconds: 60 })
  await Promise.all(due.map((farewell) => sayFarewell(deps, farewell)))
  return due.length
}

async function sayFarewell(
  { database, send, random }: Pick<SendDeps, 'database' | 'send' | 'random'>,
  farewell: Farewell,
): Promise<void> {
  const outcome = await send({ method: 'DELETE', url: farewell.targetUrl, headers: {} })
  const understood =
    isSuccess(outcome) || isGone(outcome) || (outcome.kind === 'answered' && outcome.status === 404)
  const delaySeconds =
    farewell.attempts >= mostAttempts ? undefined : retryDelaySeconds(farewell.attempts, outcome, random())
  if (understood || delaySeconds === undefined) await deleteFarewell(database.system, farewell)
  else await postponeFarewell(database.system, farewell, delaySeconds)
}
