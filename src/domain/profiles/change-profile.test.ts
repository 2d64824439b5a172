import { describe, expect, test } from 'vitest'
import { inAccount } from '#database/db.ts'
import { changeUser, setTriggersAllPages } from '#domain/accounts/change-user.ts'
import { findSignedInUser, listUsers, listUsersOf } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import { createCredentialCheck } from '#domain/zapier/check-credentials.ts'
import { generateKey, hasKey, revokeKey } from '#domain/zapier/manage-key.ts'
import { newUuid } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { type House, openHouse } from '../../../tests/house.ts'
import { changeDetails, changeRole } from './change-details.ts'
import { changeLoginId, listZapsOf } from './change-login-id.ts'
import { deleteUser } from './delete-user.ts'
import { inviteUser, resendInvitation } from './invite-user.ts'
import { findProfile, listProfiles } from './list-profiles.ts'
import { listOthersWithZaps, permitAllPages } from './permit-all-pages.ts'
import { isLastAdministrator } from './profile.ts'
import { auditIn, aZapOf, mailsIn, postedTo } from './profiles.test-support.ts'

const anasPassword = 'tuesday lantern 26'
const bosPassword = 'wednesday lantern 26'

async function aTeam() {
  const house = await openHouse()
  const { ana, page } = await house.anAccount()
  const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
  return { house, ana, page, bo }
}

const present = async (house: House, user: User) => await findSignedInUser(house, user.id)
const kindsAndAddresses = async (house: House) =>
  (await mailsIn(house)).map(({ kind, to_address }) => `${kind} ${to_address}`)

describe('profiles', () => {
  test('an Administrator sees all with their pages, key and Zaps; a Member only the own', async () => {
    const { house, ana, page, bo } = await aTeam()
    await aZapOf(house, ana)
    expect(accepted(await listProfiles(house, ana))).toMatchObject([
      { name: 'Ana Martin', hasKey: true, zaps: 1, pages: [{ id: page.id, internalLabel: 'Ana Martin' }] },
      { name: 'Bo Ek', hasKey: false, zaps: 0, pages: [] },
    ])
    expect(await listProfiles(house, bo)).toEqual({ ok: false, problem: { code: 'administrators-only' } })
    expect((await findProfile(house, { viewer: ana, userId: bo.id })).ok).toBe(true)
    expect((await findProfile(house, { viewer: bo, userId: bo.id })).ok).toBe(true)
    expect(await findProfile(house, { viewer: bo, userId: ana.id })).toEqual({
      ok: false,
      problem: { code: 'user-not-found' },
    })
    expect(await listZapsOf(house, { viewer: bo, userId: ana.id })).toEqual([])
    expect(await listZapsOf(house, { viewer: ana, userId: ana.id })).toHaveLength(1)
  })

  test('users of another account do not exist, whatever is asked of them', async () => {
    const { house, ana } = await aTeam()
    const [account, stranger] = [newUuid(1), newUuid(2)]
    await house.sql(`insert into accounts values ($1, 'Elsewhere', now())`, [account])
    await house.sql(
      `insert into users (account_id, id, login_id, name, role, zone, created_at, updated_at, joined_at)
       values ($1, $2, 'eve@example.com', 'Eve', 'administrator', 'UTC', now(), now(), now())`,
      [account, stranger],
    )
    const userId = stranger as User['id']
    const missing = { ok: false, problem: { code: 'user-not-found' } }
    const by = { viewer: ana, userId }
    expect(accepted(await listProfiles(house, ana)).map(({ name }) => name)).toEqual(['Ana Martin', 'Bo Ek'])
    expect(await findProfile(house, by)).toEqual(missing)
    expect(await changeDetails(house, { ...by, name: 'X', zone: 'UTC' })).toEqual(missing)
    expect(await changeRole(house, { ...by, role: 'member' })).toEqual(missing)
    expect(await changeLoginId(house, { ...by, loginId: 'x@example.com', password: anasPassword })).toEqual(
      missing,
    )
    expect(await permitAllPages(house, { ...by, allowed: true })).toEqual(missing)
    expect(await resendInvitation(house, by)).toEqual(missing)
    expect(await deleteUser(house, { ...by, heirId: ana.id })).toEqual(missing)
    expect(await deleteUser(house, { viewer: ana, userId: ana.id, heirId: userId })).toMatchObject({
      ok: false,
    })
    expect(await house.sql('select name, role, login_id from users where id = $1', [stranger])).toEqual([
      { name: 'Eve', role: 'administrator', login_id: 'eve@example.com' },
    ])
  })

  test('name and zone: the own for everybody, others’ for Administrators', async () => {
    const { house, ana, bo } = await aTeam()
    const change = (viewer: User, userId: User['id']) =>
      changeDetails(house, { viewer, userId, name: 'New Name', zone: 'Asia/Tokyo' })
    expect(await change(bo, ana.id)).toEqual({ ok: false, problem: { code: 'user-not-found' } })
    accepted(await change(bo, bo.id))
    expect(await present(house, bo)).toMatchObject({ name: 'New Name', zone: 'Asia/Tokyo', role: 'member' })
    accepted(await change(ana, bo.id))
    expect(await auditIn(house)).toEqual(['user.details-changed'])
  })
})

