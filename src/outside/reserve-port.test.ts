import { createConnection, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { reservePort } from './reserve-port.ts'

test('a port in use is said in a sentence, and port 0 becomes a real one', async () => {
  const held = await reservePort({ host: '127.0.0.1', port: 0 })
  expect(held.port).toBeGreaterThan(0)
  await expect(reservePort({ host: '127.0.0.1', port: held.port })).rejects.toThrow(/Port \d+ is in use/)
  await held.release()
})

test('callers that come too early do not keep the port from being released', async () => {
  const held = await reservePort({ host: '127.0.0.1', port: 0 })
  const early = createConnection({ host: '127.0.0.1', port: held.port }).on('error', () => undefined)
  await new Promise((resolve) => early.once('connect', resolve))
  await held.release()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: held.port }, resolve))
  await new Promise((resolve) => server.close(resolve))
  early.destroy()
})
