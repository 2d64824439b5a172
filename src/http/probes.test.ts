import type { FastifyInstance } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { offsetOf } from '#kit/time.ts'
import { type House, openHouse } from '../../tests/house.ts'
import { buildProbeApp } from './build-app.ts'
import type { Probes } from './health.ts'
import { createProbes, type ProbeOptions } from './probes.ts'

async function openDoor(house: House, probes: Probes): Promise<FastifyInstance> {
  const app = await buildProbeApp({ deps: house, probes, logLevel: 'silent' })
  onTestFinished(() => app.close())
  return app
}

/** A house with a clock that moves on at each look, so that nothing is kept from the look before. */
async function openWatched(more: Partial<ProbeOptions> = {}) {
  const house = await openHouse()
  const account = await house.anAccount()
  let elapsed = 0
  const probes = createProbes({
    database: house.database,
    elapsed: () => {
      elapsed += 10_000
      return elapsed
    },
    ...more,
  })
  const app = await openDoor(house, probes)
  const ready = async () => {
    const answer = await app.inject('/ready')
    return { status: answer.statusCode, ...answer.json<{ ready: boolean; checks: Record<string, string> }>() }
  }
  return { house, ...account, app, ready }
}

const allWell = { database: 'ok', migrations: 'ok', outbox: 'ok', timeZones: 'ok' }

describe('/ready', () => {
  test('all is well: 200, and each check by name', async () => {
    const { ready, app } = await openWatched({ dataDir: '/', freeShareOf: async () => 0.05 })
    expect(await ready()).toEqual({ status: 200, ready: true, checks: { ...allWell, disk: 'ok' } })
    const health = await app.inject('/health')
    expect(health.statusCode).toBe(200)
    expect(Object.keys(health.json())).toEqual(['ready', 'node', 'tz', 'tzReleased', 'warnings'])
  })

  test('an event that waits over a minute turns it, and planning it turns it back', async () => {
    const { house, page, ready } = await openWatched()
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    expect(await ready()).toMatchObject({ status: 200, checks: allWell })
    await house.sql("update unplanned_events set recorded_at = now() - interval '61 seconds'")
    const late = await ready()
    expect(late).toMatchObject({
      status: 503,
      ready: false,
      checks: { ...allWell, outbox: expect.any(String) },
    })
    expect(late.checks.outbox).toMatch(
      /^\d+ events wait to be planned, the oldest for 6\d seconds: is a worker/,
    )
    await house.deliverAll()
    expect(await ready()).toMatchObject({ status: 200 })
  })

  test('a migration that the database lacks turns it, and is named; one it has from a newer program does not', async () => {
    const { house, ready } = await openWatched()
    await house.sql("insert into kysely_migration (name, timestamp) values ('9999-newer', '2026-01-01')")
    expect(await ready()).toMatchObject({ status: 200 })
    await house.sql("delete from kysely_migration where name = '0003-mail'")
    expect(await ready()).toMatchObject({
      status: 503,
      checks: { ...allWell, migrations: '0003-mail not applied: start Hourwire anew' },
    })
  })

  test('time-zone data of no known version, or with wrong offsets, turns it', async () => {
    let version = '2026c'
    let wrong = ''
    const { ready } = await openWatched({
      zones: {
        version: () => version,
        offsetOf: (at, zone) => (zone === wrong ? '+00:00' : offsetOf(at, zone)),
      },
    })
    expect(await ready()).toMatchObject({ status: 200 })
    version = 'unknown'
    expect(await ready()).toMatchObject({
      status: 503,
      checks: { ...allWell, timeZones: 'the version of the time-zone data is unknown' },
    })
    version = '2026c'
    wrong = 'Asia/Kathmandu'
    expect(await ready()).toMatchObject({
      status: 503,
      checks: { ...allWell, timeZones: expect.any(String) },
    })
  })

  test('a disk with less than a twentieth free turns it', async () => {
    let free = 0.049
    const { ready } = await openWatched({ dataDir: '/', freeShareOf: async () => free })
    expect(await ready()).toMatchObject({ status: 503, checks: { ...allWell, disk: expect.any(String) } })
    free = 0.2
    expect(await ready()).toMatchObject({ status: 200 })
  })

  test('a database that is gone turns it, and the process still lives', async () => {
    const { house, ready, app } = await openWatched()
    await house.database.close()
    const lost = await ready()
    expect(lost).toMatchObject({ status: 503, checks: { timeZones: 'ok', database: 'could not be checked' } })
    expect((await app.inject('/live')).json()).toEqual({ live: true })
    expect((await app.inject('/health')).statusCode).toBe(503)
  })

  test('a check that hangs fails in time, so that who asks is not held up', async () => {
    const house = await openHouse()
    const app = await openDoor(house, { slow: () => new Promise(() => undefined) })
    const answer = await app.inject('/ready')
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { ready: false, checks: { slow: 'gave no answer in time' } },
    ])
  })
})
