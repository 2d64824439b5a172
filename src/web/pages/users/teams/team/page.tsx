import { Alert, Anchor, Button, Checkbox, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { changeTeam, deleteTeam, listTeamsWithMembers } from '#domain/teams/manage-teams.ts'
import { parsePublicId, publicId } from '#kit/ids.ts'
import { requireAdministrator } from '#web/require-user.ts'
import { IconCheck } from '../../../../icons.ts'
import { pageTitle } from '../../../../page-title.ts'
import { readForm } from '../../../../parse-form.ts'
import { AddressDialog, DialogButtons } from '../../../../ui/address-dialog.tsx'
import { useFocusOnProblem } from '../../../../ui/use-focus-on-problem.ts'
import { teamProblemWords } from '../team-words.ts'
import type { Route } from './+types/page.ts'

export const meta = ({ loaderData }: Route.MetaArgs) => pageTitle(loaderData?.team.name ?? 'Team', 'Teams')

const noTeam = () => data(null, { status: 404 })

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const found = await listTeamsWithMembers(deps, viewer)
  const id = parsePublicId('team', params.teamId)
  const team = found.ok ? found.value.teams.find((one) => one.id === id) : undefined
  if (!found.ok || !team) throw noTeam()
  const query = new URL(request.url).searchParams
  const members = new Set(team.members.map((member) => member.id))
  return {
    team: { id: params.teamId, name: team.name, members: members.size },
    users: found.value.users.map((user) => ({
      id: publicId('user', user.id),
      name: user.name,
      loginId: user.loginId,
      isMember: members.has(user.id),
    })),
    isDeleting: query.get('do') === 'delete',
    done: query.get('done') ?? undefined,
  }
}

export async function action({ context, request, params }: Route.ActionArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const id = parsePublicId('team', params.teamId)
  if (!id) throw noTeam()
  const form = await readForm(request)
  const name = String(form.get('name') ?? '')
  if (form.get('intent') === 'delete') {
    const deleted = await deleteTeam(deps, { viewer, id })
    if (!deleted.ok) throw noTeam()
    return redirect(`/users/teams?${new URLSearchParams({ deleted: name.slice(0, 100) })}`, 303)
  }
  const members = form.getAll('members').flatMap((text) => parsePublicId('user', String(text)) ?? [])
  const changed = await changeTeam(deps, { viewer, id, name, members })
  if (changed.ok) return redirect(`/users/teams/${params.teamId}?done=saved`, 303)
  const { problem } = changed
  if (problem.code === 'administrators-only' || problem.code === 'team-not-found') throw noTeam()
  return data({ name, problem: teamProblemWords(problem) }, { status: 400 })
}

export default function TeamPage({
  loaderData: { team, users, isDeleting, done },
  actionData,
}: Route.ComponentProps) {
  const pending = useNavigation().state === 'submitting'
  const problem = actionData?.problem
  const form = useFocusOnProblem<HTMLFormElement>({ ...(problem ? { name: problem } : {}) })
  const here = `/users/teams/${team.id}`
  return (
    <>
      <Anchor component={Link} to="/users/teams" size="sm">
        Teams
      </Anchor>
      <Title order={1} mb="lg" style={{ overflowWrap: 'anywhere' }}>
        {team.name}
      </Title>
      <div role="status">
        {(done === 'created' || done === 'saved') && !problem && (
          <Alert color="green" role="none" icon={<IconCheck />} mb="lg">
            {done === 'created' ? 'The team is there. Choose who is in it.' : 'Saved.'}
          </Alert>
        )}
      </div>
      {isDeleting && (
        <AddressDialog title={`Delete the team ${team.name}?`} closeTo={here}>
          <Form method="post" action={here}>
            <input type="hidden" name="intent" value="delete" />
            <input type="hidden" name="name" value={team.name} />
            <Stack>
              <Text>
                {team.members === 0
                  ? 'Nobody is in it.'
                  : `Its ${team.members === 1 ? 'member stays a user' : `${team.members} members stay users`} of the account.`}{' '}
                It cannot be brought back.
              </Text>
              <DialogButtons closeTo={here} confirmLabel="Yes, delete" pending={pending} dangerous />
            </Stack>
          </Form>
        </AddressDialog>
      )}
      <Paper withBorder p="lg">
        <Form method="post" action={here} ref={form} noValidate>
          <Stack>
            <TextInput
              label="Name"
              name="name"
              autoComplete="off"
              maxLength={100}
              required
              withAsterisk={false}
              defaultValue={actionData?.name ?? team.name}
              error={problem}
              aria-invalid={problem !== undefined}
              maw="28rem"
            />
            <Checkbox.Group
              label="Members"
              defaultValue={users.filter((user) => user.isMember).map(({ id }) => id)}
            >
              <Stack gap="sm" mt="xs">
                {users.map((user) => (
                  <Checkbox
                    key={user.id}
                    name="members"
                    value={user.id}
                    label={user.name}
                    description={user.loginId}
                  />
                ))}
              </Stack>
            </Checkbox.Group>
            <Group>
              <Button type="submit" loading={pending}>
                Save
              </Button>
              <Button
                component={Link}
                to={`${here}?do=delete`}
                variant="light"
                color="red"
                preventScrollReset
              >
                Delete team
              </Button>
            </Group>
          </Stack>
        </Form>
      </Paper>
    </>
  )
}
