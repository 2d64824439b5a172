import type { Db } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { holdAllSubscriptions } from '#domain/webhooks/subscribe.ts'
import { forgetConnection } from './zapier-key-repository.ts'

/**
 * The Login ID, the other half of the credential, has changed: the user's Zaps wait until the first call with the key and the new
 * Login ID; what happens meanwhile is held. The key itself stays.
 *
 * Within the transaction that changes the Login ID.
 */
export async function breakConnection(
  tx: Db,
  deps: Pick<Deps, 'clock'>,
  user: Pick<User, 'accountId' | 'id'>,
): Promise<{ zapsStopped: number }> {
  await forgetConnection(tx, user.accountId, user.id)
  const zapsStopped = await holdAllSubscriptions(tx, user.accountId, { userId: user.id })
  await audit(tx, deps, {
    accountId: user.accountId,
    actorUserId: null,
    action: 'zapier.connection-broken',
    subject: user.id,
    details: { zapsStopped },
  })
  return { zapsStopped }
}
