import { describe, expect, test } from 'vitest'
import { checkPassword } from '#domain/accounts/check-password.ts'
import { newUuid } from '#kit/ids.ts'
import { accepted } from '#kit/result.ts'
import { type House, openHouse } from '../../../tests/house.ts'
import { holdRows, untilWaiting } from '../../../tests/locks.ts'
import { changeLoginId } from './change-login-id.ts'
import { changePassword } from './change-password.ts'
import { inviteUser } from './invite-user.ts'
import { auditIn, mailsIn, tokenIn } from './profiles.test-support.ts'
import { findPasswordReset, makeResetLink, requestPasswordReset, resetPassword } from './reset-password.ts'

const former = 'tuesday lantern 26'
const wanted = 'saturday harbour 31'
const clientAddress = '192.0.2.1'

async function aSession(house: House, user: { accountId: string; id: string }): Promise<string> {
  const id = newUuid(house.clock.now().epochMilliseconds)
  await house.sql(
    `insert into sessions (account_id, id, user_id, token_hash, expires_at, created_at, updated_at)
     values ($1, $2, $3, gen_random_uuid()::text, now() + interval '7 days', now(), now())`,
    [user.accountId, id, user.id],
  )
  return id
}

const sessionsOf = async (house: House) =>
  (await house.sql<{ id: string }>('select id from sessions')).map(({ id }) => id)

const isRight = async (house: House, user: Parameters<typeof checkPassword>[1]['user'], password: string) =>
  (await checkPassword(house, { user, password })).ok

describe('changePassword', () => {
  test('wants the current one, ends the other sessions and open reset links, and tells the user', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const here = await aSession(house, ana)
    await aSession(house, ana)
    accepted(await requestPasswordReset(house, { loginId: ana.loginId, clientAddress }))
    const token = tokenIn((await mailsIn(house))[0], 'reset-password')
    const change = (current: string) =>
      changePassword(house, { viewer: ana, current, wanted, sessionId: here })
    expect(await change('not the password')).toEqual({ ok: false, problem: { code: 'wrong-password' } })
    expect(await sessionsOf(house)).toHaveLength(2)
    accepted(await change(former))
    expect(await sessionsOf(house)).toEqual([here])
    expect(await findPasswordReset(house, token)).toBeUndefined()
    expect(await isRight(house, ana, wanted)).toBe(true)
    expect(await isRight(house, ana, former)).toBe(false)
    expect((await mailsIn(house)).map(({ kind }) => kind)).toEqual(['password-reset', 'password-changed'])
    expect(await auditIn(house)).toEqual(['user.password-changed'])
  })

  test('refuses a weak one and changes nothing', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    expect(
      await changePassword(house, { viewer: ana, current: former, wanted: 'short', sessionId: undefined }),
    ).toMatchObject({ problem: { code: 'weak-password' } })
    expect(await isRight(house, ana, former)).toBe(true)
  })
})

describe('checkPassword', () => {
  test('after five wrong ones waits a quarter of an hour, whatever is given, and only for this user', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const bo = await house.aUser({ accountId: ana.accountId, name: 'Bo Ek' })
    for (let attempt = 0; attempt < 5; attempt += 1)
      await checkPassword(house, { user: ana, password: 'wrong' })
    expect(await checkPassword(house, { user: ana, password: former })).toEqual({
      ok: false,
      problem: { code: 'too-many-attempts', retryAfterSeconds: 900 },
    })
    expect(await isRight(house, bo, 'wednesday lantern 26')).toBe(true)
    house.setNow('2026-11-23T08:15:00Z')
    expect(await isRight(house, ana, former)).toBe(true)
  })

  test('a right one forgets the wrong ones before it; guesses made at once do not slip through together', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    for (let round = 0; round < 3; round += 1) {
      for (let attempt = 0; attempt < 4; attempt += 1)
        await checkPassword(house, { user: ana, password: 'wrong' })
      expect(await isRight(house, ana, former)).toBe(true)
    }
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => checkPassword(house, { user: ana, password: 'wrong' })),
    )
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.problem.code))
    expect(codes.filter((code) => code === 'wrong-password')).toHaveLength(5)
    expect(codes.filter((code) => code === 'too-many-attempts')).toHaveLength(7)
  })

  test('nobody is let in without a password, an empty one included', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const { user } = accepted(
      await inviteUser(house, {
        viewer: ana,
        user: { name: 'Bo Ek', loginId: 'bo@example.com', role: 'member' },
      }),
    )
    for (const password of ['', 'x', 'undefined']) expect(await isRight(house, user, password)).toBe(false)
  })
})

