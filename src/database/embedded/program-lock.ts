import { chmodSync, closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { asUnusablePath, EmbeddedServerError } from './embedded-server-error.ts'
import { giveToDirectoryOwner } from './give-to-directory-owner.ts'

export type ProgramLock = { release(): void }

/**
 * Takes a directory for this program alone, for as long as it lives.
 *
 * The lock is an exclusive transaction on an empty SQLite file, which is a lock of the operating system:
 * it ends with its holder, also by kill -9, and cannot go stale as a pid file can. The holder's pid is
 * written beside it, only to be named in the refusal. Throws `data-directory-in-use` when another program,
 * or another start inside this one, has it.
 *
 * `lockFile` is made when missing; `guarded` is the directory named in the refusal.
 */
export const takeProgramLock = ({
  lockFile,
  guarded,
}: {
  lockFile: string
  guarded: string
}): ProgramLock => {
  const holderFile = `${lockFile}.holder`
  makePrivateFile(lockFile, guarded)
  const lock = new DatabaseSync(lockFile)
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    const { errcode } = error as { errcode?: number }
    if (errcode === sqliteFull) throw asUnusablePath({ code: 'ENOSPC' }, guarded)
    if (errcode !== sqliteBusy) {
      throw new EmbeddedServerError(
        'data-directory-unusable',
        `The data directory ${guarded} cannot be used: its lock file ${lockFile} could not be locked (${(error as Error).message}).`,
        { cause: error },
      )
    }
    throw new EmbeddedServerError(
      'data-directory-in-use',
      `Hourwire is already running on the data directory ${guarded}${describeHolder(holderFile)}: stop it first, or choose another data directory.`,
    )
  }
  try {
    const holder = { pid: process.pid, host: hostname() }
    writeFileSync(`${holderFile}.new`, `${JSON.stringify(holder)}\n`, { mode: 0o600 })
    giveToDirectoryOwner(`${holderFile}.new`)
    renameSync(`${holderFile}.new`, holderFile)
  } catch (error) {
    lock.close()
    throw asUnusablePath(error, guarded)
  }

  let held = true
  return {
    release: () => {
      if (!held) return
      held = false
      rmSync(holderFile, { force: true })
      lock.close()
    },
  }
}

const sqliteBusy = 5
const sqliteFull = 13

/**
 * Never opens a file that exists: closing any handle of a file drops every POSIX lock this process has on
 * it, so a second start inside one process would silently free the first one's lock.
 */
const makePrivateFile = (file: string, guarded: string): void => {
  try {
    closeSync(openSync(file, 'wx', 0o600))
    giveToDirectoryOwner(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw asUnusablePath(error, guarded)
    try {
      chmodSync(file, 0o600)
    } catch (modeError) {
      throw asUnusablePath(modeError, guarded)
    }
  }
}

const describeHolder = (holderFile: string): string => {
  try {
    const { pid, host } = JSON.parse(readFileSync(holderFile, 'utf8')) as { pid: number; host: string }
    return host === hostname() ? ` (process ${pid})` : ` (process ${pid} on ${host})`
  } catch {
    return ''
  }
}
