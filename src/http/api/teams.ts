import { getTeam, listTeams } from '#contracts/api/teams.ts'
import { inAccount } from '#database/db.ts'
import { listTeams as listTeamsOf, teamsOfUser } from '#domain/teams/list-teams.ts'
import { parsePublicId, publicId } from '#kit/ids.ts'
import { ok, refuse } from '#kit/result.ts'
import { on } from './call.ts'
import { listAnswer, pageByIds } from './paging.ts'
import { presentTeam } from './present.ts'
import { notFound } from './refusal.ts'

export const teamEndpoints = [
  on(listTeams, ({ deps, caller: { accountId }, query }) =>
    inAccount(deps.database, accountId, async (tx) => {
      const userId = parsePublicId('user', query.user ?? '')
      const mine = userId ? await teamsOfUser(tx, accountId, userId) : new Set()
      const teams = (await listTeamsOf(tx, accountId)).filter(
        ({ id }) => query.user === undefined || mine.has(id),
      )
      return ok(
        listAnswer(
          pageByIds(teams, query, ({ id }) => publicId('team', id)),
          presentTeam,
        ),
      )
    }),
  ),

  on(getTeam, ({ deps, caller: { accountId }, id }) =>
    inAccount(deps.database, accountId, async (tx) => {
      const own = parsePublicId('team', id)
      const found = own && (await listTeamsOf(tx, accountId)).find((team) => team.id === own)
      return found ? ok(presentTeam(found)) : refuse(notFound('team', id))
    }),
  ),
]
