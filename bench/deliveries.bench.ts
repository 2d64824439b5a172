import { Agent } from 'undici'
import { presentZapItem } from '#domain/zapier/present-zap-item.ts'
import { syntheticEvent } from '#domain/zapier/synthetic-event.ts'
import { accepted } from '#kit/result.ts'
import { keepingMailer } from '#outside/mailer.ts'
import { parseAllowList } from '#outside/target-guard.ts'
import { createWebhookSender } from '#outside/webhook-sender.ts'
import { startWorker } from '#worker/worker.ts'
import { bookSlot, connectZapier, freeSlots, openBenchServerWithHouse } from './bench-house.ts'
import { compared, type Measurement, measured, runAlone, takeInTurn } from './measurement.ts'
import { openReceiver } from './receiver.ts'

const subscriptions = 20
const eventsPerRound = 30
const rounds = 3
const perRound = subscriptions * eventsPerRound

/**
 * Deliveries per second of one worker, planning and storing of each attempt included: events of the outbox to healthy targets,
 * against a bare undici loop that posts as many bodies of the same size to the same addresses, as many at a time.
 */
export async function benchDeliveries(): Promise<Measurement[]> {
  const house = await openBenchServerWithHouse()
  const receiver = await openReceiver()
  const sender = createWebhookSender({
    policy: accepted(parseAllowList(receiver.origin)),
    userAgent: 'Hourwire/bench',
    limits: { socketsPerOrigin: 50 },
  })
  const agent = new Agent({ connections: subscriptions, pipelining: 1 })
  // Events are stored without waking anybody: the round begins with the worker.
  const { deps } = house
  const quiet = { ...house, deps: { ...deps, wakeWorker: () => undefined } }
  try {
    const { turnOn } = await connectZapier(house)
    for (let number = 1; number <= subscriptions; number++) await turnOn(`${receiver.origin}/hook/${number}`)
    const slots = await freeSlots(house, [house.page])
    const event = syntheticEvent({ now: deps.clock.now(), trigger: 'booking_scheduled', owner: house.ana })
    const body = JSON.stringify(
      presentZapItem(event, { ...deps, trigger: 'booking_scheduled', customFields: [] }),
    )
    const headers = { 'content-type': 'application/json', 'webhook-id': 'EVNT-0' }

    /** Posts per second until the receiver has answered them all. */
    const timed = async (work: () => Promise<{ end(): Promise<void> }>) => {
      const wanted = receiver.answeredSoFar() + perRound
      const begun = performance.now()
      const { end } = await work()
      await receiver.answered(wanted, 60_000)
      const elapsedMs = performance.now() - begun
      await end()
      return (perRound * 1000) / elapsedMs
    }
    const bare = () =>
      timed(async () => {
        const post = async (number: number) => {
          for (let count = 0; count < eventsPerRound; count++) {
            const path = `/hook/${number}`
            const answer = await agent.request({
              origin: receiver.origin,
              path,
              method: 'POST',
              body,
              headers,
            })
            await answer.body.dump()
          }
        }
        await Promise.all(Array.from({ length: subscriptions }, (_, index) => post(index + 1)))
        return { end: async () => undefined }
      })
    const delivered = async () => {
      for (let count = 0; count < eventsPerRound; count++)
        await bookSlot(quiet, slots.pop() as (typeof slots)[number])
      return await timed(async () => {
        const onError = (error: Error) => void process.stderr.write(`${error.message}\n`)
        const worker = startWorker({ deps, send: sender.send, sendMail: keepingMailer.send, onError })
        return { end: () => worker.stop() }
      })
    }
    const rates = await takeInTurn(rounds, { bare, delivered })

    const [stored] = await house.sql<{ delivered: number }>(
      "select count(*)::int as delivered from deliveries where state = 'delivered' and attempts = 1",
    )
    return [
      compared({
        name: `deliveries, ${subscriptions} healthy targets / bare undici POST`,
        values: rates.delivered,
        yardsticks: rates.bare,
        unit: 'per s',
        limit: { atLeast: 0.3 },
      }),
      measured({
        name: 'deliveries stored as delivered at the first attempt',
        value: ((stored?.delivered ?? 0) / ((rounds + 1) * perRound)) * 100,
        unit: '%',
        limit: { atLeast: 100 },
      }),
    ]
  } finally {
    await Promise.all([sender.close(), agent.close()])
    await receiver.close()
    await house.close()
  }
}

if (import.meta.main) await runAlone(benchDeliveries)
