import type { Db } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import type { UserId } from '#kit/ids.ts'
import type { BookingPage } from './booking-page.ts'
import { listPages } from './booking-page-repository.ts'
import { deleteEditor, replaceOwner, replaceZone } from './set-up-repository.ts'

/** The pages a user owns, by internal label; within the caller's transaction. */
export const listPagesOf = async (
  tx: Db,
  { accountId, id }: Pick<User, 'accountId' | 'id'>,
): Promise<BookingPage[]> => (await listPages(tx, accountId)).filter(({ ownerId }) => ownerId === id)

/**
 * Gives all pages of a user who leaves to another, and ends what the user was Editor of; within the caller's transaction. From the
 * commit on the pages take the heir's time and set the heir's Zaps in motion; bookings made before stay with their owner.
 *
 * @returns how many pages were handed over; deleted ones, which come along for the sake of their bookings, do not count.
 */
export async function handOverPages(
  tx: Db,
  deps: Pick<Deps, 'clock'>,
  { from, to, actorUserId }: { from: User; to: User; actorUserId: UserId },
): Promise<number> {
  const { accountId } = from
  const pages: Awaited<ReturnType<typeof replaceOwner>> = []
  // Anew until there is none: while we waited for a page that was being copied, the copy became one more of theirs.
  for (;;) {
    const more = await replaceOwner(tx, accountId, { from: from.id, to: to.id })
    if (more.length === 0) break
    pages.push(...more)
  }
  await deleteEditor(tx, accountId, from.id)
  const handed = pages.filter(({ isDeleted }) => !isDeleted)
  for (const { id } of handed)
    await audit(tx, deps, {
      accountId,
      actorUserId,
      action: 'booking-page.access-changed',
      subject: id,
      details: { owner: to.id, former: from.id },
    })
  return handed.length
}

/** Moves the pages of a user who just said in which zone they live out of the zone that was assumed until then. */
export const moveOwnersPages = (
  tx: Db,
  owner: User,
  { from, to }: { from: string; to: string },
): Promise<void> => replaceZone(tx, owner.accountId, { ownerId: owner.id, from, to })
