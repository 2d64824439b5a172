import {
  ActionIcon,
  Alert,
  Anchor,
  Button,
  Group,
  Menu,
  Paper,
  Radio,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { data, Form, Link, redirect, useNavigation, useSubmit } from 'react-router'
import { z } from 'zod'
import { inviteUser, resendInvitation } from '#domain/profiles/invite-user.ts'
import { listProfiles } from '#domain/profiles/list-profiles.ts'
import { parsePublicId, publicId } from '#kit/ids.ts'
import { requireAdministrator } from '#web/require-user.ts'
import { IconCheck, IconDots, IconUserPlus, IconUsers } from '../../icons.ts'
import { pageTitle } from '../../page-title.ts'
import { parseForm, readForm } from '../../parse-form.ts'
import { AddressDialog, DialogButtons } from '../../ui/address-dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { StatusBadge } from '../../ui/status-badge.tsx'
import { useFocusOnProblem } from '../../ui/use-focus-on-problem.ts'
import { useHydrated } from '../../ui/use-hydrated.ts'
import { roleNames, roleWords } from '../profile/role-words.ts'
import { userFields, waitWords } from '../profile/user-fields.ts'
import type { Route } from './+types/page.ts'
import styles from './page.module.css'
import { UsersTabs } from './users-tabs.tsx'

export const meta = () => pageTitle('Users')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const found = await listProfiles(deps, viewer)
  // Demoted since the request began.
  if (!found.ok) throw data(null, { status: 404 })
  const query = new URL(request.url).searchParams
  const search = (query.get('search') ?? '').trim().slice(0, 100)
  const wanted = search.toLocaleLowerCase()
  const about = query.get('user')
  const users = found.value.map((user) => ({
    id: publicId('user', user.id),
    address: user.id === viewer.id ? '/profile' : `/users/${publicId('user', user.id)}`,
    isViewer: user.id === viewer.id,
    name: user.name,
    loginId: user.loginId,
    roleName: roleNames[user.role],
    hasJoined: user.joinedAt !== null,
    pages: user.pages.length,
    hasKey: user.hasKey,
    zaps: user.zaps,
    triggersAllPages: user.triggersAllPages,
  }))
  return {
    search,
    count: users.length,
    users: users.filter(({ name, loginId }) =>
      [name, loginId].some((text) => text.toLocaleLowerCase().includes(wanted)),
    ),
    isAdding: query.get('do') === 'add',
    deleted: query.get('deleted')?.slice(0, 100),
    invited: about ? users.find(({ id, hasJoined }) => id === about && !hasJoined)?.name : undefined,
  }
}

const NewUser = z.object({ name: userFields.name, loginId: userFields.loginId, role: userFields.role })

export async function action({ context, request }: Route.ActionArgs) {
  const { deps, user: viewer } = requireAdministrator(context, request)
  const form = await readForm(request)
  const given = Object.fromEntries(
    ['name', 'loginId', 'role'].map((field) => [field, String(form.get(field) ?? '')]),
  )
  const refused = (problems: Record<string, string>, status = 400) => data({ given, problems }, { status })
  if (form.get('intent') === 'resend') {
    const userId = parsePublicId('user', String(form.get('user') ?? ''))
    if (!userId) throw data(null, { status: 400 })
    const sent = await resendInvitation(deps, { viewer, userId })
    if (sent.ok) return redirect(`/users?user=${publicId('user', userId)}`, 303)
    return sent.problem.code === 'too-many-attempts'
      ? refused({ form: waitWords(sent.problem.retryAfterSeconds) }, 429)
      : redirect('/users', 303)
  }
  const parsed = parseForm(NewUser, form)
  if (!parsed.ok) return refused(parsed.problems)
  const added = await inviteUser(deps, { viewer, user: parsed.value })
  if (added.ok) return redirect(`/users?user=${publicId('user', added.value.user.id)}`, 303)
  if (added.problem.code === 'administrators-only') throw data(null, { status: 404 })
  return refused(
    {
      loginId:
        'A user with this address exists already. Use another address, or have that user deleted first.',
    },
    409,
  )
}

