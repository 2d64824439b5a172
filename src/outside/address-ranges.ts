import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type Ip = ipaddr.IPv4 | ipaddr.IPv6

/**
 * What an address is for. `public`: the open internet. `private`: not public, and an operator may open it.
 * `metadata`: where a cloud hands its machine credentials; opened one address at a time only. `never`: no service
 * can stand there honestly.
 */
export type AddressNature = {
  nature: 'public' | 'private' | 'metadata' | 'never'
  /** Completes "it is …": `a loopback address`. */
  words: string
  /** The address it stands for: the IPv4 inside a mapped or NAT64 address, else itself. */
  meant: Ip
}

/**
 * Reads a plain IP address. IPv6 goes through the URL parser first, which writes it in hexadecimal groups alone:
 * ipaddr.js takes the text `::8.8.8.8` for `::ffff:8.8.8.8`, which is another address.
 */
function parseIp(text: string): Ip | undefined {
  if (isIP(text) === 0 || text.includes('%')) return undefined
  return ipaddr.parse(isIP(text) === 4 ? text : new URL(`http://[${text}]`).hostname.slice(1, -1))
}

const network = (cidr: string) => ipaddr.parseCIDR(cidr)
const inNetwork = (ip: Ip, [base, prefix]: [Ip, number]): boolean =>
  ip.kind() === base.kind() && (ip as ipaddr.IPv6).match(base as ipaddr.IPv6, prefix)
const inAny = (ip: Ip, networks: [Ip, number][]): boolean =>
  networks.some((candidate) => inNetwork(ip, candidate))

/**
 * Metadata and platform services of the clouds. All of 169.254.0.0/16 counts, for beside 169.254.169.254 there are
 * 169.254.170.2 and .23 (AWS containers), 169.254.42.42 (Scaleway), 169.254.0.23 (Tencent) and more to come.
 */
const metadataNetworks = [
  '169.254.0.0/16',
  '168.63.129.16/32', // Azure: a public-looking address answered by the host itself
  '100.100.100.200/32', // Alibaba
  '192.0.0.192/32', // Oracle
  'fd00:ec2::/32', // AWS
  'fd20:ce::254/128', // Google
  'fd00:c1::a9fe:a9fe/128', // Oracle
  'fd00:42::42/128', // Scaleway
  'fe80::a9fe:a9fe/128', // OpenStack
].map(network)

const neverNetworks = ['0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'ff00::/8', '100::/64'].map(
  network,
)

const globalIpv6 = network('2000::/3')
const wellKnownNat64 = network('64:ff9b::/96')

const rangeWords: Record<string, string> = {
  unspecified: 'an unspecified address',
  broadcast: 'a broadcast address',
  multicast: 'a multicast address',
  linkLocal: 'a link-local address',
  loopback: 'a loopback address',
  carrierGradeNat: 'a shared address of a provider network',
  private: 'a private address',
  uniqueLocal: 'a private address',
  deprecatedSiteLocal: 'a private address',
  benchmarking: 'an address reserved for measurements',
  rfc6145: 'a translated address',
  rfc6052: 'a translated address',
  '6to4': 'a tunnel address',
  teredo: 'a tunnel address',
}

const ipv4At = (bytes: number[], ...places: [number, number, number, number]): ipaddr.IPv4 =>
  new ipaddr.IPv4(places.map((place) => bytes[place] as number))

/**
 * Every IPv4 address that a translator or tunnel could read out of this IPv6 address. The places of RFC 6052 are
 * all tried inside 64:ff9b:1::/48, because which of them is in use there is each network's own choice.
 */
