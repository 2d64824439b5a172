import { createServer, type Server, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * Takes the port before anything else is started, so that a port in use is said at once, and port 0 is known before links are made
 * of it. `release` just before listening.
 *
 * Whoever calls already (a health check, a waiting browser tab) waits, unread, and is handed to the server that comes: cut off, a
 * client could not know whether its request was seen.
 *
 * @throws Error with a sentence when the port cannot be had.
 */
export async function reservePort({
  host,
  port,
}: {
  host: string
  port: number
}): Promise<{ port: number; release(): Promise<void>; handOver(server: Server): void }> {
  const early = new Set<Socket>()
  const holder = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, (socket) => {
    early.add(socket)
    socket.on('error', () => early.delete(socket)).once('close', () => early.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    holder.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(portInWords(error, { host, port }))),
    )
    holder.listen({ host, port, exclusive: true }, resolve)
  })
  const address = holder.address()
  if (address === null || typeof address === 'string') throw new Error('A network port was expected')
  return {
    port: address.port,
    // The port is free at once; that the holder says "closed" only when its callers are gone is no matter.
    release: async () => {
      holder.close()
      await nextTurn()
    },
    handOver: (server) => {
      for (const socket of early) {
        server.emit('connection', socket)
        socket.resume()
      }
      early.clear()
    },
  }
}

function portInWords(
  { code, message }: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use. Choose another one, for example: PORT=${port + 10} npm start`
  if (code === 'EACCES')
    return `Port ${port} may not be used by this user. Choose one above 1023, for example: PORT=4200 npm start`
  if (code === 'EADDRNOTAVAIL')
    return `This machine has no address ${host}. Set HOST to one it has, or to 0.0.0.0 for all.`
  return `Could not listen on ${host}:${port}: ${message}`
}
