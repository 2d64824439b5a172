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
}

type PrefillField = 'name' | 'email' | 'company' | 'phone' | 'note'
type Prefill = Partial<Record<PrefillField, string>>

/** Limits of the form; a longer value in an address is cut, not refused: the customer sees it and can mend it. */
export const longest = { name: 120, email: 254, company: 120, phone: 40, note: 2000 } as const

const fieldOf = new Map<string, PrefillField>([
  ['name', 'name'],
  ['email', 'email'],
  ['company', 'company'],
  ['phone', 'phone'],
  ['mobile', 'phone'],
  ['note', 'note'],
])

/** Characters that have no place in a line of text: controls, and marks that turn the reading direction around. */
export const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** The same for a text of several lines. */
export const unprintableInText = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** Reads the parameters that are for the form, whatever the case of their names; the first of a name counts. */
export function readPrefill(query: URLSearchParams): Prefill {
  const prefill: Prefill = {}
  for (const [name, value] of query) {
    const field = fieldOf.get(name.toLowerCase())
    if (!field || prefill[field] !== undefined) continue
    const text =
      field === 'note'
        ? value.replace(/\r\n?/g, '\n').replace(unprintableInText, '')
        : value.replace(unprintable, ' ')
    const cut = text.trim().slice(0, longest[field])
    if (cut) prefill[field] = cut
  }
  return prefill
}

/** `?zone=…&month=…`, with what is undefined left out; empty when nothing is left. */
export function queryOf(
  { zone, prefill, move, times }: Carried,
  choices: Record<string, string | undefined> = {},
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ zone, times, ...choices, move, ...prefill }))
    if (value !== undefined) query.set(name, value)
  const text = query.toString()
  return text && `?${text}`
}
