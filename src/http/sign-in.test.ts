import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { checkPassword } from '#domain/accounts/check-password.ts'
import { changePassword } from '#domain/profiles/change-password.ts'
import { deleteUser } from '#domain/profiles/delete-user.ts'
import { acceptInvitation, inviteUser } from '#domain/profiles/invite-user.ts'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../../tests/house.ts'
import { mailsIn, tokenIn } from '../domain/profiles/profiles.test-support.ts'
import { createSignIn } from './sign-in.ts'

async function openDoor({ publicUrl = 'http://localhost:4200' }: { publicUrl?: string } = {}) {
  const house = await openHouse()
  const { ana, password } = await house.anAccount()
  const signIn = createSignIn(
    { ...house, publicUrl },
    {
      connection: house.connection,
      asServingRole: inject('database').hasServingRole,
      onError: (error) => {
        throw error
      },
    },
  )
  onTestFinished(() => signIn.close())
  const as = (loginId: string, word: string, clientAddress = '192.0.2.1') =>
    signIn.signIn({ loginId, password: word, clientAddress, userAgent: 'test' })
  return { house, ana, password, signIn, as }
}

const cookieHeader = (cookies: string[]) =>
  new Headers({ cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') })

describe('sign-in', () => {
  test('the right pair opens a session that its cookie alone proves, whatever the case of the Login ID', async () => {
    const { ana, password, signIn, as } = await openDoor()
    const { cookies } = accepted(await as(' ANA@example.com', password))
    expect(cookies[0]).toMatch(/^hourwire_session=.*HttpOnly.*SameSite=Lax/i)
    expect(await signIn.userIdOf(cookieHeader(cookies))).toBe(ana.id)
    expect(await signIn.userIdOf(new Headers())).toBeUndefined()
    expect(
      await signIn.userIdOf(new Headers({ cookie: 'hourwire_session=forged.signature' })),
    ).toBeUndefined()
  })

  test('under https the cookie is bound to this host and to encrypted connections', async () => {
    const { password, as } = await openDoor({ publicUrl: 'https://meet.example.com' })
    const { cookies } = accepted(await as('ana@example.com', password))
    expect(cookies[0]).toMatch(/^__Host-hourwire_session=.*Path=\/.*Secure/i)
    expect(cookies[0]).not.toMatch(/Domain=/i)
  })

  test('a wrong password and an unknown Login ID get the same answer', async () => {
    const { password, as } = await openDoor()
    expect(await as('ana@example.com', 'not the password')).toEqual({
      ok: false,
      problem: { code: 'wrong-sign-in' },
    })
    expect(await as('nobody@example.com', password)).toEqual({
      ok: false,
      problem: { code: 'wrong-sign-in' },
    })
    expect(await as('not an address', password)).toEqual({ ok: false, problem: { code: 'wrong-sign-in' } })
    expect(await as('', '')).toEqual({ ok: false, problem: { code: 'wrong-sign-in' } })
  })

  test('the database holds no token that opens a session', async () => {
    const { house, password, as } = await openDoor()
    const { cookies } = accepted(await as('ana@example.com', password))
    const token = decodeURIComponent(cookies[0]?.split(';')[0]?.split('=')[1] ?? '').split('.')[0] ?? ''
    expect(token.length).toBeGreaterThan(20)
    const [session] = await house.sql(
      'select token_hash, account_id is not null as has_account, ip_address from sessions',
    )
    expect(session).toMatchObject({ has_account: true, ip_address: '192.0.2.1' })
    expect(JSON.stringify(session)).not.toContain(token)
  })

  test('signing out ends the session in the database', async () => {
    const { password, signIn, as } = await openDoor()
    const { cookies } = accepted(await as('ana@example.com', password))
    const headers = cookieHeader(cookies)
    const out = await signIn.signOut(headers)
    expect(out.cookies.join()).toMatch(/Max-Age=0/i)
    expect(await signIn.userIdOf(headers)).toBeUndefined()
  })

  test('after ten tries in a minute an address has to wait, and only that address', async () => {
    const { password, as } = await openDoor()
    for (let attempt = 0; attempt < 10; attempt += 1) await as('ana@example.com', 'wrong', '192.0.2.7')
    const limited = await as('ana@example.com', password, '192.0.2.7')
    expect(limited).toMatchObject({ ok: false, problem: { code: 'too-many-attempts' } })
    expect((await as('ana@example.com', password, '192.0.2.8')).ok).toBe(true)
  })

  test('changing the password ends every session but the one that asked; the new one signs in', async () => {
    const { house, ana, password, signIn, as } = await openDoor()
    const [here, there] = [
      cookieHeader(accepted(await as('ana@example.com', password)).cookies),
      cookieHeader(accepted(await as('ana@example.com', password)).cookies),
    ]
    accepted(
      await changePassword(house, {
        viewer: ana,
        current: password,
        wanted: 'saturday harbour 31',
        sessionId: await signIn.sessionIdOf(here),
      }),
    )
    expect(await signIn.userIdOf(here)).toBe(ana.id)
    expect(await signIn.userIdOf(there)).toBeUndefined()
    expect((await as('ana@example.com', password)).ok).toBe(false)
    expect((await as('ana@example.com', 'saturday harbour 31')).ok).toBe(true)
  })

  test('who guesses the password on a form locks nobody out of signing in', async () => {
    const { house, ana, password, as } = await openDoor()
    for (let attempt = 0; attempt < 6; attempt += 1)
      await checkPassword(house, { user: ana, password: 'wrong' })
    expect(await checkPassword(house, { user: ana, password })).toMatchObject({ ok: false })
    expect((await as('ana@example.com', password)).ok).toBe(true)
  })

  test('an invited user signs in from the moment the invitation is accepted, a deleted one never again', async () => {
    const { house, ana, signIn, as } = await openDoor()
    const { user } = accepted(
      await inviteUser(house, {
        viewer: ana,
        user: { name: 'Bo Ek', loginId: 'bo@example.com', role: 'member' },
      }),
    )
    const word = 'thursday lantern 27'
    for (const guess of ['', word, 'undefined']) expect((await as('bo@example.com', guess)).ok).toBe(false)
    const token = tokenIn((await mailsIn(house))[0], 'invitation')
    accepted(await acceptInvitation(house, { token, password: word, zone: 'UTC' }))
    const { cookies } = accepted(await as('bo@example.com', word))
    expect(await signIn.userIdOf(cookieHeader(cookies))).toBe(user.id)
    accepted(await deleteUser(house, { viewer: ana, userId: user.id, heirId: ana.id }))
    expect(await signIn.userIdOf(cookieHeader(cookies))).toBeUndefined()
    for (const loginId of ['bo@example.com', `deleted-${user.id}`])
      expect((await as(loginId, word)).ok).toBe(false)
  })
})
