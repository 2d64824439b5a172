import { redirect } from 'react-router'
import type { EventType, PublicPage } from '#domain/booking-pages/booking-page.ts'
import type { Deps } from '#domain/deps.ts'
import type { LinkProblem } from '#domain/one-time-links/one-time-link.ts'
import { findOneTimeLink, findPlaceOfLink } from '#domain/one-time-links/one-time-links.ts'
import { queryOf, readPrefill, readSkip } from './carried.ts'
import { missing } from './missing.ts'

type LinkDeps = Pick<Deps, 'database' | 'clock'>

/** To be thrown: how it stands with a link that cannot book. */
export const missingLink = ({ code }: LinkProblem) =>
  missing({ what: code === 'link-used' ? 'used-link' : code === 'link-expired' ? 'ended-link' : 'page' })

/**
 * `/.7Q2M…`: where a one-time link leads, with the form filled in from what the link was made with; what its address says counts more.
 * To be thrown, as all that it can be: a redirect, or what is missing.
 */
export async function openOneTimeLink(deps: LinkDeps, code: string, query: URLSearchParams) {
  const found = await findOneTimeLink(deps, code)
  if (!found.ok) return missingLink(found.problem)
  const place = await findPlaceOfLink(deps, found.value)
  if (!place) return missing({ what: 'page' })
  const { page, eventType } = place
  const stored = new URLSearchParams(found.value.prefill)
  return redirect(
    `/${page.slug}${eventType ? `/${eventType.slug}` : ''}${queryOf({
      zone: undefined,
      prefill: { ...readPrefill(stored), ...readPrefill(query) },
      skip: readSkip(query) ?? readSkip(stored),
      link: code,
    })}`,
  )
}

const codeShape = /^[A-Z0-9]{12}$/

/** The code of a one-time link that the address carries. Undefined for none; what can be none is the code of nothing. */
export const readLink = (query: URLSearchParams): string | undefined => {
  const code = query.get('link') ?? ''
  return code === '' ? undefined : codeShape.test(code) ? code : 'none'
}

/** Nobody picks a time with a link that cannot book it: throws what to say instead. */
export async function requireUsableLink(
  deps: LinkDeps,
  code: string | undefined,
  { page, eventType }: { page: PublicPage; eventType: EventType },
): Promise<void> {
  if (code === undefined) return
  const found = await findOneTimeLink(deps, code)
  if (!found.ok) throw missingLink(found.problem)
  const { bookingPageId, eventTypeId } = found.value
  if (bookingPageId !== page.id || (eventTypeId ?? eventType.id) !== eventType.id)
    throw missing({ what: 'page' })
}
