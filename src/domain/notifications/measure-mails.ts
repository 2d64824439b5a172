import type { Deps } from '#domain/deps.ts'
import { readMailGauges } from './mail-repository.ts'

/** Above this the numbers stay where they are. */
const countedAtMost = 10_000

/** Mails that wait to be sent and that were given up, over the whole installation. */
export const measureMails = ({
  database,
}: Pick<Deps, 'database'>): Promise<{ pending: number; givenUp: number }> =>
  readMailGauges(database.system, countedAtMost)
