import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { type Connection, poolConfig } from '#database/db.ts'
import { startEmbeddedServer } from '#database/embedded-server.ts'
import { migrate } from '#database/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    database: { connection: Connection; template: string; hasServingRole: boolean }
  }
}

/**
 * One PostgreSQL for the whole run: the embedded one, or the server that TEST_DATABASE_URL names. It is migrated once into a
 * template; `openHouse` clones the template for each test file.
 */
export default async function provideDatabase({ provide }: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_DATABASE_URL
  const dataDir = url ? undefined : mkdtempSync(path.join(os.tmpdir(), 'hourwire-test-'))
  const server =
    dataDir === undefined
      ? undefined
      : await startEmbeddedServer({
          dataDir,
          log: { info: () => undefined, warn: (message) => process.stderr.write(`${message}\n`) },
          throwAwayClusterSettings: {
            fsync: 'off',
            synchronous_commit: 'off',
            full_page_writes: 'off',
            max_connections: '200',
          },
        })
  const connection: Connection = server?.connection ?? { url: url as string }
  const template = `hourwire_template_${process.pid}`
  await asAdministrator(connection, `create database ${template}`)
  const { hasServingRole } = await migrate(onDatabase(connection, template))
  provide('database', { connection, template, hasServingRole })

  return async () => {
    if (!server) await asAdministrator(connection, `drop database if exists ${template} with (force)`)
    await server?.stop()
    if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true })
  }
}

export const onDatabase = (connection: Connection, database: string): Connection => {
  if (!('url' in connection)) return { ...connection, database }
  const url = new URL(connection.url)
  url.pathname = `/${database}`
  return { url: url.href }
}

export async function asAdministrator(connection: Connection, statement: string): Promise<void> {
  const client = new pg.Client(poolConfig(connection))
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
