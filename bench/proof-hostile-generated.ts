/**
 * Targets made up by the thousand, from the registries of special addresses alone (IANA, RFC 6890 and its updates) and not from
 * the guard's own lists: a random address of a random block, in a random spelling, in the URL or behind a name.
 */
type Random = () => number

/** A small generator of ours, so that a seed gives the same targets everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const below = (random: Random, limit: number) => Math.floor(random() * limit)
const oneOf = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T

const special4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
]
/** Special too, but answered by public services (AS112, AMT): nobody's inside, so neither hostile nor honest here. */
const neither4 = ['192.31.196.0/24', '192.52.193.0/24', '192.175.48.0/24']
const special6 = [
  ...['::1/128', '::/128', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8', '100::/64', '2001:db8::/32'],
  ...[
    '3fff::/20',
    '5f00::/16',
    '2001:2::/48',
    '2001::/32',
    '2002::/16',
    '64:ff9b:1::/48',
    '4000::/3',
    '8000::/1',
  ],
]
/** Blocks of registries and providers, none of them near a special one. */
const public6 = ['2606:4700::/32', '2a00:1450::/32', '2400:cb00::/32', '2a05:d018::/36', '2620:fe::/48']

const parse4 = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const bytesOf = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255)

function inside4(random: Random, cidr: string): number {
  const [base = '', length] = cidr.split('/')
  return parse4(base) + below(random, 2 ** (32 - Number(length)))
}

const isInside4 = (value: number, cidr: string): boolean => {
  const [base = '', length] = cidr.split('/')
  const size = 2 ** (32 - Number(length))
  return value >= parse4(base) && value < parse4(base) + size
}

function groups6(text: string): number[] {
  const [head = '', tail = ''] = text.split('::')
  const read = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const [front, back] = [read(head), read(tail)]
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back]
}

function inside6(random: Random, cidr: string): number[] {
  const [base = '', length] = cidr.split('/')
  return groups6(base).map((group, place) => {
    const kept = Math.min(Math.max(Number(length) - place * 16, 0), 16)
    return group | (below(random, 0x10000) & (0xffff >> kept))
  })
}

const number = (random: Random, value: number): string =>
  oneOf(random, [
    String(value),
    `0x${value.toString(16)}`,
    `0X${value.toString(16).toUpperCase()}`,
    `0${value.toString(8)}`,
  ])

/** Any spelling of an IPv4 address that URL parsers take for it. */
function spell4(random: Random, value: number): string {
  const bytes = bytesOf(value)
  const parts = oneOf(random, [
    bytes,
    bytes,
    [bytes[0] as number, bytes[1] as number, value & 0xffff],
    [bytes[0] as number, value & 0xffffff],
    [value],
  ])
  const plain = parts.map((part) => (random() < 0.5 ? String(part) : number(random, part))).join('.')
  const dot = oneOf(random, ['.', '.', '.', '。', '．', '｡'])
  const written = oneOf(random, [
    plain,
    plain,
    plain.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    plain.replaceAll(/[0-9]/g, (digit) => `%3${digit}`),
    `${plain}.`,
  ])
  return written.replaceAll('.', dot)
}

const hex6 = (random: Random, groups: readonly number[]): string =>
  groups
    .map((group) => group.toString(16).padStart(oneOf(random, [1, 4]), '0'))
    .map((group) => (random() < 0.5 ? group.toUpperCase() : group))
    .join(':')

/** IPv6 addresses that a translator, a tunnel or the system itself reads as this IPv4 address. */
function wrapped(random: Random, value: number): number[] {
  const [high, low] = [value >>> 16, value & 0xffff]
  return oneOf(random, [
    [0, 0, 0, 0, 0, 0xffff, high, low],
    [0, 0, 0, 0, 0xffff, 0, high, low],
    [0, 0, 0, 0, 0, 0, high, low],
    [0x64, 0xff9b, 0, 0, 0, 0, high, low],
    [0x64, 0xff9b, 1, 0, 0, 0, high, low],
    [0x2002, high, low, 0, 0, 0, 0, 1],
    [0x2001, 0, high, low, 0, 0, 0, 1],
    [0x2001, 0, 0x4136, 0xe378, 0x8000, 0x63bf, high ^ 0xffff, low ^ 0xffff],
    [0x2a00, 0x1450, 0, 0, oneOf(random, [0, 0x200]), 0x5efe, high, low],
  ])
}

const ports = ['', ':443', ':8443', ':5678', ':10000']

export interface Generated {
  url: string
  /** What the name in the URL leads to; without, the address stands in the URL. */
  names: Record<string, string>
}

function place(random: Random, index: number, inUrl: string, address: string, others: string[]): Generated {
  const path = `${oneOf(random, ports)}/${index}`
  if (random() < 0.6) return { url: `https://${inUrl}${path}`, names: {} }
  const name = `g${index}.${others.length > 0 ? 'evil' : 'honest'}.example`
  const all = [address, ...others.filter(() => random() < 0.5)].sort(() => random() - 0.5)
  return { url: `https://${name}${path}`, names: { [name]: all.join(' ') } }
}

/** A target that leads to a special address, maybe beside public ones. */
export function hostileTarget(random: Random, index: number): Generated {
  const good = ['93.184.215.60', '2606:2800:21f:cb07::60']
  if (random() < 0.5) {
    const value = inside4(random, oneOf(random, special4))
    return place(random, index, spell4(random, value), bytesOf(value).join('.'), good)
  }
  const groups =
    random() < 0.5
      ? inside6(random, oneOf(random, special6))
      : wrapped(random, inside4(random, oneOf(random, special4)))
  const written = hex6(random, groups)
  return place(random, index, `[${written}]`, written, good)
}

/** A target that leads to a public address, in any spelling too. */
export function honestTarget(random: Random, index: number): Generated {
  if (random() < 0.3) {
    const written = hex6(random, inside6(random, oneOf(random, public6)))
    return place(random, index, `[${written}]`, written, [])
  }
  const closed = [...special4, ...neither4]
  let value = below(random, 2 ** 32)
  while (closed.some((cidr) => isInside4(value, cidr))) value = below(random, 2 ** 32)
  return place(random, index, spell4(random, value), bytesOf(value).join('.'), [])
}
