import { statfs } from 'node:fs/promises'
import { isReachable } from '#database/db.ts'
import { listMissingMigrations } from '#database/migrate.ts'
import type { Deps } from '#domain/deps.ts'
import { measureOutbox } from '#domain/lifecycle-events/measure-outbox.ts'
import { askedAtMostEvery } from '#kit/metrics.ts'
import { offsetOf, tzVersion } from '#kit/time.ts'
import type { Probes } from './health.ts'

/** Events that wait longer than this to be planned: no worker runs, or it cannot keep up. */
const longestOutboxSeconds = 60
/** Below this a database stops taking bookings soon. */
const leastFreeShare = 0.05

export interface ProbeOptions extends Pick<Deps, 'database'> {
  /** Where the embedded database lives; its disk is looked at. */
  dataDir?: string | undefined
  /** Share of the disk that is free, 0 to 1. */
  freeShareOf?: (folder: string) => Promise<number>
  zones?: { version(): string; offsetOf: typeof offsetOf }
  /** Monotonic milliseconds. */
  elapsed?: () => number
}

/** What `/ready` looks at. */
export function createProbes({
  database,
  dataDir,
  freeShareOf = freeShare,
  zones = { version: tzVersion, offsetOf },
  elapsed = () => performance.now(),
}: ProbeOptions): Probes {
  const missing = askedAtMostEvery(5_000, elapsed, () => listMissingMigrations(database))
  const outbox = askedAtMostEvery(1_000, elapsed, () => measureOutbox({ database }))
  return {
    database: async () => ((await isReachable(database)) ? undefined : 'gives no answer'),
    migrations: async () => {
      const names = await missing()
      return names.length === 0 ? undefined : `${names.join(', ')} not applied: start Hourwire anew`
    },
    outbox: async () => {
      const { waiting, oldestSeconds } = await outbox()
      return oldestSeconds <= longestOutboxSeconds
        ? undefined
        : `${waiting} events wait to be planned, the oldest for ${Math.floor(oldestSeconds)} seconds: is a worker running?`
    },
    timeZones: async () => {
      if (!/^\d{4}[a-z]/.test(zones.version())) return 'the version of the time-zone data is unknown'
      return knownOffsets.every(
        ([zone, at, offset]) => zones.offsetOf(Temporal.Instant.from(at), zone) === offset,
      )
        ? undefined
        : 'the time-zone data is wrong: see ICU_TIMEZONE_FILES_DIR'
    },
    ...(dataDir === undefined
      ? {}
      : {
          disk: async () =>
            (await freeShareOf(dataDir)) >= leastFreeShare ? undefined : 'less than 5 % of the disk is free',
        }),
  }
}

/** Facts of the past, which no update of the data changes. */
const knownOffsets: [zone: string, at: string, offset: string][] = [
  ['Europe/Berlin', '2024-07-01T12:00:00Z', '+02:00'],
  ['America/New_York', '2024-01-15T12:00:00Z', '-05:00'],
  ['Asia/Kathmandu', '2024-01-15T12:00:00Z', '+05:45'],
]

async function freeShare(folder: string): Promise<number> {
  const { bavail, blocks } = await statfs(folder)
  return blocks === 0 ? 1 : bavail / blocks
}
