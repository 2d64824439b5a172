/**
 * What the database's absence looks like to us, and the only place that knows.
 *
 * The doors ask `isDatabaseAway` and answer 503; they talk to nothing else while they answer, so that a connection that broke is
 * the database's. Sources: PostgreSQL 18 docs, appendix A (error codes); errors of Node's sockets and look-ups (libuv); the
 * messages of `pg` 8 and `pg-pool` 3, which have no codes.
 */

/** SQLSTATEs, or classes of two letters, of a server that cannot serve now and may well in a moment. */
const awayStates = [
  // connection exceptions
  '08',
  // the role or its password is not (any more) accepted: somebody is changing it
  '28000',
  '28P01',
  // the database is not there: it is being restored
  '3D000',
  // a connection of ours that stood still in the middle of a transaction was cut, and what it did taken back
  '25P03',
  '25P04',
  // only reads are taken: this is a standby, or the primary is being replaced
  '25006',
  // disk full, out of memory, too many connections, a limit of the configuration
  '53',
  // a statement ran for longer than we let it (statement_timeout): everything waits
  '57014',
  // shut down by the administrator, crashed, starting up, dropped, idle for too long
  '57P',
  // the system below it fails: input and output
  '58030',
]

/** Codes of the socket to it, and of the look-up of its name. */
const awaySystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
])

const awayMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'There was an error establishing an SSL connection',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  // Kysely's, of one that it could not roll back.
  'Postgres connection has been discarded',
]

interface MaybeSystemError {
  code?: unknown
  syscall?: unknown
  message?: unknown
  cause?: unknown
  errors?: unknown
}

/** True when `error` says that the database is away: nobody's mistake, over in a moment, and worth a 503 with Retry-After. */
export function isDatabaseAway(error: unknown): boolean {
  return chainOf(error).some(isAway)
}

function isAway({ code, syscall, message, errors }: MaybeSystemError): boolean {
  if (typeof code === 'string') {
    if (awaySystemCodes.has(code)) return true
    // The socket of a server on this machine is a file, which goes with the server; other files are no database.
    if (code === 'ENOENT' || code === 'EAGAIN') return syscall === 'connect'
    if (/^[0-9A-Z]{5}$/.test(code)) return awayStates.some((state) => code.startsWith(state))
  }
  // A name with several addresses, none of which answered.
  if (Array.isArray(errors) && errors.length > 0) return errors.every((one) => isAway(one ?? {}))
  return typeof message === 'string' && awayMessages.some((beginning) => message.startsWith(beginning))
}

/** The error, and what it says it was caused by. */
function chainOf(error: unknown): MaybeSystemError[] {
  const chain: MaybeSystemError[] = []
  for (
    let one = error;
    typeof one === 'object' && one !== null && chain.length < 10;
    one = (one as MaybeSystemError).cause
  )
    chain.push(one)
  return chain
}

/** The connection was lost while COMMIT was under way: everything was stored, or nothing, and we cannot know which. */
export class OutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super('The connection to the database was lost while it committed', { cause })
    this.name = 'OutcomeUnknown'
  }
}

export const isOutcomeUnknown = (error: unknown): boolean =>
  chainOf(error).some((one) => one instanceof OutcomeUnknown)

/**
 * What an error of COMMIT means. One that the server said as an ordinary ERROR has rolled back; FATAL and PANIC may come after the
 * record of the commit was written, and a connection that broke says nothing at all.
 */
export function asErrorOfCommit(error: unknown): unknown {
  const { severity, message } = error as { severity?: unknown; message?: unknown }
  const wasNeverSent = typeof message === 'string' && message.endsWith('is not queryable')
  const isDefinite = typeof severity === 'string' && severity !== 'FATAL' && severity !== 'PANIC'
  return isDatabaseAway(error) && !wasNeverSent && !isDefinite ? new OutcomeUnknown(error) : error
}
