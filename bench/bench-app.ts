import type { FastifyInstance } from 'fastify'
import type { ServerBuild } from 'react-router'
import type { ApiLimits } from '#http/api/limits.ts'
import { buildApp } from '#http/build-app.ts'
import { createSignIn } from '#http/sign-in.ts'
import type { BenchHouse } from './bench-house.ts'

export interface BenchApp {
  origin: string
  close(): Promise<void>
}

/** The program's HTTP server on a free port, with one route more: `/empty`, which answers `{}`. */
export async function openBenchApp(
  house: BenchHouse,
  pages?: { build: ServerBuild; clientFolder: string },
  { trustProxy = false, api }: { trustProxy?: boolean; api?: ApiLimits } = {},
): Promise<BenchApp> {
  const signIn = createSignIn(house.deps, {
    connection: house.connection,
    asServingRole: house.hasServingRole,
    onError: () => undefined,
  })
  let app: FastifyInstance | undefined
  const close = async () => {
    await app?.close()
    await signIn.close()
  }
  try {
    app = await buildApp({
      deps: house.deps,
      signIn,
      refusalOfTarget: () => undefined,
      probes: {},
      sandboxUrl: undefined,
      pages,
      trustProxy,
      ...(api ? { api: { limits: api } } : {}),
      logLevel: 'silent',
    })
    app.get('/empty', async () => ({}))
    return { origin: await app.listen({ host: '127.0.0.1', port: 0 }), close }
  } catch (error) {
    await close()
    throw error
  }
}
