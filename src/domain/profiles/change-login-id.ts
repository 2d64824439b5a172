import { inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { changeLoginIdOf, lockUserOf, lockUsers } from '#domain/accounts/change-user.ts'
import { checkPassword } from '#domain/accounts/check-password.ts'
import {
  type LoginIdTaken,
  normaliseLoginId,
  type TooManyAttempts,
  type User,
  type WrongPassword,
} from '#domain/accounts/user.ts'
import { planUserMail } from '#domain/notifications/plan-user-mail.ts'
import type { SubscriptionOverview } from '#domain/webhooks/subscription.ts'
import { breakConnection } from '#domain/zapier/break-connection.ts'
import { listLiveZaps } from '#domain/zapier/manage-zaps.ts'
import type { UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { ProfileDeps } from './as-administrator.ts'
import { sendInvitation } from './invite-user.ts'
import type { LoginIdUnchanged, UserNotFound } from './profile.ts'
import { formerLoginIdMail, newLoginIdMail } from './profile-mails.ts'

/** The Zaps of a user that a change of the Login ID stops, for the question before. The asker's own, or for an Administrator anybody's. */
export const listZapsOf = (
  { database }: Pick<ProfileDeps, 'database'>,
  { viewer, userId }: { viewer: User; userId: UserId },
): Promise<SubscriptionOverview[]> =>
  userId === viewer.id || viewer.role === 'administrator'
    ? inAccount(database, viewer.accountId, (tx) => listLiveZaps(tx, viewer.accountId, userId))
    : Promise.resolve([])

/**
 * Changes a Login ID: one's own, or as an Administrator another user's. Either way whoever asks gives the own password.
 *
 * From the commit on, sign-in and the Zapier connection want the new one; the user's Zaps wait for a reconnect, with what happens
 * meanwhile held. Both addresses get a mail. Who never signed in gets a new invitation at the new address instead.
 */
export async function changeLoginId(
  deps: ProfileDeps,
  asked: { viewer: User; userId: UserId; loginId: string; password: string },
): Promise<
  Result<
    { zapsStopped: number },
    UserNotFound | WrongPassword | TooManyAttempts | LoginIdUnchanged | LoginIdTaken
  >
> {
  const { viewer, userId } = asked
  if (userId !== viewer.id && viewer.role !== 'administrator') return refuse({ code: 'user-not-found' })
  const loginId = normaliseLoginId(asked.loginId)
  const checked = await checkPassword(deps, { user: viewer, password: asked.password })
  if (!checked.ok) return checked
  const changed = await inAccount(
    deps.database,
    viewer.accountId,
    async (tx): Promise<Result<{ zapsStopped: number }, UserNotFound | LoginIdUnchanged | LoginIdTaken>> => {
      const users = await lockUsers(tx, viewer.accountId)
      const acting = users.find(({ id }) => id === viewer.id)
      const user = users.find(({ id }) => id === userId)
      if (!user || !acting || (user.id !== acting.id && acting.role !== 'administrator'))
        return refuse({ code: 'user-not-found' })
      if (user.loginId === loginId) return refuse({ code: 'login-id-unchanged' })
      // The connection before the Login ID: who holds the key at this moment, to turn a Zap on or to replace it, still has to refer to
      // the user's row, which a new Login ID closes until we commit. The other way round each would wait for the other.
      await lockUserOf(tx, user)
      const { zapsStopped } = await breakConnection(tx, deps, user)
      const done = await changeLoginIdOf(tx, deps, { user, loginId })
      if (!done.ok) return done
      const to = { ...user, loginId }
      await audit(tx, deps, {
        accountId: user.accountId,
        actorUserId: viewer.id,
        action: 'user.login-id-changed',
        subject: user.id,
        details: { zapsStopped },
      })
      if (user.joinedAt === null) {
        await sendInvitation(tx, deps, { to, by: viewer })
        return ok({ zapsStopped })
      }
      await planUserMail(tx, deps, {
        to,
        kind: 'login-id-changed',
        layout: newLoginIdMail(deps.publicUrl, { to, formerLoginId: user.loginId, zapsStopped }),
      })
      await planUserMail(tx, deps, {
        to: user,
        kind: 'login-id-changed-former',
        layout: formerLoginIdMail(deps.publicUrl, {
          to: user,
          loginId,
          by: user.id === viewer.id ? undefined : viewer,
        }),
      })
      return ok({ zapsStopped })
    },
  )
  if (changed.ok) deps.wakeWorker()
  return changed
}
