/**
 * Loaded before a web process of the crash proof's control: turns it into a program that enqueues after commit, as many do.
 *
 * The proof has a trigger that keeps outbox rows out of the transaction of the booking. This notes which lifecycle events a
 * transaction stores and, a moment after it has committed, puts them into the outbox, as a queue client that batches would. The
 * moment is long, so that few kills are enough; a real one is shorter and loses less often, not nothing.
 */
import pg from 'pg'

const lateMs = 400

const outbox = new pg.Pool({
  connectionString: process.env.DATABASE_URL ?? '',
  options: '-c app.scope=system -c app.enqueues_late=on',
  max: 2,
})
outbox.on('error', () => undefined)
outbox.on('connect', (client) => client.on('error', () => undefined))

type Asked = string | { text?: string; values?: unknown[] }
const stored = new WeakMap<object, unknown[][]>()
const { query } = pg.Client.prototype as unknown as { query: (...call: unknown[]) => unknown }

function watched(this: object, ...call: unknown[]): unknown {
  const asked = call[0] as Asked
  const text = typeof asked === 'string' ? asked : (asked.text ?? '')
  const values = typeof asked === 'string' ? (call[1] as unknown[]) : asked.values
  if (text.includes('insert into "lifecycle_events"') && values)
    stored.set(this, [...(stored.get(this) ?? []), values.slice(0, 2)])
  const answer = query.apply(this, call)
  if (text === 'rollback') stored.delete(this)
  if (text === 'commit') {
    const events = stored.get(this) ?? []
    stored.delete(this)
    void (answer as Promise<unknown>).then(
      () => setTimeout(() => void enqueue(events), lateMs),
      () => undefined,
    )
  }
  return answer
}
pg.Client.prototype.query = watched as typeof pg.Client.prototype.query

async function enqueue(events: unknown[][]): Promise<void> {
  for (const event of events)
    await outbox
      .query('insert into unplanned_events (account_id, event_id) values ($1, $2)', event)
      .catch(() => undefined)
}
