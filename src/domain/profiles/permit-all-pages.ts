import { inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { lockUserOf, setTriggersAllPages } from '#domain/accounts/change-user.ts'
import { listUsersOf } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import { planUserMail } from '#domain/notifications/plan-user-mail.ts'
import { hasKey } from '#domain/zapier/manage-key.ts'
import { listLiveZaps } from '#domain/zapier/manage-zaps.ts'
import type { NoKey } from '#domain/zapier/zapier-key.ts'
import type { UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { asAdministrator, type ProfileDeps } from './as-administrator.ts'
import type { AdministratorsOnly, NotAnAdministrator, UserNotFound } from './profile.ts'
import { allPagesMail } from './profile-mails.ts'

/**
 * Gives an Administrator the permission "Trigger Zaps from all Booking pages", or takes it back (product.md 1.7). Whoever does it is an
 * Administrator; whoever gets it is one too, and has an API key.
 *
 * At once: the scope rule reads the permission with each event. It ends by itself with the role, the key or the user.
 */
export const permitAllPages = (
  deps: ProfileDeps,
  { viewer, userId, allowed }: { viewer: User; userId: UserId; allowed: boolean },
): Promise<Result<void, AdministratorsOnly | UserNotFound | NotAnAdministrator | NoKey>> =>
  asAdministrator<void, UserNotFound | NotAnAdministrator | NoKey>(deps, viewer, async (tx) => {
    // A key that is revoked at this moment waits, or was revoked before we look.
    const user = await lockUserOf(tx, { accountId: viewer.accountId, id: userId })
    if (!user) return refuse({ code: 'user-not-found' })
    if (allowed && user.role !== 'administrator') return refuse({ code: 'not-an-administrator' })
    if (allowed && !(await hasKey(tx, user))) return refuse({ code: 'no-zapier-key' })
    if (user.triggersAllPages === allowed) return ok(undefined)
    await setTriggersAllPages(tx, deps, { user, allowed })
    await audit(tx, deps, {
      accountId: user.accountId,
      actorUserId: viewer.id,
      action: allowed ? 'user.all-pages-permitted' : 'user.all-pages-withdrawn',
      subject: user.id,
    })
    if (allowed)
      await planUserMail(tx, deps, {
        to: user,
        kind: 'all-pages-permitted',
        layout: allPagesMail(deps.publicUrl, { to: user, by: user.id === viewer.id ? undefined : viewer }),
      })
    return ok(undefined)
  })

/** Users whose live Zaps would act on the same events as those of a user with the permission, for the question before; for Administrators. */
export const listOthersWithZaps = (
  { database }: Pick<ProfileDeps, 'database'>,
  { viewer, userId }: { viewer: User; userId: UserId },
): Promise<{ user: User; zaps: number }[]> =>
  inAccount(database, viewer.accountId, async (tx) => {
    if (viewer.role !== 'administrator') return []
    const zaps = await listLiveZaps(tx, viewer.accountId)
    return (await listUsersOf(tx, viewer.accountId))
      .filter(({ id }) => id !== userId)
      .map((user) => ({ user, zaps: zaps.filter((zap) => zap.userId === user.id).length }))
      .filter((other) => other.zaps > 0)
  })
