import type { Socket } from 'node:net'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { AccountId } from '#kit/ids.ts'
import { isUuid } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import { asErrorOfCommit } from './database-away.ts'
import type { Tables } from './tables.ts'

export type Db = Kysely<Tables>

/** Statement texts that are prepared: what Kysely makes of our queries, and no more of them than a connection should hold. */
const isPreparable = /^\s*(select|insert|update|delete|with)\b/i
const mostNames = 300
const longestText = 8_000
const names = new Map<string, string>()

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= mostNames || text.length > longestText || !isPreparable.test(text))
    return known
  const name = `s${names.size}`
  names.set(text, name)
  return name
}

/** What keeps any request from hanging, whatever became of the server (ADR 20). Milliseconds. */
export interface ServingLimits {
  /** For a connection: until it is this caller's turn, or until a server that says nothing is given up. */
  acquireMs: number
  /** Longest statement, waiting for locks included; the server ends it. Ours take milliseconds. */
  statementMs: number
  /** Not a byte came back: the server stands still or the way to it is cut, so that only we can end it. */
  silenceMs: number
  /** A process that stands still in the middle of a transaction keeps its locks no longer than this. */
  idleInTransactionMs: number
}

const servingLimits: ServingLimits = {
  acquireMs: 10_000,
  statementMs: 20_000,
  silenceMs: 25_000,
  idleInTransactionMs: 30_000,
}

/**
 * The client of pools that serve. It gives up a connection on which a statement has been waiting in silence for too long.
 *
 * It prepares every statement once per connection. Planning costs up to ten times as much as running our small queries
 * (bench/bookings), and PostgreSQL keeps a plan only for statements that have a name.
 */
class ServingClient extends pg.Client {
  constructor(config?: pg.ClientConfig & Partial<ServingLimits>) {
    super(config)
    const inner = this as unknown as { connection: { stream: Socket }; _activeQuery: unknown }
    // Only now is the socket the one that stays: `pg` swaps it when it turns to TLS.
    this.once('connect', () => {
      const { stream } = inner.connection
      stream.setTimeout(config?.silenceMs ?? servingLimits.silenceMs)
      stream.on('timeout', () => void (inner._activeQuery !== null && stream.destroy()))
    })
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg's own signature is a dozen overloads
  override query(...call: any[]): any {
    const [text, values] = call
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined
    return name === undefined
      ? (super.query as (...call: unknown[]) => unknown).apply(this, call)
      : (super.query as (...call: unknown[]) => unknown).call(this, { name, text, values }, ...call.slice(2))
  }
}

/** Where the server is: a URL (DATABASE_URL) or the embedded server's socket directory. */
export type Connection = { url: string } | { host: string; port: number; user: string; database: string }

/**
 * The two ways into the database, both as the serving role, which owns nothing and cannot bypass row-level security.
 *
 * `scoped` sees no row until `inAccount` names the account. `system` sees the whole installation: only sign-in, public links,
 * credentials and the worker use it.
 */
export interface Database {
  scoped: Db
  system: Db
  connection: Connection
  /** Set by `within`. */
  open?: { accountId: AccountId; tx: Db } | undefined
  /** Connections in use and idle at the moment, and how many callers wait for one. */
  poolUse(): PoolUse[]
  close(): Promise<void>
}

export interface PoolUse {
  pool: 'requests' | 'system'
  inUse: number
  idle: number
  waiting: number
  most: number
}

/** The role that serves; made at migration. A server that lets us make no roles serves as the owner, under forced row security. */
export const servingRole = 'hourwire_serving'

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary' && oid === pg.types.builtins.TIMESTAMPTZ)
      return (text: string) => Temporal.Instant.from(text)
    if (format !== 'binary' && oid === pg.types.builtins.INT8) return safeInteger
    return pg.types.getTypeParser(oid, format as 'text')
  }) as pg.CustomTypesConfig['getTypeParser'],
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error(`int8 beyond 2^53: ${text}`)
  return value
}

export const poolConfig = (connection: Connection, settings: Record<string, string> = {}): pg.PoolConfig => ({
  ...('url' in connection ? { connectionString: connection.url } : connection),
  application_name: 'hourwire',
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  options: Object.entries({ timezone: 'UTC', ...settings })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' '),
})

