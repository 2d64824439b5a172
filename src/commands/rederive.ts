import { parseArgs } from 'node:util'
import { readConfig } from '#config'
import { rederiveBookings } from '#domain/bookings/rederive-bookings.ts'
import { deriveSecrets } from '#outside/secrets.ts'
import { openStore } from '../open-store.ts'
import { rederivedInWords } from './present-rederived.ts'
import type { CommandInput, CommandOutput } from './slots.ts'

const usage = `Usage: hourwire rederive [--data-dir DIR] [--json]

After an update of the time-zone data: moves coming bookings whose zone has other rules now to the instant at which the agreed
wall-clock time is. Customers and owners are told by mail, Zaps by "booking rescheduled". Bookings that cannot move, because
another one is there, are listed, and their owners are told. Suggested times of open requests keep their local time too; only
the owners are told.

With DATABASE_URL it works beside running processes. With the embedded database, stop Hourwire first.

  --data-dir DIR   where the embedded database is (DATA_DIR, else "data")
  --json           print what was found as JSON
  --help           show this text
`

/** `hourwire rederive`: see `rederiveBookings`. Settings are those of the server. */
export async function runRederive({ args }: Pick<CommandInput, 'args'>): Promise<CommandOutput> {
  let options: { 'data-dir'?: string | undefined; json?: boolean | undefined; help?: boolean | undefined }
  try {
    options = parseArgs({
      args: [...args],
      options: {
        'data-dir': { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    return { stdout: '', stderr: `hourwire rederive: ${(error as Error).message}\n\n${usage}`, exitCode: 2 }
  }
  if (options.help) return { stdout: usage, stderr: '', exitCode: 0 }
  const undo: (() => Promise<void>)[] = []
  const complaints: string[] = []
  try {
    const dataDir = options['data-dir']
    const config = readConfig(dataDir === undefined ? [] : ['--data-dir', dataDir])
    const { database, secret } = await openStore(config, undo, (error) => complaints.push(error.message))
    const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`
    const found = await rederiveBookings({
      database,
      clock: { now: () => Temporal.Now.instant() },
      secrets: deriveSecrets(secret),
      publicUrl,
      mailAddress: config.mailFrom ?? `no-reply@${new URL(publicUrl).hostname}`,
      // Servers look for themselves within a second, or when they start.
      wakeWorker: () => undefined,
    })
    return {
      stdout: options.json ? `${JSON.stringify(found, null, 2)}\n` : rederivedInWords(found),
      stderr: complaints.map((line) => `${line}\n`).join(''),
      exitCode: found.conflicts.length + found.requests.unclear.length > 0 ? 3 : 0,
    }
  } catch (error) {
    return { stdout: '', stderr: `hourwire rederive: ${(error as Error).message}\n`, exitCode: 2 }
  } finally {
    for (const step of undo.reverse()) await step()
  }
}
