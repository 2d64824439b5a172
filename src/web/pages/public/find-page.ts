import { redirect } from 'react-router'
import { type EventType, optionsOf, type PublicPage } from '#domain/booking-pages/booking-page.ts'
import { findPublicPage } from '#domain/booking-pages/find-public-page.ts'
import type { Deps } from '#domain/deps.ts'
import { publicId } from '#kit/ids.ts'
import { missing } from './missing.ts'

/**
 * The page of a public link, or the friendly 404. Whatever stands in the address, only a slug is looked up. A former link is sent on
 * to the present one, with all that follows it.
 */
export async function requirePage(
  deps: Pick<Deps, 'database'>,
  slug: string | undefined,
  request: Request,
): Promise<PublicPage> {
  const text = slug?.toLowerCase() ?? ''
  if (!/^[a-z0-9-]{1,60}$/.test(text)) throw missing({ what: 'page' })
  const found = await findPublicPage(deps, text)
  if (!found.ok) throw missing({ what: 'page' })
  if (found.value.slug !== slug && request.method === 'GET') {
    const { pathname, search } = new URL(request.url)
    const [, , ...rest] = pathname.replace(/\.data$/, '').split('/')
    throw redirect(`/${[found.value.slug, ...rest].join('/')}${search}`)
  }
  return found.value
}

/** How many times a customer has to suggest; undefined where one time is booked at once. */
export function timesToSuggest(page: PublicPage, eventType: EventType): number | undefined {
  const { mode, suggestedTimes } = optionsOf(page, eventType)
  return mode === 'approval' ? suggestedTimes : undefined
}

export function requireEventType(page: PublicPage, slug: string | undefined): EventType {
  const eventType = page.eventTypes.find((offered) => offered.slug === slug)
  if (!eventType) throw missing({ what: 'event-type', slug: page.slug, publicName: page.publicName })
  return eventType
}

/** What the public may know of a page, and nothing else: loaders hand this on, never the page itself. */
export interface PageInWords {
  slug: string
  publicName: string
  welcomeMessage: string
  /** Address of the place; empty when there is none. */
  place: string
  /** What the owner calls the place; only beside `place`. */
  placeName: string
  /** What the owner gives for a call, which is said after booking; empty when it is none of the owner's. */
  call: string
  /** What customers will be asked for; empty when nothing is announced. */
  asksFor: string
  /** Address of the image; empty when there is none. */
  image: string
}

export const pageInWords = (page: PublicPage): PageInWords => ({
  slug: page.slug,
  publicName: page.publicName,
  welcomeMessage: page.welcomeMessage,
  place: page.location.kind === 'physical-by-owner' && page.location.announced ? page.location.text : '',
  placeName: page.location.header,
  call: page.location.kind === 'virtual-by-owner' ? page.location.header : '',
  asksFor:
    page.location.kind === 'virtual-by-customer' ||
    (page.location.kind === 'physical-by-customer' && page.location.announced)
      ? page.location.header
      : '',
  image: page.imageHash ? `/page-image/${publicId('booking-page', page.id)}/${page.imageHash}` : '',
})
