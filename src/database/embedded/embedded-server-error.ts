/** Why the built-in PostgreSQL could not be started. */
export type EmbeddedServerProblem =
  | 'platform-unsupported'
  | 'binaries-unusable'
  | 'data-directory-unusable'
  | 'data-directory-in-use'
  | 'disk-full'
  | 'cluster-missing'
  | 'cluster-not-ours'
  | 'cluster-of-another-version'
  | 'cluster-not-throw-away'
  | 'start-failed'

/** A broken world at start; `message` is one sentence an operator can act on, without a stack to read. */
export class EmbeddedServerError extends Error {
  readonly code: EmbeddedServerProblem

  constructor(code: EmbeddedServerProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EmbeddedServerError'
    this.code = code
  }
}

const systemReasons: Record<string, string> = {
  EACCES: 'permission was denied',
  EPERM: 'permission was denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'it, or a part of its path, is a file',
  EEXIST: 'it, or a part of its path, is a file',
  ENAMETOOLONG: 'its name is too long',
}

/** Turns a system error met while writing below `path` into one sentence; other errors pass through. */
export const asUnusablePath = (error: unknown, path: string): unknown => {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new EmbeddedServerError(
      'disk-full',
      `The disk holding ${path} is full: free some space, then start again.`,
      {
        cause: error,
      },
    )
  }
  const reason = code && systemReasons[code]
  if (!reason) return error
  return new EmbeddedServerError(
    'data-directory-unusable',
    `The data directory ${path} cannot be used: ${reason}; set DATA_DIR to one that this user may write to.`,
    { cause: error },
  )
}

/**
 * Reads what initdb or postgres printed before it gave up, and says the same in one sentence.
 *
 * Both run with LC_ALL=C, so their words are English whatever the machine speaks.
 */
export const explainOutput = (
  output: string,
  { doing, directory }: { doing: string; directory: string },
): EmbeddedServerError => {
  if (/No space left on device|Disk quota exceeded/.test(output)) {
    return new EmbeddedServerError(
      'disk-full',
      `The disk holding ${directory} is full, so ${doing} failed: free some space, then start again.`,
    )
  }
  if (/version `GLIBC_|error while loading shared libraries|Error loading shared library/.test(output)) {
    return new EmbeddedServerError(
      'platform-unsupported',
      `The built-in PostgreSQL cannot run on this machine (${lastWords(output)}): set DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
  if (/could not look up effective user ID/.test(output)) {
    return new EmbeddedServerError(
      'start-failed',
      `PostgreSQL cannot be set up because this program's user id has no name on this machine: add it to /etc/passwd, run Hourwire as a named user, or set DATABASE_URL.`,
    )
  }
  return new EmbeddedServerError(
    'start-failed',
    `PostgreSQL failed while ${doing}: ${lastWords(output) || 'it said nothing'}.`,
  )
}

const lastWords = (output: string): string => {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const telling = lines.filter((line) => /FATAL|PANIC|error:|error while loading|GLIBC_/i.test(line)).at(-1)
  return (telling ?? lines.at(-1) ?? '').replace(/^.*?(FATAL|PANIC): +/, '').replace(/\.$/, '')
}
