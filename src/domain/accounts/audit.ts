import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { newUuid } from '#kit/ids.ts'
import type { AuditEntry } from './audit-entry.ts'
import { insertAuditEntry } from './audit-repository.ts'

/** Writes down who did what, in the transaction in which it is done. */
export async function audit(tx: Db, { clock }: Pick<Deps, 'clock'>, entry: AuditEntry): Promise<void> {
  const now = clock.now()
  await insertAuditEntry(tx, { ...entry, id: newUuid(now.epochMilliseconds), now })
}