describe('changeRole', () => {
  test('is for Administrators, mails the user, and counts from the next request on', async () => {
    const { house, ana, bo } = await aTeam()
    expect(await changeRole(house, { viewer: bo, userId: bo.id, role: 'administrator' })).toEqual({
      ok: false,
      problem: { code: 'administrators-only' },
    })
    accepted(await changeRole(house, { viewer: ana, userId: bo.id, role: 'administrator' }))
    expect(await present(house, bo)).toMatchObject({ role: 'administrator' })
    expect(await kindsAndAddresses(house)).toEqual(['role-changed bo@example.com'])
    expect(await auditIn(house)).toEqual(['user.role-changed'])
  })

  test('the last Administrator who can sign in stays one', async () => {
    const { house, ana } = await aTeam()
    const refusal = { ok: false, problem: { code: 'last-administrator' } }
    expect(await changeRole(house, { viewer: ana, userId: ana.id, role: 'member' })).toEqual(refusal)
    accepted(
      await inviteUser(house, {
        viewer: ana,
        user: { name: 'Cleo', loginId: 'cleo@example.com', role: 'administrator' },
      }),
    )
    expect(await changeRole(house, { viewer: ana, userId: ana.id, role: 'member' })).toEqual(refusal)
  })

  test('two Administrators who demote each other at the same moment leave one', async () => {
    const { house, ana, bo } = await aTeam()
    accepted(await changeRole(house, { viewer: ana, userId: bo.id, role: 'administrator' }))
    const admin = { ...bo, role: 'administrator' as const }
    await Promise.all([
      changeRole(house, { viewer: ana, userId: bo.id, role: 'member' }),
      changeRole(house, { viewer: admin, userId: ana.id, role: 'member' }),
    ])
    const roles = accepted(await listProfiles(house, admin)).map(({ role }) => role)
    expect(roles.filter((role) => role === 'administrator')).toHaveLength(1)
  })
})

