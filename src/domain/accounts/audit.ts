import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { type AccountId, newUuid, type UserId } from '#kit/ids.ts'
import { insertAuditEntry } from './audit-repository.ts'

export type AuditedAction =
  | 'zapier-key.generated'
  | 'zapier-key.regenerated'
  | 'zapier-key.revealed'
  | 'zapier-key.revoked'
  | 'zapier.connected'

export interface AuditEntry {
  accountId: AccountId
  /** Null when nobody signed in did it. */
  actorUserId: UserId | null
  action: AuditedAction
  /** Id of the thing acted on. */
  subject: string
  /** Ids and counts only: never names, addresses or secrets. */
  details?: Record<string, string | number | boolean | null>
}

/** Writes down who did what, in the transaction in which it is done. */
export async function audit(tx: Db, { clock }: Pick<Deps, 'clock'>, entry: AuditEntry): Promise<void> {
  const now = clock.now()
  await insertAuditEntry(tx, { ...entry, id: newUuid(now.epochMilliseconds), now })
}
