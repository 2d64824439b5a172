import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The user initdb and postgres run as. PostgreSQL refuses to run as root, so a program started as root
 * hands its server to somebody else (`isDropped`); any other program runs it as itself.
 */
export type ServerUser = { uid: number; gid: number; isDropped: boolean }

/**
 * Chooses the server's user for a data directory.
 *
 * As root: whoever owns the cluster already, else the data directory's owner, else a system user named
 * `hourwire` if the packager made one, else `nobody`. A chosen owner must have a name on this machine,
 * because initdb looks itself up.
 */
export const chooseServerUser = ({
  dataDir,
  clusterDir,
  passwd = readPasswd(),
}: {
  dataDir: string
  clusterDir?: string
  passwd?: string
}): ServerUser => {
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  if (uid !== 0) return { uid, gid, isDropped: false }

  const clusterOwner = clusterDir && statOf(clusterDir)
  if (clusterOwner && clusterOwner.uid !== 0) {
    return { uid: clusterOwner.uid, gid: clusterOwner.gid, isDropped: true }
  }
  const named = namedUsers(passwd)
  const dataOwner = statOf(dataDir)
  if (dataOwner && dataOwner.uid !== 0 && named.some((user) => user.uid === dataOwner.uid)) {
    return { uid: dataOwner.uid, gid: dataOwner.gid, isDropped: true }
  }
  const somebody =
    named.find((user) => user.name === 'hourwire') ?? named.find((user) => user.name === 'nobody')
  return { uid: somebody?.uid ?? 65534, gid: somebody?.gid ?? 65534, isDropped: true }
}

/** Whether the server's user may enter every directory above `path`, and read and enter `path` itself. */
export const canReach = (user: ServerUser, path: string): boolean => {
  if (!user.isDropped) return true
  const target = realpathSync(path)
  return permits(statSync(target), user, 0o5) && canEnterParents(user, target)
}

/** Whether the server's user may enter every directory above `path`; `path` itself is not looked at. */
export const canEnterParents = (user: ServerUser, path: string): boolean => {
  if (!user.isDropped) return true
  let directory = dirname(path)
  while (permits(statSync(directory), user, 0o1)) {
    if (directory === dirname(directory)) return true
    directory = dirname(directory)
  }
  return false
}

/** `bits` as in a mode: 4 read, 2 write, 1 enter or run. */
export const permits = (stats: Stats, user: ServerUser, bits: number): boolean => {
  const shift = stats.uid === user.uid ? 6 : stats.gid === user.gid ? 3 : 0
  return ((stats.mode >> shift) & bits) === bits
}

/** Options for `spawn`: a dropped server loses root's groups too (libuv clears them). */
export const spawnAs = (user: ServerUser): { uid?: number; gid?: number } =>
  user.isDropped ? { uid: user.uid, gid: user.gid } : {}

const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false })

const readPasswd = (): string => {
  try {
    return readFileSync('/etc/passwd', 'utf8')
  } catch {
    return ''
  }
}

const namedUsers = (passwd: string): { name: string; uid: number; gid: number }[] =>
  passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid && Number(uid) > 0 ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
