/**
 * The Zap sandbox as a process of its own: `node sandbox/main.ts`.
 *
 * Prints one line when it listens (and tells its parent, if there is one), and ends by itself when its parent
 * is gone.
 */
import path from 'node:path'
import { startSandbox } from './sandbox.ts'

const { env } = process

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  console.error(`SANDBOX_PORT is "${text}", which is no port number.`)
  process.exit(1)
}

try {
  const sandbox = await startSandbox({
    port: portOf(env.SANDBOX_PORT ?? '4201'),
    host: env.SANDBOX_HOST ?? '127.0.0.1',
    dataDir: path.resolve(env.SANDBOX_DATA_DIR ?? 'data/sandbox'),
    hourwireBaseUrl: env.HOURWIRE_BASE_URL ?? 'http://localhost:4200',
    ...(env.INTEGRATION ? { integration: env.INTEGRATION } : {}),
  })
  const stop = () => {
    // A second signal, or a part that does not end, must not keep the process.
    setTimeout(() => process.exit(1), 5_000).unref()
    void sandbox.close().then(() => process.exit(0))
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  process.once('disconnect', stop)
  console.log(`sandbox ready ${sandbox.url}`)
  process.send?.({ ready: sandbox.url })
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  console.error(
    code === 'EADDRINUSE'
      ? `The Zap sandbox cannot start: port ${env.SANDBOX_PORT ?? '4201'} is taken.`
      : `The Zap sandbox cannot start: ${message}`,
  )
  process.exit(1)
}
