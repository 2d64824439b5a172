import { tryAgreement } from '../src/domain/bookings/agreement.test-support.ts'
import { openBenchServerWithHouse } from './bench-house.ts'

/** The proof that the list of slots and the booking never disagree: random settings, each tried on the database. */
export async function proveAgreement({ cases, firstSeed = 1 }: { cases: number; firstSeed?: number }) {
  const house = await openBenchServerWithHouse({ hasty: true })
  try {
    const begun = performance.now()
    let now = Temporal.Instant.from('2026-11-23T08:00:00Z')
    const deps = { ...house.deps, clock: { now: () => now }, wakeWorker: () => undefined }
    const found = { listed: 0, booked: 0, refused: 0, differences: [] as string[] }
    for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
      const tried = await tryAgreement(
        {
          deps,
          setNow: (later) => {
            now = later
          },
          sql: house.sql,
          page: house.page,
          eventType: house.thirtyMinutes,
        },
        seed,
      )
      found.listed += tried.listed
      found.booked += tried.booked
      found.refused += tried.refused
      found.differences.push(...tried.differences)
    }
    return {
      name: 'agreement',
      cases,
      differences: found.differences.length,
      examples: found.differences.slice(0, 20),
      listed: found.listed,
      booked: found.booked,
      refused: found.refused,
      seconds: Math.round((performance.now() - begun) / 1000),
    }
  } finally {
    await house.close()
  }
}
