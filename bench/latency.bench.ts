import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { Agent } from 'undici'
import { poolConfig } from '#database/db.ts'
import { publicId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { keepingMailer } from '#outside/mailer.ts'
import { parseAllowList } from '#outside/target-guard.ts'
import { createWebhookSender } from '#outside/webhook-sender.ts'
import { startWorker } from '#worker/worker.ts'
import { bookSlot, connectZapier, freeSlots, openBenchServerWithHouse } from './bench-house.ts'
import { type Measurement, measured, quantile, runAlone } from './measurement.ts'
import { nowMs, openReceiver } from './receiver.ts'

const bookings = 200
const everyMs = 50

/**
 * From a committed booking to the first byte of its delivery at the receiver, on an idle server: worker, guarded sender and
 * allow list as in the program. Between two bookings the yardstick: one plain row committed, then one bare POST.
 */
export async function benchLatency(): Promise<Measurement[]> {
  const house = await openBenchServerWithHouse()
  const receiver = await openReceiver({ notesArrivals: true })
  const sender = createWebhookSender({
    policy: accepted(parseAllowList(receiver.origin)),
    userAgent: 'Hourwire/bench',
    limits: { socketsPerOrigin: 50 },
  })
  const agent = new Agent({ connections: 1 })
  const rows = new pg.Pool({ ...poolConfig(house.connection), max: 1 })
  const worker = startWorker({
    deps: house.deps,
    send: sender.send,
    sendMail: keepingMailer.send,
    onError: (error) => void process.stderr.write(`${error.message}\n`),
  })
  house.onWake(worker.wake)
  try {
    const { turnOn } = await connectZapier(house)
    await turnOn(`${receiver.origin}/hook`)
    const slots = await freeSlots(house, [house.page])
    await house.sql('create table yardstick (id uuid primary key, kind int not null, data jsonb not null)')
    const data = JSON.stringify({ text: 'x'.repeat(280) })

    const asked = new Map<string, { begunMs: number; committedMs: number }>()
    const bookOne = async () => {
      const begunMs = nowMs()
      const { bookingId } = await bookSlot(house, slots.pop() as (typeof slots)[number])
      asked.set(publicId('booking', bookingId), { begunMs, committedMs: nowMs() })
    }
    const postOne = async () => {
      const booking_id = `BARE-${randomUUID()}`
      const begunMs = nowMs()
      await rows.query('insert into yardstick (id, kind, data) values ($1, $2, $3)', [randomUUID(), 1, data])
      asked.set(booking_id, { begunMs, committedMs: nowMs() })
      const body = JSON.stringify({ booking_id, text: 'x'.repeat(3_000) })
      const headers = { 'content-type': 'application/json' }
      const response = await agent.request({
        origin: receiver.origin,
        path: '/bare',
        method: 'POST',
        body,
        headers,
      })
      await response.body.dump()
    }

    const warmUp = 20
    for (let number = 0; number < bookings + warmUp; number++) {
      if (number === warmUp) {
        await receiver.answered(2 * warmUp, 10_000)
        await receiver.takeArrivals()
        asked.clear()
      }
      const next = performance.now() + everyMs
      await bookOne()
      await pause(Math.max(1, next - everyMs / 2 - performance.now()))
      await postOne()
      await pause(Math.max(1, next - performance.now()))
    }
    await receiver.answered(2 * (bookings + warmUp), 10_000)

    const arrivals = await receiver.takeArrivals()
    const since = (moment: 'begunMs' | 'committedMs', isBare: boolean) =>
      arrivals
        .filter(({ bookingId }) => bookingId.startsWith('BARE-') === isBare)
        .map(({ bookingId, atMs }) => Math.max(0, atMs - (asked.get(bookingId)?.[moment] as number)))
    const figure = (name: string, moment: 'begunMs' | 'committedMs', share: number, atMost?: number) => {
      const value = quantile(since(moment, false), share)
      const yardstick = quantile(since(moment, true), share)
      const limit = atMost === undefined ? {} : { limit: { atMost } }
      return { ...measured({ name, value, unit: 'ms', ...limit }), yardstick, ratio: value / yardstick }
    }
    return [
      figure('booking committed -> first byte at the receiver, p50', 'committedMs', 0.5, 15),
      figure('booking committed -> first byte at the receiver, p99', 'committedMs', 0.99, 100),
      figure('booking asked for -> first byte at the receiver, p50', 'begunMs', 0.5),
      figure('booking asked for -> first byte at the receiver, p99', 'begunMs', 0.99),
    ]
  } finally {
    await worker.stop()
    await Promise.all([sender.close(), agent.close(), rows.end()])
    await receiver.close()
    await house.close()
  }
}

if (import.meta.main) await runAlone(benchLatency)
