import {
  Alert,
  Anchor,
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Paper,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { Form, Link, useNavigation } from 'react-router'
import { IconCheck } from '../../icons.ts'
import { PasswordField } from '../../ui/password-field.tsx'
import { StatusBadge } from '../../ui/status-badge.tsx'
import { Time } from '../../ui/time.tsx'
import { useFocusOnProblem } from '../../ui/use-focus-on-problem.ts'
import type { ProfileAnswer } from './act-on-profile.ts'
import type { ProfileData } from './load-profile.ts'
import styles from './profile.module.css'
import { ProfileDialog } from './profile-dialogs.tsx'
import { isSaved, problemsOf } from './profile-problems.ts'
import { roleWords } from './role-words.ts'

/** A profile, one's own or as an Administrator somebody else's. */
export function ProfileView(props: ProfileData & { answer: ProfileAnswer | undefined }) {
  const { answer, asked, here, isAdministrator, isOwn, profile, done } = props
  const pending = useNavigation().state === 'submitting'
  const whole = useFocusOnProblem<HTMLDivElement>(answer)
  return (
    <div ref={whole}>
      {!isOwn && (
        <Anchor component={Link} to="/users" size="sm">
          Users
        </Anchor>
      )}
      <Group mb="lg" gap="sm">
        <Title order={1}>{isOwn ? 'My profile' : profile.name}</Title>
        <StatusBadge tone="info">{profile.roleName}</StatusBadge>
        {!isOwn && (
          <StatusBadge tone={profile.joined ? 'good' : 'warn'}>
            {profile.joined ? 'Has signed in' : 'Invited (pending)'}
          </StatusBadge>
        )}
      </Group>
      <DoneNote words={doneWords(done, profile.name, isOwn)} />
      {answer && 'problems' in answer && answer.problems.form && (
        <Alert color="red" role="alert" tabIndex={-1} mb="lg">
          <Text size="sm" c="red.9" fw={600}>
            {answer.problems.form}
          </Text>
        </Alert>
      )}
      {asked && <ProfileDialog {...props} asked={asked} pending={pending} />}
      <Stack gap="lg">
        {!profile.joined && <Pending {...props} pending={pending} />}
        <Details {...props} pending={pending} />
        <LoginId {...props} />
        {isAdministrator && <RoleSection {...props} />}
        {isOwn && <PasswordSection {...props} pending={pending} />}
        {isAdministrator && <Permissions {...props} />}
        {isAdministrator && !isOwn && (
          <Group>
            <Button component={Link} to={`${here}?do=delete`} preventScrollReset variant="light" color="red">
              Delete this user
            </Button>
          </Group>
        )}
      </Stack>
    </div>
  )
}

type Part = ProfileData & { answer: ProfileAnswer | undefined }

const Section = ({ id, title, children }: { id: string; title: string; children: ReactNode }) => (
  <Paper component="section" withBorder p="lg" id={id} aria-labelledby={`${id}-title`}>
    <Title order={2} mb="sm" id={`${id}-title`}>
      {title}
    </Title>
    {children}
  </Paper>
)

const Saved = ({ show, children }: { show: boolean; children: string }) => (
  <div role="status">
    {show && (
      <Alert color="green" role="none" icon={<IconCheck />} mb="md">
        <Text size="sm" fw={600} c="dark">
          {children}
        </Text>
      </Alert>
    )}
  </div>
)

const Pending = ({ profile, here, pending }: Part & { pending: boolean }) => (
  <Alert color="orange" title="Invited, has not signed in yet" role="note">
    <Text size="sm" mb="sm">
      {profile.name} got a mail to {profile.loginId} with a link to choose a password. The link works for 72
      hours; sending it again makes a new one, and ends the former.
    </Text>
    <Form method="post" action={here}>
      <input type="hidden" name="intent" value="resend" />
      <Button type="submit" size="sm" variant="default" loading={pending}>
        Resend invitation
      </Button>
    </Form>
  </Alert>
)

function Details({ profile, zones, here, answer, isOwn, pending }: Part & { pending: boolean }) {
  const problems = problemsOf(answer, 'details')
  return (
    <Section id="details" title="Personal details">
      <Saved show={isSaved(answer, 'details')}>Saved.</Saved>
      <Form method="post" action={here} noValidate preventScrollReset>
        <input type="hidden" name="intent" value="details" />
        <Stack>
          <TextInput
            name="name"
            label="Name"
            description="Booking pages keep the names they have."
            autoComplete={isOwn ? 'name' : 'off'}
            defaultValue={profile.name}
            key={profile.name}
            required
            withAsterisk={false}
            error={problems.name}
            aria-invalid={problems.name !== undefined}
          />
          <NativeSelect
            name="zone"
            label="Time zone"
            description={`Times are shown in it to ${isOwn ? 'you' : profile.name}. Booking pages have their own.`}
            data={zones}
            defaultValue={profile.zone}
            key={profile.zone}
            error={problems.zone}
            aria-invalid={problems.zone !== undefined}
          />
          <Group>
            <Button type="submit" loading={pending}>
              Save
            </Button>
          </Group>
        </Stack>
      </Form>
      <dl className={styles.facts}>
        <dt>Booking pages</dt>
        <dd>
          {profile.pages.length === 0
            ? 'None'
            : profile.pages.map((page, index) => (
                <span key={page.id}>
                  {index > 0 && ', '}
                  <Anchor component={Link} to={`/booking-pages/${page.id}`}>
                    {page.label}
                  </Anchor>
                </span>
              ))}
        </dd>
        <dt>Zapier</dt>
        <dd>
          {profile.hasKey ? 'Has an API key' : 'No API key'}
          {profile.zaps > 0 && `, ${profile.zaps} ${profile.zaps === 1 ? 'Zap' : 'Zaps'} turned on`}
        </dd>
        <dt>Signed in first</dt>
        <dd>{profile.joined ? <Time at={profile.joined} show="both" /> : 'Not yet'}</dd>
      </dl>
    </Section>
  )
}

const LoginId = ({ profile, here, isOwn }: Part) => (
  <Section id="login-id" title="Login ID">
    <Text mb={4} fw={600}>
      {profile.loginId}
    </Text>
    <Text size="sm" c="dimmed" mb="md">
      {isOwn ? 'You sign' : `${profile.name} signs`} in with it, Zapier asks for it beside the API key, and
      mails go to it.
    </Text>
    <Button component={Link} to={`${here}?do=login-id`} preventScrollReset variant="default">
      Change Login ID
    </Button>
  </Section>
)

const RoleSection = ({ profile, here }: Part) => (
  <Section id="role" title="Role">
    <Text mb={4} fw={600}>
      {profile.roleName}
    </Text>
    <Text size="sm" c="dimmed" mb="md">
      {roleWords[profile.role]}
    </Text>
    <Button component={Link} to={`${here}?do=role`} preventScrollReset variant="default">
      Change role
    </Button>
  </Section>
)

function PasswordSection({ profile, here, answer, pending }: Part & { pending: boolean }) {
  const problems = problemsOf(answer, 'password')
  const form = useRef<HTMLFormElement>(null)
  const saved = isSaved(answer, 'password')
  useEffect(() => {
    if (saved) form.current?.reset()
  }, [saved])
  return (
    <Section id="password" title="Password">
      <Saved show={saved}>Your password is changed. Other browsers have to sign in again.</Saved>
      <Form method="post" action={here} ref={form} noValidate preventScrollReset>
        <input type="hidden" name="intent" value="password" />
        {/* For password managers: whose password it is. */}
        <input hidden readOnly name="username" autoComplete="username" value={profile.loginId} />
        <Stack>
          <PasswordField
            label="Current password"
            name="current"
            autoComplete="current-password"
            required
            withAsterisk={false}
            error={problems.current}
            aria-invalid={problems.current !== undefined}
          />
          <PasswordField
            label="New password"
            description="At least 10 characters. A few unrelated words make a good password."
            name="wanted"
            autoComplete="new-password"
            required
            withAsterisk={false}
            error={problems.wanted}
            aria-invalid={problems.wanted !== undefined}
          />
          <Group>
            <Button type="submit" loading={pending}>
              Change password
            </Button>
          </Group>
        </Stack>
      </Form>
    </Section>
  )
}

function Permissions({ profile, here, isOwn }: Part) {
  const reason = reasonAgainst(profile, isOwn)
  return (
    <Section id="permissions" title="Permissions">
      <Title order={3} size="md" mb="xs">
        Zapier integration
      </Title>
      <Form method="get" action={here} preventScrollReset>
        <input type="hidden" name="do" value="all-pages" />
        <Stack>
          <Checkbox
            name="allPages"
            label="Trigger Zaps from all Booking pages"
            description={
              reason ??
              `${isOwn ? 'Your' : 'The'} Zaps act on the bookings of every page of the account, not only of ${isOwn ? 'your own' : `those that ${profile.name} owns`}.`
            }
            defaultChecked={profile.triggersAllPages}
            key={String(profile.triggersAllPages)}
            disabled={reason !== undefined}
          />
          <Text size="sm">
            What to know before: whoever has it gets the bookings and customers’ data of all pages. Zaps of
            the pages’ owners run as well, so one booking may act twice, such as with two mails to the
            customer. Look at the Zaps of all connected users first; a filter by booking page keeps a Zap to
            the pages that are meant.
          </Text>
          {reason === undefined && (
            <Group>
              <Button type="submit">Save</Button>
            </Group>
          )}
          {isOwn && !profile.hasKey && (
            <Anchor component={Link} to="/settings/other/zapier/api-key" size="sm">
              Generate an API key
            </Anchor>
          )}
        </Stack>
      </Form>
    </Section>
  )
}

function reasonAgainst(profile: ProfileData['profile'], isOwn: boolean): string | undefined {
  if (profile.role !== 'administrator')
    return `Only Administrators can have this permission, and ${profile.name} is a Member.`
  if (!profile.hasKey)
    return `Needs a Zapier API key, and ${isOwn ? 'you have' : `${profile.name} has`} none yet.`
  return undefined
}

/** What was just done. It takes the focus when the dialog that did it is gone. */
function DoneNote({ words }: { words: string | undefined }) {
  const note = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (words && document.activeElement === document.body) note.current?.focus()
  }, [words])
  return (
    <div role="status" ref={note} tabIndex={-1} className={styles.done}>
      {words && (
        <Alert role="none" color="green" icon={<IconCheck />} mb="lg">
          <Text size="sm" fw={600} c="dark">
            {words}
          </Text>
        </Alert>
      )}
    </div>
  )
}

function doneWords({ what, zaps }: ProfileData['done'], name: string, isOwn: boolean): string | undefined {
  switch (what) {
    case 'login-id':
      return `The Login ID is changed.${zaps > 0 ? ` ${zaps === 1 ? '1 Zap waits' : `${zaps} Zaps wait`} for a reconnect in Zapier with the API key and the new Login ID.` : ''}`
    case 'role':
      return 'The role is changed.'
    case 'all-pages':
      return `${isOwn ? 'Your Zaps' : `Zaps of ${name}`} act on all booking pages from now on.`
    case 'own-pages':
      return `${isOwn ? 'Your Zaps' : `Zaps of ${name}`} act on own booking pages only from now on.`
    case 'resent':
      return 'A new invitation is on its way. The former link works no more.'
    default:
      return undefined
  }
}
