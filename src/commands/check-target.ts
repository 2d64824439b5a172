import { isIP } from 'node:net'
import { parseArgs } from 'node:util'
import { readConfig } from '#config'
import { reasonInWords } from '#kit/attempt-outcome.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { type ApprovalSettings, approveTarget } from '#outside/approve-target.ts'
import { type LookUpAddresses, lookUpUnder } from '#outside/look-up-addresses.ts'
import { allowListProblemInWords, parseAllowList, type TargetPolicy } from '#outside/target-guard.ts'
import { standardLimits } from '#outside/webhook-sender.ts'
import type { CommandInput, CommandOutput } from './slots.ts'

export interface CheckTargetInput extends Pick<CommandInput, 'args'> {
  /** The lines of standard input as they come, without their ends. */
  readLines: () => AsyncIterable<string>
  write: (text: string) => Promise<void>
  environment?: NodeJS.ProcessEnv
}

/** One line of output. `reason` is a sentence, for refusals the one that the delivery log would show. */
interface TargetVerdict {
  url: string
  verdict: 'accept' | 'reject'
  reason: string
}

const usage = `Usage: hourwire check-target [URL…] [--resolve HOST=ADDRESS]… [--allow LIST]

Says whether webhooks would be sent to these URLs, by the code that sends them: reads the URL, looks its name up and judges every
address behind it. Nothing is connected to. Without URLs, or for "-", they are read from standard input, one a line. Each gets one
line of JSON: { "url", "verdict": "accept" or "reject", "reason" }.

  --resolve HOST=ADDRESS   take ADDRESS for the answer of the name look-up of HOST; several for one HOST (repeated, or
                           with commas) make one answer. ADDRESS may be another name (an alias). HOST is then not looked up;
                           other names are, by DNS
  --allow LIST             what the operator opened, in place of ALLOW_PRIVATE_TARGETS
  --help                   show this text

A running server opens the origin of its Zap sandbox too, which is not counted here.
`

/** So many names are looked up at once; answers come in the order of the URLs. */
const lookUpsAtOnce = 32

/** `hourwire check-target`: see `approveTarget`. Needs neither database nor server. */
export async function runCheckTarget(input: CheckTargetInput): Promise<CommandOutput> {
  const asked = parseAsked(input)
  if (!asked.ok)
    return { stdout: '', stderr: `hourwire check-target: ${asked.problem.message}\n`, exitCode: 2 }
  const { help, urls, policy, answers } = asked.value
  if (help) return { stdout: usage, stderr: '', exitCode: 0 }

  const settings: ApprovalSettings = {
    policy,
    lookUp: answeredBy(answers, lookUpUnder(policy)),
    lookUpMs: standardLimits.connectMs,
  }
  const lines = urls.length > 0 && !urls.includes('-') ? urls : withStandardInput(urls, input.readLines)
  const underWay: Promise<void>[] = []
  let told = Promise.resolve()
  for await (const url of lines) {
    const verdict = verdictOn(url, settings)
    told = told.then(async () => await input.write(`${JSON.stringify(await verdict)}\n`))
    underWay.push(told)
    if (underWay.length >= lookUpsAtOnce) await underWay.shift()
  }
  await told
  return { stdout: '', stderr: '', exitCode: 0 }
}

async function* withStandardInput(urls: string[], readLines: () => AsyncIterable<string>) {
  for (const url of urls.length > 0 ? urls : ['-']) {
    if (url === '-') yield* readLines()
    else yield url
  }
}

async function verdictOn(url: string, settings: ApprovalSettings): Promise<TargetVerdict> {
  const approved = await approveTarget(url, settings)
  if (!approved.ok)
    return { url, verdict: 'reject', reason: reasonInWords({ ...approved.problem, durationMs: 0 }) }
  const { target, openedBy } = approved.value
  const standing = target.isAddress ? 'It is a public address.' : 'Every address behind its name is public.'
  const reason = openedBy.length > 0 ? `The operator opened it: ${openedBy.join(', ')}.` : standing
  return { url, verdict: 'accept', reason }
}

/** What `--resolve` says of each name: addresses, and other names it stands for. */
type FedAnswers = ReadonlyMap<string, string[]>

/** Answers from what was fed, following aliases as a resolver does; asks `lookUp` only for names nothing was fed for. */
function answeredBy(fed: FedAnswers, lookUp: LookUpAddresses): LookUpAddresses {
  return async (target, signal) => {
    const seen = new Set<string>()
    const addressesOf = async (host: string): Promise<string[]> => {
      const answers = fed.get(host)
      if (!answers) return lookUp({ ...target, host }, signal)
      // What a resolver says of names that lead in a circle.
      if (seen.has(host)) throw Object.assign(new Error(`${host} leads to itself`), { code: 'ESERVFAIL' })
      seen.add(host)
      const found: string[] = []
      for (const answer of answers) found.push(...(isIP(answer) === 0 ? await addressesOf(answer) : [answer]))
      seen.delete(host)
      return found
    }
    return addressesOf(target.host)
  }
}

interface Asked {
  help: boolean
  urls: string[]
  policy: TargetPolicy
  answers: FedAnswers
}

function parseAsked({
  args,
  environment,
}: CheckTargetInput): Result<Asked, { code: 'usage'; message: string }> {
  const wrong = (message: string) => refuse({ code: 'usage' as const, message })
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        resolve: { type: 'string', multiple: true },
        allow: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    const opened = parseAllowList(values.allow ?? readConfig([], environment).allowPrivateTargets)
    if (!opened.ok) {
      const words = allowListProblemInWords(opened.problem)
      return wrong(values.allow === undefined ? words : words.replace('ALLOW_PRIVATE_TARGETS', '--allow'))
    }
    const answers = new Map<string, string[]>()
    for (const text of values.resolve ?? []) {
      const [host, given] = parseFedAnswer(text)
      if (host === undefined || given === undefined)
        return wrong(`--resolve ${text}: write HOST=ADDRESS, such as hooks.example.com=192.0.2.7.`)
      answers.set(host, [...(answers.get(host) ?? []), ...given])
    }
    return ok({ help: values.help ?? false, urls: positionals, policy: opened.value, answers })
  } catch (error) {
    // The first sentence alone: what Node adds about "--" helps nobody here.
    return wrong((error as Error).message.split(/(?<=\.) |\n/)[0] ?? '')
  }
}

/** `HOST=ADDRESS[,ADDRESS…]`; undefined for the half that cannot be read. */
function parseFedAnswer(text: string): [host: string | undefined, answers: string[] | undefined] {
  const [host = '', given = ''] = text.split(/=(.*)/s)
  const answers = given.split(',').map((one) => {
    const address = one.replace(/^\[(.*)\]$/, '$1')
    return isIP(address) === 0 ? nameOf(address, true) : address
  })
  return [nameOf(host), answers.every((answer) => answer !== undefined) ? answers : undefined]
}

/** A host in the spelling of `Target.host`; undefined when it is none. With `noAddress`, also when it spells an address. */
function nameOf(text: string, noAddress = false): string | undefined {
  const url = /^[^\s/?#@:\\]+$/.test(text) || isIP(text) === 6 || /^\[.*\]$/.test(text) ? hostUrl(text) : null
  if (!url) return undefined
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  return noAddress && isIP(host) !== 0 ? undefined : host
}

const hostUrl = (text: string) => URL.parse(`http://${isIP(text) === 6 ? `[${text}]` : text}/`)