describe('without the locks (negative controls)', () => {
  test('two Administrators who demote each other would leave none', async () => {
    const { house, ana, bo } = await aTeam()
    accepted(await changeRole(house, { viewer: ana, userId: bo.id, role: 'administrator' }))
    let reading = 2
    let bothHaveRead = () => {}
    const barrier = new Promise<void>((resolve) => {
      bothHaveRead = resolve
    })
    const demote = (user: User) =>
      inAccount(house.database, ana.accountId, async (tx) => {
        const users = await listUsersOf(tx, ana.accountId)
        reading -= 1
        if (reading === 0) bothHaveRead()
        await barrier
        if (!isLastAdministrator(users, user)) await changeUser(tx, house, user, { role: 'member' })
      })
    await Promise.all([demote(bo), demote(ana)])
    const roles = (await listUsers(house, ana.accountId)).map(({ role }) => role)
    expect(roles).toEqual(['member', 'member'])
  })

  test('the permission would outlive a key that is revoked while it is given', async () => {
    const { house, ana } = await aTeam()
    accepted(await generateKey(house, ana))
    await inAccount(house.database, ana.accountId, async (tx) => {
      expect(await hasKey(tx, ana)).toBe(true)
      accepted(await revokeKey(house, ana))
      await setTriggersAllPages(tx, house, { user: ana, allowed: true })
    })
    expect(await present(house, ana)).toMatchObject({ triggersAllPages: true })
  })
})

describe('changeLoginId', () => {
  test('one’s own, with the own password: the old pair is refused, Zaps wait and go on after the reconnect', async () => {
    const { house, ana, page } = await aTeam()
    const { key, check } = await aZapOf(house, ana)
    const wake = house.wakeUps()
    expect(
      await changeLoginId(house, {
        viewer: ana,
        userId: ana.id,
        loginId: ' Ana.Martin@Example.com',
        password: anasPassword,
      }),
    ).toEqual({ ok: true, value: { zapsStopped: 1 } })
    expect(house.wakeUps()).toBeGreaterThan(wake)
    expect(await present(house, ana)).toMatchObject({ loginId: 'ana.martin@example.com' })
    expect(await check()).toBe(false)
    const mails = await mailsIn(house)
    expect(mails.slice(-2).map(({ kind, to_address }) => `${kind} ${to_address}`)).toEqual([
      'login-id-changed ana.martin@example.com',
      'login-id-changed-former ana@example.com',
    ])
    expect(mails.at(-2)?.text).toContain('1 Zap waits until you reconnect')
    expect(await auditIn(house)).toEqual(
      expect.arrayContaining(['zapier.connection-broken', 'user.login-id-changed']),
    )
    await house.aBooking({ page, start: '2026-11-24T09:00:00Z' })
    expect(await house.deliverAll()).toEqual([])
    const reconnect = createCredentialCheck(house)
    expect(
      (
        await reconnect({
          key,
          loginId: 'ana.martin@example.com',
          address: '192.0.2.9',
          integration: null,
        })
      ).ok,
    ).toBe(true)
    expect(postedTo(await house.deliverAll())).toEqual([ana.id])
  })

  test('another user’s, by an Administrator with the Administrator’s password; never by a Member', async () => {
    const { house, ana, bo } = await aTeam()
    const change = (viewer: User, userId: User['id'], password: string) =>
      changeLoginId(house, { viewer, userId, loginId: 'new@example.com', password })
    expect(await change(bo, ana.id, bosPassword)).toEqual({ ok: false, problem: { code: 'user-not-found' } })
    expect(await change(ana, bo.id, bosPassword)).toEqual({ ok: false, problem: { code: 'wrong-password' } })
    accepted(await change(ana, bo.id, anasPassword))
    expect(await present(house, bo)).toMatchObject({ loginId: 'new@example.com' })
    const former = (await mailsIn(house)).find(({ kind }) => kind === 'login-id-changed-former')
    expect(former).toMatchObject({ to_address: 'bo@example.com' })
    expect(former?.text).toContain('Ana Martin, an Administrator of your account, changed it')
  })

  test('refuses one that is taken or the same, and leaves Zaps alone', async () => {
    const { house, ana, bo } = await aTeam()
    const { check } = await aZapOf(house, ana)
    const change = (loginId: string) =>
      changeLoginId(house, { viewer: ana, userId: ana.id, loginId, password: anasPassword })
    expect(await change(bo.loginId.toUpperCase())).toEqual({ ok: false, problem: { code: 'login-id-taken' } })
    expect(await change('ANA@example.com ')).toEqual({ ok: false, problem: { code: 'login-id-unchanged' } })
    expect(await check()).toBe(true)
    expect(await present(house, ana)).toMatchObject({ loginId: 'ana@example.com' })
  })
})

