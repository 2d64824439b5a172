import { describe, expect, test } from 'vitest'
import { listUsers } from '#domain/accounts/find-user.ts'
import { hashOfToken } from '#domain/accounts/user-link.ts'
import { newUuid, type UserId } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../../../tests/house.ts'
import { changeLoginId } from './change-login-id.ts'
import { acceptInvitation, findInvitation, inviteUser, resendInvitation } from './invite-user.ts'
import { mailsIn, tokenIn } from './profiles.test-support.ts'

const bo = { name: 'Bo Ek', loginId: ' Bo@Example.com ', role: 'member' as const }
const password = 'wednesday lantern 26'

describe('inviteUser', () => {
  test('adds a user who cannot sign in yet, with a page of their own, and mails a link', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const { user, page } = accepted(await inviteUser(house, { viewer: ana, user: bo }))
    expect(user).toMatchObject({ loginId: 'bo@example.com', role: 'member', zone: 'Europe/Berlin' })
    expect(page).toMatchObject({ ownerId: user.id, slug: 'bo-ek', publicName: 'Bo Ek' })
    expect(await listUsers(house, ana.accountId)).toMatchObject([
      { name: 'Ana Martin', joinedAt: expect.anything() },
      { name: 'Bo Ek', joinedAt: null },
    ])
    expect(await house.sql('select 1 from sign_in_passwords where user_id = $1', [user.id])).toEqual([])
    const [mail] = await mailsIn(house)
    expect(mail).toMatchObject({ kind: 'user-invited', to_address: 'bo@example.com' })
    expect(mail?.text).toContain('Ana Martin (ana@example.com)')
    expect(house.wakeUps()).toBe(1)
    // Before the first sign-in the page can be booked already.
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
  })

  test('is for Administrators, by the role they have at that moment', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const ben = await house.aUser({ accountId: ana.accountId, name: 'Ben Ode' })
    const refusal = { ok: false, problem: { code: 'administrators-only' } }
    expect(await inviteUser(house, { viewer: ben, user: bo })).toEqual(refusal)
    // A page that was opened before the demotion still carries the former role.
    expect(await inviteUser(house, { viewer: { ...ben, role: 'administrator' }, user: bo })).toEqual(refusal)
    expect(await mailsIn(house)).toEqual([])
  })

  test('refuses an address that somebody of any account has, and leaves no trace', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const elsewhere = newUuid(1)
    await house.sql(`insert into accounts values ($1, 'Elsewhere', now())`, [elsewhere])
    await house.sql(
      `insert into users (account_id, id, login_id, name, role, zone, created_at, updated_at)
       values ($1, $2, 'eve@example.com', 'Eve', 'administrator', 'UTC', now(), now())`,
      [elsewhere, newUuid(2)],
    )
    for (const loginId of ['ANA@example.com', 'eve@example.com'])
      expect(await inviteUser(house, { viewer: ana, user: { ...bo, loginId } })).toEqual({
        ok: false,
        problem: { code: 'login-id-taken' },
      })
    expect(await listUsers(house, ana.accountId)).toHaveLength(1)
    expect(await mailsIn(house)).toEqual([])
    expect(await house.sql('select count(*)::int as n from booking_pages')).toEqual([{ n: 1 }])
  })
})

describe('the link of an invitation', () => {
  async function invited() {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const { user, page } = accepted(await inviteUser(house, { viewer: ana, user: bo }))
    return { house, ana, user, page, token: tokenIn((await mailsIn(house))[0], 'invitation') }
  }
  const invalid = { ok: false, problem: { code: 'link-invalid' } }

  test('looking changes nothing; accepting sets password and zone, moves the page there, and works once', async () => {
    const { house, user, page, token } = await invited()
    for (let look = 0; look < 3; look += 1)
      expect(await findInvitation(house, token)).toMatchObject({ id: user.id })
    const accept = () => acceptInvitation(house, { token, password, zone: 'America/New_York' })
    expect(await accept()).toEqual({ ok: true, value: { loginId: 'bo@example.com' } })
    expect(await accept()).toEqual(invalid)
    expect(await findInvitation(house, token)).toBeUndefined()
    expect(await listUsers(house, user.accountId)).toMatchObject([
      {},
      { name: 'Bo Ek', zone: 'America/New_York', joinedAt: house.clock.now() },
    ])
    expect(await house.sql('select zone from booking_pages where id = $1', [page.id])).toEqual([
      { zone: 'America/New_York' },
    ])
  })

  test('of two who use it at the same moment one is refused', async () => {
    const { house, token } = await invited()
    const answers = await Promise.all(
      ['Europe/Paris', 'Asia/Tokyo'].map((zone) => acceptInvitation(house, { token, password, zone })),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await house.sql('select count(*)::int as n from sign_in_passwords')).toEqual([{ n: 2 }])
  })

  test('works for 72 hours and not a second longer', async () => {
    const { house, token } = await invited()
    house.setNow('2026-11-26T07:59:59Z')
    expect(await findInvitation(house, token)).toBeDefined()
    house.setNow('2026-11-26T08:00:00Z')
    expect(await findInvitation(house, token)).toBeUndefined()
    expect(await acceptInvitation(house, { token, password, zone: 'UTC' })).toEqual(invalid)
  })

  test('a weak password is refused, and the link goes on working', async () => {
    const { house, token } = await invited()
    expect(await acceptInvitation(house, { token, password: 'bo@example.com', zone: 'UTC' })).toMatchObject({
      problem: { code: 'weak-password' },
    })
    expect((await acceptInvitation(house, { token, password, zone: 'UTC' })).ok).toBe(true)
  })

  test('sent anew, only the newest works; after the first sign-in there is nothing to send', async () => {
    const { house, ana, user, token } = await invited()
    accepted(await resendInvitation(house, { viewer: ana, userId: user.id }))
    const newest = tokenIn((await mailsIn(house)).at(-1), 'invitation')
    expect(newest).not.toBe(token)
    expect(await acceptInvitation(house, { token, password, zone: 'UTC' })).toEqual(invalid)
    accepted(await acceptInvitation(house, { token: newest, password, zone: 'UTC' }))
    expect(await resendInvitation(house, { viewer: ana, userId: user.id })).toEqual({
      ok: false,
      problem: { code: 'has-signed-in' },
    })
    expect(await resendInvitation(house, { viewer: ana, userId: newUuid(3) as UserId })).toEqual({
      ok: false,
      problem: { code: 'user-not-found' },
    })
  })

  test('the database holds no token, and an address that was mistyped gets a link that ends when it is corrected', async () => {
    const { house, ana, user, token } = await invited()
    const [stored] = await house.sql<{ token_hash: Buffer }>('select token_hash from user_links')
    expect(stored?.token_hash.equals(hashOfToken(token))).toBe(true)
    accepted(
      await changeLoginId(house, {
        viewer: ana,
        userId: user.id,
        loginId: 'bo.ek@example.com',
        password: 'tuesday lantern 26',
      }),
    )
    expect(await findInvitation(house, token)).toBeUndefined()
    const mails = await mailsIn(house)
    expect(mails.map(({ kind, to_address }) => [kind, to_address])).toEqual([
      ['user-invited', 'bo@example.com'],
      ['user-invited', 'bo.ek@example.com'],
    ])
    expect(await findInvitation(house, tokenIn(mails[1], 'invitation'))).toMatchObject({ id: user.id })
  })
})
