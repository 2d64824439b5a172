/**
 * What came back from one attempt to reach a webhook target. What a receiver does is data: it is stored on the
 * attempt and shown to people, never thrown. Pure, so that the sender, the worker, the domain and pages share it.
 */

/**
 * How far an attempt had come. `queue`: waiting for one of the target's connections. `lookup`: asking for the
 * addresses of the name. `headers`: request sent, no status seen yet. `body`: status seen, answer not complete.
 */
export type AttemptPhase = 'queue' | 'lookup' | 'connect' | 'tls' | 'headers' | 'body'

/** The target gave a status. Its verdict is complete even when the rest of the answer was cut or lost. */
export type Answer = {
  kind: 'answered'
  status: number
  /** The first 1 KiB of the answer as text, without control characters. Empty when there was no body. */
  responseHead: string
  /** The answer is longer than we read: it passed the size limit, or the target closed before its end. */
  truncated: boolean
  /** Seconds, 1 to 86,400, when the target sent a readable Retry-After. */
  retryAfterSeconds?: number
}

export type AttemptFailure =
  /** `status` is there when the time ran out in the middle of the answer's body. */
  | { kind: 'timed-out'; phase: AttemptPhase; status?: number }
  /** Nobody listens there, or no way leads there. `code` is the system's: ECONNREFUSED, EHOSTUNREACH. */
  | { kind: 'refused-connection'; code: string }
  /** `code` is the resolver's: ENOTFOUND, ESERVFAIL. */
  | { kind: 'dns-failed'; code: string }
  /** `code` is OpenSSL's or Node's: CERT_HAS_EXPIRED, ERR_TLS_CERT_ALTNAME_INVALID. */
  | { kind: 'bad-certificate'; code: string }
  /** The encrypted connection could not be set up, for another reason than the certificate. */
  | { kind: 'tls-failed'; code: string }
  /** `reason` is a sentence: which kind of address stands behind the target. */
  | { kind: 'blocked-address'; reason: string }
  /** `reason` is a sentence: what is wrong with the URL. */
  | { kind: 'bad-target'; reason: string }
  /** What came back is not HTTP, or its headers are too large. */
  | { kind: 'bad-answer'; code: string }
  /** The connection ended before a status came. */
  | { kind: 'connection-lost'; phase: AttemptPhase }

/** `durationMs` is monotonic time, whole milliseconds, over look-up, connect, request and answer. */
export type AttemptOutcome = (Answer | AttemptFailure) & { durationMs: number }

/** Delivered: any 2xx. Redirects are not followed and so are no success. */
export const isSuccess = (outcome: AttemptOutcome): boolean =>
  outcome.kind === 'answered' && outcome.status >= 200 && outcome.status <= 299

/** The receiver asks never to be called again: 410, as Zapier and the Standard Webhooks text use it. */
export const isGone = (outcome: AttemptOutcome): boolean =>
  outcome.kind === 'answered' && outcome.status === 410

const statusNames: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

const certificateWords: Record<string, string> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_REVOKED: 'it was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its issuer is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its issuer is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'an intermediate certificate is missing',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it belongs to another name',
  HOSTNAME_MISMATCH: 'it belongs to another name',
}

const timeoutWords: Record<AttemptPhase, string> = {
  queue: 'No connection to the target became free in time: earlier calls to it are still waiting.',
  lookup: "The target's name could not be looked up in time.",
  connect: 'The target did not accept a connection in time.',
  tls: 'The target did not finish setting up the encrypted connection in time.',
  headers: 'The target accepted the request but did not answer in time.',
  body: 'The target began to answer but did not finish in time.',
}

/** `wait 30 seconds`, `5 minutes`, `2 hours`: the largest unit that divides evenly. */
function spanInWords(seconds: number): string {
  const [count, unit] =
    seconds % 3600 === 0
      ? [seconds / 3600, 'hour']
      : seconds % 60 === 0
        ? [seconds / 60, 'minute']
        : [seconds, 'second']
  return `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`
}

function answerInWords({ status, responseHead, retryAfterSeconds, truncated }: Answer): string {
  const name = statusNames[status]
  const named = name ? `${status} (${name})` : `${status}`
  const cut = truncated ? ' Its answer was cut or came incomplete.' : ''
  if (status >= 200 && status <= 299) return `The target answered ${named}.${cut}`
  if (status >= 300 && status <= 399)
    return `The target answered ${named}. Redirects are not followed: enter the final address.`
  if (status === 410) return `The target answered ${named}: it asks to receive nothing more.`
  // n8n says this for a workflow that is off and for a test URL past its 120 seconds.
  if (status === 404 && /not registered/i.test(responseHead))
    return `The target answered ${named}: the receiving workflow is not switched on.`
  const wait = retryAfterSeconds ? ` It asks to wait ${spanInWords(retryAfterSeconds)}.` : ''
  return `The target answered ${named}.${wait}${cut}`
}

/** One readable sentence or two about what happened, for the delivery log and for mails. */
export function reasonInWords(outcome: AttemptOutcome): string {
  switch (outcome.kind) {
    case 'answered':
      return answerInWords(outcome)
    case 'timed-out':
      return timeoutWords[outcome.phase]
    case 'refused-connection':
      return outcome.code === 'ECONNREFUSED'
        ? 'The target refused the connection: nothing listens at this address and port.'
        : `The target cannot be reached from here (${outcome.code}).`
    case 'dns-failed':
      return outcome.code === 'ENOTFOUND' || outcome.code === 'ENODATA'
        ? "The target's name does not exist, or has no address."
        : `The target's name could not be looked up (${outcome.code}).`
    case 'bad-certificate':
      return `The target's certificate was not accepted: ${certificateWords[outcome.code] ?? outcome.code}.`
    case 'tls-failed':
      return `No encrypted connection could be set up with the target (${outcome.code}).`
    case 'blocked-address':
      return `The target is blocked: ${outcome.reason}`
    case 'bad-target':
      return `The target's address cannot be used: ${outcome.reason}`
    case 'bad-answer':
      return `The target did not answer in readable HTTP (${outcome.code}).`
    case 'connection-lost':
      return 'The target closed the connection before it answered.'
  }
}

const longestWaitSeconds = 86_400
/** IMF-fixdate, RFC 850 and asctime dates: the three forms of RFC 9110 section 5.6.7. */
const httpDate =
  /^(\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT|\w{6,9}, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT|\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/

/**
 * Reads a Retry-After header (seconds or an HTTP date) as seconds from `nowMs`, kept inside 1 second to 24 hours;
 * undefined when it cannot be read. RFC 9110 section 10.2.3.
 */
export function parseRetryAfter(value: string, nowMs: number): number | undefined {
  const text = value.trim()
  const seconds = /^\d+$/.test(text)
    ? Number(text)
    : httpDate.test(text)
      ? Math.ceil((Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) - nowMs) / 1000)
      : Number.NaN
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), longestWaitSeconds)
}
