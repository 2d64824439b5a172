import { inSystem } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import {
  countLiveSubscriptions,
  type DeliveryGauges,
  readDeliveryGauges,
} from './account-delivery-repository.ts'

/** Above this nothing is counted: it would cost more than it tells. */
const countedAtMost = 10_000

/** What waits, is held and was given up over the whole installation, and how long the longest has been due. */
export const measureDeliveries = ({ database }: Pick<Deps, 'database'>): Promise<DeliveryGauges> =>
  inSystem(database, (tx) => readDeliveryGauges(tx, countedAtMost))

/** Live subscriptions of the whole installation by state. */
export const measureSubscriptions = ({ database }: Pick<Deps, 'database'>) =>
  countLiveSubscriptions(database.system)
