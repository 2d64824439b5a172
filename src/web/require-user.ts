import { data, redirect } from 'react-router'
import { type PageContext, type PageRequest, pageContext, type SignedInUser } from '#web/page-context.ts'

/**
 * The request of a signed-in user. Anybody else is sent to sign in, and comes back to this address afterwards; before the set-up
 * everybody is sent there.
 */
export function requireUser(context: PageContext, request: Request): PageRequest & { user: SignedInUser } {
  const page = context.get(pageContext)
  if (!page.isSetUp) throw redirect('/set-up')
  if (!page.user) {
    const { pathname, search } = new URL(request.url)
    throw redirect(`/sign-in?${new URLSearchParams({ next: pathname + search })}`)
  }
  return { ...page, user: page.user }
}

/** The request of a signed-in Administrator. To a Member the page does not exist. */
export function requireAdministrator(
  context: PageContext,
  request: Request,
): PageRequest & { user: SignedInUser } {
  const page = requireUser(context, request)
  if (page.user.role !== 'administrator') throw data(null, { status: 404 })
  return page
}

/** An address of our own to go on to, or the start page: never another site's (`//evil.example`, `https:…`, `/\evil`). */
export function ownAddress(text: string | null): string {
  if (!text || !/^\/(?![/\\])[^\s\\]*$/.test(text)) return '/'
  const base = 'http://own.invalid'
  return URL.parse(text, base)?.origin === base ? text : '/'
}
