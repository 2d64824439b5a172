import type { Bundle, ZObject } from 'zapier-platform-core'
import { callDoor, readList, readObject } from './call-door.ts'

type Choices = { results: { id: string; label: string }[]; paging_token: string | null }

// Zapier hands the token of one page back to get the next, which is just what the door's cursor is.
const listChoices = async (z: ZObject, bundle: Bundle, path: string): Promise<Choices> => {
  const cursor = bundle.meta?.paging_token
  const response = await callDoor(z, { path, params: cursor ? { cursor } : {} })
  const page = readObject(z, response)
  const items = readList(z, response, page.items)
  return {
    results: items.map(({ id, name }) => ({ id: String(id), label: String(name) })),
    paging_token: typeof page.next_cursor === 'string' ? page.next_cursor : null,
  }
}

/** The booking pages the key may see, page by page, for a dropdown. */
export const listBookingPages = (z: ZObject, bundle: Bundle) => listChoices(z, bundle, '/booking-pages')

/** The event types the key may see, page by page, for a dropdown. */
export const listEventTypes = (z: ZObject, bundle: Bundle) => listChoices(z, bundle, '/event-types')
