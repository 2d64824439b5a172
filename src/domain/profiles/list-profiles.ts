import { type Db, inAccount } from '#database/db.ts'
import { listUsersOf } from '#domain/accounts/find-user.ts'
import type { KnownUser, User } from '#domain/accounts/user.ts'
import { publicLinkOf } from '#domain/booking-pages/booking-page.ts'
import { listAllPages } from '#domain/booking-pages/find-booking-page.ts'
import { hasKey } from '#domain/zapier/manage-key.ts'
import { listLiveZaps } from '#domain/zapier/manage-zaps.ts'
import type { UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { ProfileDeps } from './as-administrator.ts'
import type { AdministratorsOnly, Profile, UserNotFound } from './profile.ts'

type ListDeps = Pick<ProfileDeps, 'database' | 'publicUrl'>

/** All users of the account with what hangs on them, by name; for Administrators. */
export const listProfiles = (deps: ListDeps, viewer: User): Promise<Result<Profile[], AdministratorsOnly>> =>
  inAccount(deps.database, viewer.accountId, async (tx) =>
    viewer.role === 'administrator'
      ? ok(await profilesOf(tx, deps, await listUsersOf(tx, viewer.accountId)))
      : refuse({ code: 'administrators-only' }),
  )

/** One user: oneself, or for an Administrator anybody of the account. */
export const findProfile = (
  deps: ListDeps,
  { viewer, userId }: { viewer: User; userId: UserId },
): Promise<Result<Profile, UserNotFound>> =>
  inAccount(deps.database, viewer.accountId, async (tx) => {
    const user = (await listUsersOf(tx, viewer.accountId)).find(({ id }) => id === userId)
    if (!user || (user.id !== viewer.id && viewer.role !== 'administrator'))
      return refuse({ code: 'user-not-found' })
    const [profile] = await profilesOf(tx, deps, [user])
    return profile ? ok(profile) : refuse({ code: 'user-not-found' })
  })

async function profilesOf(
  tx: Db,
  { publicUrl }: Pick<ListDeps, 'publicUrl'>,
  users: KnownUser[],
): Promise<Profile[]> {
  const [first] = users
  if (!first) return []
  const pages = await listAllPages(tx, first.accountId)
  const zaps = await listLiveZaps(tx, first.accountId)
  const profiles: Profile[] = []
  for (const user of users)
    profiles.push({
      ...user,
      pages: pages
        .filter(({ ownerId }) => ownerId === user.id)
        .map(({ id, internalLabel, slug }) => ({
          id,
          internalLabel,
          publicLink: publicLinkOf(publicUrl, slug),
        })),
      hasKey: await hasKey(tx, user),
      zaps: zaps.filter(({ userId }) => userId === user.id).length,
    })
  return profiles
}
