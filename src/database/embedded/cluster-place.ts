import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asUnusablePath, EmbeddedServerError } from './embedded-server-error.ts'
import { giveToDirectoryOwner } from './give-to-directory-owner.ts'
import { canEnterParents, permits, type ServerUser } from './server-user.ts'

/**
 * Where the cluster of a data directory is.
 *
 * Normally `<data directory>/postgres`. Only when the program is root and the server's user cannot get
 * there (below /root, say) it is `<shared directory>/cluster-<random id>`, and a small file in the data
 * directory says so: the data directory can be moved, and two of them never meet.
 */
export type ClusterPlace = { clusterDir: string; isOutside: boolean }

type LocationRecord = {
  /** Of a cluster outside the data directory. */
  cluster?: string
  /** Written once the cluster is whole; a recorded cluster that is gone is lost data, not a first start. */
  isMade?: boolean
  socketDirectory?: string
  /** The cluster the socket directory was made for: a copied data directory must not share it. */
  socketCluster?: string
}

/** The cluster this data directory already has or had, if any; the server's user depends on its owner. */
export const findClusterDir = (dataDir: string): string | undefined => {
  const inside = join(dataDir, 'postgres')
  return readRecord(dataDir).cluster ?? (existsSync(inside) ? inside : undefined)
}

/**
 * Settles where the cluster is or will be, and lets the server's user enter the data directory if that is
 * all it takes. Throws `cluster-missing` or `cluster-not-ours` with what the operator can do about it.
 */
export const settleClusterPlace = ({
  dataDir,
  sharedDir,
  user,
}: {
  dataDir: string
  sharedDir: string
  user: ServerUser
}): ClusterPlace => {
  const record = readRecord(dataDir)
  if (record.cluster) {
    if (
      record.isMade &&
      !existsSync(join(record.cluster, 'PG_VERSION')) &&
      mayLookInto(record.cluster, user)
    ) {
      throw new EmbeddedServerError(
        'cluster-missing',
        `The database of ${dataDir} was kept in ${record.cluster}, which is gone: bring it back, or remove ${recordFile(dataDir)} to begin with an empty database.`,
      )
    }
    requireOwnership(record.cluster, user)
    return { clusterDir: record.cluster, isOutside: true }
  }

  const inside = join(dataDir, 'postgres')
  const isReachable = letServerEnter(dataDir, user)
  if (existsSync(inside)) {
    requireOwnership(inside, user)
    if (isReachable) return { clusterDir: inside, isOutside: false }
    throw new EmbeddedServerError(
      'cluster-not-ours',
      `User ${user.uid}, who runs PostgreSQL for root, cannot enter ${dataDir}: move the data directory out of closed directories (such as /root), or start Hourwire as an ordinary user.`,
    )
  }
  if (isReachable) return { clusterDir: inside, isOutside: false }

  const clusterDir = join(prepareSharedDir(sharedDir), `cluster-${randomBytes(8).toString('hex')}`)
  writeRecord(dataDir, { ...record, cluster: clusterDir, isMade: false })
  return { clusterDir, isOutside: true }
}

/** Says in the data directory that its outside cluster is whole. */
export const recordClusterMade = (dataDir: string): void => {
  const record = readRecord(dataDir)
  if (record.cluster && !record.isMade) writeRecord(dataDir, { ...record, isMade: true })
}

/** A directory all data directories of root share: programs and clusters, each with its own rights. */
export const prepareSharedDir = (sharedDir: string): string => {
  try {
    if (!existsSync(sharedDir)) {
      mkdirSync(sharedDir, { recursive: true })
      chmodSync(sharedDir, 0o711)
    }
    return sharedDir
  } catch (error) {
    throw asUnusablePath(error, sharedDir)
  }
}

/**
 * The directory of the server's socket: mode 0700 and owned by the server's user, so only that user and
 * root can connect, which is what lets pg_hba.conf say `trust`.
 *
 * Beside the cluster, unless that path is longer than a socket's address may be: then a fresh directory
 * with a short name, remembered for the next start.
 */
export const prepareSocketDir = ({
  dataDir,
  sharedDir,
  clusterDir,
  user,
}: {
  dataDir: string
  sharedDir: string
  clusterDir: string
  user: ServerUser
}): string => {
  const near = `${clusterDir}-socket`
  if (fitsSocketAddress(near)) {
    makeOwnedDirectory(near, user)
    return near
  }
  const record = readRecord(dataDir)
  if (
    record.socketDirectory &&
    record.socketCluster === clusterDir &&
    isOwnedDirectory(record.socketDirectory, user)
  ) {
    return record.socketDirectory
  }
  const parent = user.isDropped ? prepareSharedDir(sharedDir) : tmpdir()
  const far = mkdtempSync(
    join(fitsSocketAddress(join(parent, 'hourwire-XXXXXX')) ? parent : '/tmp', 'hourwire-'),
  )
  giveTo(far, user)
  writeRecord(dataDir, { ...record, socketDirectory: far, socketCluster: clusterDir })
  return far
}

