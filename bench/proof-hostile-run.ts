/** The run itself, in a process of its own: see `proof-hostile-targets.ts`, which starts it. Prints what it found as JSON. */
import { isIP, type LookupFunction } from 'node:net'
import { Agent, interceptors, request } from 'undici'
import { runCheckTarget } from '../src/commands/check-target.ts'
import { isSameAddress } from '../src/outside/address-ranges.ts'
import { approveTarget } from '../src/outside/approve-target.ts'
import { aCertificate } from '../src/outside/certificate.test-support.ts'
import { createLookUp, type LookUpAddresses } from '../src/outside/look-up-addresses.ts'
import { allowListProblemInWords, parseAllowList, type TargetPolicy } from '../src/outside/target-guard.ts'
import { createWebhookSender } from '../src/outside/webhook-sender.ts'
import table from './hostile-targets.json' with { type: 'json' }
import { honestTarget, hostileTarget, randomFrom } from './proof-hostile-generated.ts'
import { answerTo, type NameAnswers, openNameServer } from './proof-hostile-names.ts'
import type { HostileRun, HostileTargetsFound } from './proof-hostile-targets.ts'
import { type Connection, watchByHook, watchNamespace } from './proof-hostile-watch.ts'

const { generated, guard, inNamespace } = JSON.parse(process.argv[2] ?? '') as HostileRun

interface Group {
  kind: string
  honest: boolean
  allow: string
  /** Honest addresses that attempts at these targets may reach; everything else is forbidden. */
  reachable: string[]
  urls: string[]
  attempts: number
}

/** Rebinding shows at the 1st, 2nd or 3rd attempt; made-up targets, and all without any guard, are tried once. */
const attemptsOfTable = guard === 'off' ? 1 : 3

const names: NameAnswers = table.names as NameAnswers
const groups: Group[] = [
  ...table.hostile.map((group) => ({ ...group, honest: false })),
  ...table.honest.map((group) => ({ ...group, honest: true })),
].map((group) => ({ allow: '', reachable: [], attempts: attemptsOfTable, ...group }))

const random = randomFrom(20_261_124)
const made = (kind: string, honest: boolean, count: number): Group => {
  const targets = Array.from({ length: count }, (_, index) =>
    (honest ? honestTarget : hostileTarget)(random, index),
  )
  for (const target of targets) Object.assign(names, target.names)
  return { kind, honest, allow: '', reachable: [], attempts: 1, urls: targets.map(({ url }) => url) }
}
const table_ = { targets: countOf(false), honest: countOf(true) }
if (generated > 0)
  groups.push(made('made up', false, generated), made('made up', true, Math.ceil(generated / 4)))

function countOf(honest: boolean): number {
  return groups.filter((group) => group.honest === honest).reduce((sum, { urls }) => sum + urls.length, 0)
}

/** The host as URL parsers read it; undefined where there is none. */
function hostOf(url: string): string | undefined {
  const host = URL.parse(url)
    ?.hostname.replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
  return host === '' ? undefined : host
}

const portsOfUrls = groups.flatMap(({ urls }) =>
  urls.flatMap((url) => {
    const port = Number(/:(\d+)(?=[/?#]|$)/.exec(url)?.[1] ?? 443)
    return port > 0 && port < 65_536 ? [port] : []
  }),
)
const hosts = new Set(groups.flatMap(({ urls }) => urls.flatMap((url) => hostOf(url) ?? [])))
const identity = aCertificate({
  names: [...hosts, ...Object.keys(names)].filter((host) => isIP(host) === 0 && /^[\x21-\x7e]+$/.test(host)),
  addresses: [...hosts].filter((host) => isIP(host) !== 0),
})
const watch = inNamespace
  ? await watchNamespace([...new Set([80, 443, 3128, ...portsOfUrls])], identity)
  : watchByHook()
const nameServer = await openNameServer(names)
const askNameServer = createLookUp({ servers: [nameServer.address] })
// Names that the operator opened are asked of the system, whose hosts file is not ours: here the name server knows them too.
const lookup: LookUpAddresses = (target, signal) => askNameServer({ ...target, openedByName: false }, signal)

const policyOf = (allow: string): TargetPolicy => {
  const policy = parseAllowList(allow)
  if (!policy.ok) throw new Error(allowListProblemInWords(policy.problem))
  return policy.value
}

type Outcome = 'refused' | 'called' | 'answered'

/** Sends as the worker does. */
function guarded(policy: TargetPolicy) {
  const sender = createWebhookSender({
    policy,
    userAgent: 'Hourwire/proof',
    lookup,
    limits: { totalMs: 5000, connectMs: 3000 },
    ca: [identity.cert],
  })
  return {
    async send(url: string): Promise<Outcome> {
      const { kind } = await sender.send({ method: 'POST', url, body: '{}', headers: {} })
      if (kind === 'answered') return 'answered'
      return kind === 'bad-target' || kind === 'blocked-address' ? 'refused' : 'called'
    },
    close: () => sender.close(),
  }
}

/**
 * The negative controls: an ordinary client that follows redirects, without any guard (`off`), or with the whole verdict asked
 * first and the connection left to the client's own look-up (`once`). The watch must see both reach what is forbidden.
 */
function careless(policy: TargetPolicy) {
  const platformLookUp: LookupFunction = (host, { all }, done) => {
    const target = {
      href: '',
      scheme: 'https:',
      host,
      port: 443,
      isAddress: false,
      openedByName: false,
    } as const
    lookup(target, AbortSignal.timeout(1000)).then(
      (found) => {
        const addresses = found.map((address) => ({ address, family: isIP(address) }))
        const [first] = addresses
        if (all || !first) done(null, addresses)
        else done(null, first.address, first.family)
      },
      (error: Error) => done(error, []),
    )
  }
  const agent = new Agent({
    connect: { lookup: platformLookUp, ca: [identity.cert], timeout: 500 },
    headersTimeout: 500,
    bodyTimeout: 500,
  })
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: 2 }))
  return {
    async send(url: string): Promise<Outcome> {
      if (guard === 'once') {
        const approved = await approveTarget(url, { policy, lookUp: lookup, lookUpMs: 1000 })
        if (!approved.ok) return 'refused'
      }
      try {
        const answer = await request(url, { method: 'POST', body: '{}', dispatcher })
        await answer.body.dump()
        return 'answered'
      } catch {
        return 'called'
      }
    },
    close: () => agent.destroy(),
  }
}