describe('the permission “Trigger Zaps from all Booking pages”', () => {
  const permit = (house: House, viewer: User, user: User, allowed = true) =>
    permitAllPages(house, { viewer, userId: user.id, allowed })

  test('needs an Administrator who gives it, and one with a key who gets it', async () => {
    const { house, ana, bo } = await aTeam()
    expect(await permit(house, ana, ana)).toEqual({ ok: false, problem: { code: 'no-zapier-key' } })
    accepted(await generateKey(house, ana))
    accepted(await generateKey(house, bo))
    expect(await permit(house, ana, bo)).toEqual({ ok: false, problem: { code: 'not-an-administrator' } })
    expect(await permit(house, bo, ana)).toEqual({ ok: false, problem: { code: 'administrators-only' } })
    expect(await permit(house, bo, bo)).toEqual({ ok: false, problem: { code: 'administrators-only' } })
    accepted(await permit(house, ana, ana))
    expect(await present(house, ana)).toMatchObject({ triggersAllPages: true })
    expect(await kindsAndAddresses(house)).toEqual(['all-pages-permitted ana@example.com'])
    expect((await auditIn(house)).at(-1)).toBe('user.all-pages-permitted')
  })

  test('works at once on live Zaps, beside the owner’s, and stops at once', async () => {
    const { house, ana, bo } = await aTeam()
    const bosPage = await house.aPage({ owner: bo, name: 'Bo Ek' })
    await aZapOf(house, ana)
    await aZapOf(house, bo)
    await house.aBooking({ page: bosPage, start: '2026-11-24T15:00:00Z' })
    expect(postedTo(await house.deliverAll())).toEqual([bo.id])
    expect(await listOthersWithZaps(house, { viewer: ana, userId: ana.id })).toMatchObject([
      { user: { id: bo.id }, zaps: 1 },
    ])
    expect(await listOthersWithZaps(house, { viewer: bo, userId: bo.id })).toEqual([])
    accepted(await permit(house, ana, ana))
    await house.aBooking({ page: bosPage, start: '2026-11-24T16:00:00Z' })
    expect(postedTo(await house.deliverAll())).toEqual([ana.id, bo.id].sort())
    accepted(await permit(house, ana, ana, false))
    await house.aBooking({ page: bosPage, start: '2026-11-24T17:00:00Z' })
    expect(postedTo(await house.deliverAll())).toEqual([bo.id])
  })

  test('ends with the role and does not come back with it', async () => {
    const { house, ana, bo } = await aTeam()
    accepted(await changeRole(house, { viewer: ana, userId: bo.id, role: 'administrator' }))
    accepted(await generateKey(house, bo))
    accepted(await permit(house, ana, bo))
    accepted(await changeRole(house, { viewer: ana, userId: bo.id, role: 'member' }))
    expect(await present(house, bo)).toMatchObject({ role: 'member', triggersAllPages: false })
    accepted(await changeRole(house, { viewer: ana, userId: bo.id, role: 'administrator' }))
    expect(await present(house, bo)).toMatchObject({ triggersAllPages: false })
    expect(await auditIn(house)).toContain('user.all-pages-withdrawn')
  })

  test('ends with the key, also when both happen at the same moment', async () => {
    const { house, ana } = await aTeam()
    for (let round = 0; round < 10; round += 1) {
      accepted(await generateKey(house, ana))
      await Promise.all([permit(house, ana, ana), revokeKey(house, ana)])
      expect(await present(house, ana)).toMatchObject({ triggersAllPages: false })
    }
  })
})
