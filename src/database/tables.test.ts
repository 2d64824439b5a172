import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openHouse } from '../../tests/house.ts'

/** Tables that belong to no account: the installation itself, sign-in before anybody is known, and the migrator's own. */
const withoutAccount = new Set([
  'installation',
  'sign_in_verifications',
  'sign_in_limits',
  'attempt_counts',
  'kysely_migration',
  'kysely_migration_lock',
])

test('what Kysely is told about the tables is what the migrations made', async () => {
  const house = await openHouse()
  const rows = await house.sql<{ table_name: string; columns: string[] }>(
    `select table_name, array_agg(column_name::text order by ordinal_position) as columns
     from information_schema.columns where table_schema = 'public' and table_name not like 'kysely_%' group by table_name`,
  )
  const text = readFileSync(path.join(import.meta.dirname, 'tables.ts'), 'utf8')
  const body = /export interface Tables \{\n([\s\S]*?)\n\}\n/.exec(text)?.[1] ?? ''
  const told = new Map(
    [...body.matchAll(/^ {2}(\w+): \{([\s\S]*?)\}$/gm)].map(([, name, members]) => [
      name,
      [...(members ?? '').matchAll(/(?:^|[;{\n ])\s*(\w+): /g)].map(([, column]) => column),
    ]),
  )
  expect([...told.keys()].sort()).toEqual(rows.map((row) => row.table_name).sort())
  for (const { table_name, columns } of rows)
    expect([table_name, ...(told.get(table_name) ?? [])]).toEqual([table_name, ...columns])
})

test('every table but the named ones carries its account first in the key, under forced row security with a policy', async () => {
  const house = await openHouse()
  const rows = await house.sql<{
    name: string
    forced: boolean
    policies: number
    first_key: string | null
    nullable: string | null
  }>(`
    select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
      (select count(*)::int from pg_policy where polrelid = c.oid) as policies,
      (select attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where i.indrelid = c.oid and i.indisprimary) as first_key,
      (select is_nullable from information_schema.columns k where k.table_name = c.relname and k.column_name = 'account_id') as nullable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r'`)
  const scoped = rows.filter(({ name }) => !withoutAccount.has(name))
  expect(scoped.length).toBeGreaterThan(15)
  for (const row of scoped) {
    expect([row.name, row.forced, row.policies, row.nullable]).toEqual([row.name, true, 1, 'NO'])
    // A public link is found by its slug over the whole installation.
    expect([row.name, row.first_key]).toEqual([row.name, row.name === 'public_links' ? 'slug' : 'account_id'])
  }
})
