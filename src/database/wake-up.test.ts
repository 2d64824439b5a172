import { expect, onTestFinished, test } from 'vitest'
import { openDatabaseLink } from '../../tests/database-link.ts'
import { openHouse } from '../../tests/house.ts'
import { listenForWakeUps } from './wake-up.ts'

const listeners = `select count(*)::int as n from pg_stat_activity where datname = current_database() and query = 'listen hourwire_wake_up'`

test('while the database is away one connection is tried at a time; when it is back, wake-ups go on', async () => {
  const house = await openHouse()
  const link = await openDatabaseLink(house.connection)
  const complaints: Error[] = []
  const [one, other] = await Promise.all([
    listenForWakeUps(link.connection, (error) => void complaints.push(error), { reconnectMs: 20 }),
    listenForWakeUps(house.connection, (error) => void complaints.push(error)),
  ])
  onTestFinished(async () => {
    await Promise.all([one.close(), other.close()])
    link.end()
  })
  let woken = 0
  one.onWake(() => {
    woken += 1
  })

  link.refuseWith('57P03', 'the database system is starting up')
  const before = link.callers()
  const begun = performance.now()
  await expect.poll(() => link.callers() - before, { timeout: 10_000 }).toBeGreaterThanOrEqual(12)
  // Tries that doubled would be as many after four pauses.
  expect(performance.now() - begun).toBeGreaterThan(9 * 20)
  expect(complaints).toHaveLength(1)
  await link.open()
  await expect.poll(() => woken).toBe(1)
  expect(await house.sql(listeners)).toEqual([{ n: 2 }])

  other.send()
  await expect.poll(() => woken).toBe(2)
})
