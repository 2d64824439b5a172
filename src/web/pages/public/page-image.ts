import { findPageImage } from '#domain/booking-pages/find-page-image.ts'
import { parsePublicId } from '#kit/ids.ts'
import { pageContext } from '#web/page-context.ts'
import type { Route } from './+types/page-image.ts'

/** The image of a booking page. Its address names its content, so it is the same for ever. */
export async function loader({ context, params }: Route.LoaderArgs) {
  const { deps } = context.get(pageContext)
  const pageId = parsePublicId('booking-page', params.pageId)
  const image = pageId && (await findPageImage(deps, { pageId, hash: params.hash }))
  if (!image) return new Response('There is no such image.', { status: 404 })
  return new Response(new Uint8Array(image.bytes), {
    headers: { 'content-type': image.mediaType, 'cache-control': 'public, max-age=31536000, immutable' },
  })
}