/** What `hourwire check-target` says of the group's URLs at this attempt, fed with the answers of the name server. */
async function verdictsOf({ urls, allow }: Group, attempt: number): Promise<('accept' | 'reject')[]> {
  const fed = new Set<string>()
  const feed = (name: string): string[] => {
    if (fed.has(name)) return []
    fed.add(name)
    return answerTo(names, name, attempt).flatMap((answer) => [
      '--resolve',
      `${name}=${answer}`,
      ...(isIP(answer) === 0 ? feed(answer) : []),
    ])
  }
  const args = urls.flatMap((url) => feed(hostOf(url) ?? ''))
  let written = ''
  const { stderr } = await runCheckTarget({
    args: ['--allow', allow, ...args],
    async *readLines() {
      yield* urls
    },
    write: async (text) => {
      written += text
    },
  })
  if (stderr !== '') throw new Error(stderr)
  return written
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).verdict)
}

const found: HostileTargetsFound = {
  watchedBy: watch.how,
  guard,
  ...table_,
  generated: { targets: countOf(false) - table_.targets, honest: countOf(true) - table_.honest },
  attempts: 0,
  connections: 0,
  answered: 0,
  forbiddenConnections: 0,
  targetsThatReached: 0,
  hostileCalled: 0,
  honestRefused: 0,
  verdictsThatDiffer: 0,
  verdictMs: { p50: 0, p99: 0 },
  examples: [],
  differences: 0,
}
const example = (words: string) => found.examples.length < 20 && found.examples.push(words)
const verdictTimes: number[] = []
const reachedBy = new Set<string>()

const isForbidden = (group: Group, expected: string[], { address }: Connection) =>
  ![...group.reachable, ...expected].some((open) => isIP(address) !== 0 && isSameAddress(open, address))

for (const group of groups) {
  const policy = policyOf(group.allow)
  const client = guard === 'on' ? guarded(policy) : careless(policy)
  for (let attempt = 0; attempt < group.attempts; attempt += 1) {
    const verdicts = guard === 'on' ? await verdictsOf(group, attempt) : []
    for (const [index, url] of group.urls.entries()) {
      nameServer.begin(attempt)
      const begun = performance.now()
      const outcome = await client.send(url)
      if (outcome === 'refused') verdictTimes.push(performance.now() - begun)
      const connections = await watch.take()
      found.attempts += 1
      found.connections += connections.length
      if (outcome === 'answered') found.answered += 1
      const expected = group.honest ? addressesOf(hostOf(url) ?? '', attempt) : []
      const forbidden = connections.filter((connection) => isForbidden(group, expected, connection))
      found.forbiddenConnections += forbidden.length
      if (forbidden.length > 0) {
        reachedBy.add(`${group.kind} ${url}`)
        const [{ address, port } = { address: '', port: 0 }] = forbidden
        if (guard === 'on') example(`${JSON.stringify(url)} reached ${address} port ${port}`)
      }
      if (!group.honest && group.reachable.length === 0 && outcome !== 'refused') {
        found.hostileCalled += 1
        if (guard === 'on') example(`${JSON.stringify(url)} was not refused`)
      }
      const honestArrived = watch.answers ? outcome === 'answered' : connections.length > 0
      if (group.honest && !honestArrived) {
        found.honestRefused += 1
        example(`${JSON.stringify(url)} is honest, and ${outcome}`)
      }
      if (guard === 'on' && (verdicts[index] === 'reject') !== (outcome === 'refused')) {
        found.verdictsThatDiffer += 1
        example(`${JSON.stringify(url)}: check-target says ${verdicts[index]}, the sender ${outcome}`)
      }
    }
  }
  await client.close()
}

function addressesOf(host: string, attempt: number): string[] {
  if (isIP(host) !== 0) return [host]
  return answerTo(names, host, attempt).flatMap((answer) =>
    isIP(answer) === 0 ? addressesOf(answer, attempt) : [answer],
  )
}

verdictTimes.sort((one, other) => one - other)
const timeAt = (share: number) =>
  Number((verdictTimes[Math.floor(verdictTimes.length * share)] ?? 0).toFixed(2))
found.verdictMs = { p50: timeAt(0.5), p99: timeAt(0.99) }
found.targetsThatReached = reachedBy.size
found.differences =
  found.forbiddenConnections + found.hostileCalled + found.honestRefused + found.verdictsThatDiffer
nameServer.close()
await watch.close()
process.stdout.write(JSON.stringify(found))
