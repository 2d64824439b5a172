import { sql } from 'kysely'
import type { Db } from '#database/db.ts'

/** Holds back every other set-up until this transaction ends. */
export async function lockSetUp(tx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('hourwire set-up'))`.execute(tx)
}

/** True once any account exists, over the whole installation. */
export async function anyAccountExists(system: Db): Promise<boolean> {
  const row = await system.selectFrom('accounts').select('account_id').limit(1).executeTakeFirst()
  return row !== undefined
}