export default function UsersPage({ loaderData, actionData }: Route.ComponentProps) {
  const { users, search, count, isAdding, deleted, invited } = loaderData
  const problems: Record<string, string> = actionData?.problems ?? {}
  return (
    <>
      <Group justify="space-between" mb={4}>
        <Title order={1}>Users</Title>
        <Button
          component={Link}
          to="/users?do=add"
          preventScrollReset
          leftSection={<IconUserPlus size={18} aria-hidden />}
        >
          Add User
        </Button>
      </Group>
      <Text c="dimmed" mb="lg">
        Who works in this account. Everybody signs in with an own Login ID and can connect Zapier.
      </Text>
      <UsersTabs current="users" />
      <div role="status">
        {(deleted || invited) && (
          <Alert color="green" role="none" icon={<IconCheck />} mb="lg">
            {deleted ? (
              `${deleted} was deleted.`
            ) : (
              <>
                {invited} is invited: a mail with a link to choose a password is on its way. The link works
                for 72 hours. You find the mail in the{' '}
                <Anchor component={Link} to="/settings/other/mailbox" inherit underline="always">
                  Mailbox
                </Anchor>
                .
              </>
            )}
          </Alert>
        )}
      </div>
      {problems.form && (
        <Alert color="red" role="alert" mb="lg">
          {problems.form}
        </Alert>
      )}
      {isAdding && <AddUser given={actionData?.given ?? {}} problems={problems} />}
      {count > 1 && (
        <Form method="get" role="search">
          <Group align="flex-end" mb="md" gap="sm">
            <TextInput
              type="search"
              name="search"
              label="Search by name or Login ID"
              defaultValue={search}
              key={search}
              maxLength={100}
            />
            <Button type="submit" variant="default">
              Search
            </Button>
            {search && (
              <Anchor component={Link} to="/users" mb={8}>
                Show all
              </Anchor>
            )}
          </Group>
        </Form>
      )}
      {users.length === 0 ? (
        <EmptyState icon={<IconUsers />} title="Nobody is called so">
          No user has “{search}” in the name or the Login ID.
        </EmptyState>
      ) : (
        <ul className={styles.list} aria-label="Users">
          {users.map((user) => (
            <Paper component="li" key={user.id} withBorder p="md" className={styles.user}>
              <ListedUser user={user} />
            </Paper>
          ))}
        </ul>
      )}
    </>
  )
}

type ListedUserData = Route.ComponentProps['loaderData']['users'][number]

const times = (count: number, one: string) => `${count} ${count === 1 ? one : `${one}s`}`

function ListedUser({ user }: { user: ListedUserData }) {
  const facts = [
    times(user.pages, 'booking page'),
    user.hasKey ? 'has a Zapier API key' : 'no Zapier API key',
    ...(user.zaps > 0 ? [`${times(user.zaps, 'Zap')} on`] : []),
    ...(user.triggersAllPages ? ['Zaps act on all pages'] : []),
  ]
  return (
    <>
      <div className={styles.words}>
        <Anchor component={Link} to={user.address} fw={650}>
          {user.name}
        </Anchor>
        {user.isViewer && (
          <Text span size="sm" c="dimmed">
            {' '}
            (you)
          </Text>
        )}
        <Text size="sm">{user.loginId}</Text>
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
      </div>
      <Group gap="xs" className={styles.badges}>
        <StatusBadge tone="info">{user.roleName}</StatusBadge>
        <StatusBadge tone={user.hasJoined ? 'good' : 'warn'}>
          {user.hasJoined ? 'Has signed in' : 'Invited (pending)'}
        </StatusBadge>
      </Group>
      <RowMenu user={user} />
    </>
  )
}

/** Everything in it stands in the profile as well, which works without scripts. */
function RowMenu({ user }: { user: ListedUserData }) {
  const submit = useSubmit()
  const hydrated = useHydrated()
  if (!hydrated) return null
  return (
    <Menu position="bottom-end" width={200} shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="dark" size="lg" aria-label={`Actions for ${user.name}`}>
          <IconDots size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={user.address}>
          Edit profile
        </Menu.Item>
        <Menu.Item component={Link} to={`${user.address}?do=role`}>
          Change role
        </Menu.Item>
        {!user.hasJoined && (
          <Menu.Item
            onClick={() =>
              void submit({ intent: 'resend', user: user.id }, { method: 'post', action: '/users' })
            }
          >
            Resend invitation
          </Menu.Item>
        )}
        {!user.isViewer && (
          <Menu.Item component={Link} to={`${user.address}?do=delete`} color="red.9">
            Delete
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function AddUser({ given, problems }: { given: Record<string, string>; problems: Record<string, string> }) {
  const pending = useNavigation().state === 'submitting'
  const form = useFocusOnProblem<HTMLFormElement>(problems)
  const invalid = (name: string) => ({ error: problems[name], 'aria-invalid': problems[name] !== undefined })
  return (
    <AddressDialog title="Add User" closeTo="/users">
      <Form method="post" action="/users?do=add" ref={form} noValidate preventScrollReset>
        <Stack>
          <TextInput
            {...invalid('name')}
            label="Name"
            name="name"
            autoComplete="off"
            required
            withAsterisk={false}
            data-autofocus
            defaultValue={given.name}
          />
          <TextInput
            {...invalid('loginId')}
            label="Email address"
            description="It becomes the Login ID, and the invitation goes to it."
            name="loginId"
            type="email"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
            defaultValue={given.loginId}
          />
          <Radio.Group name="role" label="Role" defaultValue={given.role || 'member'} error={problems.role}>
            <Stack gap="sm" mt="xs">
              {(['member', 'administrator'] as const).map((role) => (
                <Radio key={role} value={role} label={roleNames[role]} description={roleWords[role]} />
              ))}
            </Stack>
          </Radio.Group>
          <Text size="sm">
            The user gets a booking page of their own, open Monday to Friday from 9 to 5 in your time zone
            until they choose theirs.
          </Text>
          <DialogButtons closeTo="/users" confirmLabel="Create user and send invitation" pending={pending} />
        </Stack>
      </Form>
    </AddressDialog>
  )
}
