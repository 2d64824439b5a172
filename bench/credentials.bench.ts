import { openBenchApp } from './bench-app.ts'
import { connectZapier, openBenchServerWithHouse } from './bench-house.ts'
import { openLoadClient } from './http-load.ts'
import { compared, cpuMs, type Measurement, runAlone, takeInTurn } from './measurement.ts'

const connections = 32
const roundMs = 1_000
const rounds = 6

/**
 * `GET /zapier/v1/me` with a right key and Login ID, looked up in the database at every request, against an empty JSON route
 * of the same server, over 32 kept connections of a client in another process.
 */
export async function benchCredentials(): Promise<Measurement[]> {
  const house = await openBenchServerWithHouse()
  const app = await openBenchApp(house)
  const client = await openLoadClient()
  try {
    const { key } = await connectZapier(house)
    const headers = { authorization: `Bearer ${key}`, 'x-hourwire-login-id': house.ana.loginId }
    const cpu: Record<string, number[]> = { '/empty': [], '/zapier/v1/me': [] }
    const rateOf = (path: string) => async () => {
      const cpuBefore = cpuMs()
      const load = { origin: app.origin, path, headers, connections, until: { ms: roundMs } }
      const { requests, elapsedMs } = await client.ask(load)
      cpu[path]?.push((cpuMs() - cpuBefore) / requests)
      return (requests * 1000) / elapsedMs
    }
    const rates = await takeInTurn(rounds, { empty: rateOf('/empty'), me: rateOf('/zapier/v1/me') })
    return [
      compared({
        name: 'credentials checked (/zapier/v1/me) / empty JSON route',
        values: rates.me,
        yardsticks: rates.empty,
        unit: 'per s',
        limit: { atLeast: 0.6 },
      }),
      compared({
        name: 'CPU of the server process per request, the same two',
        values: cpu['/zapier/v1/me'] as number[],
        yardsticks: cpu['/empty'] as number[],
        unit: 'ms',
      }),
    ]
  } finally {
    await client.close()
    await app.close()
    await house.close()
  }
}

if (import.meta.main) await runAlone(benchCredentials)
