import { createUser, deleteUser, getUser, listUsers, updateUser } from '#contracts/api/users.ts'
import { show } from '#contracts/api/values.ts'
import { type Db, inAccount } from '#database/db.ts'
import { findPresentOrFormerUser, listUsersOf } from '#domain/accounts/find-user.ts'
import { accountOwnerOf, type KnownUser, normaliseLoginId } from '#domain/accounts/user.ts'
import { changeUserAsAccount } from '#domain/profiles/change-details.ts'
import { deleteUser as removeUser } from '#domain/profiles/delete-user.ts'
import { inviteUser } from '#domain/profiles/invite-user.ts'
import { teamsByUser } from '#domain/teams/list-teams.ts'
import { type AccountId, parsePublicId, publicId, type TeamId, type UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { type ApiDeps, afterwards, on } from './call.ts'
import { listAnswer, pageByIds } from './paging.ts'
import { deleted, presentUsers } from './present.ts'
import { type ApiProblem, apiProblem, notFound, refuseWith } from './refusal.ts'

/** Users are changed in the name of the account's owner, as on the screens. */
export const userEndpoints = [
  on(listUsers, ({ deps, caller: { accountId }, query }) =>
    inAccount(deps.database, accountId, async (tx) => {
      const all = await listUsersOf(tx, accountId)
      const email = query.email === undefined ? undefined : normaliseLoginId(query.email)
      const wanted = all
        .filter(({ loginId }) => email === undefined || loginId === email)
        .sort((one, other) => (one.id < other.id ? 1 : -1))
      const present = presentUsers(all, await teamsByUser(tx, accountId))
      return ok(
        listAnswer(
          pageByIds(wanted, query, ({ id }) => publicId('user', id)),
          present,
        ),
      )
    }),
  ),

  on(getUser, ({ deps, caller: { accountId }, id }) =>
    inAccount(deps.database, accountId, async (tx) => {
      const found = await find(tx, accountId, id)
      if (found === 'unknown') return refuse(notFound('user', id))
      return ok(found === 'deleted' ? deleted('user', id) : await present(tx, accountId, found))
    }),
  ),

  on(createUser, async ({ deps, caller: { accountId }, body }) => {
    const { owner } = await ownerAnd(deps, accountId)
    const teams = teamIds(body.teams ?? [])
    if (!teams.ok) return teams
    const name = `${body.first_name} ${body.last_name}`
    if ([...name].length > 100)
      return refuseWith(400, 'last_name: the whole name can have at most 100 characters.', 'last_name')
    const invited = await inviteUser(deps, {
      viewer: owner,
      user: {
        name,
        lastName: body.last_name,
        loginId: body.email,
        role: body.role_name === 'Administrator' ? 'administrator' : 'member',
      },
      teams: teams.value,
    })
    if (invited.ok) return await shown(deps, accountId, invited.value.user.id)
    switch (invited.problem.code) {
      case 'login-id-taken':
        return refuseWith(400, `email: somebody has ${show(body.email)} already.`, 'email')
      case 'team-unknown':
        return refuse(noTeam(publicId('team', invited.problem.teamId)))
      case 'administrators-only':
        return refuse(ownerGone)
    }
  }),

  on(updateUser, async ({ deps, caller: { accountId }, id, body }) => {
    const { owner, user } = await ownerAnd(deps, accountId, id)
    if (user === 'unknown') return refuse(notFound('user', id))
    if (user === 'deleted') return refuse(isDeleted(id))
    if (user.id === owner.id) return refuse(isOwner('changed'))
    const { first_name: firstName, last_name: lastName, role_name } = body
    const teams = body.teams === undefined ? ok(undefined) : teamIds(body.teams)
    if (!teams.ok) return teams
    if (Object.values(body).every((value) => value === undefined))
      return refuseWith(400, 'body: there is nothing to change in it.', 'body')
    const role = role_name && (role_name === 'Administrator' ? 'administrator' : 'member')
    const changed = await changeUserAsAccount(deps, {
      viewer: owner,
      userId: user.id,
      changes: { firstName, lastName, role, teams: teams.value },
    })
    if (changed.ok) return await shown(deps, accountId, user.id)
    const { problem } = changed
    switch (problem.code) {
      case 'user-name-too-long': {
        const param = lastName === undefined ? 'first_name' : 'last_name'
        return refuseWith(400, `${param}: the whole name can have at most ${problem.most} characters.`, param)
      }
      case 'team-unknown':
        return refuse(noTeam(publicId('team', problem.teamId)))
      case 'user-not-found':
        return refuse(isDeleted(id))
      case 'is-account-owner':
      case 'last-administrator':
        return refuse(isOwner('changed'))
      case 'administrators-only':
        return refuse(ownerGone)
    }
  }),

  on(deleteUser, async ({ deps, caller: { accountId }, id }) => {
    const { owner, user } = await ownerAnd(deps, accountId, id)
    if (user === 'unknown' || user === 'deleted') return refuse(notFound('user', id))
    const removed = await removeUser(deps, { viewer: owner, userId: user.id, heirId: owner.id })
    if (removed.ok) return ok(deleted('user', id))
    switch (removed.problem.code) {
      case 'not-yourself':
        return refuse(isOwner('deleted'))
      case 'user-not-found':
        return refuse(notFound('user', id))
      case 'heir-not-possible':
      case 'administrators-only':
        return refuse(ownerGone)
    }
  }),
]

type Found = KnownUser | 'deleted' | 'unknown'

async function find(tx: Db, accountId: AccountId, shownId: string, users?: KnownUser[]): Promise<Found> {
  const id = parsePublicId('user', shownId)
  if (!id) return 'unknown'
  const user = (users ?? (await listUsersOf(tx, accountId))).find((one) => one.id === id)
  return user ?? ((await findPresentOrFormerUser(tx, accountId, id)) ? 'deleted' : 'unknown')
}

/** The account's owner, and the user with this id. */
const ownerAnd = (
  { database }: ApiDeps,
  accountId: AccountId,
  shownId = '',
): Promise<{ owner: KnownUser; user: Found }> =>
  inAccount(database, accountId, async (tx) => {
    const users = await listUsersOf(tx, accountId)
    const owner = accountOwnerOf(users)
    // Verbs leave an Administrator who has signed in, always.
    if (!owner) throw new Error('The account has no owner')
    return { owner, user: await find(tx, accountId, shownId, users) }
  })

async function present(tx: Db, accountId: AccountId, user: KnownUser) {
  return presentUsers(await listUsersOf(tx, accountId), await teamsByUser(tx, accountId))(user)
}

const shown = ({ database }: ApiDeps, accountId: AccountId, id: UserId) =>
  afterwards(() =>
    inAccount(database, accountId, async (tx) => {
      const user = (await listUsersOf(tx, accountId)).find((one) => one.id === id)
      // Deleted in this very moment: that is what a look-up would tell.
      return user ? ok(await present(tx, accountId, user)) : refuse(isDeleted(publicId('user', id)))
    }),
  )

function teamIds(shownIds: string[]): Result<TeamId[], ApiProblem> {
  const ids: TeamId[] = []
  for (const shownId of shownIds) {
    const id = parsePublicId('team', shownId)
    if (!id) return refuse(noTeam(shownId))
    ids.push(id)
  }
  return ok(ids)
}

const noTeam = (id: string) => apiProblem(400, `teams: there is no team ${show(id)}.`, 'teams')

const isOwner = (done: 'changed' | 'deleted') =>
  apiProblem(403, `This user is the account owner, who is not ${done} by the API.`, 'id')

const isDeleted = (id: string) => apiProblem(410, `User ${show(id)} was deleted.`, 'id')

/** Between two reads the owner was demoted or deleted; the next call acts in the name of the new one. */
const ownerGone: ApiProblem = {
  ...apiProblem(503, 'The account owner has just changed. Please try again.'),
  retryAfterSeconds: 1,
}
