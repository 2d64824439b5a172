import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Agent } from 'undici'
import { isSuccess } from '#kit/attempt-outcome.ts'
import { parseAllowList } from '#outside/target-guard.ts'
import { createWebhookSender } from '#outside/webhook-sender.ts'

/**
 * How many deliveries a second the guarded sender makes to a healthy target, against a bare undici POST loop in the
 * same run: same body, same number of connections, rounds taken in turn. Budget: architecture.md section 9.
 */

type Figure = { name: string; value: number; unit: string; budget: string; ok: boolean }

const atOnce = 5
const roundMs = 900
const rounds = 5
const body = Buffer.from(JSON.stringify({ id: 'EVNT-1', text: 'x'.repeat(3000) }))
const headers = { 'content-type': 'application/json', 'webhook-id': 'EVNT-1' }

/** The receiver, in a thread of its own so that it does not share the sender's event loop. */
async function openReceiver() {
  const worker = new Worker(new URL(import.meta.url), { workerData: 'receiver' })
  const [port] = (await once(worker, 'message')) as [number]
  return { url: `http://127.0.0.1:${port}/hook`, close: () => worker.terminate() }
}

/** Calls per second over one round, `atOnce` under way at any time. */
async function rate(call: () => Promise<void>): Promise<number> {
  const start = performance.now()
  let calls = 0
  const loop = async () => {
    while (performance.now() - start < roundMs) {
      await call()
      calls++
    }
  }
  await Promise.all(Array.from({ length: atOnce }, loop))
  return (calls * 1000) / (performance.now() - start)
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0

export async function benchSender(): Promise<Figure[]> {
  const receiver = await openReceiver()
  const policy = parseAllowList('http://127.0.0.1:*')
  if (!policy.ok) throw new Error(policy.problem.reason)
  const sender = createWebhookSender({ policy: policy.value, userAgent: 'Hourwire/bench' })
  const agent = new Agent({ connections: atOnce, pipelining: 1 })
  const { origin, pathname: path } = new URL(receiver.url)

  const bare = async () => {
    const response = await agent.request({ origin, path, method: 'POST', body, headers })
    await response.body.dump()
    if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`)
  }
  const guarded = async () => {
    const outcome = await sender.send({ method: 'POST', url: receiver.url, body, headers })
    if (!isSuccess(outcome)) throw new Error(`ended as ${outcome.kind}`)
  }

  try {
    await rate(bare)
    await rate(guarded)
    const bareRates: number[] = []
    const guardedRates: number[] = []
    for (let round = 0; round < rounds; round++) {
      bareRates.push(await rate(bare))
      guardedRates.push(await rate(guarded))
    }
    const yardstick = median(bareRates)
    const value = median(guardedRates)
    const share = Math.round((value / yardstick) * 100)
    return [
      { name: 'bare undici POST', value: Math.round(yardstick), unit: 'per second', budget: '', ok: true },
      { name: 'guarded send', value: Math.round(value), unit: 'per second', budget: '', ok: true },
      { name: 'guarded send / bare POST', value: share, unit: '%', budget: '>= 30 %', ok: share >= 30 },
    ]
  } finally {
    await sender.close()
    await agent.close()
    await receiver.close()
  }
}

if (!isMainThread && workerData === 'receiver') {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('ok'))
  })
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port))
} else if (import.meta.main) {
  const figures = await benchSender()
  console.table(figures)
  process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1
}
