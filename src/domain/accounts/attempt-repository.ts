import { sql } from 'kysely'
import { type Db, moment } from '#database/db.ts'
import type { Instant } from '#kit/time.ts'

/** Counts one more attempt in the key's span of time, which begins with its first one. Spans that are over are forgotten. */
export async function countOneMore(
  system: Db,
  { key, now, until }: { key: string; now: Instant; until: Instant },
): Promise<{ count: number; until: Instant }> {
  const over = sql<boolean>`attempt_counts.until <= ${moment(now)}`
  const counted = await system
    .insertInto('attempt_counts')
    .values({ key, count: 1, until: until.toString() })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        count: sql<number>`case when ${over} then 1 else attempt_counts.count + 1 end`,
        until: sql<string>`case when ${over} then excluded.until else attempt_counts.until end`,
      }),
    )
    .returning(['count', 'until'])
    .executeTakeFirstOrThrow()
  if (counted.count === 1)
    await system.deleteFrom('attempt_counts').where('until', '<=', moment(now)).execute()
  return counted
}

export async function deleteCount(system: Db, key: string): Promise<void> {
  await system.deleteFrom('attempt_counts').where('key', '=', key).execute()
}
