import type { Bundle, ZObject } from 'zapier-platform-core'
import { callDoor, readPage } from './call-door.ts'

type CustomField = { key: string; label: string; type: 'string' }

const PREFIX = 'answer_'

/**
 * The custom fields of all booking forms of the account, under the labels people know them by: each is a key of every
 * booking's item. None when the server cannot be asked, because the fields that are always there must still show.
 */
export const listCustomFields = async (z: ZObject, bundle: Bundle): Promise<CustomField[]> => {
  try {
    const { items } = readPage(z, bundle, await callDoor(z, bundle, { path: '/custom-fields' }))
    return items.filter(isCustomField).map(({ key, label }) => ({ key, label, type: 'string' }))
  } catch {
    return []
  }
}

/** The same fields as questions: each may be answered, none must be. */
export const askCustomFields = async (z: ZObject, bundle: Bundle) =>
  (await listCustomFields(z, bundle)).map((field) => ({ ...field, required: false }))

/** The answers among the input, by the name that the server's forms know: `answer_company_size` is `company-size`. */
export const answersIn = (input: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(input).flatMap(([key, answer]) =>
      key.startsWith(PREFIX) ? [[key.slice(PREFIX.length).replaceAll('_', '-'), answer]] : [],
    ),
  )

const isCustomField = (field: unknown): field is CustomField => {
  const { key, label } = (field ?? {}) as Record<string, unknown>
  return typeof key === 'string' && key.startsWith(PREFIX) && typeof label === 'string' && label !== ''
}
