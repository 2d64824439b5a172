import { inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { lockUserOf } from '#domain/accounts/change-user.ts'
import { findUserOf, findUserToReset } from '#domain/accounts/find-user.ts'
import { countAttempt } from '#domain/accounts/limit-attempts.ts'
import { findLinkedUser, makeLink, redeemLink } from '#domain/accounts/mail-link.ts'
import { preparePassword, setPassword } from '#domain/accounts/set-password.ts'
import type { LinkInvalid, TooManyAttempts, User, WeakPassword } from '#domain/accounts/user.ts'
import { planUserMail } from '#domain/notifications/plan-user-mail.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { ProfileDeps } from './as-administrator.ts'
import { passwordChangedMail, resetMail } from './profile-mails.ts'

/**
 * "Forgot your password?": owes a mail with a link, if a user with this Login ID has signed in before. The answer is the same whether
 * or not.
 *
 * At most 20 asks an hour from one client address, which is told so; at most 5 mails an hour to one user, which nobody is told.
 */
export async function requestPasswordReset(
  deps: ProfileDeps,
  { loginId, clientAddress }: { loginId: string; clientAddress: string },
): Promise<Result<void, TooManyAttempts>> {
  const counted = await countAttempt(deps, { key: `reset-from:${clientAddress}`, most: 20, minutes: 60 })
  if (!counted.ok) return counted
  const user = await findUserToReset(deps, loginId)
  if (!user) return ok(undefined)
  const mailed = await countAttempt(deps, { key: `reset:${user.id}`, most: 5, minutes: 60 })
  if (!mailed.ok) return ok(undefined)
  await inAccount(deps.database, user.accountId, async (tx) => {
    // A Login ID that changed since we looked would send the way into the account to its former address.
    const present = await lockUserOf(tx, user)
    if (present?.loginId !== user.loginId) return
    const link = await makeLink(tx, deps, { user, purpose: 'password-reset' })
    await planUserMail(tx, deps, { to: user, kind: 'password-reset', layout: resetMail(link, user) })
  })
  deps.wakeWorker()
  return ok(undefined)
}

/**
 * The same link without a mail, for the operator of the server (`npx hourwire reset-link`): the way back in for an only Administrator
 * where no mail arrives. Undefined where nobody who has signed in has this Login ID.
 */
export async function makeResetLink(
  deps: Pick<ProfileDeps, 'database' | 'clock' | 'publicUrl'>,
  loginId: string,
): Promise<{ link: string; name: string } | undefined> {
  const user = await findUserToReset(deps, loginId)
  if (!user) return undefined
  return await inAccount(deps.database, user.accountId, async (tx) => {
    await audit(tx, deps, {
      accountId: user.accountId,
      actorUserId: null,
      action: 'user.reset-link-made',
      subject: user.id,
    })
    return { link: await makeLink(tx, deps, { user, purpose: 'password-reset' }), name: user.name }
  })
}

/** Who may set a new password by this link; undefined when it works no more. Looking changes nothing. */
export const findPasswordReset = (
  deps: Pick<ProfileDeps, 'database' | 'clock'>,
  token: string,
): Promise<User | undefined> => findLinkedUser(deps, { purpose: 'password-reset', token })

/** Sets a new password by a mailed link, and ends every session of the user. Zaps run on: they never used the password. */
export async function resetPassword(
  deps: ProfileDeps,
  { token, password }: { token: string; password: string },
): Promise<Result<void, LinkInvalid | WeakPassword>> {
  const asking = await findPasswordReset(deps, token)
  if (!asking) return refuse({ code: 'link-invalid' })
  const prepared = await preparePassword(password, asking.loginId)
  if (!prepared.ok) return prepared
  const done = await inAccount(
    deps.database,
    asking.accountId,
    async (tx): Promise<Result<void, LinkInvalid>> => {
      const user = await findUserOf(tx, asking.accountId, asking.id)
      if (!user || !(await redeemLink(tx, deps, { user, purpose: 'password-reset', token })))
        return refuse({ code: 'link-invalid' })
      await setPassword(tx, deps, { user, hash: prepared.value.hash })
      await audit(tx, deps, {
        accountId: user.accountId,
        actorUserId: user.id,
        action: 'user.password-reset',
        subject: user.id,
      })
      await planUserMail(tx, deps, {
        to: user,
        kind: 'password-changed',
        layout: passwordChangedMail(deps.publicUrl, user),
      })
      return ok(undefined)
    },
  )
  if (done.ok) deps.wakeWorker()
  return done
}
