/**
 * Runs every test: `npm test`. Builds the pages when they are stale, then the unit and domain tests (vitest), then
 * the journeys in a browser (Playwright). Every suite runs, also when one before it failed.
 *
 * The last line is `N passed, N failed, N skipped` over all suites, for people and for CI.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { type Counts, countJourneys, countUnits, judge } from './test-counts.ts'

interface Suite {
  name: string
  report: string
  args: string[]
  env?: Record<string, string>
  count: (report: unknown) => Counts
}

const root = path.join(import.meta.dirname, '..')

const suites: Suite[] = [
  {
    name: 'unit',
    report: 'test-results/unit.json',
    args: [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      '--outputFile.json=test-results/unit.json',
    ],
    count: countUnits,
  },
  {
    name: 'journeys',
    report: 'test-results/journeys.json',
    args: ['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: path.join(root, 'test-results/journeys.json') },
    count: countJourneys,
  },
]

/** Runs Node with these arguments, its output passing straight through. A signal counts as a failure. */
function run(args: string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    })
    child.once('error', (error) => {
      console.error(`${args[0]} does not start: ${error.message}`)
      resolve(1)
    })
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

function readReport(file: string): unknown {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

const say = ({ passed, failed, skipped }: Counts) => `${passed} passed, ${failed} failed, ${skipped} skipped`
const seconds = (sinceMs: number) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`

const lines: string[] = []
const total: Counts = { passed: 0, failed: 0, skipped: 0 }

const buildStart = performance.now()
if ((await run(['tools/build-if-needed.ts'])) === 0) lines.push(`build: ready (${seconds(buildStart)})`)
else {
  total.failed += 1
  lines.push(`build: FAILED (${seconds(buildStart)}), so journeys fail as well`)
}

for (const suite of suites) {
  const start = performance.now()
  const report = path.join(root, suite.report)
  // A report of an earlier run must not speak for this one.
  rmSync(report, { force: true })
  console.log(`\n--- ${suite.name} ---`)
  const exitCode = await run(suite.args, suite.env)
  const { counts, trouble } = judge({ exitCode, report: readReport(report), count: suite.count })
  lines.push(`${suite.name}: ${say(counts)} (${seconds(start)})${trouble ? `: ${trouble}` : ''}`)
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped += counts.skipped
}

console.log(`\n${lines.join('\n')}`)
console.log(say(total))
process.exitCode = total.failed > 0 ? 1 : 0
