import { sql } from 'kysely'
import { describe, expect, inject, test } from 'vitest'
import type { AccountId } from '#kit/ids.ts'
import { openHouse } from '../../tests/house.ts'
import { inAccount } from './db.ts'

const other = '00000000-0000-7000-8000-00000000000b' as AccountId

describe('the second fence behind every query', () => {
  test('a scoped transaction sees only its own account, and can write for no other', async () => {
    const house = await openHouse()
    const { ana, page } = await house.anAccount()
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })

    const seen = await inAccount(house.database, other, (tx) =>
      tx.selectFrom('bookings').selectAll().execute(),
    )
    expect(seen).toEqual([])
    const changed = await inAccount(house.database, other, (tx) =>
      tx.updateTable('bookings').set({ customer_name: 'x' }).executeTakeFirst(),
    )
    expect(Number(changed.numUpdatedRows)).toBe(0)
    await expect(
      inAccount(house.database, other, (tx) =>
        tx
          .insertInto('accounts')
          .values({ account_id: ana.accountId, name: 'x', created_at: '2026-01-01T00:00:00Z' })
          .execute(),
      ),
    ).rejects.toThrow(/row-level security/)
  })

  test('without a scope nothing is seen, also on a connection that had one before', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    await inAccount(house.database, ana.accountId, (tx) => tx.selectFrom('users').selectAll().execute())
    for (let n = 0; n < 10; n += 1)
      expect(await house.database.scoped.selectFrom('users').selectAll().execute()).toEqual([])
  })

  test('the serving role owns nothing, cannot bypass row security, and cannot rewrite history', async () => {
    if (!inject('database').hasServingRole) return
    const house = await openHouse()
    const { page } = await house.anAccount()
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    const { rows } = await sql<{ owner: boolean; bypass: boolean }>`
      select exists (select from pg_class where relowner = (select oid from pg_roles where rolname = current_user)) as owner,
        (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as bypass`.execute(
      house.database.system,
    )
    expect(rows).toEqual([{ owner: false, bypass: false }])
    await expect(house.database.system.deleteFrom('lifecycle_events').execute()).rejects.toThrow(
      /permission denied/,
    )
    await expect(
      house.database.system.updateTable('lifecycle_events').set({ sequence: 9 }).execute(),
    ).rejects.toThrow(/permission denied/)
  })

  test('a refusal rolls back as an exception does', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const rename = (tx: Parameters<Parameters<typeof inAccount>[2]>[0]) =>
      tx.updateTable('users').set({ name: 'Changed' }).execute()
    await inAccount(house.database, ana.accountId, async (tx) => {
      await rename(tx)
      return { ok: false as const, problem: { code: 'x' } }
    })
    await expect(
      inAccount(house.database, ana.accountId, async (tx) => {
        await rename(tx)
        throw new Error('bug')
      }),
    ).rejects.toThrow('bug')
    expect(await house.sql('select name from users')).toEqual([{ name: 'Ana Martin' }])
  })
})
