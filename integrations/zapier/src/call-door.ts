import type { HttpResponse, ZObject } from 'zapier-platform-core'
import { baseUrl } from './base-url.ts'
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
 * Calls the Zapier door of the Hourwire server. Credentials and readable errors come from the middleware; what
 * is added here is a sentence for the case that nobody answers.
 */
export const callDoor = async (z: ZObject, call: Call): Promise<HttpResponse> => {
  const { path, ...options } = call
  try {
    return await z.request({ url: `${baseUrl()}/zapier/v1${path}`, ...options })
  } catch (error) {
    throw explainSilence(z, error) ?? error
  }
}

/** The body as an object, or a sentence saying that this is no Hourwire server. */
export const readObject = (z: ZObject, response: HttpResponse): Record<string, unknown> => {
  const { data } = response
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data
  throw new z.errors.Error(notHourwire(), 'not-hourwire', response.status)
}

/** The body as a list, or a sentence saying that this is no Hourwire server. */
export const readList = (
  z: ZObject,
  response: HttpResponse,
  list: unknown = response.data,
): Record<string, unknown>[] => {
  if (Array.isArray(list)) return list
  throw new z.errors.Error(notHourwire(), 'not-hourwire', response.status)
}
