import { isDatabaseAway } from './database-away.ts'
import type { Connection } from './db.ts'

interface Place {
  /** For people, without the password. */
  server: string
  user: string
  database: string
}

/**
 * What kept the database from being opened at start, as one sentence that says what to do; undefined where the error is none of the
 * database's.
 *
 * Sources: PostgreSQL 18 docs, appendix A; codes of Node's sockets and of OpenSSL.
 */
export function startProblemInWords(error: unknown, connection: Connection): string | undefined {
  const { code = '', message = '', severity } = firstOf(error)
  const place = placeOf(connection)
  const words = wordsByCode[code]?.(place, message)
  if (words) return words
  if (/certificate|CERT|SSL|TLS/.test(`${code} ${message}`))
    return `The connection to ${place.server} cannot be encrypted as DATABASE_URL asks (${message}): check sslmode and the server's certificate.`
  if (/password must be a string|SCRAM/i.test(message)) return wordsByCode['28P01']?.(place, message)
  if (/timeout/i.test(message)) return wordsByCode.ETIMEDOUT?.(place, message)
  if (isDatabaseAway(error))
    return `The connection to ${place.server} was lost during the start (${message}): check that it is PostgreSQL and up, then start again; nothing half done is kept.`
  return severity === undefined ? undefined : `${place.server} said "${message}" (code ${code}).`
}

type Said = { code?: string; message?: string; severity?: string }

/** Of several addresses of a name, the first. */
function firstOf(error: unknown): Said {
  const { errors } = error as { errors?: Said[] }
  return errors?.[0] ?? (error as Said)
}

function placeOf(connection: Connection): Place {
  if (!('url' in connection))
    return { server: 'the embedded PostgreSQL', user: connection.user, database: connection.database }
  const url = new URL(connection.url)
  const host = url.searchParams.get('host') ?? (decodeURIComponent(url.hostname) || 'localhost')
  const user = decodeURIComponent(url.username)
  return {
    server: `PostgreSQL at ${host}:${url.port || '5432'}`,
    user: user || 'of DATABASE_URL',
    database: decodeURIComponent(url.pathname.slice(1)) || user,
  }
}

const unreachable = ({ server }: Place) =>
  `${server} cannot be reached: check host and port of DATABASE_URL, and the firewall between.`
const unknownHost = ({ server }: Place) =>
  `The host of DATABASE_URL is not known (${server}): correct it, or mend the look-up of names.`
const absent = ({ server }: Place) =>
  `Nothing answers where ${server} should be: start it, or correct DATABASE_URL.`

const wordsByCode: Record<string, (place: Place, message: string) => string> = {
  ECONNREFUSED: absent,
  ENOENT: absent,
  ECONNRESET: ({ server }) =>
    `${server} closed the connection at once: check that it is PostgreSQL, and that it takes callers from here.`,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  '28P01': ({ server, user }) =>
    `${server} refuses the password of user ${user}: correct user and password in DATABASE_URL.`,
  '28000': ({ server, user }, message) =>
    `${server} refuses user ${user} (${message}): create the user, or let it in by pg_hba.conf, or correct DATABASE_URL.`,
  '3D000': ({ server, database }) =>
    `There is no database "${database}" in ${server}: create it, or correct DATABASE_URL.`,
  '25006': ({ server }) => `${server} takes no writes: name the primary in DATABASE_URL, not a standby.`,
  '42501': ({ user, database }, message) =>
    `User ${user} may not set up database "${database}" (${message}): make it the owner of the database, or grant it "create" on schema public.`,
  '53100': ({ server }) => `The disk of ${server} is full: make room, then start again.`,
  '53300': ({ server }) =>
    `${server} has no connection left: close others, or raise its max_connections, then start again.`,
  '57P03': ({ server }, message) => `${server} is not ready (${message}): start Hourwire again in a moment.`,
  '0A000': ({ server }, message) =>
    `${server} lacks something Hourwire needs (${message}): install PostgreSQL's contrib package, which has btree_gist.`,
}
