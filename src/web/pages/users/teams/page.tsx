import { Alert, Anchor, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { createTeam, listTeamsWithMembers } from '#domain/teams/manage-teams.ts'
import { publicId } from '#kit/ids.ts'
import { requireAdministrator } from '#web/require-user.ts'
import { IconCheck, IconPlus, IconUsers } from '../../../icons.ts'
import { pageTitle } from '../../../page-title.ts'
import { readForm } from '../../../parse-form.ts'
import { AddressDialog, DialogButtons } from '../../../ui/address-dialog.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { useFocusOnProblem } from '../../../ui/use-focus-on-problem.ts'
import styles from '../page.module.css'
import { UsersTabs } from '../users-tabs.tsx'
import type { Route } from './+types/page.ts'
import { teamProblemWords } from './team-words.ts'

export const meta = () => pageTitle('Teams', 'Users')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const found = await listTeamsWithMembers(deps, viewer)
  if (!found.ok) throw data(null, { status: 404 })
  const query = new URL(request.url).searchParams
  return {
    teams: found.value.teams.map(({ id, name, members }) => ({
      id: publicId('team', id),
      name,
      members: members.map((member) => member.name),
    })),
    isAdding: query.get('do') === 'add',
    deleted: query.get('deleted')?.slice(0, 100),
  }
}

export async function action({ context, request }: Route.ActionArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const name = String((await readForm(request)).get('name') ?? '')
  const created = await createTeam(deps, { viewer, name })
  if (created.ok) return redirect(`/users/teams/${publicId('team', created.value)}?done=created`, 303)
  if (created.problem.code === 'administrators-only') throw data(null, { status: 404 })
  return data({ name, problem: teamProblemWords(created.problem) }, { status: 400 })
}

export default function TeamsPage({
  loaderData: { teams, isAdding, deleted },
  actionData,
}: Route.ComponentProps) {
  return (
    <>
      <Group justify="space-between" mb={4}>
        <Title order={1}>Teams</Title>
        <Button
          component={Link}
          to="/users/teams?do=add"
          preventScrollReset
          leftSection={<IconPlus size={18} aria-hidden />}
        >
          Add Team
        </Button>
      </Group>
      <Text c="dimmed" mb="lg">
        Users by a common name. Software that uses the REST API sees who is in which team.
      </Text>
      <UsersTabs current="teams" />
      <div role="status">
        {deleted && (
          <Alert color="green" role="none" icon={<IconCheck />} mb="lg">
            The team {deleted} was deleted.
          </Alert>
        )}
      </div>
      {isAdding && <AddTeam name={actionData?.name} problem={actionData?.problem} />}
      {teams.length === 0 ? (
        <EmptyState icon={<IconUsers />} title="No teams yet">
          Add one, such as “Sales”, and choose who is in it.
        </EmptyState>
      ) : (
        <ul className={styles.list} aria-label="Teams">
          {teams.map(({ id, name, members }) => (
            <Paper component="li" key={id} withBorder p="md">
              <Anchor component={Link} to={`/users/teams/${id}`} fw={650} className={styles.name}>
                {name}
              </Anchor>
              <Text size="sm" c="dimmed">
                {members.length === 0 ? 'Nobody is in it' : members.join(', ')}
              </Text>
            </Paper>
          ))}
        </ul>
      )}
    </>
  )
}

function AddTeam({ name, problem }: { name: string | undefined; problem: string | undefined }) {
  const pending = useNavigation().state === 'submitting'
  const form = useFocusOnProblem<HTMLFormElement>({ ...(problem ? { name: problem } : {}) })
  return (
    <AddressDialog title="Add Team" closeTo="/users/teams">
      <Form method="post" action="/users/teams?do=add" ref={form} noValidate preventScrollReset>
        <Stack>
          <TextInput
            label="Name"
            name="name"
            autoComplete="off"
            maxLength={100}
            required
            withAsterisk={false}
            data-autofocus
            defaultValue={name}
            error={problem}
            aria-invalid={problem !== undefined}
          />
          <DialogButtons closeTo="/users/teams" confirmLabel="Create team" pending={pending} />
        </Stack>
      </Form>
    </AddressDialog>
  )
}
