import pg from 'pg'
import { type Connection, poolConfig } from './db.ts'

const channel = 'hourwire_wake_up'

export interface WakeUps {
  /** Tells the workers of every process that there is something to do. Returns at once; only a hint. */
  send: () => void
  onWake(listener: () => void): void
  close(): Promise<void>
}

const reconnectMs = 1_000

/**
 * Wake-ups between processes by LISTEN and NOTIFY, on one connection of its own. In this process the listener is called directly.
 *
 * A lost wake-up costs nothing but time: workers poll behind it.
 */
export async function listenForWakeUps(
  connection: Connection,
  onError: (error: Error) => void,
): Promise<WakeUps> {
  const listeners = new Set<() => void>()
  const wakeAll = () => {
    for (const listener of listeners) listener()
  }
  let client: pg.Client | undefined
  let closed = false
  let reconnect: NodeJS.Timeout | undefined
  let isNotifying = false
  let notifyAgain = false

  const connect = async () => {
    const next = new pg.Client(poolConfig(connection))
    next.on('error', () => undefined)
    next.once('end', () => {
      if (closed) return
      client = undefined
      reconnect = setTimeout(() => void connect().catch(retry), reconnectMs)
    })
    next.on('notification', ({ processId }) => {
      // Our own notification has woken this process already.
      if (processId !== (next as unknown as { processID: number }).processID) wakeAll()
    })
    await next.connect()
    await next.query(`listen ${channel}`)
    client = next
    wakeAll()
  }
  const retry = (error: Error) => {
    if (closed) return
    onError(error)
    reconnect = setTimeout(() => void connect().catch(retry), reconnectMs)
  }
  /** One notification on the way at a time: what happens meanwhile needs just one more. */
  const notify = () => {
    if (!client) return
    if (isNotifying) {
      notifyAgain = true
      return
    }
    isNotifying = true
    void client
      .query(`notify ${channel}`)
      .catch(() => undefined)
      .finally(() => {
        isNotifying = false
        if (!notifyAgain) return
        notifyAgain = false
        notify()
      })
  }
  await connect()
  return {
    send: () => {
      wakeAll()
      notify()
    },
    onWake: (listener) => void listeners.add(listener),
    close: async () => {
      closed = true
      clearTimeout(reconnect)
      await client?.end()
    },
  }
}