/** A pool for requests and loops: none of its callers waits for ever, and a connection that breaks never ends the process. */
export function openServingPool({
  connection,
  settings,
  limits,
  onError,
  ...pooling
}: {
  connection: Connection
  settings: Record<string, string>
  max: number
  types?: pg.CustomTypesConfig
  limits?: Partial<ServingLimits> | undefined
  onError?: ((error: Error) => void) | undefined
}): pg.Pool {
  const { acquireMs, statementMs, silenceMs, idleInTransactionMs } = { ...servingLimits, ...limits }
  const config = {
    ...poolConfig(connection, {
      statement_timeout: String(statementMs),
      idle_in_transaction_session_timeout: String(idleInTransactionMs),
      ...settings,
    }),
    ...pooling,
    connectionTimeoutMillis: acquireMs,
    silenceMs,
    Client: ServingClient,
  }
  const pool = new pg.Pool(config)
  // Without a listener, an idle connection that breaks ends the process. The pool drops it and connects anew.
  pool.on('error', (error) => pool.ending || onError?.(error))
  // Neither does the pool listen to one that is in use: cut between two statements, the next statement is what fails.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

export interface DatabaseOptions {
  connection: Connection
  /** False where the server let us make no role: then the owner serves. */
  asServingRole: boolean
  /** Connections for requests; the worker and look-ups have half as many beside it. */
  poolSize?: number
  limits?: Partial<ServingLimits>
  onError?: (error: Error) => void
}

export function openDatabase({
  connection,
  asServingRole,
  poolSize = 10,
  limits,
  onError,
}: DatabaseOptions): Database {
  const role: Record<string, string> = asServingRole ? { role: servingRole } : {}
  const open = (max: number, settings: Record<string, string>) => {
    const pool = openServingPool({
      connection,
      settings: { ...role, ...settings },
      max,
      types,
      limits,
      onError,
    })
    const use = (name: PoolUse['pool']): PoolUse => ({
      pool: name,
      inUse: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      most: max,
    })
    return { db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }), use }
  }
  const { db: scoped, use: requests } = open(poolSize, {})
  const { db: system, use: ofSystem } = open(Math.max(4, Math.ceil(poolSize / 2)), { 'app.scope': 'system' })
  return {
    scoped,
    system,
    connection,
    poolUse: () => [requests('requests'), ofSystem('system')],
    close: async () => {
      await Promise.all([scoped.destroy(), system.destroy()])
    },
  }
}

const isRefusal = (outcome: unknown): outcome is { ok: false } =>
  typeof outcome === 'object' && outcome !== null && 'ok' in outcome && outcome.ok === false

async function transact<T>(db: Db, begin: string, work: (tx: Db) => Promise<T>): Promise<T> {
  return await db.connection().execute(async (tx) => {
    await sql.raw(begin).execute(tx)
    try {
      const outcome = await work(tx)
      if (isRefusal(outcome)) await sql.raw('rollback').execute(tx)
      else await commit(tx)
      return outcome
    } catch (error) {
      // A connection that is gone has rolled back by itself; the first error is the one to report.
      await sql
        .raw('rollback')
        .execute(tx)
        .catch(() => undefined)
      throw error
    }
  })
}

/**
 * @throws OutcomeUnknown when nobody can say whether it is stored.
 * @throws Error when a statement of the transaction failed and `work` went on all the same: PostgreSQL answers such a COMMIT with
 *   ROLLBACK, and no error.
 */
async function commit(tx: Db): Promise<void> {
  const { rows } = await sql<{ command: string }>`${sql.raw('commit')}`.execute(tx).catch((error) => {
    throw asErrorOfCommit(error)
  })
  if (rows[0]?.command !== 'COMMIT') throw new Error('A statement failed before, so nothing was committed')
}

/**
 * Runs `work` in one transaction that sees only this account. Commits, unless `work` throws or returns a refusal.
 *
 * Inside, use only `tx`: another connection sees another world, and no rows at all.
 */
export async function inAccount<T>(
  database: Database,
  accountId: AccountId,
  work: (tx: Db) => Promise<T>,
): Promise<T> {
  if (!isUuid(accountId)) throw new Error('inAccount needs an account id')
  if (database.open) {
    if (database.open.accountId !== accountId)
      throw new Error('The open transaction is that of another account')
    const { tx } = database.open
    const outcome = await inStep(tx, () => work(tx))
    if (outcome instanceof Error) throw outcome
    return outcome
  }
  return await transact(database.scoped, `begin; set local app.account = '${accountId}'`, work)
}

/**
 * The database as seen from an open transaction of an account: `inAccount` takes a step of it in place of a transaction of its own, so
 * that what is done in there is stored together with the rest, or not at all. One step at a time.
 */
export const within = (database: Database, accountId: AccountId, tx: Db): Database => ({
  ...database,
  open: { accountId, tx },
})

/**
 * A part of a transaction that may fail by itself: where it fails or returns a refusal, what it has changed is undone, and nothing else.
 * Returns the error.
 *
 * @throws where the transaction itself is lost, as when the connection is gone.
 */
export async function inStep<T>(tx: Db, work: () => Promise<T>): Promise<T | Error> {
  const run = (command: string) => sql.raw(command).execute(tx)
  // Released as well: the savepoint would stay, and hide that of a step around this one.
  const undo = () => run('rollback to savepoint step; release savepoint step')
  await run('savepoint step')
  try {
    const outcome = await work()
    await (isRefusal(outcome) ? undo() : run('release savepoint step'))
    return outcome
  } catch (error) {
    await undo().catch(() => {
      throw error
    })
    return error as Error
  }
}

/** The same over all accounts: for the worker, sign-in and the set-up, never for a request that names an account. */
export async function inSystem<T>(database: Database, work: (tx: Db) => Promise<T>): Promise<T> {
  return await transact(database.system, 'begin', work)
}

/** An instant as a value to compare a timestamptz with. */
export const moment = (instant: Instant) => sql<Instant>`${instant.toString()}::timestamptz`

/**
 * Whether a column is one of these, as one parameter however many they are: so it stays one statement to prepare, where Kysely's `in`
 * makes one of each count. For lists whose length varies; of none nothing is one.
 */
export const isOneOf = (column: string, values: readonly string[], type: 'uuid' | 'text' = 'uuid') =>
  sql<boolean>`${sql.ref(column)} = any(${values}::${sql.raw(type)}[])`

/** True when the database answers. */
export const isReachable = async ({ system }: Pick<Database, 'system'>): Promise<boolean> =>
  (await sql`select 1`.execute(system)).rows.length === 1
