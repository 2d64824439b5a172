import { lchownSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Files root makes in a user's data directory are that user's, so that the user can start there again. */
export const giveToDirectoryOwner = (file: string): void => {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(dirname(file))
  lchownSync(file, uid, gid)
}
