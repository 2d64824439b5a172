import { isIP } from 'node:net'
import { ok, type Result, refuse } from '#kit/result.ts'
import {
  type AddressBlock,
  blockContains,
  hasStrayBits,
  isSingleAddress,
  natureOfAddress,
  parseAddressBlock,
} from './address-ranges.ts'

/**
 * Which targets outgoing calls may reach. Closed by default: public addresses over https on `standardPorts` only. The
 * operator opens more with `ALLOW_PRIVATE_TARGETS`. The URL is judged when it is entered and before every call;
 * addresses are judged when a connection is made, on the very address that is then used.
 *
 * @see docs/adr/0016-targets.md
 */

type Scheme = 'http:' | 'https:'

/** `text` is the entry as the operator wrote it. Without `scheme`, both. Exactly one of `host`, `block` and `anyPublic`. */
type AllowEntry = {
  text: string
  scheme?: Scheme
  host?: string
  block?: AddressBlock
  /** Every public address, on a port or over a scheme that is closed otherwise. Opens nothing private. */
  anyPublic?: true
  port: number | 'any' | 'standard'
}

/** What the operator opened, read once at start. */
export type TargetPolicy = { entries: readonly AllowEntry[] }

/** Nothing private is open. */
export const closedPolicy: TargetPolicy = { entries: [] }

/** A URL that may be called, provided every address behind its name passes `judgeAddress`. */
export type Target = {
  /** The URL in its one canonical spelling, without fragment. */
  href: string
  scheme: Scheme
  /** Lower-case ASCII name without trailing dot, or the canonical IP address without brackets. */
  host: string
  port: number
  /** The host is an IP address, so there is nothing to look up. */
  isAddress: boolean
  /** The operator opened this very host for this scheme and port. */
  openedByName: boolean
}

export type TargetProblemCode =
  | 'not-a-url'
  | 'too-long'
  | 'scheme'
  | 'credentials'
  | 'port'
  | 'blocked-address'
/** `reason` is a sentence for the person who entered the URL. */
export type TargetProblem = { code: TargetProblemCode; reason: string }

export type AllowListProblem = { code: 'bad-allow-list'; entry: string; reason: string }

/** `reason` completes "the target is blocked:" and never tells which internal address a name leads to. */
export type AddressVerdict =
  /** `openedBy` is the operator's entry without which it would be closed. */
  { open: true; openedBy?: string } | { open: false; reason: string }

const longestUrl = 2000
/**
 * Over https: beside 443 and 8443 the ports on which Cloudflare (2053 to 2096) and Tailscale Funnel (10000) hand https
 * on, and the own ports of n8n (5678), Home Assistant (8123) and Node-RED (1880). No port of a database, a broker or a
 * remote shell is among them.
 */
const standardPorts: Record<Scheme, readonly number[]> = {
  'http:': [80],
  'https:': [443, 1880, 2053, 2083, 2087, 2096, 5678, 8123, 8443, 10_000],
}
const portsInWords = standardPorts['https:'].join(', ').replace(/, (\d+)$/, ' or $1')
const defaultPort = (scheme: Scheme): number => (scheme === 'http:' ? 80 : 443)

/** One label may hold an underscore: real hosts do, whatever RFC 952 says. */
const hostName =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/
/** Names that only ever mean something inside one machine or one network (RFC 6761, 6762, 8375; ICANN). */
const privateNames = /(^|\.)(localhost|local|internal|localdomain|home\.arpa)$|^[^.]+$/

const portAdmits = (entry: AllowEntry, scheme: Scheme, port: number): boolean => {
  if (entry.scheme && entry.scheme !== scheme) return false
  if (entry.port === 'any') return true
  return entry.port === 'standard' ? standardPorts[scheme].includes(port) : entry.port === port
}

const bare = (host: string): string => (host.startsWith('[') ? host.slice(1, -1) : host)

/**
 * Reads one entry: `[http://|https://]host-or-network[:port|:*]`.
 *
 * With a scheme and no port, the port is the scheme's own, as in any origin. Without both, `standardPorts`.
 */
