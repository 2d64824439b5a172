import { createServer } from 'node:http'
import { createConnection } from 'node:net'
import { expect, test } from 'vitest'
import { reservePort } from './reserve-port.ts'

test('a port in use is said in a sentence, and port 0 becomes a real one', async () => {
  const held = await reservePort({ host: '127.0.0.1', port: 0 })
  expect(held.port).toBeGreaterThan(0)
  await expect(reservePort({ host: '127.0.0.1', port: held.port })).rejects.toThrow(/Port \d+ is in use/)
  await held.release()
})

test('callers that come too early wait, and are answered by the server that comes', async () => {
  const held = await reservePort({ host: '127.0.0.1', port: 0 })
  const early = fetch(`http://127.0.0.1:${held.port}/`, { headers: { connection: 'close' } })
  const silent = createConnection({ host: '127.0.0.1', port: held.port }).on('error', () => undefined)
  await new Promise((resolve) => silent.once('connect', resolve))
  await held.release()

  const server = createServer((_request, response) => response.end('here'))
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: held.port }, resolve))
  held.handOver(server)
  expect(await (await early).text()).toBe('here')
  silent.destroy()
  await new Promise((resolve) => server.close(resolve))
})
