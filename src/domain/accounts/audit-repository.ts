import type { Db } from '#database/db.ts'
import type { Id } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { AuditEntry } from './audit-entry.ts'

export async function insertAuditEntry(
  tx: Db,
  entry: AuditEntry & { id: string; now: Instant },
): Promise<void> {
  await tx
    .insertInto('audit_entries')
    .values({
      account_id: entry.accountId,
      id: entry.id as Id<'audit-entry'>,
      actor_user_id: entry.actorUserId,
      action: entry.action,
      subject: entry.subject,
      details: JSON.stringify(entry.details ?? {}),
      at: entry.now.toString(),
    })
    .execute()
}