function parseEntry(text: string): Result<AllowEntry, AllowListProblem> {
  const bad = (reason: string) => refuse<AllowListProblem>({ code: 'bad-allow-list', entry: text, reason })
  // The slash at the end: an origin copied from an address bar has one.
  const parts =
    /^(?:(?<scheme>[a-z][a-z0-9+.-]*):\/\/)?(?<place>\[[^\]]*\]|[^[\]]*?)(?::(?<port>\*|\d{1,5}))?\/?$/i.exec(
      text,
    )
  const scheme = parts?.groups?.scheme?.toLowerCase()
  const portText = parts?.groups?.port
  // Without brackets the last group of an IPv6 network looks like a port: fd00::/8 does not, ::1 does.
  const wholeIpv6 = !scheme && (isIP(text) === 6 || parseAddressBlock(text))
  const place = wholeIpv6 ? text : bare(parts?.groups?.place ?? '')
  if (!parts || place === '') return bad('is not a host, an origin or a network')
  if (scheme && scheme !== 'http' && scheme !== 'https') return bad('may begin with http:// or https:// only')
  if (place.includes('@')) return bad('must not hold a user name')

  const typed = scheme ? (`${scheme}:` as Scheme) : undefined
  const port = wholeIpv6 || portText === undefined ? undefined : portText === '*' ? 'any' : Number(portText)
  if (port === 0 || (typeof port === 'number' && port > 65_535)) return bad('has a port outside 1 to 65535')
  const rest: AllowEntry = { text, scheme: typed, port: port ?? (typed ? defaultPort(typed) : 'standard') }

  if (place.includes('/')) {
    const block = parseAddressBlock(place)
    if (!block)
      return bad('has a path, or is not a network such as 10.1.0.0/16; write only scheme, host and port')
    if (hasStrayBits(block))
      return bad('is not the first address of its network; write for example 10.1.0.0/16')
    return ok({ ...rest, block })
  }
  if (place === '*')
    return typed
      ? ok({ ...rest, anyPublic: true })
      : bad('needs a scheme: https://*:9000 opens port 9000 of all public addresses, and nothing private')
  if (place.includes('*'))
    return bad('has a * in the host; name each host, or open a network such as 10.1.0.0/16')
  if (isIP(place) === 4) return ok({ ...rest, host: place })
  const url = URL.parse(`http://${place.includes(':') ? `[${place}]` : place}/`)
  if (url?.pathname !== '/' || url.search || url.hash) return bad('is not a host, an origin or a network')
  const host = bare(url.hostname).replace(/\.$/, '')
  if (isIP(host) === 4) return bad(`must be written as ${host}`)
  if (isIP(host) === 0 && !hostName.test(host)) return bad('is not a host, an origin or a network')
  return ok({ ...rest, host })
}

/**
 * Reads the operator's `ALLOW_PRIVATE_TARGETS`: entries separated by commas. Empty text opens nothing.
 *
 * `http://localhost:4201` opens exactly this origin, `http://127.0.0.1:*` any port of it, `n8n.lan` the host on the
 * standard ports, `n8n.lan:5678` one port over http and https, `10.1.0.0/16` a network on the standard ports,
 * `10.1.0.0/16:5678` and `[fd12::/16]:*` with others, `https://*:9000` this port of all public addresses. An opened
 * name is trusted with whatever private address it
 * leads to, but metadata addresses are opened only by the address itself (`169.254.169.254`, or with /32).
 */
export function parseAllowList(text: string): Result<TargetPolicy, AllowListProblem> {
  const entries: AllowEntry[] = []
  for (const written of text.split(',')) {
    const trimmed = written.trim()
    if (trimmed === '') continue
    const entry = parseEntry(trimmed)
    if (!entry.ok) return entry
    entries.push(entry.value)
  }
  return ok({ entries })
}

/** `ALLOW_PRIVATE_TARGETS: "10.1.2.3/16" is not the first address of its network; …`, for the start-up message. */
export const allowListProblemInWords = ({ entry, reason }: AllowListProblem): string =>
  `ALLOW_PRIVATE_TARGETS: "${entry}" ${reason}.`

/**
 * Judges one address that a name led to, or that stands in the URL itself.
 *
 * With `target`, entries count only for its scheme and port, and entries for its name count too; without, the
 * question is whether any entry opens this address at all.
 */