/** Makes a directory only the server's user may enter, or checks that it is one. */
export const makeOwnedDirectory = (path: string, user: ServerUser): void => {
  try {
    if (!lstatSync(path, { throwIfNoEntry: false })) {
      mkdirSync(path, { mode: 0o700 })
      giveTo(path, user)
    }
  } catch (error) {
    throw asUnusablePath(error, path)
  }
  if (!isOwnedDirectory(path, user)) {
    throw new EmbeddedServerError(
      'cluster-not-ours',
      `${path} must be a directory of user ${user.uid} with mode 700: correct it or remove it, then start again.`,
    )
  }
}

const isOwnedDirectory = (path: string, user: ServerUser): boolean => {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return !!stats?.isDirectory() && stats.uid === user.uid && (stats.mode & 0o077) === 0
}

const giveTo = (path: string, user: ServerUser): void => {
  if (user.isDropped) lchownSync(path, user.uid, user.gid)
}

const socketAddressBytes = process.platform === 'darwin' ? 103 : 107

const fitsSocketAddress = (directory: string): boolean =>
  Buffer.byteLength(join(directory, '.s.PGSQL.5432')) <= socketAddressBytes

/**
 * Whether the server's user can get into the data directory. When nothing but a root-only data directory
 * is in the way, its group is let through it (through, not into: files in it keep their own modes), since
 * the data had better stay in the data directory than in a place backups and volumes do not know.
 */
const letServerEnter = (dataDir: string, user: ServerUser): boolean => {
  if (!user.isDropped) return true
  if (!canEnterParents(user, dataDir)) return false
  const stats = statSync(dataDir)
  if (permits(stats, user, 0o1)) return true
  if (stats.uid !== 0 || (stats.mode & 0o070) !== 0) return false
  chownSync(dataDir, stats.uid, user.gid)
  chmodSync(dataDir, (stats.mode & 0o777) | 0o010)
  return true
}

const requireOwnership = (clusterDir: string, user: ServerUser): void => {
  const owner = lstatSync(clusterDir, { throwIfNoEntry: false })?.uid
  if (owner === undefined || owner === user.uid) return
  if (user.isDropped) {
    throw new EmbeddedServerError(
      'cluster-not-ours',
      `The database in ${clusterDir} belongs to root, as whom PostgreSQL does not run: give it away with "chown -R ${user.uid}:${user.gid} ${clusterDir}", then start again.`,
    )
  }
  throw new EmbeddedServerError(
    'cluster-not-ours',
    `The database in ${clusterDir} belongs to user ${owner} and this program runs as user ${user.uid}: start Hourwire as that user or as root.`,
  )
}

/** For an ordinary user an unreadable directory and a missing file look alike; its owner tells them apart. */
const mayLookInto = (clusterDir: string, user: ServerUser): boolean => {
  if (user.isDropped) return true
  const owner = lstatSync(clusterDir, { throwIfNoEntry: false })?.uid
  return owner === undefined || owner === user.uid
}

const recordFile = (dataDir: string): string => join(dataDir, 'postgres-location.json')

const readRecord = (dataDir: string): LocationRecord => {
  const file = recordFile(dataDir)
  if (!existsSync(file)) return {}
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LocationRecord
  } catch (error) {
    throw new EmbeddedServerError(
      'data-directory-unusable',
      `${file}, which says where the database is, cannot be read: restore it from a backup, or remove it if the database is in ${join(dataDir, 'postgres')}.`,
      { cause: error },
    )
  }
}

const writeRecord = (dataDir: string, record: LocationRecord): void => {
  const file = recordFile(dataDir)
  try {
    const handle = openSync(`${file}.new`, 'w', 0o600)
    writeSync(handle, `${JSON.stringify(record, null, 2)}\n`)
    fsyncSync(handle)
    closeSync(handle)
    giveToDirectoryOwner(`${file}.new`)
    renameSync(`${file}.new`, file)
    syncDirectory(dataDir)
  } catch (error) {
    throw asUnusablePath(error, dataDir)
  }
}

/** Puts a rename on disk. */
export const syncDirectory = (directory: string): void => {
  const handle = openSync(directory, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
