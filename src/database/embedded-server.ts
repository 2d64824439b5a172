import { mkdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import pg from 'pg'
import { findPackageDir, prepareBinaries, removeOlderCopies } from './embedded/binaries.ts'
import { ensureCluster, ownerRole } from './embedded/cluster.ts'
import {
  findClusterDir,
  prepareSharedDir,
  prepareSocketDir,
  recordClusterMade,
  settleClusterPlace,
} from './embedded/cluster-place.ts'
import { asUnusablePath } from './embedded/embedded-server-error.ts'
import {
  becomesReady,
  endPostmaster,
  findPostmaster,
  type Postmaster,
  postmasterArgs,
  sendSignal,
  startPostmaster,
  wasStartedWith,
} from './embedded/postmaster.ts'
import { type ProgramLock, takeProgramLock } from './embedded/program-lock.ts'
import { keepServerLog } from './embedded/server-log.ts'
import { chooseServerUser } from './embedded/server-user.ts'

export type EmbeddedServer = {
  /** For `pg`: `host` is the directory of a unix socket; there is no TCP and no password. */
  connection: { host: string; port: number; user: string; database: string }
  /** PostgreSQL's, such as `18.4`. */
  version: string
  pid: number
  /** True when the server outlived a killed program and was found running. */
  attached: boolean
  /**
   * Ends the server, attached or not, and gives the data directory free. Close pools first: clients still
   * there are cut off. May be called again, and after the server ended by itself.
   */
  stop(): Promise<void>
}

export type EmbeddedServerOptions = {
  /** Made when missing. Everything is kept in it, or named in its `postgres-location.json`. */
  dataDir: string
  log: { info(message: string): void; warn(message: string): void }
  /** Called once if the server ends without `stop`; the data directory stays taken until `stop`. */
  onExit?: (reason: string) => void
  /**
   * PostgreSQL settings that may lose data, such as `{ fsync: 'off' }`, for tests. A cluster first made
   * with them is marked; one made without them is never started with them.
   */
  throwAwayClusterSettings?: Record<string, string>
  /** How long `stop` waits for the orderly way before it insists. */
  stopFastMs?: number
  /** Of the npm package with PostgreSQL's programs; found by itself when left out. */
  packageDir?: string
  /** For root only: where programs and clusters go that the server's user could not reach otherwise. */
  sharedDir?: string
}

/**
 * Starts the program's own PostgreSQL on a data directory, or joins the one a killed program left running.
 *
 * Promises: one program at a time on a data directory, held by a lock that dies with it; whatever was
 * killed before (program, server, initdb half way), the next start works and no committed row is lost; the
 * socket is open to the server's user and root only. On return the database `hourwire` exists and accepts
 * connections. If the program ends without `stop`, the server is told to end too; only kill -9 leaves it.
 *
 * Throws `EmbeddedServerError`, whose message is one sentence for the operator.
 * Source: docs of PostgreSQL 18, "Server Setup and Operation"; our measurements in storage.md 1.
 */
export const startEmbeddedServer = async (options: EmbeddedServerOptions): Promise<EmbeddedServer> => {
  const dataDir = prepareDataDir(options.dataDir)
  const locks = [takeProgramLock({ lockFile: `${dataDir}/hourwire.lock`, guarded: dataDir })]
  try {
    return await startOnHeldDirectory(dataDir, { ...options, locks })
  } catch (error) {
    for (const lock of locks) lock.release()
    throw asUnusablePath(error, dataDir)
  }
}

const startOnHeldDirectory = async (
  dataDir: string,
  {
    log,
    onExit,
    throwAwayClusterSettings,
    stopFastMs = 30_000,
    packageDir = findPackageDir(),
    sharedDir = '/var/lib/hourwire',
    locks,
  }: EmbeddedServerOptions & { locks: ProgramLock[] },
): Promise<EmbeddedServer> => {
  const user = chooseServerUser({ dataDir, clusterDir: findClusterDir(dataDir) })
  const { clusterDir, isOutside } = settleClusterPlace({ dataDir, sharedDir, user })
  // A copied data directory names the same outside cluster: it has a lock of its own.
  if (isOutside) locks.push(takeProgramLock({ lockFile: `${clusterDir}.lock`, guarded: dataDir }))
  const openCopiesDir = () => (user.isDropped ? prepareSharedDir(sharedDir) : dataDir)
  const binaries = await prepareBinaries({ packageDir, openCopiesDir, user })
  const isNew = await ensureCluster({ binaries, clusterDir, user, isThrowAway: !!throwAwayClusterSettings })
  if (isNew) log.info(`PostgreSQL ${binaries.majorVersion}: made a new database cluster in ${clusterDir}.`)
  recordClusterMade(dataDir)

  const socketDir = prepareSocketDir({ dataDir, sharedDir, clusterDir, user })
  const connection = { host: socketDir, port: 5432, user: ownerRole, database: 'hourwire' }
  const args = postmasterArgs({ binaries, clusterDir, socketDir, settings: throwAwayClusterSettings ?? {} })
  const serverLog = keepServerLog(dataDir)

  const adopted = await adoptOrphan()
  const postmaster =
    adopted?.postmaster ??
    (await startPostmaster({ binaries, args, clusterDir, socketDir, user, log: serverLog }))
  const endWithProgram = () => {
    if (postmaster.isRunning()) sendSignal(postmaster.pid, 'SIGINT')
  }
  let stopping: Promise<void> | undefined

  process.once('exit', endWithProgram)
  postmaster.onEnd(({ exitCode, signal }) => {
    process.removeListener('exit', endWithProgram)
    if (stopping !== undefined) return
    const how = signal ? `by ${signal}` : exitCode == null ? 'unexpectedly' : `with exit code ${exitCode}`
    const reason = `PostgreSQL (process ${postmaster.pid}) ended ${how}; see ${dataDir}/postgres.log.`
    log.warn(reason)
    onExit?.(reason)
  })
  const stop = () => {
    stopping ??= endPostmaster(postmaster, { fastMs: stopFastMs }).finally(() => {
      process.removeListener('exit', endWithProgram)
      serverLog.close()
      for (const lock of locks) lock.release()
    })
    return stopping
  }

  try {
    const version = adopted?.version ?? (await ensureDatabase(connection, { isNew }))
    if (!user.isDropped) await removeOlderCopies(dataDir, binaries)
    return { connection, version, pid: postmaster.pid, attached: !!adopted, stop }
  } catch (error) {
    await stop()
    throw error
  }

  /** An orphan that answers and is just what we would start is kept; any other is ended. */
  async function adoptOrphan(): Promise<{ postmaster: Postmaster; version: string } | undefined> {
    const orphan = findPostmaster(clusterDir)
    if (!orphan) return undefined
    if (wasStartedWith(clusterDir, binaries, args) && (await becomesReady(clusterDir, orphan, 60_000))) {
      try {
        const version = await ensureDatabase(connection, { isNew })
        log.info(`PostgreSQL (process ${orphan.pid}) was left running by a killed program: joined it.`)
        return { postmaster: orphan, version }
      } catch (error) {
        log.warn(`PostgreSQL (process ${orphan.pid}) was left running but does not answer (${error}).`)
        await endPostmaster(orphan, { fastMs: 1_000, immediateMs: 1_000 })
        return undefined
      }
    }
    log.info(
      `PostgreSQL (process ${orphan.pid}) was left running with other settings or is ending: replacing it.`,
    )
    await endPostmaster(orphan, { fastMs: 10_000 })
    return undefined
  }
}

const prepareDataDir = (dataDir: string): string => {
  try {
    // Only the directory itself is private: parents made on the way stay open to the server's user.
    mkdirSync(dirname(dataDir), { recursive: true })
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return realpathSync(dataDir)
  } catch (error) {
    throw asUnusablePath(error, dataDir)
  }
}

/** Makes the database if it is missing, and answers the server's version. */
const ensureDatabase = async (
  connection: EmbeddedServer['connection'],
  { isNew }: { isNew: boolean },
): Promise<string> => {
  if (!isNew) {
    try {
      return await askVersion(connection)
    } catch (error) {
      if ((error as { code?: string }).code !== invalidCatalogName) throw error
    }
  }
  await withClient({ ...connection, database: 'postgres' }, (client) =>
    client.query(`create database ${connection.database}`),
  )
  return askVersion(connection)
}

const invalidCatalogName = '3D000'

const askVersion = (connection: EmbeddedServer['connection']): Promise<string> =>
  withClient(connection, async (client) => {
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return rows[0]?.server_version ?? 'unknown'
  })

const withClient = async <T>(
  connection: EmbeddedServer['connection'],
  ask: (client: pg.Client) => Promise<T>,
): Promise<T> => {
  // The server is on this machine and ready: one that is silent for so long is stuck.
  const client = new pg.Client({ ...connection, ssl: false, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return await ask(client)
  } finally {
    await client.end().catch(() => {})
  }
}
