import type { HttpResponse, ZObject } from 'zapier-platform-core'
import { type Connected, serverOf } from './base-url.ts'

const DEFAULT_WAIT_SECONDS = 60

/** Said when the pair of API Key and Login ID is typed in for the first time, and when it is tested. */
export const CREDENTIALS_REFUSED =
  'Hourwire does not accept this pair: the API Key must be current and belong to the user with this Hourwire Login ID. ' +
  'Copy both again in Hourwire under Other settings, Zapier, API key.'

/** Said when a connection that once worked is refused: the key was regenerated or revoked, or the Login ID changed. */
export const RECONNECT =
  'Hourwire no longer accepts this connection. Reconnect with a current API key and Login ID ' +
  '(in Hourwire: Other settings, Zapier, API key).'

/** Said when what answers is not a Hourwire server, or one without the part this integration talks to. */
export const notHourwire = (bundle: Connected): string =>
  `The address ${serverOf(bundle)} does not answer like a Hourwire server that this integration can talk to. ` +
  'Ask the operator whether the address is right and the server is up to date.'

/** Said when the server asks for a newer integration and gives no words of its own. */
const OUTDATED =
  'This integration is too old for the Hourwire server. Ask the operator to push the one that came with the server.'

/**
 * What an answer of the server means to the person who reads the Zap's history; undefined for a good answer.
 *
 * A 401 becomes `ExpiredAuthError` (Zapier holds the runs and asks to reconnect) and a 429 `ThrottledError`
 * (Zapier tries again after the server's wait). Everything else is one sentence: the `detail` of the server's
 * problem document (RFC 9457) where there is one.
 */
export const explainAnswer = (z: ZObject, bundle: Connected, response: HttpResponse): Error | undefined => {
  const { status } = response
  if (status >= 200 && status < 300) return undefined
  if (status === 401) return new z.errors.ExpiredAuthError(RECONNECT)
  if (status === 429) {
    const seconds = waitSeconds(response.getHeader('retry-after'))
    return new z.errors.ThrottledError(
      `Hourwire asks to slow down; the next try is in ${seconds} seconds.`,
      seconds,
    )
  }
  if (status >= 300 && status < 400) {
    return new z.errors.Error(
      `The address ${serverOf(bundle)} sends callers on to another one. ` +
        'Ask the operator for the address at which Hourwire itself answers (HOURWIRE_BASE_URL of the integration).',
      'redirected',
      status,
    )
  }
  const problem = readProblem(response.data)
  if (problem) return new z.errors.Error(problem.sentence, problem.code, status)
  if (status === 426) return new z.errors.Error(OUTDATED, 'integration-outdated', status)
  if (status >= 500) {
    return new z.errors.Error(
      `Hourwire has a problem of its own right now (status ${status}). Try again in a few minutes.`,
      'server-trouble',
      status,
    )
  }
  return new z.errors.Error(notHourwire(bundle), 'not-hourwire', status)
}

/** What a call that got no answer at all means, from the error code of the network; undefined for any other error. */
export const explainSilence = (z: ZObject, bundle: Connected, cause: unknown): Error | undefined => {
  const code = networkCode(cause)
  if (!code) return undefined
  const reason = silenceReason(code)
  return new z.errors.Error(
    `Hourwire could not be reached at ${serverOf(bundle)}: ${reason}. Try again, and ask the operator if it stays so.`,
    'unreachable',
  )
}

/** Seconds from a Retry-After header, which holds a number or an HTTP date (RFC 9110 section 10.2.3). */
export const waitSeconds = (header: string | null | undefined, nowMs = Date.now()): number => {
  const text = header?.trim() ?? ''
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - nowMs) / 1000)
  return Number.isFinite(seconds) ? Math.max(1, seconds) : DEFAULT_WAIT_SECONDS
}

/** The sentence and the code of a problem document (RFC 9457); undefined for any other body. */
export const readProblem = (body: unknown): { sentence: string; code: string } | undefined => {
  if (typeof body !== 'object' || body === null) return undefined
  const { detail, code, errors } = body as Record<string, unknown>
  if (typeof detail !== 'string' || detail === '') return undefined
  const more = (Array.isArray(errors) ? errors : [])
    .map((error) => (error?.path ? `${error.path}: ${error.message}` : error?.message))
    .filter(Boolean)
    .join('; ')
  return {
    sentence: more ? `${detail} (${more})` : detail,
    code: typeof code === 'string' ? code : 'refused',
  }
}

// node-fetch puts the code on the error itself, the built-in fetch on its cause.
// An error that we made ourselves of an answer is none of the network's, whatever code it carries.
const networkCode = (error: unknown): string => {
  const { name, code, type, cause } = error as {
    name?: unknown
    code?: unknown
    type?: unknown
    cause?: { code?: unknown }
  }
  if (name === 'AppError' || name === 'HaltedError') return ''
  return String(code ?? cause?.code ?? type ?? '')
}

const silenceReason = (code: string): string => {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known'
  if (code === 'ECONNREFUSED') return 'nothing answers there'
  if (/TIMEDOUT|TIMEOUT|timeout/.test(code)) return 'it did not answer in time'
  if (/CERT|SSL|TLS/.test(code)) return 'its certificate is not trusted'
  return 'the line broke'
}
