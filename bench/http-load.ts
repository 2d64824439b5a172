import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Pool } from 'undici'

interface Load {
  origin: string
  path: string
  headers: Record<string, string>
  connections: number
  /** Ends after so long, or after so many requests. */
  until: { ms: number } | { requests: number }
}

interface Answer {
  requests: number
  elapsedMs: number
}

export interface LoadClient {
  /** Asks over kept connections, each with one request under way. Rejects when an answer is not 200. */
  ask(load: Load): Promise<Answer>
  close(): Promise<void>
}

/** A client in a process of its own: the CPU and the event loop of the server are the server's alone. */
export async function openLoadClient(): Promise<LoadClient> {
  const child = fork(import.meta.filename, ['client'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  await once(child, 'message')
  return {
    ask: async (load) => {
      child.send(load)
      const ended = new AbortController()
      const [answer] = (await Promise.race([
        once(child, 'message', { signal: ended.signal }),
        once(child, 'exit', { signal: ended.signal }).then(() => [{ failure: 'the load client ended' }]),
      ])) as [Answer | { failure: string }]
      ended.abort()
      if ('failure' in answer) throw new Error(answer.failure)
      return answer
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

async function answerLoad(pools: Map<string, Pool>, load: Load): Promise<Answer> {
  const { origin, path, headers, connections, until } = load
  const name = `${origin} ${connections}`
  const pool = pools.get(name) ?? new Pool(origin, { connections, pipelining: 1 })
  pools.set(name, pool)
  const begun = performance.now()
  let asked = 0
  const goesOn = () => ('ms' in until ? performance.now() - begun < until.ms : asked < until.requests)
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (goesOn()) {
        asked++
        const { statusCode, body } = await pool.request({ path, method: 'GET', headers })
        await body.dump()
        if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`)
      }
    }),
  )
  return { requests: asked, elapsedMs: performance.now() - begun }
}

if (import.meta.main && process.argv[2] === 'client') {
  const pools = new Map<string, Pool>()
  process.on('message', (load: Load) => {
    answerLoad(pools, load).then(
      (answer) => process.send?.(answer),
      (error: Error) => process.send?.({ failure: error.message }),
    )
  })
  // The bench that started us has ended, in whatever way.
  process.on('disconnect', () => process.exit(0))
  process.send?.('ready')
}
