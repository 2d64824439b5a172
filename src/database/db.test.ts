import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { isDatabaseAway, isOutcomeUnknown } from '#database/database-away.ts'
import {
  inAccount,
  inStep,
  inSystem,
  isOneOf,
  openDatabase,
  type ServingLimits,
  within,
} from '#database/db.ts'
import { ok, refuse } from '#kit/result.ts'
import { openDatabaseLink } from '../../tests/database-link.ts'
import { type House, openHouse } from '../../tests/house.ts'

const one = sql<{ one: number }>`select 1 as one`

/** A database of the house's behind a way that can be cut. */
async function openLinked(house: House, more: { poolSize?: number; limits?: Partial<ServingLimits> } = {}) {
  const link = await openDatabaseLink(house.connection)
  const database = openDatabase({ connection: link.connection, asServingRole: true, ...more })
  onTestFinished(async () => {
    await database.close()
    link.end()
  })
  return { link, database }
}

const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: Error) => error,
  )

test('a connection that the server cuts between two statements fails its transaction, not the program', async () => {
  const house = await openHouse()
  const work = inSystem(house.database, async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    // Comes back when that process is gone; the second question gives its last words time to be read.
    await house.sql('select pg_terminate_backend($1, 10000)', [rows[0]?.pid])
    await house.sql('select 1')
    await sql`select 1`.execute(tx)
  })
  const error = await thrownBy(work)
  expect([isDatabaseAway(error), isOutcomeUnknown(error)]).toEqual([true, false])
  expect((await one.execute(house.database.system)).rows).toEqual([{ one: 1 }])
})

test.each([
  ['before', []],
  ['after', [{ name: 'Anew' }]],
] as const)(
  'a connection cut in COMMIT, %s the server has it: the outcome is unknown',
  async (when, stored) => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const { link, database } = await openLinked(house)
    link.cutAt('commit', when)
    const error = await thrownBy(
      inAccount(database, ana.accountId, (tx) =>
        tx.updateTable('accounts').set({ name: 'Anew' }).where('account_id', '=', ana.accountId).execute(),
      ),
    )
    expect([isDatabaseAway(error), isOutcomeUnknown(error)]).toEqual([true, true])
    expect(await house.sql(`select name from accounts where name = 'Anew'`)).toEqual(stored)
    expect((await one.execute(database.system)).rows).toEqual([{ one: 1 }])
  },
)

test('a failure that the work swallowed is not committed, and not taken for it', async () => {
  const house = await openHouse()
  const { ana } = await house.anAccount()
  const work = inAccount(house.database, ana.accountId, async (tx) => {
    await tx.updateTable('accounts').set({ name: 'Anew' }).execute()
    await sql`select 1 / 0`.execute(tx).catch(() => undefined)
  })
  await expect(work).rejects.toThrow('nothing was committed')
  expect(await house.sql(`select name from accounts where name = 'Anew'`)).toEqual([])
})

test('a step that is refused is undone as a whole, also after one within it that failed; what was before stays', async () => {
  const house = await openHouse()
  const { ana } = await house.anAccount()
  const named = () => house.sql('select name from accounts')
  await inAccount(house.database, ana.accountId, async (tx) => {
    const rename = (name: string) => tx.updateTable('accounts').set({ name }).execute()
    await rename('Before')
    const refused = await inAccount(
      within(house.database, ana.accountId, tx),
      ana.accountId,
      async (step) => {
        await rename('Refused')
        expect(await inStep(step, () => sql`select 1 / 0`.execute(step))).toBeInstanceOf(Error)
        return refuse({ code: 'no' })
      },
    )
    expect(refused).toMatchObject({ ok: false })
    return ok(null)
  })
  expect(await named()).toEqual([{ name: 'Before' }])
})

test('a server that closes, starts up or has no connection left: away at once, and back by itself', async () => {
  const house = await openHouse()
  const { link, database } = await openLinked(house)
  for (const goAway of [
    () => link.close(),
    () => link.refuseWith('57P03', 'the database system is starting up'),
    () => link.refuseWith('53300', 'sorry, too many clients already'),
  ]) {
    await one.execute(database.system)
    goAway()
    // The first may find a connection that is just being cut.
    for (let ask = 0; ask < 3; ask++)
      expect(isDatabaseAway(await thrownBy(one.execute(database.system)))).toBe(true)
    await link.open()
    expect((await one.execute(database.system)).rows).toEqual([{ one: 1 }])
  }
})

test('nobody waits for ever: for a server that stands still, or for a connection that others hold', async () => {
  const house = await openHouse()
  const { link, database } = await openLinked(house, {
    poolSize: 1,
    limits: { acquireMs: 400, silenceMs: 300 },
  })
  await one.execute(database.scoped)
  link.hold()
  const asked = performance.now()
  const [silent, waiting] = await Promise.all([
    thrownBy(one.execute(database.scoped)),
    thrownBy(one.execute(database.scoped)),
  ])
  expect([isDatabaseAway(silent), isDatabaseAway(waiting)]).toEqual([true, true])
  expect(performance.now() - asked).toBeLessThan(5_000)
  await link.open()
  await expect
    .poll(() =>
      one.execute(database.scoped).then(
        ({ rows }) => rows,
        () => [],
      ),
    )
    .toEqual([{ one: 1 }])
})

test('a connection that is only idle is not given up', async () => {
  const house = await openHouse()
  const { database } = await openLinked(house, { limits: { silenceMs: 50 } })
  const pid = sql<{ pid: number }>`select pg_backend_pid() as pid`
  const before = (await pid.execute(database.system)).rows
  await house.sql('select pg_sleep(0.2)')
  expect((await pid.execute(database.system)).rows).toEqual(before)
})

test('a statement that waits for too long is ended by the server, and its connection goes on', async () => {
  const house = await openHouse()
  const { database } = await openLinked(house, { limits: { statementMs: 50 } })
  const error = await thrownBy(sql`select pg_sleep(30)`.execute(database.system))
  expect(isDatabaseAway(error)).toBe(true)
  expect((await one.execute(database.system)).rows).toEqual([{ one: 1 }])
})

test('a list of any length asks by one statement, and none is one of no list', async () => {
  const house = await openHouse()
  const { ana } = await house.anAccount()
  const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Lind' })
  const asked = (ids: string[], names: string[] = ['Ana Martin', 'Bo Lind', "O'Neil, \\ {a}"]) =>
    house.database.system
      .selectFrom('users')
      .select('users.name')
      .where(isOneOf('users.id', ids))
      .where(isOneOf('name', names, 'text'))
      .orderBy('name')
  const namesOf = async (...lists: Parameters<typeof asked>) =>
    (await asked(...lists).execute()).map(({ name }) => name)
  expect(await namesOf([ana.id, bo.id])).toEqual(['Ana Martin', 'Bo Lind'])
  expect(await namesOf([bo.id])).toEqual(['Bo Lind'])
  expect(await namesOf([ana.id, bo.id], ["O'Neil, \\ {a}"])).toEqual([])
  expect(await namesOf([])).toEqual([])
  expect(new Set([[], [bo.id], [ana.id, bo.id]].map((ids) => asked(ids).compile().sql)).size).toBe(1)
})
