/**
 * What an address carries from step to step besides the step's own choices: the zone, and details of the customer that
 * the link to the page already came with (`?name=Lena&email=…`). Nothing a customer types is ever put into an address.
 */
interface Carried {
  zone: string | undefined
  prefill: Prefill
  /** The booking that is being moved (moving.ts). */
  move?: string | undefined
  /** Times picked so far for a request (chosen-times.ts). */
  times?: string | undefined
  /** `1`: a form that the address fills is only confirmed. */
  skip?: string | undefined
  /** Code of the one-time link that is used up by the booking (one-time-link.ts). */
  link?: string | undefined
}

/** Details by the names of their fields: the system's, `location`, and the custom fields of any form. */
export type Prefill = Record<string, string>

/** Limits of the form; a longer value in an address is cut, not refused: the customer sees it and can mend it. */
export const longest = { name: 120, email: 254, company: 120, phone: 40, note: 2000 } as const

/** Parameters of addresses that mean something else. */
const ownParameters = new Set('zone month date move skip times start reason link'.split(' '))

const mostPrefilled = 40
const longestPrefilled = 2_000

/** Characters that have no place in a line of text: controls, and marks that turn the reading direction around. */
export const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** The same for a text of several lines. */
export const unprintableInText = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** The beginning of a text. Half a character at its end, which could not be stored, becomes a replacement character. */
export const cutTo = (text: string, most: number): string => text.slice(0, most).toWellFormed()

/** Reads the parameters that are for the form, whatever the case of their names; the first of a name counts. */
export function readPrefill(query: URLSearchParams): Prefill {
  const prefill: Prefill = {}
  for (const [parameter, value] of query) {
    const lower = parameter.toLowerCase()
    const name = lower === 'mobile' ? 'phone' : lower
    if (!/^[a-z0-9-]{1,20}$/.test(name) || ownParameters.has(name) || Object.hasOwn(prefill, name)) continue
    const text = isOneLine.has(name)
      ? value.replace(unprintable, ' ')
      : value.replace(/\r\n?/g, '\n').replace(unprintableInText, '')
    const most = Object.hasOwn(longest, name) ? longest[name as keyof typeof longest] : longestPrefilled
    const cut = cutTo((name === 'phone' ? withPlus(text, lower) : text).trim(), most)
    if (cut) prefill[name] = cut
    if (Object.keys(prefill).length === mostPrefilled) break
  }
  return prefill
}

/** In an address `+` is a space, and `mobile` is a number with its country code and no plus (product.md 6.6). */
const withPlus = (text: string, parameter: string): string =>
  (parameter === 'mobile' ? /^ *[1-9]\d/ : /^ [1-9]\d/).test(text) ? `+${text.trim()}` : text

const isOneLine = new Set(['name', 'email', 'company', 'phone', 'location'])

/** `skip=1` of an address. */
export const readSkip = (query: URLSearchParams): '1' | undefined =>
  query.get('skip') === '1' ? '1' : undefined

/** `?zone=…&month=…`, with what is undefined left out; empty when nothing is left. */
export function queryOf(
  { zone, prefill, move, times, skip, link }: Carried,
  choices: Record<string, string | undefined> = {},
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...prefill, skip, link, zone, times, ...choices, move }))
    if (value !== undefined) query.set(name, value)
  const text = query.toString()
  return text && `?${text}`
}
