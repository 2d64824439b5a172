import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
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
    // Not http's own `close`, which cuts every connection that is idle at this moment.
    NetServer.prototype.close.call(server)
    await Promise.race([closed, pause(lingerMs, undefined, { ref: false })])
    const isIdle = (underWay: Set<ServerResponse>) => underWay.size === 0
    closeWhere(isIdle)
    // Those whose answer had begun before, and so did not say that it is the last.
    const sweeping = setInterval(() => closeWhere(isIdle), 50)
    await Promise.race([closed, pause(Math.max(0, limitMs - lingerMs), undefined, { ref: false })])
    clearInterval(sweeping)
    for (const socket of connections.keys()) socket.destroy()
    await closed
  })
  return () => isStopping
}
