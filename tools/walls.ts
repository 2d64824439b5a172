/**
 * Checks the walls of tools/walls.cjs on this tree: `node tools/walls.ts`.
 *
 * dependency-cruiser that cannot read a file says nothing about it and reports success, so what it saw is compared
 * with what is on the disk.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export interface Violation {
  wall: string
  from: string
  to: string
}

export interface Inspection {
  violations: Violation[]
  /** Files on the disk, in folders that have walls, that the checker did not look into. */
  unseen: string[]
  fileCount: number
}

interface SeenModule {
  source: string
  dependencies: unknown[]
}

interface CruiseReport {
  modules: SeenModule[]
  summary: { violations: { from: string; to: string; rule: { name: string } }[] }
}

const config = path.join(import.meta.dirname, 'walls.cjs')
const checker = path.join(import.meta.dirname, '../node_modules/dependency-cruiser/bin/dependency-cruise.mjs')

const skippedFolders = new Set(['node_modules', 'dist', 'build', 'public'])
const isSource = (file: string) => /[.]tsx?$/.test(file)
/** As in walls.cjs: tests of the product and of the sandbox may import anything. */
const isOwnTest = (file: string) => /^(src|sandbox)\/.*[.]test(-support)?[.]tsx?$/.test(file)

/** Source files below a folder, as paths from the root, with forward slashes. */
function listSources(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : listSources(root, name)
    return isSource(name) && !isOwnTest(name) ? [name] : []
  })
}

/** Runs dependency-cruiser with the walls over a tree that is laid out as this one. */
export function inspectWalls(root: string): Inspection {
  const walled = ['src', 'sandbox', 'integrations/zapier'].filter((folder) =>
    existsSync(path.join(root, folder)),
  )
  const files = walled.flatMap((folder) => listSources(root, folder))
  const run = spawnSync(
    process.execPath,
    [checker, '--config', config, '--output-type', 'json', '--', ...files],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 512 * 1024 * 1024,
    },
  )
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser did not report: ${run.stderr.trim()}`)
  const report = JSON.parse(run.stdout) as CruiseReport
  return {
    violations: report.summary.violations.map(({ rule, from, to }) => ({ wall: rule.name, from, to })),
    unseen: listUnseen(
      files.map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') })),
      report.modules,
    ),
    fileCount: files.length,
  }
}

/** A static import or re-export; `./+types/…` is generated and has no walls. */
const importsSomething = /^(?:import|export)\b[^'"]*?from ['"](?![^'"]*[+]types)|^import ['"]/m

/** Files the checker does not know, or knows without a single one of the imports they have. */
export function listUnseen(files: { file: string; text: string }[], modules: SeenModule[]): string[] {
  const importCount = new Map(modules.map((module) => [module.source, module.dependencies.length]))
  return files
    .filter(({ file, text }) => {
      const seen = importCount.get(file)
      return seen === undefined || (seen === 0 && importsSomething.test(text))
    })
    .map(({ file }) => file)
}

const reasons = async (): Promise<Map<string, string>> => {
  const walls: { default: { forbidden: { name: string; comment: string }[] } } = await import(config)
  return new Map(walls.default.forbidden.map(({ name, comment }) => [name, comment]))
}

if (import.meta.main) {
  const { violations, unseen, fileCount } = inspectWalls(path.join(import.meta.dirname, '..'))
  const why = await reasons()
  for (const { wall, from, to } of violations) {
    console.log(`${wall}: ${from} -> ${to}\n    ${why.get(wall) ?? ''}`)
  }
  for (const file of unseen)
    console.log(`not looked at: ${file} (the checker is blind here, its silence proves nothing)`)
  console.log(
    `${fileCount} files, ${violations.length} violations${unseen.length > 0 ? `, ${unseen.length} files unseen` : ''}`,
  )
  if (violations.length > 0 || unseen.length > 0 || fileCount === 0) process.exitCode = 1
}
