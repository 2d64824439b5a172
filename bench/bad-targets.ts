import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

export interface BadTargets {
  /** Origins on addresses of 127.0.0.0/8 of their own: the even ones never answer, the odd ones drip a byte a second. */
  origins: string[]
  /** Connections that are open now. */
  connections(): number
  close(): Promise<void>
}

/**
 * Targets that hold whoever calls them, in a thread of their own. Every second one of those that drip does so in its headers, the
 * others in the body. Linux only: elsewhere just 127.0.0.1 is an address.
 */
export async function openBadTargets(count: number): Promise<BadTargets> {
  const counter = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL(import.meta.url), { workerData: { badTargets: count, counter } })
  const [port] = (await once(worker, 'message')) as [number]
  return {
    origins: Array.from({ length: count }, (_, number) => `http://${addressOf(number)}:${port}`),
    connections: () => Atomics.load(counter, 0),
    close: async () => void (await worker.terminate()),
  }
}

const addressOf = (number: number) => `127.1.${number >> 8}.${(number & 255) + 1}`.replace('.256', '.0')

async function hold(count: number, counter: Int32Array): Promise<void> {
  let port = 0
  for (let number = 0; number < count; number++) {
    const server: Server = createServer((socket) => {
      Atomics.add(counter, 0, 1)
      socket.on('close', () => Atomics.sub(counter, 0, 1)).on('error', () => undefined)
      socket.resume()
      if (number % 2 === 1) drip(socket, number % 4 === 1)
    })
    server.listen({ host: addressOf(number), port, backlog: 128 })
    await once(server, 'listening')
    port = (server.address() as { port: number }).port
  }
  parentPort?.postMessage(port)
}

function drip(socket: Socket, inHeaders: boolean): void {
  socket.once('data', () => {
    socket.write(
      inHeaders ? 'HTTP/1.1 200 OK\r\nx-slow: ' : 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n',
    )
    const timer = setInterval(() => void socket.write('.'), 1_000)
    socket.on('close', () => clearInterval(timer))
  })
}

const given = workerData as { badTargets?: number; counter: Int32Array } | null
if (!isMainThread && given?.badTargets) await hold(given.badTargets, given.counter)
