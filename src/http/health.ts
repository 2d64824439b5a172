import type { FastifyPluginAsync } from 'fastify'
import type { Deps } from '#domain/deps.ts'
import { tzReleasedOn, tzVersion, tzWarning } from '#kit/time.ts'

/** Looks at one thing that this process cannot do without: undefined when all is well, else a sentence for the operator. */
export type Probe = () => Promise<string | undefined>

/** By the name under which `/ready` shows them. */
export type Probes = Record<string, Probe>

/** A probe that takes longer than this has failed: who asks waits no longer either. */
const longestProbeMs = 1_500

/** `/live`: the process answers. `/ready`: it can serve, and if not, why. `/health`: both, with the versions in use. */
export const healthRoutes: FastifyPluginAsync<{
  probes: Probes
  clock: Deps['clock']
  /** A process that is being stopped wants no new traffic, however well it is. */
  isStopping: () => boolean
}> = async (app, { probes: ofProcess, clock, isStopping }) => {
  const probes = () => (isStopping() ? { ...ofProcess, process: async () => 'is being stopped' } : ofProcess)
  app.get('/live', async () => ({ live: true }))
  app.get('/ready', async (_request, reply) => {
    const checks = await askAll(probes())
    const ready = isReady(checks)
    return reply.code(ready ? 200 : 503).send({ ready, checks })
  })
  app.get('/health', async (_request, reply) => {
    const ready = isReady(await askAll(probes()))
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

const isReady = (checks: Record<string, string>) => Object.values(checks).every((words) => words === 'ok')

async function askAll(probes: Probes): Promise<Record<string, string>> {
  const asked = Object.entries(probes).map(async ([name, probe]) => [name, (await askInTime(probe)) ?? 'ok'])
  return Object.fromEntries(await Promise.all(asked))
}

async function askInTime(probe: Probe): Promise<string | undefined> {
  const late = Promise.withResolvers<string>()
  const timer = setTimeout(late.resolve, longestProbeMs, 'gave no answer in time')
  // What went wrong is said in the log: its words may name hosts and users.
  const answer = probe().catch(() => 'could not be checked')
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
