import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Deps } from './engine/deps.ts'
import { startFlashes } from './engine/flash.ts'
import { startRunner } from './engine/runs.ts'
import { openStore } from './engine/store.ts'
import { startHost } from './host/host.ts'
import { buildApp } from './pages/build-app.ts'
import { startLive } from './pages/live.ts'

export interface SandboxOptions {
  /** Port to listen on; 0 takes a free one. */
  port: number
  host: string
  dataDir: string
  /** Address of the server that the integration talks to. */
  hourwireBaseUrl: string
  /** Path of the integration's definition. */
  integration?: string
  appTitle?: string
  now?: () => number
  /** Replaced in tests. */
  wait?: (ms: number) => Promise<void>
}

export interface Sandbox {
  /** Such as `http://localhost:4201`. */
  url: string
  close: () => Promise<void>
}

export const defaultIntegration = fileURLToPath(
  new URL('../integrations/zapier/src/index.ts', import.meta.url),
)

/**
 * Starts the Zap sandbox and resolves when it listens. `close` ends runs under way, the integration's process,
 * open pages and the database, in this order.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host: boundHost, dataDir, appTitle = 'Hourwire' } = options
  const store = openStore(dataDir)
  const host = startHost({
    integrationPath: path.resolve(options.integration ?? defaultIntegration),
    baseUrl: options.hourwireBaseUrl,
  })
  const live = startLive()
  const stopping = new AbortController()
  let url = ''
  const deps: Deps = {
    store,
    host,
    now: options.now ?? Date.now,
    url: () => url,
    dataDir,
    appTitle,
    wait:
      options.wait ??
      ((ms) => sleep(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)),
    stopping: stopping.signal,
    changed: live.changed,
  }
  const runner = startRunner(deps)
  const app = await buildApp({ deps, runner, flashes: startFlashes(), appTitle }, live, boundHost)

  const close = async () => {
    live.close()
    await app.close()
    stopping.abort()
    await host.close()
    await runner.idle()
    store.close()
  }

  try {
    await app.listen({ port: options.port, host: boundHost })
  } catch (error) {
    await close()
    throw error
  }
  const { port } = app.server.address() as { port: number }
  const isLocal = ['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::'].includes(boundHost)
  url = `http://${isLocal ? 'localhost' : boundHost}:${port}`
  return { url, close }
}
