import { inAccount } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { type BookingPage, publicLinkOf } from './booking-page.ts'
import { listPages } from './booking-page-repository.ts'
import { listEditedPageIds, listOfferingPages } from './set-up-repository.ts'

export type ListedPage = BookingPage & {
  owner: { name: string }
  ownedByViewer: boolean
  editedByViewer: boolean
  eventTypeCount: number
  publicLink: string
}

/** The pages a user sees on the set-up screen: Administrators all of the account, Members those they own or edit (product.md 4.5). */
export async function listBookingPages(
  { database, publicUrl }: Pick<Deps, 'database' | 'publicUrl'>,
  viewer: User,
): Promise<ListedPage[]> {
  return await inAccount(database, viewer.accountId, async (tx) => {
    const edited = new Set(await listEditedPageIds(tx, viewer.accountId, viewer.id))
    const offering = await listOfferingPages(tx, viewer.accountId)
    return (await listPages(tx, viewer.accountId))
      .map((page) => ({
        ...page,
        ownedByViewer: page.ownerId === viewer.id,
        editedByViewer: edited.has(page.id),
        eventTypeCount: offering.filter(({ pageId }) => pageId === page.id).length,
        publicLink: publicLinkOf(publicUrl, page.slug),
      }))
      .filter((page) => page.ownedByViewer || page.editedByViewer || viewer.role === 'administrator')
  })
}
