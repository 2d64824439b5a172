import type { Db } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { TeamId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { listTeamsOf, replaceMemberships } from './team-repository.ts'

/** One of the teams does not exist. */
export type TeamUnknown = { code: 'team-unknown'; teamId: TeamId }

/**
 * Makes the user a member of these teams and of no other one. Within the caller's transaction, which holds the account's users
 * (`lockUsers`).
 */
export async function setTeamsOf(
  tx: Db,
  { accountId, id: userId }: Pick<User, 'accountId' | 'id'>,
  teamIds: TeamId[],
): Promise<Result<void, TeamUnknown>> {
  const known = new Set((await listTeamsOf(tx, accountId)).map(({ id }) => id))
  const unknown = teamIds.find((id) => !known.has(id))
  if (unknown) return refuse({ code: 'team-unknown', teamId: unknown })
  const memberships = [...new Set(teamIds)].map((teamId) => ({ teamId, userId }))
  await replaceMemberships(tx, accountId, { userId }, memberships)
  return ok(undefined)
}

/** A user who is deleted is in no team any more. Within the caller's transaction. */
export const leaveTeams = (tx: Db, { accountId, id }: Pick<User, 'accountId' | 'id'>): Promise<void> =>
  replaceMemberships(tx, accountId, { userId: id }, [])
