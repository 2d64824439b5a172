import { data } from 'react-router'
import { type EditablePage, findEditablePage } from '#domain/booking-pages/edit-page.ts'
import { type BookingPageId, parsePublicId } from '#kit/ids.ts'
import type { PageContext, PageRequest, SignedInUser } from '#web/page-context.ts'
import { requireUser } from '#web/require-user.ts'

interface Editable extends EditablePage {
  deps: PageRequest['deps']
  user: SignedInUser
  pageId: BookingPageId
}

/** The page that the address names, for somebody who may edit it; a 404 for everybody else. */
export async function requireEditable({
  context,
  request,
  params,
}: {
  context: PageContext
  request: Request
  params: { pageId: string }
}): Promise<Editable> {
  const { deps, user } = requireUser(context, request)
  const pageId = parsePublicId('booking-page', params.pageId)
  if (!pageId) throw data(null, { status: 404 })
  const found = await findEditablePage(deps, { viewer: user, pageId })
  if (!found.ok) throw data(null, { status: 404 })
  return { deps, user, pageId, ...found.value }
}
