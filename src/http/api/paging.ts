import type { FastifyRequest } from 'fastify'
import { type ApiProblem, apiProblem } from './refusal.ts'

/** Where a page of a list begins. */
export interface Page {
  limit: number
  /** Public ids as the caller gave them. */
  after: string | undefined
  before: string | undefined
}

export const bothCursors = apiProblem(400, 'Give after or before, not both.')

/** One row more than the page holds was asked for: it tells whether there is more in that direction. */
export interface Found<Row> {
  /** In the order of the list. */
  rows: Row[]
  hasNext: boolean
  hasPrevious: boolean
  /** It was asked for by `before`: then there is more where there is more in front. */
  isBack: boolean
}

/** Cuts a page out of a whole list in its order; a cursor that is not in it (any more) is the beginning. */
export function pageOfList<Row>(
  all: Row[],
  { limit, after, before }: Page,
  idOf: (row: Row) => string,
): Found<Row> {
  const placeOf = (id: string) => all.findIndex((row) => idOf(row) === id)
  const begin =
    after !== undefined ? placeOf(after) + 1 : before !== undefined ? Math.max(0, endOf(before) - limit) : 0
  const end = before !== undefined ? endOf(before) : begin + limit
  return {
    rows: all.slice(begin, end),
    hasNext: end < all.length,
    hasPrevious: begin > 0,
    isBack: before !== undefined,
  }

  function endOf(id: string): number {
    const place = placeOf(id)
    return place === -1 ? Math.min(limit, all.length) : place
  }
}

/**
 * Cuts a page out of a whole list that is ordered by its ids, the newest first. A cursor that is not in it any more keeps its place;
 * one of another kind is the beginning.
 */
export function pageByIds<Row>(all: Row[], page: Page, idOf: (row: Row) => string): Found<Row> {
  const cursor = page.after ?? page.before
  const prefix = all[0] === undefined ? undefined : `${idOf(all[0]).split('-')[0]}-`
  if (cursor === undefined || prefix === undefined || all.some((row) => idOf(row) === cursor))
    return pageOfList(all, page, idOf)
  if (!cursor.startsWith(prefix))
    return pageOfList(all, { ...page, after: undefined, before: undefined }, idOf)
  const firstBehind = all.findIndex((row) => idOf(row) < cursor)
  const place = firstBehind === -1 ? all.length : firstBehind
  const begin = page.after === undefined ? Math.max(0, place - page.limit) : place
  const end = page.after === undefined ? place : begin + page.limit
  return {
    rows: all.slice(begin, end),
    hasNext: end < all.length,
    hasPrevious: begin > 0,
    isBack: page.after === undefined,
  }
}

/**
 * The rows of a page, of those that were read in the direction of its cursor: one more than the page holds, where there are so many.
 */
export function pageOfRows<Row>(
  rows: Row[],
  { limit, side }: { limit: number; side: 'after' | 'before' | undefined },
): Found<Row> {
  const hasMore = rows.length > limit
  return side === 'before'
    ? { rows: rows.slice(-limit), hasNext: true, hasPrevious: hasMore, isBack: true }
    : {
        rows: rows.slice(0, limit),
        hasNext: hasMore,
        hasPrevious: side === 'after' && rows.length > 0,
        isBack: false,
      }
}

/** The first `x.gt` that is later than its `x.lt`. */
export function crossedBounds<Name extends string>(
  names: readonly Name[],
  query: { [bound in `${Name}.${'gt' | 'lt'}`]?: Temporal.Instant | undefined },
): ApiProblem | undefined {
  for (const name of names) {
    const [gt, lt] = [query[`${name}.gt`], query[`${name}.lt`]]
    // Bounds reach to the end of their millisecond.
    if (gt && lt && Temporal.Instant.compare(gt, lt.add({ milliseconds: 1 })) > 0)
      return apiProblem(400, `${name}.gt must not be later than ${name}.lt.`, `${name}.gt`)
  }
  return undefined
}

/** The envelope of a list, with the Link header that leads on (api-contract section 4; RFC 8288). */
export function listAnswer<Row, Shown extends { id: string }>(
  found: Found<Row>,
  present: (row: Row) => Shown,
): { body: { object: 'list'; data: Shown[]; has_more: boolean }; links: Links } {
  const data = found.rows.map(present)
  return {
    body: { object: 'list', data, has_more: found.isBack ? found.hasPrevious : found.hasNext },
    links: {
      next: found.hasNext ? data.at(-1)?.id : undefined,
      previous: found.hasPrevious ? data[0]?.id : undefined,
    },
  }
}

export interface Links {
  next: string | undefined
  previous: string | undefined
}

/** Absolute, on the origin of the request, with all of the caller's parameters; undefined where everything is on one page. */
export function linkHeader(request: FastifyRequest, { next, previous }: Links): string | undefined {
  const links = [
    next !== undefined && `<${addressWith(request, 'after', next)}>; rel="next"`,
    previous !== undefined && `<${addressWith(request, 'before', previous)}>; rel="previous"`,
  ].filter((link) => link !== false)
  return links.length > 0 ? links.join(', ') : undefined
}

function addressWith(request: FastifyRequest, name: 'after' | 'before', id: string): string {
  const url = new URL(request.url, `${request.protocol}://${request.host}`)
  url.searchParams.delete('after')
  url.searchParams.delete('before')
  if (!url.searchParams.has('limit')) url.searchParams.set('limit', '10')
  url.searchParams.set(name, id)
  return url.href
}
