import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createTcpServer, isIP, type LookupFunction, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

/** A connection that was made, or asked for. `port` 0: the kernel counted one that no tripwire saw. */
export interface Connection {
  address: string
  port: number
}

export interface Watch {
  how: 'tripwires on every address of a network namespace' | 'a hook that lets no connection out'
  /** Requests are answered, so that what follows an answer is seen too. */
  answers: boolean
  /** The connections since the last call. */
  take(): Promise<Connection[]>
  close(): Promise<void>
}

const notMapped = (address = '') => address.replace(/^::ffff:(?=\d+\.)/, '')

/**
 * Tripwires in a network namespace of its own where every address there is, of both families, is this machine's: they listen on
 * `ports` and answer in TLS or plainly, as asked. Beside them the kernel's count of opened connections, for all other ports.
 */
export async function watchNamespace(
  ports: readonly number[],
  identity: { key: string; cert: string },
): Promise<Watch> {
  const seen: Connection[] = []
  const sockets = new Set<Socket>()
  const tls = createTlsServer(identity, (socket) => answer(socket)).on('tlsClientError', () => {})
  const servers = await Promise.all(
    ports.map(async (port) => {
      const server = createTcpServer((socket) => {
        seen.push({ address: notMapped(socket.localAddress), port })
        sockets.add(socket)
        socket.on('error', () => {}).on('close', () => sockets.delete(socket))
        socket.once('data', (first) => {
          socket.pause()
          socket.unshift(first)
          // A TLS hello; the TLS server takes what is there already by itself.
          if (first[0] === 0x16) tls.emit('connection', socket)
          else {
            answer(socket)
            socket.resume()
          }
        })
      })
      server.listen(port, '::')
      await once(server, 'listening')
      return server
    }),
  )
  // HTTP/3, should anybody take up an Alt-Svc.
  const quic = createSocket('udp6', () => seen.push({ address: 'by UDP', port: 443 }))
  quic.bind(443, '::')
  await once(quic, 'listening')

  let taken = { opened: openedByKernel().opened, failed: openedByKernel().failed }
  return {
    how: 'tripwires on every address of a network namespace',
    answers: true,
    async take() {
      const now = openedByKernel()
      const opened = now.opened - taken.opened
      const arrived = opened - (now.failed - taken.failed)
      taken = now
      // What the kernel connected reaches the listeners with one of the next turns of the event loop.
      const latest = performance.now() + 1000
      while (seen.length < arrived && performance.now() < latest)
        await new Promise<void>((resolve) => setImmediate(resolve))
      const found = seen.splice(0)
      while (found.length < opened) found.push({ address: 'elsewhere', port: 0 })
      return found
    },
    async close() {
      quic.close()
      for (const socket of sockets) socket.destroy()
      for (const server of servers) server.close()
      tls.close()
    },
  }
}

function openedByKernel(): { opened: number; failed: number } {
  const [names = [], values = []] = readFileSync('/proc/self/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
    .map((line) => line.split(' '))
  const of = (name: string) => Number(values[names.indexOf(name)])
  return { opened: of('ActiveOpens'), failed: of('AttemptFails') }
}

/** Reads one request; `/answer/STATUS?NAME=VALUE` chooses what is said, all else gets 200. */
function answer(socket: Socket): void {
  socket.on('error', () => {})
  socket.once('data', (data) => {
    const path = /^[A-Z]+ (\S+) HTTP/.exec(data.toString('latin1'))?.[1] ?? '/'
    const url = new URL(path, 'http://here')
    const status = /^\/answer\/(\d{3})$/.exec(url.pathname)?.[1] ?? '200'
    const headers = [...url.searchParams].map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const last = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok'
    socket.end(
      status.startsWith('1')
        ? `HTTP/1.1 ${status} Interim\r\n${headers}\r\n${last}`
        : `HTTP/1.1 ${status} Answer\r\n${headers}content-length: 2\r\nconnection: close\r\n\r\nok`,
    )
  })
}

type ConnectOptions = { host?: string; port?: number | string; lookup?: LookupFunction }

/**
 * Where no namespace can be made: every connection that this process asks for is written down and refused before it leaves, with
 * the addresses its own look-up gives.
 */
export function watchByHook(): Watch {
  const seen: Connection[] = []
  const original = Socket.prototype.connect
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const [first] = args
    const { host = 'localhost', port, lookup } = (Array.isArray(first) ? first[0] : first) as ConnectOptions
    const refuse = (addresses: string[]) => {
      seen.push(...addresses.map((address) => ({ address: notMapped(address), port: Number(port) })))
      this.destroy(Object.assign(new Error(`${host} is not called`), { code: 'ECONNREFUSED' }))
    }
    Object.assign(this, { connecting: true })
    if (isIP(host) !== 0 || !lookup) setImmediate(refuse, [host])
    else
      lookup(host, { all: true }, (error, found) => {
        if (error) this.destroy(error)
        else refuse([found].flat().map((one) => (typeof one === 'string' ? one : one.address)))
      })
    return this
  } as typeof original
  return {
    how: 'a hook that lets no connection out',
    answers: false,
    take: async () => seen.splice(0),
    async close() {
      Socket.prototype.connect = original
    },
  }
}
