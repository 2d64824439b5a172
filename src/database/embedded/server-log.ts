import { chmodSync, closeSync, copyFileSync, openSync, readSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { asUnusablePath } from './embedded-server-error.ts'
import { giveToDirectoryOwner } from './give-to-directory-owner.ts'

/** PostgreSQL's own log, `postgres.log` in the data directory, with one older part beside it. */
export type ServerLog = {
  /** A file handle for the server's output, which is appended. Close it once the server has it. */
  open(): number
  /** What was written since `open`, at most the last 16 KiB. */
  read(): string
  /** Stops watching the size. */
  close(): void
}

/**
 * Keeps `postgres.log` below `limitBytes`, looked at now and every minute.
 *
 * The server writes to the file itself, so that its words are kept when it outlives the program; a full
 * log is therefore copied away and emptied in place, not renamed under the server's hands.
 */
export const keepServerLog = (dataDir: string, { limitBytes = 4 * 1024 * 1024 } = {}): ServerLog => {
  const file = join(dataDir, 'postgres.log')
  const rotate = () => {
    if (sizeOf(file) <= limitBytes) return
    copyFileSync(file, `${file}.1`)
    chmodSync(`${file}.1`, 0o600)
    giveToDirectoryOwner(`${file}.1`)
    truncateSync(file)
  }
  const rotateIfPossible = () => {
    try {
      rotate()
    } catch {
      // A full disk or a lost directory: the server says so itself, and the log must not stop the program.
    }
  }
  rotateIfPossible()
  const timer = setInterval(rotateIfPossible, 60_000).unref()
  let openedAtBytes = 0

  return {
    open: () => {
      try {
        openedAtBytes = sizeOf(file)
        const handle = openSync(file, 'a', 0o600)
        giveToDirectoryOwner(file)
        return handle
      } catch (error) {
        throw asUnusablePath(error, dataDir)
      }
    },
    read: () => {
      const end = sizeOf(file)
      const start = Math.max(openedAtBytes, end - 16_384)
      if (end <= start) return ''
      const handle = openSync(file, 'r')
      const part = Buffer.alloc(end - start)
      const readBytes = readSync(handle, part, 0, part.length, start)
      closeSync(handle)
      return part.toString('utf8', 0, readBytes)
    },
    close: () => clearInterval(timer),
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
