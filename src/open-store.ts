import type { Config } from '#config'
import { type Connection, type Database, openDatabase } from '#database/db.ts'
import { asUnusablePath } from '#database/embedded/embedded-server-error.ts'
import { type EmbeddedServer, startEmbeddedServer } from '#database/embedded-server.ts'
import { checkSecret, migrate } from '#database/migrate.ts'
import { startProblemInWords } from '#database/start-problem.ts'
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
  const secret = await loadSecret({ given: config.secret, dataDir: config.dataDir }).catch((error) => {
    throw asUnusablePath(error, config.dataDir)
  })
  const hasServingRole = await explained(connection, async () => {
    const migrated = await migrate(connection)
    await checkSecret(connection, secret)
    return migrated.hasServingRole
  })
  const database = openDatabase({ connection, asServingRole: hasServingRole, onError: complain })
  undo.push(() => database.close())
  return { connection, hasServingRole, database, secret }
}

/** What the database refuses is said in a sentence that an operator can act on. */
export async function explained<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const words = startProblemInWords(error, connection)
    throw words === undefined ? error : new Error(words, { cause: error })
  }
}

/** An embedded server that ends so often within a minute is not started once more. */
const mostEndings = 3

async function openServer(
  config: Config,
  undo: (() => Promise<void>)[],
  complain: (error: Error) => void,
): Promise<Connection> {
  if (config.databaseUrl) return { url: config.databaseUrl }
  const start = () =>
    startEmbeddedServer({
      dataDir: config.dataDir,
      log: {
        info: (message) => {
          if (config.logLevel === 'debug' || config.logLevel === 'info') process.stdout.write(`${message}\n`)
        },
        warn: (message) => complain(new Error(message)),
      },
      onExit: () => {
        running = startAnew(running)
        running.catch((error: Error) => {
          process.stderr.write(`The embedded PostgreSQL cannot be kept running: ${error.message}\n`)
          // Nothing can be served without it. Whoever supervises this process sees that it failed.
          process.exitCode = 1
          process.kill(process.pid, 'SIGTERM')
        })
      },
    })
  let endings: number[] = []
  /** Meanwhile the doors answer 503, and connect again by themselves: the socket is the same. */
  const startAnew = async (former: Promise<EmbeddedServer>) => {
    await (await former).stop()
    endings = [...endings, performance.now()].slice(-mostEndings)
    if (endings.length === mostEndings && performance.now() - (endings[0] ?? 0) < 60_000)
      throw new Error(`it ended ${mostEndings} times within a minute, see ${config.dataDir}/postgres.log`)
    return await start()
  }
  let running = start()
  undo.push(async () => {
    // One that cannot be started has nothing to stop.
    const server = await running.catch(() => undefined)
    await server?.stop()
  })
  const server = await running
  return server.connection
}
