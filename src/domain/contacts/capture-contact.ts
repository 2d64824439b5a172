import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { type AccountId, type ContactId, newUuid } from '#kit/ids.ts'
import type { CustomerDetails } from './contact.ts'
import { upsertContact } from './contact-repository.ts'

/** Makes the customer a contact of the account, or brings the known contact up to date. Within the caller's transaction. */
export async function captureContact(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  { accountId, customer }: { accountId: AccountId; customer: CustomerDetails },
): Promise<ContactId> {
  const now = clock.now()
  return await upsertContact(tx, accountId, {
    ...customer,
    id: newUuid(now.epochMilliseconds) as ContactId,
    now,
  })
}
