import type { AfterResponseMiddleware, BeforeRequestMiddleware } from 'zapier-platform-core'
import packageJson from '../package.json' with { type: 'json' }
import { isOwnDoor } from './base-url.ts'
import { CREDENTIALS_REFUSED, explainAnswer } from './problems.ts'

/**
 * Puts the credentials on a request to our own door, and on no other.
 *
 * A redirect is not followed, because the next address would receive the credentials too. What was pasted with
 * a blank or a line end is trimmed; characters that no key and no header can hold are refused before sending.
 */
export const addCredentials: BeforeRequestMiddleware = (request, z, bundle) => {
  if (!isOwnDoor(request.url, bundle)) return request
  const apiKey = (bundle.authData.api_key ?? '').trim()
  const loginId = (bundle.authData.login_id ?? '').trim()
  if (![apiKey, loginId].every((text) => /^[\x20-\x7e]*$/.test(text))) {
    throw new z.errors.Error(CREDENTIALS_REFUSED, 'credentials-refused')
  }
  return {
    ...request,
    redirect: 'manual',
    headers: {
      ...request.headers,
      Accept: 'application/json',
      Authorization: `Bearer ${apiKey}`,
      'X-Hourwire-Login-Id': loginId,
      'X-Hourwire-Integration': packageJson.version,
    },
  }
}

/** Turns every bad answer of our own door into a readable error; callers that judge the status themselves opt out. */
export const refuseReadably: AfterResponseMiddleware = (response, z, bundle) => {
  if (response.skipThrowForStatus || !isOwnDoor(response.request.url ?? '', bundle)) return response
  const problem = explainAnswer(z, bundle, response)
  if (problem) throw problem
  return response
}
