import { lookup as askSystem, Resolver } from 'node:dns/promises'
import type { Target, TargetPolicy } from './target-guard.ts'

/**
 * All addresses of a target's name, or an error with a resolver's `code`. Stops asking when `signal` aborts; what
 * it answers after that is not used.
 */
export type LookUpAddresses = (target: Target, signal: AbortSignal) => Promise<string[]>

export type LookUpOptions = {
  /** The operator opened networks: names may then stand in the hosts file, which DNS does not know. */
  mayAskSystem?: boolean
  /** `address:port` of name servers; without, those of the system. */
  servers?: string[]
  /** Once one family has answered, how long the other may still take. RFC 8305 section 3. */
  otherFamilyMs?: number
}

const noSuchName = new Set(['ENOTFOUND', 'ENODATA', 'EREFUSED', 'ECONNREFUSED'])

const askSystemForAll = async (host: string): Promise<string[]> =>
  (await askSystem(host, { all: true, order: 'verbatim' })).map(({ address }) => address)

/**
 * Looks names up by DNS over sockets of this process, not with `getaddrinfo`.
 *
 * `getaddrinfo` blocks one of four threads that files and password hashing need too, so a handful of targets whose
 * name servers never answer would stop the whole program. Only names that the operator opened are asked of the
 * system, for they may be known from its hosts file alone.
 */
export function createLookUp(options: LookUpOptions = {}): LookUpAddresses {
  const { mayAskSystem = false, servers, otherFamilyMs = 300 } = options

  const askDns = async (host: string, signal: AbortSignal): Promise<string[]> => {
    // One resolver per question (45 µs, measured): it can be canceled alone and sees changes of resolv.conf.
    const resolver = new Resolver({ timeout: 1500, tries: 2 })
    if (servers) resolver.setServers(servers)
    const cancel = () => resolver.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return await eitherFamily(resolver.resolve4(host), resolver.resolve6(host), otherFamilyMs)
    } finally {
      signal.removeEventListener('abort', cancel)
      resolver.cancel()
    }
  }

  return async (target, signal) => {
    if (target.openedByName) return askSystemForAll(target.host)
    try {
      return await askDns(target.host, signal)
    } catch (error) {
      const unknown = noSuchName.has((error as NodeJS.ErrnoException).code ?? '')
      if (mayAskSystem && unknown && !signal.aborted) return askSystemForAll(target.host)
      throw error
    }
  }
}

/** The look-up that goes with a policy, for sender and `check-target` alike. */
export const lookUpUnder = ({ entries }: TargetPolicy): LookUpAddresses =>
  createLookUp({ mayAskSystem: entries.some((entry) => entry.block !== undefined) })

/** Both families' answers, or the one that came when the other fails or is late; the first error when none came. */
async function eitherFamily(
  four: Promise<string[]>,
  six: Promise<string[]>,
  waitMs: number,
): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined
  const both = Promise.allSettled([four, six])
  try {
    const first = await Promise.any([four, six]).catch((error: AggregateError) => {
      throw error.errors[0]
    })
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, waitMs, 'late')
    })
    const settled = await Promise.race([both, late])
    if (settled === 'late') return first
    return settled.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  } finally {
    clearTimeout(timer)
  }
}
