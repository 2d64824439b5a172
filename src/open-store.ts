import type { Config } from '#config'
import { type Connection, type Database, openDatabase } from '#database/db.ts'
import { startEmbeddedServer } from '#database/embedded-server.ts'
import { checkSecret, migrate } from '#database/migrate.ts'
import { loadSecret } from '#outside/secrets.ts'

export interface Store {
  connection: Connection
  hasServingRole: boolean
  database: Database
  /** The installation's secret, which belongs to this database. */
  secret: Awaited<ReturnType<typeof loadSecret>>
}

/** Starts or finds the database, migrates it, and checks that the secret is its own. What has to be undone is put into `undo`. */
export async function openStore(
  config: Config,
  undo: (() => Promise<void>)[],
  complain: (error: Error) => void,
): Promise<Store> {
  const connection = await openServer(config, undo, complain)
  const secret = await loadSecret({ given: config.secret, dataDir: config.dataDir })
  const { hasServingRole } = await migrate(connection)
  await checkSecret(connection, secret)
  const database = openDatabase({ connection, asServingRole: hasServingRole, onError: complain })
  undo.push(() => database.close())
  return { connection, hasServingRole, database, secret }
}
async function openServer(
  config: Config,
  undo: (() => Promise<void>)[],
  complain: (error: Error) => void,
): Promise<Connection> {
  if (config.databaseUrl) return { url: config.databaseUrl }
  const server = await startEmbeddedServer({
    dataDir: config.dataDir,
    log: {
      info: (message) => {
        if (config.logLevel === 'debug' || config.logLevel === 'info') process.stdout.write(`${message}\n`)
      },
      warn: (message) => complain(new Error(message)),
    },
    onExit: (reason) => {
      // Nothing can be served without it, and whoever supervises this process starts both anew.
      process.stderr.write(`The embedded PostgreSQL ended: ${reason}\n`)
      process.kill(process.pid, 'SIGTERM')
    },
  })
  undo.push(() => server.stop())
  return server.connection
}
