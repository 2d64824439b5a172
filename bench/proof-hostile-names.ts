import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * What a name leads to: addresses separated by spaces, or another name (an alias). A list holds one answer per attempt, a list
 * inside it one per look-up of that attempt; the last of a list stays.
 */
export type NameAnswers = Record<string, string | (string | string[])[]>

const nth = <T>(list: readonly T[], index: number): T => list[Math.min(index, list.length - 1)] as T

/** What is said of `name` at this attempt and look-up, both from 0: addresses, or the one name it stands for. */
export function answerTo(names: NameAnswers, name: string, attempt: number, lookUp = 0): string[] {
  const answers = names[name]
  if (answers === undefined) return []
  const ofAttempt = typeof answers === 'string' ? answers : nth(answers, attempt)
  return (typeof ofAttempt === 'string' ? ofAttempt : nth(ofAttempt, lookUp)).split(' ')
}

export interface NameServer {
  /** `127.0.0.1:…` */
  address: string
  /** From here on answers are those of this attempt, beginning with its first look-up. */
  begin(attempt: number): void
  close(): void
}

const typeCname = 5
const typeOf = (address: string) => (isIP(address) === 4 ? 1 : 28)

/** A DNS server on loopback that knows `names` (also those added later) and nothing else. */
export async function openNameServer(names: NameAnswers): Promise<NameServer> {
  const socket = createSocket('udp4')
  let attempt = 0
  let lookUps = new Map<string, number>()
  socket.on('message', (query, from) => {
    const { name, type, end } = questionOf(query)
    const key = `${name} ${type}`
    const lookUp = lookUps.get(key) ?? 0
    lookUps.set(key, lookUp + 1)
    const records: Buffer[] = []
    let owner = name
    let answers = answerTo(names, owner, attempt, lookUp)
    while (answers.length === 1 && isIP(answers[0] as string) === 0 && records.length < 10) {
      const alias = answers[0] as string
      records.push(record(owner, typeCname, wireName(alias)))
      owner = alias
      answers = answerTo(names, owner, attempt, lookUp)
    }
    for (const address of answers)
      if (isIP(address) !== 0 && typeOf(address) === type)
        records.push(record(owner, type, Buffer.from(ipaddr.parse(address).toByteArray())))
    const head = Buffer.from(query.subarray(0, end))
    const noSuchName = names[name] === undefined ? 3 : 0
    head.writeUInt16BE(0x8180 | noSuchName, 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(records.length, 6)
    head.writeUInt32BE(0, 8)
    socket.send(Buffer.concat([head, ...records]), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    begin(next) {
      attempt = next
      lookUps = new Map()
    },
    close: () => socket.close(),
  }
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size))
    at += size + 1
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

const wireName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ])

/** Class IN, to be kept for no time at all, as rebinding name servers say. */
function record(owner: string, type: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(type, 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt16BE(data.length, 8)
  return Buffer.concat([wireName(owner), fixed, data])
}
