/**
 * Everything that can be said about the code without running it: `npm run check`. Format and lint, types, walls,
 * unused code. Prints each step's result and time; ends with 1 when any step failed.
 */
import { spawn } from 'node:child_process'
import path from 'node:path'

interface Step {
  name: string
  /** Run one after the other, each with Node; the step fails with the first that fails. */
  commands: string[][]
}

interface Outcome {
  name: string
  passed: boolean
  seconds: string
  output: string
}

const root = path.join(import.meta.dirname, '..')

const biome: Step = {
  name: 'format and lint',
  commands: [['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings']],
}
const types: Step = {
  name: 'types',
  commands: [
    ['node_modules/@react-router/dev/bin.cjs', 'typegen'],
    [
      'node_modules/typescript/bin/tsc',
      '--noEmit',
      '--incremental',
      '--tsBuildInfoFile',
      'node_modules/.cache/hourwire/types.json',
    ],
  ],
}
const walls: Step = { name: 'walls', commands: [['tools/walls.ts']] }
const unused: Step = { name: 'unused code', commands: [['node_modules/knip/bin/knip.js', '--no-progress']] }

/** Two lanes, for two cores: types take about as long as the other three together. */
const lanes: Step[][] = [[types], [biome, walls, unused]]

function runNode(args: string[]): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    child.once('error', (error) => resolve({ exitCode: 1, output: error.message }))
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }))
  })
}

const since = (start: number) => ((performance.now() - start) / 1000).toFixed(1)

async function runStep({ name, commands }: Step): Promise<Outcome> {
  const start = performance.now()
  let output = ''
  for (const command of commands) {
    const result = await runNode(command)
    output += result.output
    if (result.exitCode !== 0) return { name, passed: false, seconds: since(start), output }
  }
  return { name, passed: true, seconds: since(start), output }
}

async function runLane(steps: Step[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const step of steps) {
    const outcome = await runStep(step)
    if (!outcome.passed) console.log(`${outcome.output.trimEnd()}\n`)
    console.log(`${outcome.passed ? 'passed' : 'FAILED'}  ${outcome.name.padEnd(16)} ${outcome.seconds} s`)
    outcomes.push(outcome)
  }
  return outcomes
}

const start = performance.now()
const outcomes = (await Promise.all(lanes.map(runLane))).flat()
const failed = outcomes.filter(({ passed }) => !passed).map(({ name }) => name)
console.log(
  failed.length === 0
    ? `All checks passed in ${since(start)} s`
    : `Failed in ${since(start)} s: ${failed.join(', ')}`,
)
process.exitCode = failed.length === 0 ? 0 : 1
