import type { Db } from '#database/db.ts'
import type { AccountId, TeamId, UserId } from '#kit/ids.ts'
import type { Team } from './team.ts'

/** Newest first. */
export async function listTeamsOf(tx: Db, accountId: AccountId): Promise<Team[]> {
  const rows = await tx
    .selectFrom('teams')
    .select(['account_id', 'id', 'name'])
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => ({ accountId: row.account_id, id: row.id, name: row.name }))
}

/** Who is in which team. */
export async function listMemberships(
  tx: Db,
  accountId: AccountId,
): Promise<{ teamId: TeamId; userId: UserId }[]> {
  const rows = await tx
    .selectFrom('team_members')
    .select(['team_id', 'user_id'])
    .where('account_id', '=', accountId)
    .orderBy('team_id')
    .execute()
  return rows.map((row) => ({ teamId: row.team_id, userId: row.user_id }))
}
