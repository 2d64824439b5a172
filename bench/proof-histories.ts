import type { User } from '#domain/accounts/user.ts'
import {
  findBreaches,
  type HistoryHouse,
  runHistory,
} from '../src/domain/bookings/random-history.test-support.ts'
import { addOwners, openBenchServerWithHouse } from './bench-house.ts'

/**
 * The proof of the lifecycle: random histories of everything that can happen to bookings, several changes at once; afterwards
 * each stored booking is replayed by its events alone. A breach is a difference.
 */
export async function proveHistories({ cases, firstSeed = 1 }: { cases: number; firstSeed?: number }) {
  const house = await openBenchServerWithHouse({ hasty: true })
  try {
    const begun = performance.now()
    let now = Temporal.Instant.from('2026-11-23T08:00:00Z')
    const deps = { ...house.deps, clock: { now: () => now }, wakeWorker: () => undefined }
    const [bens, onRequest] = await addOwners({ ...house, deps }, 2)
    if (!bens || !onRequest) throw new Error('No pages')
    await house.sql(`update users set role = 'administrator'`)
    await house.sql(`update booking_pages set zone = 'Europe/Berlin'`)
    await house.sql(
      `insert into booking_page_event_types select account_id, $1, id from event_types on conflict do nothing`,
      [bens.id],
    )
    await house.sql(
      `insert into booking_page_event_types select account_id, $1, id from event_types on conflict do nothing`,
      [onRequest.id],
    )
    await house.sql(
      `update booking_pages set owner_id = $2, scheduling = scheduling || '{"mode":"approval","suggestedTimes":2}' where id = $1`,
      [onRequest.id, house.ana.id],
    )
    const ben: User = { ...house.ana, id: bens.ownerId, name: 'Ben' }
    const historyHouse: HistoryHouse = {
      deps,
      now: () => now,
      setNow: (later) => {
        now = later
      },
      users: [house.ana, ben],
      pages: [house.page, bens, onRequest],
    }
    let bookings = 0
    for (let seed = firstSeed; seed < firstSeed + cases; seed++)
      bookings += (await runHistory(historyHouse, seed)).size
    const breaches = await findBreaches(house.deps.database.system)
    const events = await house.sql<{ type: string; n: number }>(
      'select type, count(*)::int as n from lifecycle_events group by type order by type',
    )
    return {
      name: 'histories',
      cases,
      differences: breaches.length,
      breaches: breaches.slice(0, 20),
      upperBoundPercent: breaches.length === 0 ? (3 / cases) * 100 : undefined,
      bookings,
      events: Object.fromEntries(events.map(({ type, n }) => [type, n])),
      clockAtEnd: now.toString(),
      seconds: Math.round((performance.now() - begun) / 1000),
    }
  } finally {
    await house.close()
  }
}
