import { describe, expect, test } from 'vitest'
import { inAccount } from '#database/db.ts'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../../../tests/house.ts'
import { addUser, prepareUser } from './add-user.ts'

describe('addUser', () => {
  test('refuses a Login ID that somebody has, in any case and with any spaces, and stores nothing', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const twin = accepted(
      await prepareUser({
        name: 'Twin',
        loginId: ' ANA@example.com ',
        password: 'thursday lantern 26',
        zone: 'UTC',
        role: 'member',
      }),
    )
    const answer = await inAccount(house.database, ana.accountId, (tx) =>
      addUser(tx, house, { accountId: ana.accountId, user: twin }),
    )
    expect(answer).toEqual({ ok: false, problem: { code: 'login-id-taken' } })
    expect(await house.sql('select name from users')).toEqual([{ name: 'Ana Martin' }])
    expect(await house.sql('select count(*)::int as n from sign_in_passwords')).toEqual([{ n: 1 }])
  })
})
