import type { Deps } from '#domain/deps.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { PublicPage } from './booking-page.ts'
import { findPageBySlug } from './booking-page-repository.ts'

export type PageNotFound = { code: 'page-not-found' }

/** The page behind a public link, whether it accepts bookings or not. */
export async function findPublicPage(
  { database }: Pick<Deps, 'database'>,
  slug: string,
): Promise<Result<PublicPage, PageNotFound>> {
  const page = await findPageBySlug(database.system, slug)
  return page ? ok(page) : refuse({ code: 'page-not-found' })
}
