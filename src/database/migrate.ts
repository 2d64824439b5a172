import { createHmac } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import pg from 'pg'
import { type Connection, type Database, poolConfig, servingRole } from './db.ts'

const folder = path.join(import.meta.dirname, 'migrations')

/** Oldest PostgreSQL we run on; newer functions are not used in our SQL. */
const minimumVersion = 15
/** A server that says nothing for so long is not there. */
const connectMs = 10_000

export interface Migrated {
  applied: string[]
  /** False where the server let us make no role; then row security binds the owner (FORCE), but it owns the tables. */
  hasServingRole: boolean
}

/**
 * Brings the schema up to date: forward only, each file once, all in one transaction, one starter at a time.
 *
 * Several processes may call it together; all but one wait and find nothing to do. A failed file changes nothing.
 *
 * @throws Error with a sentence for the operator when the server is too old or the database comes from a newer Hourwire.
 */
export async function migrate(connection: Connection): Promise<Migrated> {
  const pool = new pg.Pool({ ...poolConfig(connection), max: 2, connectionTimeoutMillis: connectMs })
  // Cut while it stands idle, the next statement is what fails, and says so.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const { rows } = await sql<{
      version: string
    }>`select current_setting('server_version_num') as version`.execute(db)
    const major = Math.floor(Number(rows[0]?.version) / 10_000)
    if (major < minimumVersion)
      throw new Error(`PostgreSQL ${major} is too old: Hourwire needs ${minimumVersion} or newer.`)
    const migrator = new Migrator({ db, provider: { getMigrations: readMigrations } })
    const { error, results } = await migrator.migrateToLatest()
    if (error) {
      throw /corrupted migrations/.test(String(error)) ? new Error(otherVersionInWords(String(error))) : error
    }
    return {
      applied: (results ?? []).map((result) => result.migrationName),
      hasServingRole: await prepareServingRole(db),
    }
  } finally {
    await db.destroy()
  }
}

function otherVersionInWords(error: string): string {
  const unknown = /migration (\S+) is missing/.exec(error)?.[1]
  return unknown
    ? `This database was made by a newer Hourwire (its migration ${unknown} is not known here): start that version, or bring back a backup from before the update.`
    : `This database was made by another version of Hourwire: ${error}`
}

/** Names of migrations that this program knows and the database lacks, such as after a restore while it runs. */
export async function listMissingMigrations({ system }: Pick<Database, 'system'>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(system)
  const applied = new Set(rows.map(({ name }) => name))
  return Object.keys(await readMigrations()).filter((name) => !applied.has(name))
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).sort()
  const migrations: Record<string, Migration> = {}
  for (const file of files) {
    const text = await readFile(path.join(folder, file), 'utf8')
    migrations[file.replace(/\.sql$/, '')] = { up: async (db) => void (await sql.raw(text).execute(db)) }
  }
  return migrations
}

/** Tables where the serving role may add and read, never change or take away. */
const appendOnly = ['lifecycle_events', 'delivery_attempts', 'audit_entries']

async function prepareServingRole(db: Kysely<unknown>): Promise<boolean> {
  const role = sql.id(servingRole)
  const { rows } = await sql<{ exists: boolean; member: boolean; may_create: boolean }>`
    select
      exists (select from pg_roles where rolname = ${servingRole}) as exists,
      coalesce((select pg_has_role(current_user, oid, 'MEMBER') from pg_roles where rolname = ${servingRole}), false) as member,
      (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as may_create`.execute(db)
  const found = rows[0]
  if (!found?.exists) {
    if (!found?.may_create) return false
    // Another starter may have been first (42710, or 23505 at the very same moment).
    await sql`create role ${role} nologin nosuperuser nobypassrls`
      .execute(db)
      .catch((error: { code?: string }) => {
        if (error.code !== '42710' && error.code !== '23505') throw error
      })
  }
  if (!found?.member) {
    const granted = await sql`grant ${role} to current_user`.execute(db).then(
      () => true,
      () => false,
    )
    if (!granted) return false
  }
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('hourwire grants'))`.execute(tx)
    await sql`grant usage on schema public to ${role}`.execute(tx)
    await sql`grant select, insert, update, delete on all tables in schema public to ${role}`.execute(tx)
    for (const table of appendOnly)
      await sql`revoke update, delete on ${sql.id(table)} from ${role}`.execute(tx)
    await sql`revoke all on kysely_migration, kysely_migration_lock from ${role}`.execute(tx)
    await sql`grant select on kysely_migration to ${role}`.execute(tx)
  })
  return true
}

/**
 * Remembers, at the first start, which secret the stored keys are made with, and compares at each later one.
 *
 * @throws Error with a sentence for the operator when the secret is another one: stored API keys would all fail.
 */
export async function checkSecret(connection: Connection, secret: Buffer): Promise<void> {
  const mark = createHmac('sha256', secret).update('hourwire secret check').digest('base64url')
  const client = new pg.Client({ ...poolConfig(connection), connectionTimeoutMillis: connectMs })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('insert into installation (secret_check) values ($1) on conflict do nothing', [mark])
    const { rows } = await client.query('select secret_check from installation')
    if (rows[0]?.secret_check !== mark)
      throw new Error(
        'The secret of this start is not the one this database was set up with, so stored API keys could not be read. ' +
          'Set HOURWIRE_SECRET to the former value, or bring back the file "secret" of the former data directory.',
      )
  } finally {
    await client.end()
  }
}
