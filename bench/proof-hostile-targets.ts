import { execFile, spawnSync } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

export interface HostileRun {
  /** So many hostile targets are made up beside the table, and a quarter as many honest ones. */
  generated: number
  guard: 'on' | 'off' | 'once'
  inNamespace: boolean
}

export interface HostileTargetsFound {
  watchedBy: string
  guard: HostileRun['guard']
  /** Hostile targets of the table, and honest ones. */
  targets: number
  honest: number
  generated: { targets: number; honest: number }
  attempts: number
  /** All that were made, to honest addresses too. */
  connections: number
  answered: number
  forbiddenConnections: number
  /** Hostile targets behind which a forbidden connection was made. */
  targetsThatReached: number
  /** Attempts at targets that had to be refused before any connection, and were not. */
  hostileCalled: number
  honestRefused: number
  /** Attempts where `hourwire check-target` says another thing than the sender did. */
  verdictsThatDiffer: number
  /** How long a refusal takes, with its look-up. */
  verdictMs: { p50: number; p99: number }
  examples: string[]
  differences: number
}

const enterNamespace =
  'ip link set lo up && ip route add local 0.0.0.0/0 dev lo && ip -6 route add local ::/0 dev lo && exec "$0" "$@"'
const unshare = (...command: string[]) =>
  ['unshare', ['-rn', 'sh', '-c', enterNamespace, ...command]] as const

/** A network namespace can be made here: Linux, with `unshare` and `ip`, for this user. */
export const canMakeNamespace = (): boolean => spawnSync(...unshare('true')).status === 0

/** Whoever heeded these would call a tripwire. */
const proxies = Object.fromEntries(
  ['http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].map((name) => [
    name,
    'http://10.9.9.9:3128',
  ]),
)

/**
 * The proof that webhooks reach nothing they must not, watched at the socket: every target of `hostile-targets.json` is called
 * three times with the sender of the server, through a real name server whose answers change, with proxies in the environment.
 *
 * Where a network namespace can be made, all addresses of both families are tripwires in it that answer over TLS, and the kernel
 * counts. Elsewhere a hook writes every connection down and lets none out; then nothing answers, and redirects are not seen.
 */
export async function proveHostileTargets({
  generated = 2000,
  guard = 'on',
  inNamespace = canMakeNamespace(),
}: Partial<HostileRun> = {}): Promise<HostileTargetsFound> {
  const run: HostileRun = { generated, guard, inNamespace }
  const node = [process.execPath, path.join(import.meta.dirname, 'proof-hostile-run.ts'), JSON.stringify(run)]
  const [command, args] = inNamespace ? unshare(...node) : [node[0] as string, node.slice(1)]
  const { stdout } = await promisify(execFile)(command, args, {
    env: { ...process.env, ...proxies, NODE_USE_ENV_PROXY: '1', NODE_OPTIONS: '' },
    maxBuffer: 10_000_000,
  })
  return JSON.parse(stdout) as HostileTargetsFound
}
