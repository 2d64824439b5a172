import { parseArgs } from 'node:util'
import { readConfig } from '#config'
import { makeResetLink } from '#domain/profiles/reset-password.ts'
import { openStore } from '../open-store.ts'
import type { CommandInput, CommandOutput } from './slots.ts'

const usage = `Usage: hourwire reset-link LOGIN_ID [--data-dir DIR]

Prints a link by which a user sets a new password: for an only Administrator who forgot it where no mail arrives. It works for 60
minutes, once, and takes the place of a link that was mailed. Whoever has it can sign in as this user: hand it on with care.

With DATABASE_URL it works beside running processes. With the embedded database, stop Hourwire first.

  --data-dir DIR   where the embedded database is (DATA_DIR, else "data")
  --help           show this text
`

const refused = (words: string): CommandOutput => ({
  stdout: '',
  stderr: `hourwire reset-link: ${words}\n`,
  exitCode: 2,
})

/** `hourwire reset-link`: see `makeResetLink`. Settings are those of the server. */
export async function runResetLink({ args }: Pick<CommandInput, 'args'>): Promise<CommandOutput> {
  const undo: (() => Promise<void>)[] = []
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'data-dir': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    if (values.help) return { stdout: usage, stderr: '', exitCode: 0 }
    const [loginId, ...more] = positionals
    if (loginId === undefined || more.length > 0) return refused(`name one Login ID\n\n${usage}`)
    const dataDir = values['data-dir']
    const config = readConfig(dataDir === undefined ? [] : ['--data-dir', dataDir])
    const complaints: string[] = []
    const { database } = await openStore(config, undo, (error) => complaints.push(error.message))
    const made = await makeResetLink(
      {
        database,
        clock: { now: () => Temporal.Now.instant() },
        publicUrl: config.publicUrl ?? `http://localhost:${config.port}`,
      },
      loginId,
    )
    if (!made) return refused(`nobody who has signed in before has the Login ID ${loginId}`)
    return {
      stdout: `A link for ${made.name} to set a new password, for 60 minutes:\n${made.link}\n`,
      stderr: complaints.map((line) => `${line}\n`).join(''),
      exitCode: 0,
    }
  } catch (error) {
    return refused((error as Error).message)
  } finally {
    for (const step of undo.reverse()) await step()
  }
}
