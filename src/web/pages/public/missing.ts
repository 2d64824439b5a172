import { data } from 'react-router'

/** What an address does not lead to. The page that says so shows nothing but what is here. */
export type Missing =
  | { what: 'page' }
  | { what: 'event-type'; slug: string; publicName: string }
  | { what: 'time'; href: string }
  | { what: 'open-page'; publicName: string }
  | { what: 'booking' }
  | { what: 'used-link' }
  | { what: 'ended-link' }

const kinds: readonly string[] = [
  'page',
  'event-type',
  'time',
  'open-page',
  'booking',
  'used-link',
  'ended-link',
] satisfies Missing['what'][]

export const isMissing = (value: unknown): value is Missing =>
  typeof value === 'object' && value !== null && 'what' in value && kinds.includes(String(value.what))

/** To be thrown: the layout's error boundary finds the words. A page that has closed and a link that was used or has ended are gone, all else was never there. */
export const missing = (what: Missing) =>
  data(what, { status: ['open-page', 'used-link', 'ended-link'].includes(what.what) ? 410 : 404 })
