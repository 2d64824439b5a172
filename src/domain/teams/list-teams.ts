import type { Db } from '#database/db.ts'
import type { AccountId, TeamId, UserId } from '#kit/ids.ts'
import type { Team } from './team.ts'
import { listMemberships, listTeamsOf } from './team-repository.ts'

/** All teams of the account, newest first. Within the caller's transaction. */
export const listTeams = (tx: Db, accountId: AccountId): Promise<Team[]> => listTeamsOf(tx, accountId)

/** Who is in the team. Within the caller's transaction. */
export const teamsOfUser = async (tx: Db, accountId: AccountId, userId: UserId): Promise<Set<TeamId>> =>
  new Set((await teamsByUser(tx, accountId)).get(userId))

/** The teams of each user who is in one. */
export async function teamsByUser(tx: Db, accountId: AccountId): Promise<Map<UserId, TeamId[]>> {
  const teams = new Map<UserId, TeamId[]>()
  for (const { teamId, userId } of await listMemberships(tx, accountId))
    teams.set(userId, [...(teams.get(userId) ?? []), teamId])
  return teams
}
