import { inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { checkPassword } from '#domain/accounts/check-password.ts'
import { preparePassword, setPassword } from '#domain/accounts/set-password.ts'
import type { TooManyAttempts, User, WeakPassword, WrongPassword } from '#domain/accounts/user.ts'
import { planUserMail } from '#domain/notifications/plan-user-mail.ts'
import { ok, type Result } from '#kit/result.ts'
import type { ProfileDeps } from './as-administrator.ts'
import { passwordChangedMail } from './profile-mails.ts'

/** Changes one's own password. Every other session of the user ends; the one that asked goes on. */
export async function changePassword(
  deps: ProfileDeps,
  asked: { viewer: User; current: string; wanted: string; sessionId: string | undefined },
): Promise<Result<void, WrongPassword | TooManyAttempts | WeakPassword>> {
  const { viewer, current, wanted, sessionId } = asked
  const checked = await checkPassword(deps, { user: viewer, password: current })
  if (!checked.ok) return checked
  const prepared = await preparePassword(wanted, viewer.loginId)
  if (!prepared.ok) return prepared
  await inAccount(deps.database, viewer.accountId, async (tx) => {
    await setPassword(tx, deps, { user: viewer, hash: prepared.value.hash, keepSession: sessionId })
    await audit(tx, deps, {
      accountId: viewer.accountId,
      actorUserId: viewer.id,
      action: 'user.password-changed',
      subject: viewer.id,
    })
    await planUserMail(tx, deps, {
      to: viewer,
      kind: 'password-changed',
      layout: passwordChangedMail(deps.publicUrl, viewer),
    })
  })
  deps.wakeWorker()
  return ok(undefined)
}
