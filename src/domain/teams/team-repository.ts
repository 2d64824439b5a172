import type { Db } from '#database/db.ts'
import type { AccountId, TeamId, UserId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
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

/** False, and nothing stored, when another team of the account is called so. */
export async function insertTeam(
  tx: Db,
  { accountId, id, name, now }: Team & { now: Instant },
): Promise<boolean> {
  const inserted = await tx
    .insertInto('teams')
    .values({ account_id: accountId, id, name, created_at: now.toString() })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** False when another team of the account is called so; the transaction is over then. */
export async function updateTeam(tx: Db, { accountId, id, name }: Team): Promise<boolean> {
  try {
    await tx
      .updateTable('teams')
      .set({ name })
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .execute()
    return true
  } catch (error) {
    if ((error as { code?: string }).code === '23505') return false
    throw error
  }
}

/** With its memberships. False when there was none. */
export async function removeTeam(tx: Db, accountId: AccountId, id: TeamId): Promise<boolean> {
  const removed = await tx
    .deleteFrom('teams')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return removed !== undefined
}

/** All memberships of a team, or of a user, give way to these. */
export async function replaceMemberships(
  tx: Db,
  accountId: AccountId,
  of: { teamId: TeamId } | { userId: UserId },
  memberships: { teamId: TeamId; userId: UserId }[],
): Promise<void> {
  const former = tx.deleteFrom('team_members').where('account_id', '=', accountId)
  await ('teamId' in of
    ? former.where('team_id', '=', of.teamId)
    : former.where('user_id', '=', of.userId)
  ).execute()
  if (memberships.length === 0) return
  await tx
    .insertInto('team_members')
    .values(
      memberships.map(({ teamId, userId }) => ({ account_id: accountId, team_id: teamId, user_id: userId })),
    )
    .execute()
}
