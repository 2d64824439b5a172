import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { poolConfig } from '#database/db.ts'
import { addOwners, bookSlot, type FreeSlot, freeSlots, openBenchServerWithHouse } from './bench-house.ts'
import {
  compared,
  type Measurement,
  measured,
  quantile,
  ratePerSecond,
  runAlone,
  takeInTurn,
} from './measurement.ts'

const clients = 8
const roundMs = 1_200
const rounds = 6

/**
 * Bookings committed per second by one process for eight clients, on the embedded server as the program starts it (fsync on),
 * against plain commits of one row of 300 bytes with one secondary index, by as many clients on the same server.
 */
export async function benchBookings(): Promise<Measurement[]> {
  const house = await openBenchServerWithHouse()
  const rows = new pg.Pool({ ...poolConfig(house.connection), max: clients })
  try {
    const slots = await freeSlots(house, [house.page, ...(await addOwners(house, 19))])
    await house.sql('create table yardstick (id uuid primary key, kind int not null, data jsonb not null)')
    await house.sql('create index yardstick_by_kind on yardstick (kind)')
    const data = JSON.stringify({ text: 'x'.repeat(280) })
    const plainRow = (client: number) =>
      rows.query('insert into yardstick (id, kind, data) values ($1, $2, $3)', [randomUUID(), client, data])

    const pausesMs: number[] = []
    const booking = async () => {
      const begun = performance.now()
      const slot = slots.pop()
      if (!slot) throw new Error('all slots are booked: give the bench more owners')
      await bookSlot(house, slot satisfies FreeSlot)
      pausesMs.push(performance.now() - begun)
    }
    const load = { atOnce: clients, ms: roundMs }
    const rates = await takeInTurn(rounds, {
      rows: () => ratePerSecond(load, plainRow),
      bookings: () => ratePerSecond(load, booking),
    })
    return [
      compared({
        name: 'bookings committed, 8 clients / plain one-row commits',
        values: rates.bookings,
        yardsticks: rates.rows,
        unit: 'per s',
        limit: { atLeast: 0.4 },
      }),
      measured({ name: 'one booking of 8 at once, p50', value: quantile(pausesMs, 0.5), unit: 'ms' }),
      measured({ name: 'one booking of 8 at once, p99', value: quantile(pausesMs, 0.99), unit: 'ms' }),
    ]
  } finally {
    await rows.end()
    await house.close()
  }
}

if (import.meta.main) await runAlone(benchBookings)
