import type { Deps } from '#domain/deps.ts'
import { readOutbox } from './lifecycle-event-repository.ts'

/** Above this the number stays where it is. */
const countedAtMost = 10_000

/** How many lifecycle events wait to be planned, over the whole installation, and for how long the oldest has. */
export const measureOutbox = ({
  database,
}: Pick<Deps, 'database'>): Promise<{ waiting: number; oldestSeconds: number }> =>
  readOutbox(database.system, countedAtMost)
