/**
 * Builds the pages unless build/ already holds what these sources make: `node tools/build-if-needed.ts`.
 *
 * Runs before every start and every test run, so a fresh build costs only the reading of the sources.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { compressAssets } from './compress-assets.ts'

const root = path.join(import.meta.dirname, '..')
const stampFile = path.join(root, 'build/stamp.json')
const serverBuild = path.join(root, 'build/server/index.js')

/** What ends in the build. Server modules do not: the built server imports them as they are. */
const inputs = [
  'src/web',
  'src/kit',
  'src/contracts',
  'src/domain',
  'public',
  'package.json',
  'package-lock.json',
  'postcss.config.js',
  'react-router.config.ts',
  'vite.config.ts',
  'tools/build-if-needed.ts',
  'tools/compress-assets.ts',
]

const isTest = (name: string) => /[.]test(-support)?[.]tsx?$/.test(name)

function listFiles(name: string): string[] {
  const place = path.join(root, name)
  if (!existsSync(place)) return []
  if (!statSync(place).isDirectory()) return isTest(name) ? [] : [name]
  return readdirSync(place)
    .sort()
    .flatMap((entry) => listFiles(`${name}/${entry}`))
}

/** A digest of every input's name and bytes. */
function digestInputs(): string {
  const digest = createHash('sha256')
  for (const file of inputs.flatMap(listFiles)) {
    const bytes = readFileSync(path.join(root, file))
    digest.update(`${file}\0${bytes.length}\0`).update(bytes)
  }
  return digest.digest('hex')
}

function isFresh(digest: string): boolean {
  if (!existsSync(stampFile) || !existsSync(serverBuild)) return false
  try {
    return (JSON.parse(readFileSync(stampFile, 'utf8')) as { digest?: string }).digest === digest
  } catch {
    // Half a stamp, after a crash while it was written.
    return false
  }
}

const digest = digestInputs()
const isForced = process.argv.includes('--force')
const isWanted = isForced || !isFresh(digest)
if (isWanted) {
  // First of all, so that a build that is broken off counts as none.
  rmSync(stampFile, { force: true })
  if (!isForced) console.error('Building the pages, once for these sources …')
  const build = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/@react-router/dev/bin.cjs'), 'build'],
    {
      cwd: root,
      encoding: 'utf8',
      stdio: isForced ? 'inherit' : 'pipe',
      env: { ...process.env, NODE_ENV: 'production' },
    },
  )
  if (build.status === 0) {
    await compressAssets(path.join(root, 'build/client'))
    writeFileSync(stampFile, `${JSON.stringify({ digest })}\n`)
  } else {
    // Who starts the program wants to see it start; who cannot, wants to see why.
    if (!isForced) console.error(build.stdout + build.stderr)
    console.error(
      `The pages could not be built (react-router build ended with ${build.status ?? build.signal}).`,
    )
    process.exitCode = 1
  }
}
