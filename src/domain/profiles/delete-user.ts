import { inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { lockUserOf, removeUser } from '#domain/accounts/change-user.ts'
import { listUsersOf } from '#domain/accounts/find-user.ts'
import type { KnownUser, User } from '#domain/accounts/user.ts'
import type { BookingPage } from '#domain/booking-pages/booking-page.ts'
import { handOverPages, listPagesOf } from '#domain/booking-pages/hand-over-pages.ts'
import { type ListedBooking, listComingBookingsOf } from '#domain/bookings/view-booking.ts'
import { planUserMail } from '#domain/notifications/plan-user-mail.ts'
import { leaveTeams } from '#domain/teams/team-membership.ts'
import type { SubscriptionOverview } from '#domain/webhooks/subscription.ts'
import { revokeKeyOf } from '#domain/zapier/manage-key.ts'
import { listLiveZaps } from '#domain/zapier/manage-zaps.ts'
import type { UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { asAdministrator, type ProfileDeps } from './as-administrator.ts'
import type { AdministratorsOnly, HeirNotPossible, NotYourself, UserNotFound } from './profile.ts'
import { administratorsDeletedMail, deletedMail } from './profile-mails.ts'

/** What hangs on a user, for the question before the deletion. */
export interface WhatHangs {
  user: User
  pages: BookingPage[]
  zaps: SubscriptionOverview[]
  /** Soonest first, at most 100. */
  comingBookings: ListedBooking[]
  /** Administrators who can take the pages over. */
  heirs: User[]
}

const canInherit = (user: KnownUser, leaving: UserId): boolean =>
  user.id !== leaving && user.role === 'administrator' && user.joinedAt !== null

/** What would go, and what would stay; for Administrators. */
export const whatHangsOn = (
  { database, clock }: Pick<ProfileDeps, 'database' | 'clock'>,
  { viewer, userId }: { viewer: User; userId: UserId },
): Promise<Result<WhatHangs, UserNotFound>> =>
  inAccount(database, viewer.accountId, async (tx) => {
    const users = await listUsersOf(tx, viewer.accountId)
    const user = users.find(({ id }) => id === userId)
    if (!user || viewer.role !== 'administrator') return refuse({ code: 'user-not-found' })
    return ok({
      user,
      pages: await listPagesOf(tx, user),
      zaps: await listLiveZaps(tx, user.accountId, user.id),
      comingBookings: await listComingBookingsOf(tx, { owner: user, now: clock.now() }),
      heirs: users.filter((other) => canInherit(other, userId)),
    })
  })

/**
 * Deletes a user: pages go to the heir, the API key is revoked and with it the Zaps, sessions end, the user leaves all teams, the
 * Login ID is free for somebody else. All or nothing.
 *
 * Bookings stay as agreed, with their history and the user's name; what concerns them goes to the page's present owner by mail. The
 * deleted user and all Administrators are told.
 */
export const deleteUser = (
  deps: ProfileDeps,
  { viewer, userId, heirId }: { viewer: User; userId: UserId; heirId: UserId },
): Promise<
  Result<
    { pages: number; zapsEnded: number },
    AdministratorsOnly | UserNotFound | NotYourself | HeirNotPossible
  >
> =>
  asAdministrator<{ pages: number; zapsEnded: number }, UserNotFound | NotYourself | HeirNotPossible>(
    deps,
    viewer,
    async (tx, users) => {
      if (userId === viewer.id) return refuse({ code: 'not-yourself' })
      const heir = users.find((user) => user.id === heirId && canInherit(user, userId))
      // Held before the pages are looked for: nobody makes the user the owner of one more meanwhile.
      const user = await lockUserOf(tx, { accountId: viewer.accountId, id: userId })
      if (!user) return refuse({ code: 'user-not-found' })
      if (!heir) return refuse({ code: 'heir-not-possible' })
      const comingBookings = (await listComingBookingsOf(tx, { owner: user, now: deps.clock.now() })).length
      const pages = await handOverPages(tx, deps, { from: user, to: heir, actorUserId: viewer.id })
      const revoked = await revokeKeyOf(tx, deps, {
        user,
        actorUserId: viewer.id,
        reason: 'The user was deleted',
      })
      const zapsEnded = revoked?.zapsEnded ?? 0
      await leaveTeams(tx, user)
      await removeUser(tx, deps, user)
      await audit(tx, deps, {
        accountId: user.accountId,
        actorUserId: viewer.id,
        action: 'user.deleted',
        subject: user.id,
        details: { heir: heir.id, pages, zapsEnded },
      })
      await planUserMail(tx, deps, { to: user, kind: 'user-deleted', layout: deletedMail(user, viewer) })
      for (const to of users.filter((other) => canInherit(other, userId)))
        await planUserMail(tx, deps, {
          to,
          kind: 'administrators-user-deleted',
          layout: administratorsDeletedMail(deps.publicUrl, {
            user,
            by: viewer,
            heir,
            pages,
            zapsEnded,
            comingBookings,
          }),
        })
      return ok({ pages, zapsEnded })
    },
  )
