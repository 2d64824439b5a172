import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { newUuid, publicId } from '#kit/ids.ts'
import type { AuditEntry } from './audit-entry.ts'
import { insertAuditEntry } from './audit-repository.ts'

/** Writes down who did what, and with which API key, in the transaction in which it is done. */
export async function audit(
  tx: Db,
  { clock, actingKey }: Pick<Deps, 'clock' | 'actingKey'>,
  entry: AuditEntry,
): Promise<void> {
  const now = clock.now()
  const details = actingKey ? { ...entry.details, apiKey: publicId('api-key', actingKey) } : entry.details
  await insertAuditEntry(tx, {
    ...entry,
    ...(details && { details }),
    id: newUuid(now.epochMilliseconds),
    now,
  })
}
