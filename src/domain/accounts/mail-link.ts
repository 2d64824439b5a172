import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import type { User } from './user.ts'
import { hashOfToken, type LinkPurpose, linkLife, makeToken } from './user-link.ts'
import { deleteLinks, findUserOfLink, storeLink, takeLink } from './user-link-repository.ts'

const paths: Record<LinkPurpose, string> = { invitation: 'invitation', 'password-reset': 'reset-password' }

/** Makes the link to put in a mail, within the caller's transaction. Links of this purpose that the user got before work no more. */
export async function makeLink(
  tx: Db,
  { clock, publicUrl }: Pick<Deps, 'clock' | 'publicUrl'>,
  { user, purpose }: { user: Pick<User, 'accountId' | 'id'>; purpose: LinkPurpose },
): Promise<string> {
  const now = clock.now()
  const token = makeToken()
  const expiresAt = now.add({ minutes: linkLife[purpose].minutes })
  await storeLink(tx, user, { purpose, hash: hashOfToken(token), now, expiresAt })
  return `${publicUrl}/${paths[purpose]}/${token}`
}

/** Whose link this is, while it works. Looking changes nothing. */
export const findLinkedUser = (
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  { purpose, token }: { purpose: LinkPurpose; token: string },
): Promise<User | undefined> =>
  findUserOfLink(database.system, { purpose, hash: hashOfToken(token), now: clock.now() })

/** Uses the link up, within the transaction of what it is used for; false when it works no more. */
export const redeemLink = (
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  { user, purpose, token }: { user: Pick<User, 'accountId' | 'id'>; purpose: LinkPurpose; token: string },
): Promise<boolean> => takeLink(tx, user, { purpose, hash: hashOfToken(token), now: clock.now() })

/** Ends links that were mailed and not used, within the caller's transaction. */
export const endLinks = (
  tx: Db,
  user: Pick<User, 'accountId' | 'id'>,
  purposes: LinkPurpose[],
): Promise<void> => deleteLinks(tx, user, purposes)
