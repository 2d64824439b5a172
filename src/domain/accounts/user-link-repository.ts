import { type Db, isOneOf, moment } from '#database/db.ts'
import type { Instant } from '#kit/time.ts'
import type { User } from './user.ts'
import type { LinkPurpose } from './user-link.ts'
import { userColumns, userOfRow } from './user-repository.ts'

/** Stores the user's one link of this purpose, in place of an older one. */
export async function storeLink(
  tx: Db,
  user: Pick<User, 'accountId' | 'id'>,
  link: { purpose: LinkPurpose; hash: Buffer; now: Instant; expiresAt: Instant },
): Promise<void> {
  const row = {
    token_hash: link.hash,
    created_at: link.now.toString(),
    expires_at: link.expiresAt.toString(),
  }
  await tx
    .insertInto('user_links')
    .values({ account_id: user.accountId, user_id: user.id, purpose: link.purpose, ...row })
    .onConflict((conflict) => conflict.columns(['account_id', 'user_id', 'purpose']).doUpdateSet(row))
    .execute()
}

/** By the token alone, over the whole installation: whoever opens the link has nothing else. */
export async function findUserOfLink(
  system: Db,
  link: { purpose: LinkPurpose; hash: Buffer; now: Instant },
): Promise<User | undefined> {
  const row = await system
    .selectFrom('user_links')
    .innerJoin('users', (join) =>
      join
        .onRef('users.account_id', '=', 'user_links.account_id')
        .onRef('users.id', '=', 'user_links.user_id'),
    )
    .select(userColumns.map((column) => `users.${column}` as const))
    .where('user_links.token_hash', '=', link.hash)
    .where('user_links.purpose', '=', link.purpose)
    .where('user_links.expires_at', '>', moment(link.now))
    .where('users.deleted_at', 'is', null)
    .executeTakeFirst()
  return row && userOfRow(row)
}

/** Uses up a link. False when it was used, replaced or too old: of two who use it together, one comes too late. */
export async function takeLink(
  tx: Db,
  user: Pick<User, 'accountId' | 'id'>,
  link: { purpose: LinkPurpose; hash: Buffer; now: Instant },
): Promise<boolean> {
  const taken = await tx
    .deleteFrom('user_links')
    .where('account_id', '=', user.accountId)
    .where('user_id', '=', user.id)
    .where('purpose', '=', link.purpose)
    .where('token_hash', '=', link.hash)
    .where('expires_at', '>', moment(link.now))
    .returning('user_id')
    .executeTakeFirst()
  return taken !== undefined
}

export async function deleteLinks(
  tx: Db,
  user: Pick<User, 'accountId' | 'id'>,
  purposes: LinkPurpose[],
): Promise<void> {
  await tx
    .deleteFrom('user_links')
    .where('account_id', '=', user.accountId)
    .where('user_id', '=', user.id)
    .where(isOneOf('purpose', purposes, 'text'))
    .execute()
}
