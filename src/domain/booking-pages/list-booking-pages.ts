import { inAccount } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { type BookingPage, publicLinkOf } from './booking-page.ts'
import { listPages } from './booking-page-repository.ts'

export type ListedPage = BookingPage & { owner: { name: string }; ownedByViewer: boolean; publicLink: string }

/** The pages a user sees on the set-up screen: Administrators all of the account, Members those they own (product.md 4.5). */
export async function listBookingPages(
  { database, publicUrl }: Pick<Deps, 'database' | 'publicUrl'>,
  viewer: User,
): Promise<ListedPage[]> {
  const pages = await inAccount(database, viewer.accountId, (tx) => listPages(tx, viewer.accountId))
  return pages
    .map((page) => ({
      ...page,
      ownedByViewer: page.ownerId === viewer.id,
      publicLink: publicLinkOf(publicUrl, page.slug),
    }))
    .filter((page) => page.ownedByViewer || viewer.role === 'administrator')
}
