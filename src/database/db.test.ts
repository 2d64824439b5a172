import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { inSystem } from '#database/db.ts'
import { openHouse } from '../../tests/house.ts'

test('a connection that the server cuts between two statements fails its transaction, not the program', async () => {
  const house = await openHouse()
  const work = inSystem(house.database, async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    // Comes back when that process is gone; the second question gives its last words time to be read.
    await house.sql('select pg_terminate_backend($1, 10000)', [rows[0]?.pid])
    await house.sql('select 1')
    await sql`select 1`.execute(tx)
  })
  await expect(work).rejects.toThrow()
  expect((await sql`select 1 as one`.execute(house.database.system)).rows).toEqual([{ one: 1 }])
})
