import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

/**
 * Server-sent events that say only "something changed"; open pages then fetch their own parts again. Several
 * changes in one turn make one message.
 */
export function startLive() {
  const open = new Set<ServerResponse>()
  let isDue = false

  const changed = () => {
    if (isDue) return
    isDue = true
    setImmediate(() => {
      isDue = false
      for (const response of open) response.write('data: changed\n\n')
    })
  }

  const routes = (app: FastifyInstance) => {
    app.get('/events', (_request, reply) => {
      reply.hijack()
      const response = reply.raw
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write('retry: 500\n\n')
      open.add(response)
      response.on('close', () => open.delete(response))
    })
  }

  const close = () => {
    for (const response of open) response.end()
    open.clear()
  }

  return { changed, routes, close }
}

export type Live = ReturnType<typeof startLive>
