import { inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import type { User } from '#domain/accounts/user.ts'
import { openKey, sealKey } from '#domain/api-keys/api-key.ts'
import type { Deps } from '#domain/deps.ts'
import type { SubscriptionId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Instant } from '#kit/time.ts'
import { makeSigningSecret, overlapHours } from './signature.ts'
import type { AnySubscription, SubscriptionNotFound } from './subscription.ts'
import { findSubscriptionFor, insertSecret, replaceSecret } from './subscription-repository.ts'

/** A secret as it rests: sealed, bound to its subscription. */
export const sealSecret = ({ secrets }: Pick<Deps, 'secrets'>, id: SubscriptionId, secret: string): Buffer =>
  sealKey(secrets, { key: secret, holder: id })

/** The secrets that a subscription signs with at this moment, the newest first. One that has none gets one: nothing leaves unsigned. */
export async function signingSecretsOf(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets'>,
  subscription: Pick<AnySubscription, 'accountId' | 'id' | 'signing'>,
): Promise<string[]> {
  const { id, signing } = subscription
  const secret =
    signing?.secret ??
    (await insertSecret(deps.database.system, subscription, sealSecret(deps, id, makeSigningSecret())))
  const former = signing?.former
  const overlaps = former && Temporal.Instant.compare(deps.clock.now(), former.until) < 0
  return [secret, ...(overlaps ? [former.secret] : [])].map((sealed) =>
    openKey(deps.secrets, { sealed, holder: id }),
  )
}

type Asked = { viewer: User; id: SubscriptionId }

/** The signing secret of one of the subscriptions the viewer looks after, to be put where deliveries are checked. Audited. */
export async function revealSecret(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets'>,
  { viewer, id }: Asked,
): Promise<Result<{ secret: string; formerUntil: Instant | undefined }, SubscriptionNotFound>> {
  const found = await inAccount(deps.database, viewer.accountId, async (tx) => {
    const subscription = await findSubscriptionFor(tx, viewer, { id })
    if (!subscription) return undefined
    await audit(tx, deps, {
      accountId: viewer.accountId,
      actorUserId: viewer.id,
      action: 'signing-secret.revealed',
      subject: id,
    })
    return subscription
  })
  if (!found) return refuse({ code: 'subscription-not-found' })
  const [secret = '', former] = await signingSecretsOf(deps, found)
  return ok({ secret, formerUntil: former === undefined ? undefined : found.signing?.former?.until })
}

/** Makes a new signing secret. The former one signs beside it for a day, so that the receiver can be changed without a gap. */
export async function rotateSecret(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets'>,
  { viewer, id }: Asked,
): Promise<Result<null, SubscriptionNotFound>> {
  return await inAccount(deps.database, viewer.accountId, async (tx) => {
    const subscription = await findSubscriptionFor(tx, viewer, { id, lock: true })
    if (!subscription || subscription.state === 'ended') return refuse({ code: 'subscription-not-found' })
    await replaceSecret(tx, subscription, {
      sealed: sealSecret(deps, id, makeSigningSecret()),
      until: deps.clock.now().add({ hours: overlapHours }),
    })
    await audit(tx, deps, {
      accountId: viewer.accountId,
      actorUserId: viewer.id,
      action: 'signing-secret.rotated',
      subject: id,
    })
    return ok(null)
  })
}
