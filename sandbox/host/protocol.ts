/**
 * The words between the sandbox and the child process that runs the integration.
 *
 * Everything here crosses IPC as JSON, so there are no functions, dates or errors in it.
 */

export interface Bundle {
  authData?: Record<string, string>
  inputData?: Record<string, unknown>
  meta?: Record<string, unknown>
  targetUrl?: string
  subscribeData?: unknown
  cleanedRequest?: unknown
  rawRequest?: { method: string; headers: Record<string, string>; content: string; querystring: string }
}

/** One `z.request` of the integration. Credentials are censored before it leaves the child process. */
export interface RequestLine {
  kind: 'request'
  method: string
  url: string
  /** Null while nothing came back (refused, timed out). */
  status: number | null
  durationMs: number
  /** First 2 KiB of what was sent and what came back. */
  sent: string
  received: string
  problem: string | null
}

/** One `z.console` line of the integration, censored like the requests. */
export interface ConsoleLine {
  kind: 'console'
  level: string
  text: string
}

export type LogLine = RequestLine | ConsoleLine

/**
 * Why a call gave no result. `name` is the error's name in the documented contract (`ExpiredAuthError`,
 * `HaltedError`, `AppError`, …) or one of the host's own: `TimeoutError`, `ChildDied`, `LoadError`.
 */
export interface CallProblem {
  code: 'call-failed'
  name: string
  /** One readable sentence, safe to show: credentials are censored. */
  message: string
  /** HTTP status that the integration attached to the error, if any. */
  status: number | null
  /** Seconds the integration asks us to wait (`ThrottledError`). */
  retryAfterSeconds: number | null
  /** True when the integration threw something that is not one of `z.errors`: a defect of the integration. */
  unexpected: boolean
}

export interface CallMessage {
  type: 'call'
  id: number
  method: string
  bundle: Bundle
}

export type FromChild =
  | { type: 'ready' }
  | { type: 'load-failed'; message: string }
  | { type: 'log'; id: number; line: LogLine }
  | { type: 'done'; id: number; value: unknown }
  | { type: 'failed'; id: number; problem: CallProblem }