export function judgeAddress(address: string, policy: TargetPolicy, target?: Target): AddressVerdict {
  const found = natureOfAddress(address)
  if (!found) return { open: false, reason: 'what its name leads to is not an IP address.' }
  const { nature, words, meant } = found
  const admits = (entry: AllowEntry) => !target || portAdmits(entry, target.scheme, target.port)
  const blocks = policy.entries.filter(
    (entry) => entry.block && blockContains(entry.block, meant) && admits(entry),
  )
  const openBy = (entry: AllowEntry | undefined): AddressVerdict =>
    entry ? { open: true, openedBy: entry.text } : { open: true }

  if (nature === 'public') {
    if (!target || isOrdinary(target)) return { open: true }
    const opener =
      blocks[0] ??
      policy.entries.find((entry) => (entry.anyPublic || entry.host === target.host) && admits(entry))
    if (opener) return openBy(opener)
    return {
      open: false,
      reason: 'only networks opened by the operator may be called over http or on this port.',
    }
  }
  const closed: AddressVerdict = {
    open: false,
    reason: `${target && !target.isAddress ? 'its name leads to' : 'it is'} ${words}.`,
  }
  if (nature === 'never') return closed
  if (nature === 'metadata') {
    const spelledOut = !target || target.isAddress
    const opener =
      blocks.find((entry) => entry.block && isSingleAddress(entry.block)) ??
      policy.entries.find((entry) => spelledOut && entry.host === meant.toString() && admits(entry))
    return opener ? openBy(opener) : closed
  }
  const named = target ? target.host : meant.toString()
  const opener = policy.entries.find((entry) => entry.host === named && admits(entry)) ?? blocks[0]
  return opener ? openBy(opener) : closed
}

/** Https on a standard port: what public targets may use without being opened. */
const isOrdinary = ({ scheme, port }: Pick<Target, 'scheme' | 'port'>): boolean =>
  scheme === 'https:' && standardPorts[scheme].includes(port)

/**
 * Reads a target URL and judges all that can be judged without asking DNS.
 *
 * Only one spelling leaves here (`href`), the one that is then called, so that no second parser can read another
 * host out of the same text. Costs no I/O: meant to run at each attempt.
 */
export function parseTarget(text: string, policy: TargetPolicy): Result<Target, TargetProblem> {
  const no = (code: TargetProblemCode, reason: string) => refuse<TargetProblem>({ code, reason })
  if (text.length > longestUrl)
    return no('too-long', `it is longer than ${longestUrl.toLocaleString('en-US')} characters.`)
  // URL parsers drop tabs and line ends and read "\" as "/": what a person sees is then not what is called.
  if (/[\p{Cc}\p{Cf}\p{Z}\\]/u.test(text))
    return no('not-a-url', 'it holds spaces, backslashes or invisible characters.')
  const start = /^([a-z][a-z0-9+.-]*):(\/\/)?([^/?#]*)/i.exec(text)
  if (!start) return no('not-a-url', 'it is not a full URL; it must begin with https://.')
  const scheme = `${start[1]?.toLowerCase()}:`
  if (scheme !== 'https:' && scheme !== 'http:') return no('scheme', 'it must begin with https://.')
  if (!start[2] || !start[3]) return no('not-a-url', 'it names no host.')
  if (start[3].includes('@')) return no('credentials', 'it must not hold a user name or password.')
  const url = URL.parse(text)
  if (!url) return no('not-a-url', 'it cannot be read as a URL.')

  url.hash = ''
  const host = bare(url.hostname).replace(/\.$/, '')
  const isAddress = isIP(host) !== 0
  if (!isAddress && !hostName.test(host)) return no('not-a-url', 'its host name is not valid.')
  if (!isAddress) url.hostname = host
  const port = url.port === '' ? defaultPort(scheme) : Number(url.port)

  const openedByName = policy.entries.some((entry) => entry.host === host && portAdmits(entry, scheme, port))
  const maybeByNetwork = policy.entries.some((entry) => entry.block && portAdmits(entry, scheme, port))
  const publicIsOpen = policy.entries.some((entry) => entry.anyPublic && portAdmits(entry, scheme, port))
  const target: Target = {
    href: url.href,
    scheme,
    host,
    port,
    isAddress,
    openedByName,
  }
  if (!isOrdinary(target) && !openedByName && !maybeByNetwork && !publicIsOpen) {
    const hostIsListed = policy.entries.some((entry) => entry.host === host)
    if (scheme === 'http:' && !hostIsListed) return no('scheme', 'it must begin with https://.')
    return no('port', `port ${port} is not allowed; use ${portsInWords}.`)
  }
  if (isAddress) {
    const verdict = judgeAddress(host, policy, target)
    if (!verdict.open) return no('blocked-address', verdict.reason)
  } else if (privateNames.test(host) && !openedByName && !maybeByNetwork) {
    return no('blocked-address', 'its name exists only inside a private network.')
  }
  return ok(target)
}
