import { type Db, inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { changeUser, lockUsers } from '#domain/accounts/change-user.ts'
import { accountOwnerOf, type KnownUser, namesOf, type Role, type User } from '#domain/accounts/user.ts'
import { planUserMail } from '#domain/notifications/plan-user-mail.ts'
import { setTeamsOf, type TeamUnknown } from '#domain/teams/team-membership.ts'
import type { TeamId, UserId } from '#kit/ids.ts'
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
    return await giveRole(tx, deps, { viewer, users, user, role })
  })

async function giveRole(
  tx: Db,
  deps: ProfileDeps,
  { viewer, users, user, role }: { viewer: User; users: KnownUser[]; user: KnownUser; role: Role },
): Promise<Result<void, LastAdministrator>> {
  if (user.role === role) return ok(undefined)
  if (role === 'member' && isLastAdministrator(users, user)) return refuse({ code: 'last-administrator' })
  await changeUser(tx, deps, user, { role })
  const by = { accountId: viewer.accountId, actorUserId: viewer.id, subject: user.id }
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
}

/** A name as its two parts, of which one may stay as it is. Undefined where there is nothing to change. */
export interface UserChanges {
  firstName?: string | undefined
  lastName?: string | undefined
  role?: Role | undefined
  /** All teams the user is in from now on. */
  teams?: TeamId[] | undefined
}

/** Whom the account belongs to is changed by nobody else. */
export type IsAccountOwner = { code: 'is-account-owner' }
export type UserNameTooLong = { code: 'user-name-too-long'; most: number }

const longestName = 100

/** Changes name, role and teams of a user together or not at all; Administrators only, and never those of the account's owner. */
export const changeUserAsAccount = (
  deps: ProfileDeps,
  { viewer, userId, changes }: { viewer: User; userId: UserId; changes: UserChanges },
): Promise<
  Result<
    void,
    AdministratorsOnly | UserNotFound | IsAccountOwner | UserNameTooLong | LastAdministrator | TeamUnknown
  >
> =>
  asAdministrator<void, UserNotFound | IsAccountOwner | UserNameTooLong | LastAdministrator | TeamUnknown>(
    deps,
    viewer,
    async (tx, users) => {
      const user = users.find(({ id }) => id === userId)
      if (!user) return refuse({ code: 'user-not-found' })
      if (accountOwnerOf(users)?.id === user.id) return refuse({ code: 'is-account-owner' })
      const by = { accountId: viewer.accountId, actorUserId: viewer.id, subject: user.id }
      const former = namesOf(user)
      const { firstName = former.firstName, lastName = former.lastName, role, teams } = changes
      if (firstName !== former.firstName || lastName !== former.lastName) {
        const name = `${firstName} ${lastName}`.trim()
        if ([...name].length > longestName) return refuse({ code: 'user-name-too-long', most: longestName })
        await changeUser(tx, deps, user, { name, lastName: lastName || null })
        await audit(tx, deps, { ...by, action: 'user.details-changed' })
      }
      if (role !== undefined) {
        const given = await giveRole(tx, deps, { viewer, users, user, role })
        if (!given.ok) return given
      }
      if (teams !== undefined) {
        const joined = await setTeamsOf(tx, user, teams)
        if (!joined.ok) return joined
        await audit(tx, deps, {
          ...by,
          action: 'user.teams-changed',
          details: { teams: new Set(teams).size },
        })
      }
      return ok(undefined)
    },
  )
