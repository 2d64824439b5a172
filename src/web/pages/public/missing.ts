import { data } from 'react-router'

/** What an address does not lead to. The page that says so shows nothing but what is here. */
export type Missing =
  | { what: 'page' }
  | { what: 'event-type'; slug: string; publicName: string }
  | { what: 'time'; href: string }
  | { what: 'open-page'; publicName: string }
  | { what: 'booking' }

const kinds: readonly string[] = [
  'page',
  'event-type',
  'time',
  'open-page',
  'booking',
] satisfies Missing['what'][]

export const isMissing = (value: unknown): value is Missing =>
  typeof value === 'object' && value !== null && 'what' in value && kinds.includes(String(value.what))

/** To be thrown: the layout's error boundary finds the words. A page that has closed is gone, all else was never there. */
export const missing = (what: Missing) => data(what, { status: what.what === 'open-page' ? 410 : 404 })
