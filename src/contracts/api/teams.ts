import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { idOf, listOf, paging, QueryId } from './values.ts'

const TeamShape = z
  .strictObject({ object: z.literal('team'), id: idOf('TM'), name: z.string() })
  .meta({ id: 'Team' })

const area = 'Teams'

export const listTeams = endpoint({
  method: 'GET',
  path: '/teams',
  name: 'listTeams',
  area,
  summary: 'List teams',
  description: 'Newest first by creation. Who is in a team stands with the users.',
  need: 'read',
  query: z.object({ ...paging, user: QueryId.meta({ description: 'Only the teams this user is in' }) }),
  status: 200,
  answer: listOf('Team', TeamShape),
  isList: true,
  refusals: [],
})

export const getTeam = endpoint({
  method: 'GET',
  path: '/teams/{id}',
  name: 'getTeam',
  area,
  noun: 'team',
  summary: 'Get a team',
  need: 'read',
  status: 200,
  answer: TeamShape,
  refusals: [],
})
