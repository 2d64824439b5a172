import type { FastifyPluginAsync } from 'fastify'
import type { Deps } from '#domain/deps.ts'
import { tzReleasedOn, tzVersion, tzWarning } from '#kit/time.ts'

/** Asks what this process cannot do without; rejects or answers false when it is missing. */
export type HealthCheck = () => Promise<boolean>

/** `/live`: the process answers. `/ready`: it can serve. `/health`: both, with the versions in use. */
export const healthRoutes: FastifyPluginAsync<{ health: HealthCheck; clock: Deps['clock'] }> = async (
  app,
  { health, clock },
) => {
  const isReady = () => health().catch(() => false)
  app.get('/live', async () => ({ live: true }))
  app.get('/ready', async (_request, reply) => {
    const ready = await isReady()
    return reply.code(ready ? 200 : 503).send({ ready })
  })
  app.get('/health', async (_request, reply) => {
    const ready = await isReady()
    const warning = tzWarning(clock.now())
    return reply.code(ready ? 200 : 503).send({
      ready,
      node: process.versions.node,
      tz: tzVersion(),
      tzReleased: tzReleasedOn(tzVersion()) ?? null,
      warnings: warning ? [warning] : [],
    })
  })
}
