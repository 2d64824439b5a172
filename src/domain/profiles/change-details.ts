import { inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { changeUser, lockUsers } from '#domain/accounts/change-user.ts'
import type { Role, User } from '#domain/accounts/user.ts'
import { planUserMail } from '#domain/notifications/plan-user-mail.ts'
import type { UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { asAdministrator, type ProfileDeps } from './as-administrator.ts'
import {
  type AdministratorsOnly,
  isLastAdministrator,
  type LastAdministrator,
  type UserNotFound,
} from './profile.ts'
import { roleMail } from './profile-mails.ts'

/** Changes name and time zone: one's own, or as an Administrator anybody's. Pages keep their names and zones. */
export const changeDetails = (
  deps: Pick<ProfileDeps, 'database' | 'clock'>,
  asked: { viewer: User; userId: UserId; name: string; zone: string },
): Promise<Result<void, UserNotFound>> =>
  inAccount(deps.database, asked.viewer.accountId, async (tx) => {
    const { viewer, userId, name, zone } = asked
    const users = await lockUsers(tx, viewer.accountId)
    const acting = users.find(({ id }) => id === viewer.id)
    const user = users.find(({ id }) => id === userId)
    if (!user || (user.id !== viewer.id && acting?.role !== 'administrator'))
      return refuse({ code: 'user-not-found' })
    if (user.name === name && user.zone === zone) return ok(undefined)
    await changeUser(tx, deps, user, { name, zone })
    await audit(tx, deps, {
      accountId: viewer.accountId,
      actorUserId: viewer.id,
      action: 'user.details-changed',
      subject: userId,
    })
    return ok(undefined)
  })

/**
 * Makes a user an Administrator or a Member; Administrators only, and one who has signed in is always left. A Member loses the
 * permission "Trigger Zaps from all Booking pages" with the role.
 */
export const changeRole = (
  deps: ProfileDeps,
  { viewer, userId, role }: { viewer: User; userId: UserId; role: Role },
): Promise<Result<void, AdministratorsOnly | UserNotFound | LastAdministrator>> =>
  asAdministrator<void, UserNotFound | LastAdministrator>(deps, viewer, async (tx, users) => {
    const user = users.find(({ id }) => id === userId)
    if (!user) return refuse({ code: 'user-not-found' })
    if (user.role === role) return ok(undefined)
    if (role === 'member' && isLastAdministrator(users, user)) return refuse({ code: 'last-administrator' })
    await changeUser(tx, deps, user, { role })
    const by = { accountId: viewer.accountId, actorUserId: viewer.id, subject: userId }
    await audit(tx, deps, { ...by, action: 'user.role-changed', details: { role } })
    if (user.triggersAllPages)
      await audit(tx, deps, { ...by, action: 'user.all-pages-withdrawn', details: { because: 'demotion' } })
    if (user.joinedAt !== null && user.id !== viewer.id)
      await planUserMail(tx, deps, {
        to: user,
        kind: 'role-changed',
        layout: roleMail(deps.publicUrl, { to: user, role, by: viewer }),
      })
    return ok(undefined)
  })
