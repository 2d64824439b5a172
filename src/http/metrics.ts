import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { metricsContentType } from '#kit/metrics.ts'
import { sendProblem } from './problems.ts'

export interface MetricsDoor {
  /** Everything that is counted, as text. */
  render(): Promise<string>
  /** Who has it may ask from anywhere. Without one only this machine may. */
  token: string | undefined
}

/** `/metrics`: numbers about the whole installation for its operator, so only for who may have them; to all others there is nothing. */
export const metricsRoutes: FastifyPluginAsync<MetricsDoor> = async (app, { render, token }) => {
  app.get('/metrics', async (request, reply) => {
    if (token === undefined ? !isFromThisMachine(request) : !isBearerOf(token, request)) {
      if (token !== undefined) reply.header('www-authenticate', 'Bearer')
      return token === undefined
        ? sendProblem(reply, { code: 'not-found' })
        : reply
            .code(401)
            .type('text/plain; charset=utf-8')
            .send('Send the token of METRICS_TOKEN as a Bearer token.\n')
    }
    return reply
      .header('cache-control', 'no-store')
      .type(metricsContentType)
      .send(await render())
  })
}

/** A proxy on this machine says by these headers that it asks for somebody else. */
const forwarding = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]

function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  if (forwarding.some((name) => headers[name] !== undefined)) return false
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}

const digest = (text: string) => createHash('sha256').update(text).digest()

function isBearerOf(token: string, { headers }: FastifyRequest): boolean {
  const given = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}
