import pg from 'pg'
import { type Connection, poolConfig } from './db.ts'

const channel = 'hourwire_wake_up'

export interface WakeUps {
  /** Tells the workers of every process that there is something to do. Returns at once; only a hint. */
  send: () => void
  onWake(listener: () => void): void
  close(): Promise<void>
}

/** A server that says nothing for so long is not there. */
const connectMs = 5_000

/**
 * Wake-ups between processes by LISTEN and NOTIFY, on one connection of its own. In this process the listener is called directly.
 *
 * A lost wake-up costs nothing but time: workers poll behind it.
 */
export async function listenForWakeUps(
  connection: Connection,
  onError: (error: Error) => void,
  { reconnectMs = 1_000 } = {},
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
    const next = new pg.Client({ ...poolConfig(connection), connectionTimeoutMillis: connectMs })
    next.on('error', () => undefined)
    next.on('notification', ({ processId }) => {
      // Our own notification has woken this process already.
      if (processId !== (next as unknown as { processID: number }).processID) wakeAll()
    })
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
    } catch (error) {
      await next.end().catch(() => undefined)
      throw error
    }
    if (closed) return await next.end()
    // Only from here on: a connection that fails to open says that it ended, too, and would be tried anew twice.
    next.once('end', () => {
      client = undefined
      tryAnew()
    })
    client = next
    isAway = false
    wakeAll()
  }
  const tryAnew = () => {
    if (closed) return
    reconnect = setTimeout(() => void connect().catch(onFailure), reconnectMs)
  }
  let isAway = false
  /** An outage is told once, however long it lasts. */
  const onFailure = (error: Error) => {
    if (closed) return
    if (!isAway) onError(error)
    isAway = true
    tryAnew()
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
