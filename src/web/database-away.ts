import { isRouteErrorResponse } from 'react-router'

/**
 * What a page knows about what was asked of it while the database was away: a page was only read, a form changed nothing, or the
 * connection was lost at a moment that leaves it open.
 */
export type WhileAway = 'read' | 'nothing-saved' | 'may-be-saved'

/** Thrown, with status 503, by loaders and actions whose database is away; the error boundaries find the words. */
export interface AwayNotice {
  databaseAway: WhileAway
}

const all: readonly unknown[] = ['read', 'nothing-saved', 'may-be-saved'] satisfies WhileAway[]

/** Undefined for any other failure. */
export function whileAway(error: unknown): WhileAway | undefined {
  if (!isRouteErrorResponse(error) || typeof error.data !== 'object' || error.data === null) return undefined
  const { databaseAway } = error.data as Partial<AwayNotice>
  return all.includes(databaseAway) ? databaseAway : undefined
}

export const awayTitle = 'The server is without its database for a moment'
