import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { makeOwnedDirectory, syncDirectory } from './cluster-place.ts'
import { asUnusablePath, EmbeddedServerError, explainOutput } from './embedded-server-error.ts'
import { type ServerUser, spawnAs } from './server-user.ts'

/** The role that owns the cluster. It is a superuser: only migrations and this module should be it. */
export const ownerRole = 'hourwire_owner'

/** English output, nothing inherited: no PG* variable of the operator reaches the server. */
export const serverEnvironment = { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' }

/**
 * Makes the cluster if there is none, and answers whether it did.
 *
 * initdb works in a directory of another name that is renamed at the end, so a cluster is whole or absent;
 * what a killed start left is removed. Throws `cluster-of-another-version` for one these programs cannot
 * open, and `cluster-not-throw-away` when a throw-away cluster is asked for and a kept one is there.
 */
export const ensureCluster = async ({
  binaries,
  clusterDir,
  user,
  isThrowAway,
}: {
  binaries: Binaries
  clusterDir: string
  user: ServerUser
  isThrowAway: boolean
}): Promise<boolean> => {
  await removeUnfinished(clusterDir)
  if (existsSync(join(clusterDir, 'PG_VERSION'))) {
    requireVersion(clusterDir, binaries)
    if (isThrowAway && !existsSync(join(clusterDir, throwAwayMark))) {
      throw new EmbeddedServerError(
        'cluster-not-throw-away',
        `The database in ${clusterDir} was made to be kept: it is not started with settings for throw-away databases.`,
      )
    }
    return false
  }
  requireAbsent(clusterDir)

  const unfinished = `${clusterDir}${unfinishedMark}${randomBytes(4).toString('hex')}`
  makeOwnedDirectory(unfinished, user)
  try {
    await runInitdb({ binaries, directory: unfinished, clusterDir, user, isThrowAway })
    if (isThrowAway) writeFileSync(join(unfinished, throwAwayMark), '', { flag: 'wx', mode: 0o600 })
    renameSync(unfinished, clusterDir)
    syncDirectory(dirname(clusterDir))
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw asUnusablePath(error, clusterDir)
  }
  return true
}

const unfinishedMark = '.new-'

const throwAwayMark = 'hourwire-throw-away'

const runInitdb = async ({
  binaries,
  directory,
  clusterDir,
  user,
  isThrowAway,
}: {
  binaries: Binaries
  directory: string
  clusterDir: string
  user: ServerUser
  isThrowAway: boolean
}): Promise<void> => {
  const args = [
    `--pgdata=${directory}`,
    `--username=${ownerRole}`,
    '--auth-local=trust',
    '--auth-host=reject',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
    ...(isThrowAway ? ['--no-sync'] : []),
  ]
  const initdb = spawn(binaries.initdb, args, {
    ...spawnAs(user),
    cwd: '/',
    env: serverEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (part: Buffer) => {
    output = (output + part.toString()).slice(-16_384)
  }
  initdb.stdout.on('data', keep)
  initdb.stderr.on('data', keep)
  const exitCode = await new Promise<number | null>((done) => {
    initdb.once('error', (error) => {
      output += `\nerror: ${error.message}`
      done(null)
    })
    initdb.once('close', done)
  })
  if (exitCode === 0) return
  throw explainOutput(output, { doing: 'setting up the database', directory: clusterDir })
}

/** An initdb whose program was killed may still be at work in there, hence the retries. */
const removeUnfinished = async (clusterDir: string): Promise<void> => {
  const parent = dirname(clusterDir)
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(`${basename(clusterDir)}${unfinishedMark}`)) continue
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 10 })
  }
}

const requireVersion = (clusterDir: string, { majorVersion }: Binaries): void => {
  const clusterVersion = readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8').trim()
  if (clusterVersion === String(majorVersion)) return
  throw new EmbeddedServerError(
    'cluster-of-another-version',
    `The database in ${clusterDir} is of PostgreSQL ${clusterVersion || 'an unknown version'} and this Hourwire brings PostgreSQL ${majorVersion}: start the Hourwire that made it, or set DATABASE_URL to a PostgreSQL that holds its data.`,
  )
}

const requireAbsent = (clusterDir: string): void => {
  if (!existsSync(clusterDir)) return
  try {
    rmdirSync(clusterDir)
  } catch (error) {
    throw new EmbeddedServerError(
      'cluster-missing',
      `${clusterDir} holds files but is not a whole PostgreSQL database: restore it from a backup, or move it away to begin with an empty one.`,
      { cause: error },
    )
  }
}
