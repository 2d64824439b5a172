import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** How an app goes away, in milliseconds (ADR 20). */
export interface Stopping {
  /** `/ready` says no, and everything is still accepted and answered: so long a load balancer may take to notice. */
  announceMs: number
  /** Then nothing new is accepted. A connection that is kept open may bring one more request for so long, which is its last. */
  lingerMs: number
  /** Answers under way get so long from then on; what is left is cut. */
  limitMs: number
}

/** At once, but for answers under way: where nobody is there to see it. */
const atOnce: Stopping = { announceMs: 0, lingerMs: 0, limitMs: 10_000 }

/** A turn of the loop that took no longer than this met nobody who waits. */
const quietTurnMs = 5
/** One that never has a quiet turn is not waited for. */
const longestReadingMs = 2_000

/**
 * Waits until the process has seen what has come: callers that wait to be accepted, and requests that wait to be read. Closed before,
 * they would be cut although they came in time; a process that has much to do is a good while behind.
 */
async function allIsRead(): Promise<void> {
  const limit = performance.now() + longestReadingMs
  await nextTurn()
  for (let begun = performance.now(); begun < limit; begun = performance.now()) {
    // What is ready is read between two of these.
    await nextTurn()
    if (performance.now() - begun < quietTurnMs) return
  }
}

/**
 * Makes `app.close()` lose nobody's request. From the first moment every answer says `connection: close`, so that clients leave by
 * themselves; a connection is only closed under a client that has sent nothing for `lingerMs`.
 *
 * Node and Fastify alone would cut connections that are kept open while a request may be on its way, answer 503 to those that get
 * through, and wait up to 72 seconds for clients whose answer was under way.
 *
 * @returns whether the app is going away.
 */
export function stopsGently(app: FastifyInstance, stopping: Stopping = atOnce): () => boolean {
  const { announceMs, lingerMs, limitMs } = stopping
  const server = app.server as Server
  /** Requests under way on each open connection. */
  const connections = new Map<Socket, Set<ServerResponse>>()
  let isStopping = false

  server.on('connection', (socket: Socket) => {
    connections.set(socket, new Set())
    socket.once('close', () => connections.delete(socket))
  })
  // Before Fastify, which may answer at once.
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    const underWay = response.socket && connections.get(response.socket)
    underWay?.add(response)
    response.once('close', () => underWay?.delete(response))
    if (isStopping) response.shouldKeepAlive = false
  })

  const closeWhere = (isToClose: (underWay: Set<ServerResponse>) => boolean) => {
    for (const [socket, underWay] of connections) if (isToClose(underWay)) socket.destroySoon()
  }
  app.addHook('preClose', async () => {
    isStopping = true
    for (const underWay of connections.values())
      for (const response of underWay) response.shouldKeepAlive = false
    if (!server.listening) return
    await pause(announceMs)

    const closed = once(server, 'close')
    await allIsRead()
    // Not http's own `close`, which cuts every connection that is idle at this moment.
    NetServer.prototype.close.call(server)
    await Promise.race([closed, pause(lingerMs, undefined, { ref: false })])
    const isIdle = (underWay: Set<ServerResponse>) => underWay.size === 0
    const limit = pause(Math.max(0, limitMs - lingerMs), 'limit', { ref: false })
    // Again and again, for those whose answer had begun before, and so did not say that it is the last.
    for (let ended: unknown; ended === undefined; ended = await Promise.race([closed, limit, pause(50)])) {
      await allIsRead()
      closeWhere(isIdle)
    }
    for (const socket of connections.keys()) socket.destroy()
    await closed
  })
  return () => isStopping
}
