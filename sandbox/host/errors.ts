/**
 * The errors an integration may throw, as `z.errors` names them.
 *
 * Source: Zapier's public integration documentation, "General errors", "Halting execution",
 * "Stale authentication credentials", "Handling throttled requests".
 */

class NamedError extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/** `z.errors.Error`: a sentence for the person who owns the Zap. */
export class AppError extends NamedError {
  readonly code: string | undefined
  readonly status: number | undefined
  constructor(message: string, code?: string, status?: number) {
    super('AppError', message)
    this.code = code
    this.status = status
  }
}

export class HaltedError extends NamedError {
  constructor(message: string) {
    super('HaltedError', message)
  }
}

export class ExpiredAuthError extends NamedError {
  constructor(message: string) {
    super('ExpiredAuthError', message)
  }
}

export class RefreshAuthError extends NamedError {
  constructor(message = 'The connection has to be refreshed.') {
    super('RefreshAuthError', message)
  }
}

export class ThrottledError extends NamedError {
  readonly delay: number | undefined
  constructor(message: string, delay?: number) {
    super('ThrottledError', message)
    this.delay = delay
  }
}

interface AnsweredWith {
  status: number
  content?: string | undefined
  headers?: unknown
  request: { method: string; url: string }
}

/** An answer of 400 or above that the integration did not deal with itself. */
export class ResponseError extends NamedError {
  readonly response: AnsweredWith
  readonly status: number
  constructor(response: AnsweredWith) {
    super('ResponseError', describeAnswer(response))
    this.response = response
    this.status = response.status
  }
}

/** No answer at all: refused, unknown host, cut off. */
export class UnreachableError extends NamedError {
  /** The network's own word, such as ECONNREFUSED: integrations look at it. */
  readonly code: string
  constructor(url: string, cause: unknown) {
    super('UnreachableError', `Could not reach ${originOf(url)}: ${reasonOf(cause)}.`)
    this.code = codeOf(cause)
    this.cause = cause
  }
}

export const zErrors = {
  Error: AppError,
  HaltedError,
  ExpiredAuthError,
  RefreshAuthError,
  ThrottledError,
  ResponseError,
}

const foreseen = new Set([
  'AppError',
  'HaltedError',
  'ExpiredAuthError',
  'RefreshAuthError',
  'ThrottledError',
  'ResponseError',
  'UnreachableError',
])

/** False for a TypeError and its like: the integration has a defect. */
export const isForeseen = (error: unknown): boolean => error instanceof NamedError && foreseen.has(error.name)

/** Uses the sentence of a problem document (RFC 9457) when the answer carries one. */
function describeAnswer({ status, content, request }: AnsweredWith): string {
  const plain = `${request.method} ${withoutQuery(request.url)} answered ${status}`
  try {
    const parsed: unknown = JSON.parse(content ?? '')
    const detail =
      parsed && typeof parsed === 'object' ? (parsed as Record<string, unknown>).detail : undefined
    return typeof detail === 'string' && detail ? `${detail} (${plain})` : `${plain}.`
  } catch {
    return `${plain}.`
  }
}

const withoutQuery = (url: string) => url.split(/[?#]/)[0] ?? url

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused (is the server running?)',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNRESET: 'the connection was cut off',
  UND_ERR_SOCKET: 'the connection was cut off',
  ETIMEDOUT: 'it did not answer in time',
  TimeoutError: 'it did not answer in time',
}

function reasonOf(cause: unknown): string {
  const inner = innermost(cause)
  return reasons[codeOf(cause)] ?? (inner instanceof Error ? inner.message : String(inner))
}

/** `fetch` wraps the network's error; with several addresses it wraps one for each. */
function innermost(cause: unknown): unknown {
  if (cause instanceof AggregateError && cause.errors.length > 0) return innermost(cause.errors[0])
  return cause instanceof Error && cause.cause instanceof Error ? innermost(cause.cause) : cause
}

function codeOf(cause: unknown): string {
  const inner = innermost(cause)
  if (!(inner instanceof Error)) return ''
  const { code } = inner as { code?: unknown }
  return typeof code === 'string' ? code : inner.name
}
