import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { Connection } from '#database/db.ts'

/** A way to the database that can be cut, closed or held, as a server that restarts, or stands still, does it to us. */
export interface DatabaseLink {
  connection: Connection
  /** Cuts what is open, and refuses what comes. */
  close(): void
  /** Cuts what is open, and answers what comes with this error (SQLSTATE and words), as a server that is up but takes nobody. */
  refuseWith(code: string, message: string): void
  /** Nothing goes through any more, and nothing is cut. */
  hold(): void
  open(): Promise<void>
  /**
   * Cuts the next connection that sends this text, once it has sent `afterText`: `before` the server has it, or `after`, when it
   * has answered.
   */
  cutAt(text: string, when: 'before' | 'after', more?: { afterText: string }): void
  /** How many connections were made so far, refused ones included. */
  callers(): number
  end(): void
}

export async function openDatabaseLink(to: Connection): Promise<DatabaseLink> {
  if ('url' in to) throw new Error('The link goes to a server on a unix socket')
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hourwire-link-'))
  const socketOf = (host: string) => `${host}/.s.PGSQL.${to.port}`
  const sockets = new Set<Socket>()
  let isHeld = false
  let callers = 0
  let refusal: Buffer | undefined
  let cut: { text: string; when: 'before' | 'after'; afterText: string } | undefined

  const server = createServer((client) => {
    callers += 1
    sockets.add(client)
    client.on('error', () => undefined).once('close', () => sockets.delete(client))
    const answer = refusal
    if (answer) return void client.once('data', () => client.end(answer))
    const behind = connect(socketOf(to.host))
    behind.on('error', () => client.destroy()).once('close', () => client.destroy())
    client.once('close', () => behind.destroy())
    let cutsAtAnswer = false
    let hasSent = ''
    client.on('data', (part: Buffer) => {
      if (isHeld) return
      if (cut && part.includes(cut.afterText)) hasSent = cut.afterText
      if (cut && hasSent === cut.afterText && part.includes(cut.text)) {
        if (cut.when === 'before') {
          cut = undefined
          return void client.destroy()
        }
        cut = undefined
        cutsAtAnswer = true
      }
      behind.write(part)
    })
    behind.on('data', (part: Buffer) => {
      if (cutsAtAnswer) client.destroy()
      else if (!isHeld) client.write(part)
    })
  })
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const open = async () => {
    isHeld = false
    refusal = undefined
    if (server.listening) return
    server.listen(socketOf(folder))
    await once(server, 'listening')
  }
  const close = () => {
    server.close()
    cutAll()
  }
  await open()
  return {
    connection: { ...to, host: folder },
    open,
    close,
    refuseWith: (code, message) => {
      refusal = errorResponse(code, message)
      cutAll()
    },
    hold: () => {
      isHeld = true
    },
    cutAt: (text, when, { afterText } = { afterText: '' }) => {
      cut = { text, when, afterText }
    },
    callers: () => callers,
    end: () => {
      close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** ErrorResponse of PostgreSQL's frontend/backend protocol, section "Message Formats". */
export function errorResponse(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const head = Buffer.from('E\0\0\0\0')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}
