import { type Db, inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import { lockUsers } from '#domain/accounts/change-user.ts'
import { listUsersOf } from '#domain/accounts/find-user.ts'
import type { KnownUser, User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { newUuid, type TeamId, type UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import type { Team } from './team.ts'
import {
  insertTeam,
  listMemberships,
  listTeamsOf,
  removeTeam,
  replaceMemberships,
  updateTeam,
} from './team-repository.ts'

/** A team with who is in it, both by name. */
export interface TeamWithMembers extends Team {
  members: KnownUser[]
}

type AdministratorsOnly = { code: 'administrators-only' }
type TeamNotFound = { code: 'team-not-found' }
type TeamNameTaken = { code: 'team-name-taken' }
/** Empty, too long, or with what cannot be shown. `reason`: a sentence. */
type TeamNameWrong = { code: 'team-name-wrong'; reason: string }
export type TeamProblem = AdministratorsOnly | TeamNotFound | TeamNameTaken | TeamNameWrong

type TeamDeps = Pick<Deps, 'database' | 'clock'>

/** All teams of the account by name, with all users who could be in one; for Administrators. */
export const listTeamsWithMembers = (
  { database }: Pick<Deps, 'database'>,
  viewer: User,
): Promise<Result<{ teams: TeamWithMembers[]; users: KnownUser[] }, AdministratorsOnly>> =>
  inAccount(database, viewer.accountId, async (tx) => {
    if (viewer.role !== 'administrator') return refuse({ code: 'administrators-only' } as const)
    const users = await listUsersOf(tx, viewer.accountId)
    const memberships = await listMemberships(tx, viewer.accountId)
    const teams = (await listTeamsOf(tx, viewer.accountId)).map((team) => ({
      ...team,
      members: users.filter(({ id }) =>
        memberships.some(({ teamId, userId }) => teamId === team.id && userId === id),
      ),
    }))
    return ok({ teams: teams.sort((one, other) => one.name.localeCompare(other.name, 'en')), users })
  })

/** Adds a team; Administrators only. */
export const createTeam = (
  deps: TeamDeps,
  { viewer, name }: { viewer: User; name: string },
): Promise<Result<TeamId, Exclude<TeamProblem, TeamNotFound>>> =>
  asAdministrator<TeamId, TeamNameTaken | TeamNameWrong>(deps, viewer, async (tx) => {
    const wrong = wrongIn(name)
    if (wrong) return refuse(wrong)
    const now = deps.clock.now()
    const id = newUuid(now.epochMilliseconds) as TeamId
    if (!(await insertTeam(tx, { accountId: viewer.accountId, id, name: name.trim(), now })))
      return refuse({ code: 'team-name-taken' })
    await auditTeam(tx, deps, { viewer, action: 'team.created', id })
    return ok(id)
  })

/** Renames a team and says who is in it; Administrators only. Users who are gone by now are passed over. */
export const changeTeam = (
  deps: TeamDeps,
  { viewer, id, name, members }: { viewer: User; id: TeamId; name: string; members: UserId[] },
): Promise<Result<void, TeamProblem>> =>
  asAdministrator<void, TeamNotFound | TeamNameTaken | TeamNameWrong>(deps, viewer, async (tx, users) => {
    const wrong = wrongIn(name)
    if (wrong) return refuse(wrong)
    const { accountId } = viewer
    if (!(await listTeamsOf(tx, accountId)).some((team) => team.id === id))
      return refuse({ code: 'team-not-found' })
    if (!(await updateTeam(tx, { accountId, id, name: name.trim() })))
      return refuse({ code: 'team-name-taken' })
    const chosen = users.filter((user) => members.includes(user.id))
    await replaceMemberships(
      tx,
      accountId,
      { teamId: id },
      chosen.map((user) => ({ teamId: id, userId: user.id })),
    )
    await auditTeam(tx, deps, { viewer, action: 'team.changed', id, details: { members: chosen.length } })
    return ok(undefined)
  })

/** Deletes a team; its members stay users. Administrators only. */
export const deleteTeam = (
  deps: TeamDeps,
  { viewer, id }: { viewer: User; id: TeamId },
): Promise<Result<void, AdministratorsOnly | TeamNotFound>> =>
  asAdministrator<void, TeamNotFound>(deps, viewer, async (tx) => {
    if (!(await removeTeam(tx, viewer.accountId, id))) return refuse({ code: 'team-not-found' })
    await auditTeam(tx, deps, { viewer, action: 'team.deleted', id })
    return ok(undefined)
  })

/** Decided on roles as they are then, one change to the account's users and teams at a time. */
const asAdministrator = <T, Problem>(
  { database }: TeamDeps,
  viewer: User,
  work: (tx: Db, users: KnownUser[]) => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem | AdministratorsOnly>> =>
  inAccount(database, viewer.accountId, async (tx): Promise<Result<T, Problem | AdministratorsOnly>> => {
    const users = await lockUsers(tx, viewer.accountId)
    const acting = users.find(({ id }) => id === viewer.id)
    return acting?.role === 'administrator' ? await work(tx, users) : refuse({ code: 'administrators-only' })
  })

const auditTeam = (
  tx: Db,
  deps: TeamDeps,
  {
    viewer,
    action,
    id,
    details = {},
  }: {
    viewer: User
    action: 'team.created' | 'team.changed' | 'team.deleted'
    id: TeamId
    details?: Record<string, number>
  },
): Promise<void> =>
  audit(tx, deps, { accountId: viewer.accountId, actorUserId: viewer.id, action, subject: id, details })

function wrongIn(name: string): TeamNameWrong | undefined {
  const text = name.trim()
  const wrong = (reason: string) => ({ code: 'team-name-wrong', reason }) as const
  if (text === '') return wrong('Enter a name.')
  if ([...text].length > 100) return wrong('Use at most 100 characters.')
  return /[\p{Cc}\p{Cs}]/u.test(text) ? wrong('Use letters, digits and signs only.') : undefined
}
