import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { reservePort } from '#outside/reserve-port.ts'
import { openBenchServer } from './bench-house.ts'
import { countsOf, judgeHistory } from './judge-history.ts'
import { quantile } from './measurement.ts'
import { countBy, keepAliveAgent, readStored, setStage, startLoad, watchReadiness } from './open-loop.ts'
import { openRecorder } from './recorder.ts'
import { spawnProgram } from './web-processes.ts'

interface Rolling {
  restarts: number
  processes?: number
  drainSeconds?: number
  perSecond?: number
  /** The control: signal 9 in place of SIGTERM. */
  kills?: boolean
}

const readyLimitMs = 60_000
/** Between two restarts, so that each process also serves for a while. */
const betweenMs = 500

/**
 * The proof of "a rolling restart loses nothing": two processes with doors and worker on one PostgreSQL, 50 requests a second over kept
 * connections, and one process after the other is told to end (SIGTERM) and started anew on its port.
 *
 * What stands between them and the clients does what a load balancer does, and no more: it asks `/ready` of each ten times a second
 * (no answer within two seconds is a no) and sends requests to those in turn that said yes last (to all, when none did); a connection
 * that is refused, so that nothing was sent on it, it tries at the next process. Nothing else is repeated. Every answer but the one
 * that was asked for is a failure. The processes have `DRAIN_SECONDS=1`, as the operator guide says.
 */
export async function proveRolling({
  restarts,
  processes = 2,
  drainSeconds = 1,
  perSecond,
  kills = false,
}: Rolling) {
  const begun = performance.now()
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hourwire-rolling-'))
  const complaints: string[] = []
  const server = await openBenchServer()
  const target = await openRecorder({ holdMs: 40 })
  const ports = await freePorts(processes)
  const origins = ports.map((port) => `http://127.0.0.1:${port}`)
  const agents = ports.map(keepAliveAgent)
  const start = (number: number) =>
    spawnProgram(server.connection, dataDir, {
      role: 'all',
      port: ports[number] as number,
      drainSeconds,
      targets: target.origin,
      onComplaint: (line) => complaints.push(line),
    })
  const running: ReturnType<typeof start>[] = []
  try {
    const stage = await setStage(server.connection, target.origin)
    for (let number = 0; number < processes; number++) running.push(start(number))
    await Promise.all(running.map(({ ready }) => ready))
    const watch = watchReadiness(origins)
    const untilReady = async (number: number) => {
      const asked = performance.now()
      while (!watch.isReady(number)) {
        if (performance.now() - asked > readyLimitMs) throw new Error(`Process ${number} is not ready again`)
        await pause(20)
      }
    }
    await Promise.all(origins.map((_, number) => untilReady(number)))

    let turn = 0
    const balancer = {
      choose: () => {
        const inTurn = origins.map((_, place) => (turn + place) % processes)
        turn++
        const ready = inTurn.filter(watch.isReady)
        return (ready.length > 0 ? ready : inTurn).map((number) => ({
          process: number,
          origin: origins[number] as string,
          agent: agents[number] as (typeof agents)[number],
        }))
      },
    }
    const load = startLoad(stage, balancer, { repeats: false, perSecond })
    const exits: (number | string | null)[] = []
    const stopMs: number[] = []
    const backMs: number[] = []
    for (let restart = 0; restart < restarts; restart++) {
      const number = restart % processes
      const { child } = running[number] as ReturnType<typeof start>
      const told = performance.now()
      const exit = once(child, 'exit')
      child.kill(kills ? 'SIGKILL' : 'SIGTERM')
      const [code, signal] = await exit
      exits.push(code ?? signal)
      stopMs.push(performance.now() - told)
      const again = performance.now()
      running[number] = start(number)
      await running[number]?.ready
      backMs.push(performance.now() - again)
      await untilReady(number)
      await pause(betweenMs)
    }
    await load.end()
    await watch.end()
    const { stored, drainSeconds: drained } = await readStored(server.connection, stage.zaps, 60_000)
    const arrivals = await target.takeArrivals()
    const judged = judgeHistory({ asks: load.asks, stored, arrivals, mayFail: false })
    const wrongExits = kills ? 0 : exits.filter((code) => code !== 0).length
    return {
      name: kills ? 'rolling, with signal 9 (control)' : 'rolling',
      restarts,
      processes,
      drainSeconds,
      requests: load.asks.length,
      answers: countBy(
        load.asks.flatMap(({ tries }) => tries),
        ({ answer }) => String(answer),
      ),
      bookings: stored.bookings.length,
      deliveries: arrivals.length,
      ...countsOf(judged),
      failed: judged.wrongAnswers.length,
      examples: Object.values(judged).flatMap((of) => of.slice(0, 3)),
      exits: countBy(exits, String),
      differences: Object.values(judged).reduce((sum, of) => sum + of.length, 0) + wrongExits,
      stopMs: inRound(stopMs),
      startToServingMs: inRound(backMs),
      drainSecondsAtTheEnd: drained,
      seconds: Math.round((performance.now() - begun) / 1000),
      complaints: Object.entries(
        countBy(complaints, (line) => line.replace(/^\d{4}-\S+Z /, '').replace(/\d{3,}/g, '…')),
      )
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, 6),
    }
  } finally {
    await Promise.all(
      running.map(async ({ child }) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const exit = once(child, 'exit')
        child.kill('SIGKILL')
        await exit
      }),
    )
    for (const agent of agents) agent.destroy()
    await target.close()
    await server.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Ports that are free now, and are left to the processes. */
async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(
    Array.from({ length: count }, () => reservePort({ host: '127.0.0.1', port: 0 })),
  )
  await Promise.all(held.map(({ release }) => release()))
  return held.map(({ port }) => port)
}

const inRound = (times: number[]) => ({
  p50: Math.round(quantile(times, 0.5)),
  p99: Math.round(quantile(times, 0.99)),
  most: Math.round(Math.max(...times)),
})
