import type { HttpResponse, ZObject } from 'zapier-platform-core'
import { type Connected, serverOf } from './base-url.ts'
import { explainSilence, notHourwire } from './problems.ts'

type Call = {
  method?: 'GET' | 'POST' | 'DELETE'
  /** Below `/zapier/v1`, starting with a slash. */
  path: string
  params?: Record<string, string | number>
  body?: Record<string, unknown>
  skipThrowForStatus?: boolean
}

/**
 * Calls the Zapier door of the connection's Hourwire server. Credentials and readable errors come from the
 * middleware; what is added here is a sentence for a bad address and for the case that nobody answers.
 */
export const callDoor = async (z: ZObject, bundle: Connected, call: Call): Promise<HttpResponse> => {
  const { path, ...options } = call
  const server = addressOf(z, bundle)
  try {
    return await z.request({ url: `${server}/zapier/v1${path}`, ...options })
  } catch (error) {
    throw explainSilence(z, bundle, error) ?? error
  }
}

const addressOf = (z: ZObject, bundle: Connected): string => {
  try {
    return serverOf(bundle)
  } catch (error) {
    throw new z.errors.Error((error as Error).message, 'bad-address')
  }
}

/** The body as an object, or a sentence saying that this is no Hourwire server. */
export const readObject = (
  z: ZObject,
  bundle: Connected,
  response: HttpResponse,
): Record<string, unknown> => {
  const { data } = response
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data
  throw new z.errors.Error(notHourwire(bundle), 'not-hourwire', response.status)
}

/** The body as a list, or a sentence saying that this is no Hourwire server. */
export const readList = (
  z: ZObject,
  bundle: Connected,
  response: HttpResponse,
  list: unknown = response.data,
): Record<string, unknown>[] => {
  if (Array.isArray(list)) return list
  throw new z.errors.Error(notHourwire(bundle), 'not-hourwire', response.status)
}

/** One page of a list: `{ items, next_cursor }`. */
export const readPage = (z: ZObject, bundle: Connected, response: HttpResponse) => {
  const page = readObject(z, bundle, response)
  return {
    items: readList(z, bundle, response, page.items),
    nextCursor: typeof page.next_cursor === 'string' ? page.next_cursor : null,
  }
}

/** What was typed or mapped, without blanks around it; "" for nothing. */
export const textOf = (value: unknown): string => String(value ?? '').trim()

/** The given values that are not empty: an empty field means "not asked", in a query and in a body alike. */
export const filled = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (textOf(value) ? [[key, textOf(value)]] : [])),
  )
