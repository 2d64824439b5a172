import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

/** When a request with this booking in its body began to arrive. */
export interface Arrival {
  bookingId: string
  /** By `process.hrtime`, which all threads share. */
  atMs: number
}

export interface Receiver {
  /** `http://127.0.0.1:…`; every path answers 200. */
  origin: string
  /** Waits until so many requests have been answered since the start. */
  answered(count: number, limitMs: number): Promise<void>
  answeredSoFar(): number
  /** What arrived since the last call, by booking. */
  takeArrivals(): Promise<Arrival[]>
  close(): Promise<void>
}

export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** A healthy target, in a thread of its own so that it does not share the sender's event loop. */
export async function openReceiver({ notesArrivals = false } = {}): Promise<Receiver> {
  const counter = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { receiver: true, counter, notesArrivals },
  })
  const [port] = (await once(worker, 'message')) as [number]
  const answeredSoFar = () => Atomics.load(counter, 0)
  return {
    origin: `http://127.0.0.1:${port}`,
    answeredSoFar,
    answered: async (count, limitMs) => {
      const begun = performance.now()
      for (let so = answeredSoFar(); so < count; so = answeredSoFar()) {
        if (performance.now() - begun > limitMs)
          throw new Error(`only ${so} of ${count} requests arrived within ${limitMs} ms`)
        await Atomics.waitAsync(counter, 0, so, 100).value
      }
    },
    takeArrivals: async () => {
      worker.postMessage('take')
      const [arrivals] = (await once(worker, 'message')) as [Arrival[]]
      return arrivals
    },
    close: async () => void (await worker.terminate()),
  }
}

function receive(counter: Int32Array, notesArrivals: boolean): void {
  let arrivals: Arrival[] = []
  const server = createServer((request, response) => {
    const atMs = nowMs()
    const parts: Buffer[] = []
    request
      .on('data', (part: Buffer) => notesArrivals && parts.push(part))
      .on('end', () => {
        response.end('ok')
        if (notesArrivals) {
          const { booking_id } = JSON.parse(Buffer.concat(parts).toString()) as { booking_id: string }
          arrivals.push({ bookingId: booking_id, atMs })
        }
        Atomics.add(counter, 0, 1)
        Atomics.notify(counter, 0)
      })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port))
  parentPort?.on('message', () => {
    parentPort?.postMessage(arrivals)
    arrivals = []
  })
}

const given = workerData as { receiver?: boolean; counter: Int32Array; notesArrivals: boolean } | null
if (!isMainThread && given?.receiver) receive(given.counter, given.notesArrivals)
