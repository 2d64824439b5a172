/**
 * Long proofs at full size: `npm run proof -- NAME [N]`. `npm test` runs a small size of each. Prints what was found as JSON and
 * exits 1 when a promise did not hold.
 */
import { proveAgreement } from './proof-agreement.ts'
import { proveApiFuzz } from './proof-api-fuzz.ts'
import { proveBacklog } from './proof-backlog.ts'
import { proveCrash } from './proof-crash.ts'
import { proveDatabaseRestarts } from './proof-database-restarts.ts'
import { proveDeliveries } from './proof-deliveries.ts'
import { proveHistories } from './proof-histories.ts'
import { proveHostileTargets } from './proof-hostile-targets.ts'
import { proveIsolation, proveLatency } from './proof-latency.ts'
import { proveRaces } from './proof-races.ts'
import { proveRevocation } from './proof-revocation.ts'
import { proveRolling } from './proof-rolling.ts'
import { proveSchedule } from './proof-schedule.ts'
import { proveSlots } from './proof-slots.ts'
import { proveWrongPairs } from './proof-wrong-pairs.ts'

type Proof = (size: number | undefined) => { differences: number } | Promise<{ differences: number }>

const proofs: Record<string, Proof> = {
  slots: (size) => proveSlots({ cases: size ?? 20_000 }),
  agreement: (size) => proveAgreement({ cases: size ?? 2_000 }),
  histories: (size) => proveHistories({ cases: size ?? 10_000 }),
  races: (size) => proveRaces({ races: size ?? 1_000 }),
  // The negative control: without the constraint the same races must find double bookings, or they prove nothing.
  'races-control': async (size) => {
    const found = await proveRaces({ races: size ?? 50, guard: false })
    return { ...found, differences: found.doubleBookings > 0 ? 0 : 1 }
  },
  revocation: (size) => proveRevocation({ rotations: size ?? 1_000 }),
  // The negative control: with a grace the former key goes on, and the same calls must see that.
  'revocation-control': async (size) => {
    const found = await proveRevocation({ rotations: size ?? 20, grace: true })
    return { ...found, differences: found.acceptedAfterTheAnswer > 0 ? 0 : 1 }
  },
  schedule: (size) => proveSchedule({ events: size ?? 1_000 }),
  'hostile-targets': (size) => proveHostileTargets({ generated: size }),
  // The negative controls: without the guard, or with a verdict that the connection is not bound to, tripwires must fire.
  'hostile-targets-control': async () => {
    const off = await proveHostileTargets({ generated: 0, guard: 'off' })
    const once = await proveHostileTargets({ generated: 0, guard: 'once' })
    return { off, once, differences: off.targetsThatReached > 0 && once.targetsThatReached > 0 ? 0 : 1 }
  },
  crash: (size) => proveCrash({ kills: size ?? 200 }),
  // The negative control: web processes that enqueue after commit must lose some.
  'crash-control': async (size) => {
    const found = await proveCrash({ kills: size ?? 20, enqueuesLate: true })
    return { ...found, differences: found.lost > 0 ? 0 : 1 }
  },
  rolling: (size) => proveRolling({ restarts: size ?? 100 }),
  // The negative control: with signal 9 in place of SIGTERM the same clients must see failures.
  'rolling-control': async (size) => {
    const found = await proveRolling({ restarts: size ?? 10, kills: true })
    return { ...found, differences: found.failed > 0 ? 0 : 1 }
  },
  'database-restarts': (size) => proveDatabaseRestarts({ restarts: size ?? 200 }),
  // The negative control: a database that says "committed" before it is must lose bookings that were acknowledged.
  'database-restarts-control': async (size) => {
    const found = await proveDatabaseRestarts({ restarts: size ?? 5, lies: true })
    return { ...found, differences: found.lost > 0 ? 0 : 1 }
  },
  deliveries: (size) => proveDeliveries({ events: size ?? 100_000 }),
  // The negative controls: events that do not wait for the one before, and deliveries that are settled too late, must be seen.
  'deliveries-control': async (size) => {
    const unordered = await proveDeliveries({ events: size ?? 2_000, fault: 'unordered' })
    const unsettled = await proveDeliveries({ events: size ?? 2_000, fault: 'unsettled' })
    return {
      unordered,
      unsettled,
      differences: unordered.outOfOrder > 0 && unsettled.duplicates > 0 ? 0 : 1,
    }
  },
  latency: (size) => proveLatency({ bookings: size ?? 3_000 }),
  // The negative control: where dead targets take up the account's share, living ones must be seen to wait.
  'latency-control': async (size) => {
    const found = await proveLatency({ bookings: size ?? 300, guard: false })
    return { ...found, differences: found.differences > 0 ? 0 : 1 }
  },
  isolation: (size) => proveIsolation({ bookings: size ?? 300 }),
  // The negative control: without a share for each account, the other account must be seen to wait.
  'isolation-control': async (size) => {
    const found = await proveIsolation({ bookings: size ?? 50, guard: false })
    return { ...found, differences: found.differences > 0 ? 0 : 1 }
  },
  backlog: (size) => proveBacklog({ pending: size ?? 1_000_000 }),
  // The negative control: without the index by which the earliest delivery of a booking is found, a small backlog must be seen.
  'backlog-control': async (size) => {
    const found = await proveBacklog({ pending: size ?? 10_000, guard: false })
    return { ...found, differences: found.differences > 0 ? 0 : 1 }
  },
  'api-fuzz': (size) => proveApiFuzz({ requests: size ?? 20_000 }),
  // The negative controls: a planted fault and a planted member must be seen.
  'api-fuzz-control': async (size) => {
    const fault = await proveApiFuzz({ requests: size ?? 200, planted: 'fault' })
    const offSchema = await proveApiFuzz({ requests: size ?? 200, planted: 'off-schema' })
    return { fault, offSchema, differences: fault.differences > 0 && offSchema.differences > 0 ? 0 : 1 }
  },
  'wrong-pairs': (size) => proveWrongPairs({ calls: size ?? 2_000 }),
}

// By way of `exit`, where what was started is told to end too; a plain signal would pass that by.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

const [name = '', size] = process.argv.slice(2)
const proof = proofs[name]
if (proof && (size === undefined || /^[1-9]\d*$/.test(size))) {
  const found = await proof(size === undefined ? undefined : Number(size))
  process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
  process.exitCode = found.differences === 0 ? 0 : 1
} else {
  process.stderr.write(`Usage: npm run proof -- NAME [N]\nProofs: ${Object.keys(proofs).join(', ')}\n`)
  process.exitCode = 2
}
