import type { Deps } from '#domain/deps.ts'
import { deleteOldIdempotencyRecords } from './idempotency-repository.ts'

/** Idempotency keys are remembered for 24 hours. Returns how many were forgotten. */
export const forgetIdempotencyKeys = ({
  database,
  clock,
}: Pick<Deps, 'database' | 'clock'>): Promise<number> =>
  deleteOldIdempotencyRecords(database.system, clock.now().subtract({ hours: 24 }))
