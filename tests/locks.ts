import pg from 'pg'
import { onTestFinished, vi } from 'vitest'
import { poolConfig } from '#database/db.ts'
import type { House } from './house.ts'

/** Somebody else's transaction that holds what `statement` locks, until it is released: the way to stop a verb in the middle. */
export async function holdRows(house: House, statement: string): Promise<() => Promise<void>> {
  const client = new pg.Client(poolConfig(house.connection, { 'app.scope': 'system' }))
  await client.connect()
  let isOpen = true
  const release = async () => {
    if (isOpen) await client.query('commit').finally(() => client.end())
    isOpen = false
  }
  onTestFinished(release)
  await client.query('begin')
  await client.query(statement)
  return release
}

/** Until so many statements wait for a lock. */
export const untilWaiting = (house: House, count: number): Promise<void> =>
  vi.waitFor(
    async () => {
      const [row] = await house.sql<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      if (row?.n !== count) throw new Error(`${row?.n} statements wait for a lock, not ${count}`)
    },
    { timeout: 10_000 },
  )
