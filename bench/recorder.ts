import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

/** One request that came in whole. */
export interface Arrival {
  path: string
  /** Its `webhook-id`. */
  id: string
  sha256: string
  /** Wall clock in milliseconds: first byte seen, and answer written. */
  beganMs: number
  answeredMs: number
}

interface Recorder {
  /** `http://127.0.0.1:…` */
  origin: string
  countSoFar(): number
  /** What has come since the last call, in the order in which it came in. */
  takeArrivals(): Promise<Arrival[]>
  close(): Promise<void>
}

/** Of all threads and, but for steps of the clock, of all processes. */
export const wallMs = (): number => performance.timeOrigin + performance.now()

/**
 * A healthy target that writes down what comes, in a thread of its own so that it does not share the sender's event loop. Each
 * answer is held back for up to `holdMs`, a time of its own for each.
 */
export async function openRecorder({ holdMs = 0 } = {}): Promise<Recorder> {
  const counter = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL(import.meta.url), { workerData: { recorder: true, counter, holdMs } })
  const [port] = (await once(worker, 'message')) as [number]
  return {
    origin: `http://127.0.0.1:${port}`,
    countSoFar: () => Atomics.load(counter, 0),
    takeArrivals: async () => {
      worker.postMessage('take')
      const [arrivals] = (await once(worker, 'message')) as [Arrival[]]
      return arrivals
    },
    close: async () => void (await worker.terminate()),
  }
}

function record(counter: Int32Array, holdMs: number): void {
  let arrivals: Arrival[] = []
  const server = createServer((request, response) => {
    const beganMs = wallMs()
    const hash = createHash('sha256')
    request
      .on('data', (part: Buffer) => void hash.update(part))
      .on('end', () => {
        const arrival: Arrival = {
          path: request.url ?? '',
          id: String(request.headers['webhook-id']),
          sha256: hash.digest('base64url'),
          beganMs,
          answeredMs: beganMs,
        }
        arrivals.push(arrival)
        Atomics.add(counter, 0, 1)
        const answer = () => {
          response.end('ok')
          arrival.answeredMs = wallMs()
        }
        if (holdMs > 0) setTimeout(answer, Math.random() * holdMs)
        else answer()
      })
      // A sender that was killed half way: nothing has come.
      .on('error', () => undefined)
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port))
  parentPort?.on('message', () => {
    parentPort?.postMessage(arrivals)
    arrivals = []
  })
}

const given = workerData as { recorder?: boolean; counter: Int32Array; holdMs: number } | null
if (!isMainThread && given?.recorder) record(given.counter, given.holdMs)