describe('a forgotten password', () => {
  const ask = (house: House, loginId = 'ANA@example.com', from = clientAddress) =>
    requestPasswordReset(house, { loginId, clientAddress: from })

  test('a mailed link sets a new one, ends every session, and works once', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    await aSession(house, ana)
    accepted(await ask(house))
    const token = tokenIn((await mailsIn(house))[0], 'reset-password')
    expect(await findPasswordReset(house, token)).toMatchObject({ id: ana.id })
    expect(await resetPassword(house, { token, password: 'short' })).toMatchObject({
      problem: { code: 'weak-password' },
    })
    accepted(await resetPassword(house, { token, password: wanted }))
    expect(await resetPassword(house, { token, password: 'sunday harbour 32' })).toEqual({
      ok: false,
      problem: { code: 'link-invalid' },
    })
    expect(await sessionsOf(house)).toEqual([])
    expect(await isRight(house, ana, wanted)).toBe(true)
    expect((await mailsIn(house)).map(({ kind }) => kind)).toEqual(['password-reset', 'password-changed'])
    expect(await auditIn(house)).toEqual(['user.password-reset'])
  })

  test('only the newest link works, for 60 minutes', async () => {
    const house = await openHouse()
    await house.anAccount()
    accepted(await ask(house))
    accepted(await ask(house))
    const [first, second] = (await mailsIn(house)).map((mail) => tokenIn(mail, 'reset-password'))
    expect(await findPasswordReset(house, first as string)).toBeUndefined()
    house.setNow('2026-11-23T08:59:59Z')
    expect(await findPasswordReset(house, second as string)).toBeDefined()
    house.setNow('2026-11-23T09:00:00Z')
    expect(await findPasswordReset(house, second as string)).toBeUndefined()
  })

  test('an invitation is no reset link, nor the other way round', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    accepted(
      await inviteUser(house, {
        viewer: ana,
        user: { name: 'Bo Ek', loginId: 'bo@example.com', role: 'member' },
      }),
    )
    const token = tokenIn((await mailsIn(house))[0], 'invitation')
    expect(await findPasswordReset(house, token)).toBeUndefined()
  })

  test('the answer is the same for unknown Login IDs and for users who never signed in, who get no mail', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    accepted(
      await inviteUser(house, {
        viewer: ana,
        user: { name: 'Bo Ek', loginId: 'bo@example.com', role: 'member' },
      }),
    )
    const answers = [
      await ask(house),
      await ask(house, 'nobody@example.com'),
      await ask(house, 'bo@example.com'),
      await ask(house, ''),
    ]
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect((await mailsIn(house)).map(({ kind, to_address }) => [kind, to_address])).toEqual([
      ['user-invited', 'bo@example.com'],
      ['password-reset', 'ana@example.com'],
    ])
  })

  test('floods nobody: five mails an hour to one user, without saying so, and twenty asks an hour from one address', async () => {
    const house = await openHouse()
    await house.anAccount()
    for (let n = 0; n < 8; n += 1)
      expect(await ask(house, 'ana@example.com', `192.0.2.${n}`)).toMatchObject({ ok: true })
    expect(await mailsIn(house)).toHaveLength(5)
    for (let n = 0; n < 20; n += 1) accepted(await ask(house, `nobody${n}@example.com`, '192.0.2.99'))
    expect(await ask(house, 'nobody@example.com', '192.0.2.99')).toMatchObject({
      problem: { code: 'too-many-attempts' },
    })
    house.setNow('2026-11-23T09:00:01Z')
    accepted(await ask(house, 'ana@example.com', '192.0.2.99'))
    expect(await mailsIn(house)).toHaveLength(6)
  })

  test('no link goes to a Login ID that was changed while it was asked for', async () => {
    const house = await openHouse()
    const { ana, password } = await house.anAccount()
    accepted(await ask(house))
    const release = await holdRows(house, "select from attempt_counts where key like 'reset:%' for update")
    const asking = ask(house)
    await untilWaiting(house, 1)
    accepted(
      await changeLoginId(house, { viewer: ana, userId: ana.id, loginId: 'new@example.com', password }),
    )
    await release()
    accepted(await asking)
    const links = (await mailsIn(house)).filter(({ kind }) => kind === 'password-reset')
    expect(links).toHaveLength(1)
    expect(await findPasswordReset(house, tokenIn(links[0], 'reset-password'))).toBeUndefined()
  })

  test('the operator can make the link without a mail, for whoever has signed in', async () => {
    const house = await openHouse()
    const { ana } = await house.anAccount()
    const made = await makeResetLink(house, ' ANA@example.com')
    expect(made?.name).toBe('Ana Martin')
    const token = made?.link.replace('https://meet.example.com/reset-password/', '') ?? ''
    accepted(await resetPassword(house, { token, password: wanted }))
    expect(await isRight(house, ana, wanted)).toBe(true)
    expect(await makeResetLink(house, 'nobody@example.com')).toBeUndefined()
    expect(await auditIn(house)).toEqual(['user.reset-link-made', 'user.password-reset'])
  })
})
