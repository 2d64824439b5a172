import { type Db, inAccount } from '#database/db.ts'
import { addInvitedUser } from '#domain/accounts/add-user.ts'
import { audit } from '#domain/accounts/audit.ts'
import { lockUsers, markJoined } from '#domain/accounts/change-user.ts'
import { countAttempt } from '#domain/accounts/limit-attempts.ts'
import { findLinkedUser, makeLink, redeemLink } from '#domain/accounts/mail-link.ts'
import { preparePassword, setPassword } from '#domain/accounts/set-password.ts'
import type {
  LinkInvalid,
  LoginIdTaken,
  Role,
  TooManyAttempts,
  User,
  WeakPassword,
} from '#domain/accounts/user.ts'
import { addBookingPage } from '#domain/booking-pages/add-booking-page.ts'
import type { BookingPage } from '#domain/booking-pages/booking-page.ts'
import { listAllEventTypes } from '#domain/booking-pages/find-booking-page.ts'
import { moveOwnersPages } from '#domain/booking-pages/hand-over-pages.ts'
import { planUserMail } from '#domain/notifications/plan-user-mail.ts'
import { setTeamsOf, type TeamUnknown } from '#domain/teams/team-membership.ts'
import type { TeamId, UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { asAdministrator, type ProfileDeps } from './as-administrator.ts'
import type { AdministratorsOnly, HasSignedIn, UserNotFound } from './profile.ts'
import { invitationMail } from './profile-mails.ts'

/**
 * Adds a user with a booking page of their own, and owes them a mail with a link to choose a password; Administrators only.
 *
 * Until the user says in which time zone they live, the inviter's is assumed, for the page too. `lastName`: which end of the name
 * is the last name, where that is known.
 */
export const inviteUser = (
  deps: ProfileDeps,
  {
    viewer,
    user,
    teams = [],
  }: {
    viewer: User
    user: { name: string; lastName?: string | undefined; loginId: string; role: Role }
    teams?: TeamId[] | undefined
  },
): Promise<Result<{ user: User; page: BookingPage }, AdministratorsOnly | LoginIdTaken | TeamUnknown>> =>
  asAdministrator<{ user: User; page: BookingPage }, LoginIdTaken | TeamUnknown>(deps, viewer, async (tx) => {
    const { accountId } = viewer
    const added = await addInvitedUser(tx, deps, { accountId, user: { ...user, zone: viewer.zone } })
    if (!added.ok) return added
    const joined = await setTeamsOf(tx, added.value, teams)
    if (!joined.ok) return joined
    const eventTypes = await listAllEventTypes(tx, accountId)
    const page = await addBookingPage(tx, deps, {
      owner: added.value,
      publicName: added.value.name.slice(0, 75),
      eventTypeIds: eventTypes.map(({ id }) => id),
    })
    await sendInvitation(tx, deps, { to: added.value, by: viewer })
    await audit(tx, deps, {
      accountId,
      actorUserId: viewer.id,
      action: 'user.invited',
      subject: added.value.id,
      details: { role: user.role },
    })
    return ok({ user: added.value, page })
  })

/** Sends the invitation anew: the link that was sent before works no more. Only to users who never signed in, ten times an hour at most. */
export async function resendInvitation(
  deps: ProfileDeps,
  { viewer, userId }: { viewer: User; userId: UserId },
): Promise<Result<User, AdministratorsOnly | UserNotFound | TooManyAttempts | HasSignedIn>> {
  const counted = await countAttempt(deps, { key: `invitation:${userId}`, most: 10, minutes: 60 })
  if (!counted.ok) return counted
  return await asAdministrator<User, UserNotFound | HasSignedIn>(deps, viewer, async (tx, users) => {
    const user = users.find(({ id }) => id === userId)
    if (!user) return refuse({ code: 'user-not-found' })
    if (user.joinedAt !== null) return refuse({ code: 'has-signed-in' })
    await sendInvitation(tx, deps, { to: user, by: viewer })
    await audit(tx, deps, {
      accountId: viewer.accountId,
      actorUserId: viewer.id,
      action: 'user.invitation-resent',
      subject: userId,
    })
    return ok(user)
  })
}

/** Owes an invitation with a new link, within the caller's transaction. */
export async function sendInvitation(
  tx: Db,
  deps: Pick<ProfileDeps, 'clock' | 'publicUrl'>,
  { to, by }: { to: User; by: User },
): Promise<void> {
  const link = await makeLink(tx, deps, { user: to, purpose: 'invitation' })
  await planUserMail(tx, deps, { to, kind: 'user-invited', layout: invitationMail(link, to, by) })
}

/** Who is invited by this link; undefined when it works no more. Looking changes nothing: mail scanners open links. */
export const findInvitation = (
  deps: Pick<ProfileDeps, 'database' | 'clock'>,
  token: string,
): Promise<User | undefined> => findLinkedUser(deps, { purpose: 'invitation', token })

/** Accepts an invitation: the user has a password, says the time zone, and can sign in. Of two who use the link together, one is refused. */
export async function acceptInvitation(
  deps: Pick<ProfileDeps, 'database' | 'clock'>,
  { token, password, zone }: { token: string; password: string; zone: string },
): Promise<Result<{ loginId: string }, LinkInvalid | WeakPassword>> {
  const invited = await findInvitation(deps, token)
  if (!invited) return refuse({ code: 'link-invalid' })
  const prepared = await preparePassword(password, invited.loginId)
  if (!prepared.ok) return prepared
  return await inAccount(deps.database, invited.accountId, async (tx) => {
    // As the user is now: an Administrator may have changed something since the page was opened.
    const user = (await lockUsers(tx, invited.accountId)).find(({ id }) => id === invited.id)
    if (!user || !(await redeemLink(tx, deps, { user, purpose: 'invitation', token })))
      return refuse({ code: 'link-invalid' })
    await setPassword(tx, deps, { user, hash: prepared.value.hash })
    await markJoined(tx, deps, { user, zone })
    await moveOwnersPages(tx, user, { from: user.zone, to: zone })
    await audit(tx, deps, {
      accountId: user.accountId,
      actorUserId: user.id,
      action: 'user.joined',
      subject: user.id,
    })
    return ok({ loginId: user.loginId })
  })
}
