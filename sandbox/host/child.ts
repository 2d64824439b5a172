/**
 * The child process: loads one integration and runs its methods when asked by IPC.
 *
 * It runs alone so that an integration that hangs, leaks or ends its process takes nothing else with it, and
 * so that it sees no environment but the three variables it was started with.
 */
import { pathToFileURL } from 'node:url'
import type { CallMessage, FromChild } from './protocol.ts'
import { censorOf, describeProblem, type Integration, runMethod } from './run-method.ts'

const path = process.argv[2] ?? ''

const tell = (message: FromChild) => {
  if (process.connected) process.send?.(message)
}

process.on('disconnect', () => process.exit(0))

async function load(): Promise<Integration> {
  const loaded = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  const app = loaded.default ?? loaded
  if (typeof app !== 'object' || app === null) throw new Error('Its default export is no integration.')
  return { app: app as Record<string, unknown>, path }
}

async function answer(integration: Integration, { id, method, bundle }: CallMessage): Promise<void> {
  try {
    const value = await runMethod(integration, {
      method,
      bundle,
      log: (line) => tell({ type: 'log', id, line }),
    })
    tell({ type: 'done', id, value })
  } catch (error) {
    tell({ type: 'failed', id, problem: describeProblem(error, censorOf(integration, bundle)) })
  }
}

try {
  const integration = await load()
  process.on('message', (message: CallMessage) => void answer(integration, message))
  tell({ type: 'ready' })
} catch (error) {
  tell({ type: 'load-failed', message: error instanceof Error ? error.message : String(error) })
}