function embeddedIpv4(ip: ipaddr.IPv6): ipaddr.IPv4[] {
  const bytes = ip.toByteArray()
  const last = ipv4At(bytes, 12, 13, 14, 15)
  if (inNetwork(ip, wellKnownNat64)) return [last]
  if (inNetwork(ip, network('64:ff9b:1::/48')))
    return [last, ipv4At(bytes, 6, 7, 9, 10), ipv4At(bytes, 7, 9, 10, 11), ipv4At(bytes, 9, 10, 11, 12)]
  if (inNetwork(ip, network('2002::/16'))) return [ipv4At(bytes, 2, 3, 4, 5)]
  if (inNetwork(ip, network('2001::/32')))
    return [ipv4At(bytes, 4, 5, 6, 7), new ipaddr.IPv4(last.octets.map((octet) => octet ^ 0xff))]
  // v4-compatible (::a.b.c.d), translated (::ffff:0:a.b.c.d) and ISATAP (…:5efe:a.b.c.d, RFC 5214).
  if (inNetwork(ip, network('::/96')) || inNetwork(ip, network('::ffff:0:0:0/96'))) return [last]
  if ((bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe)
    return [last]
  return []
}

function natureOfIpv4(ip: ipaddr.IPv4): AddressNature {
  if (inAny(ip, metadataNetworks))
    return { nature: 'metadata', words: 'an address of a cloud metadata service', meant: ip }
  const range = ip.range()
  const words = rangeWords[range] ?? 'a reserved address'
  if (inAny(ip, neverNetworks)) return { nature: 'never', words, meant: ip }
  return range === 'unicast'
    ? { nature: 'public', words: 'a public address', meant: ip }
    : { nature: 'private', words, meant: ip }
}

function natureOfIpv6(ip: ipaddr.IPv6): AddressNature {
  if (ip.isIPv4MappedAddress()) return natureOfIpv4(ip.toIPv4Address())
  const embedded = embeddedIpv4(ip).map(natureOfIpv4)
  // A DNS64 network gives every IPv4-only name such an address, so it is judged by what it leads to.
  if (inNetwork(ip, wellKnownNat64)) return embedded[0] as AddressNature
  if (inAny(ip, metadataNetworks) || embedded.some(({ nature }) => nature === 'metadata'))
    return { nature: 'metadata', words: 'an address of a cloud metadata service', meant: ip }
  const range = ip.range()
  const words = rangeWords[range] ?? 'a reserved address'
  if (inAny(ip, neverNetworks)) return { nature: 'never', words, meant: ip }
  const open = range === 'unicast' && inNetwork(ip, globalIpv6)
  const tunnelHome = embedded.find(({ nature }) => nature !== 'public')
  if (open && !tunnelHome) return { nature: 'public', words: 'a public address', meant: ip }
  return { nature: 'private', words: tunnelHome && open ? 'a tunnel address' : words, meant: ip }
}

/** Sorts an address as the resolver or a URL gives it; undefined when the text is no plain IP address. */
export function natureOfAddress(text: string): AddressNature | undefined {
  const [plain = '', zone] = text.split('%')
  const ip = parseIp(plain)
  if (!ip) return undefined
  // A zone id (fe80::1%eth0) names one of this machine's own interfaces.
  if (zone !== undefined) return { nature: 'never', words: 'an address of one network interface', meant: ip }
  return ip instanceof ipaddr.IPv4 ? natureOfIpv4(ip) : natureOfIpv6(ip)
}

/** True when the two texts are spellings of one address; a mapped IPv4 address counts as the IPv4 address. */
export function isSameAddress(one: string, other: string): boolean {
  const [first, second] = [parseIp(one), parseIp(other)].map((ip) =>
    ip instanceof ipaddr.IPv6 && ip.isIPv4MappedAddress() ? ip.toIPv4Address() : ip,
  )
  return first !== undefined && first.toString() === second?.toString()
}

/** An address block, or one address when its prefix is full. */
export type AddressBlock = { base: Ip; prefix: number }

/** Reads `10.1.0.0/16` or `fd00::/8`; undefined when it is no CIDR network. */
export function parseAddressBlock(text: string): AddressBlock | undefined {
  const [address = '', length = '', more] = text.split('/')
  const base = parseIp(address)
  if (!base || more !== undefined || !/^\d{1,3}$/.test(length)) return undefined
  const prefix = Number(length)
  return prefix <= (base.kind() === 'ipv4' ? 32 : 128) ? { base, prefix } : undefined
}

export const blockContains = ({ base, prefix }: AddressBlock, ip: Ip): boolean =>
  inNetwork(ip, [base, prefix])
export const isSingleAddress = ({ base, prefix }: AddressBlock): boolean =>
  prefix === (base.kind() === 'ipv4' ? 32 : 128)

/** True when bits stand behind the prefix (`10.1.2.3/16`): most often a typing error. */
export const hasStrayBits = ({ base, prefix }: AddressBlock): boolean =>
  base.toByteArray().some((byte, place) => {
    const kept = Math.min(Math.max(prefix - place * 8, 0), 8)
    return (byte & (0xff >> kept)) !== 0
  })
