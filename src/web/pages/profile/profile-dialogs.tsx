import { Alert, Group, NativeSelect, Radio, Stack, Text, TextInput } from '@mantine/core'
import { Form } from 'react-router'
import { AddressDialog, DialogButtons } from '../../ui/address-dialog.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import { StatusBadge } from '../../ui/status-badge.tsx'
import type { ProfileAnswer } from './act-on-profile.ts'
import type { Asked, ProfileData } from './load-profile.ts'
import styles from './profile.module.css'
import { problemsOf } from './profile-problems.ts'
import { lastAdministratorWords, roleNames, roleWords } from './role-words.ts'

type Dialog<Kind extends Asked['kind']> = ProfileData & {
  asked: Extract<Asked, { kind: Kind }>
  answer: ProfileAnswer | undefined
  pending: boolean
}

/** What is asked before it is done; each question has an address (`?do=…`). */
export function ProfileDialog(
  props: ProfileData & { asked: Asked; answer: ProfileAnswer | undefined; pending: boolean },
) {
  const { asked } = props
  switch (asked.kind) {
    case 'login-id':
      return <LoginIdDialog {...props} asked={asked} />
    case 'role':
      return <RoleDialog {...props} asked={asked} />
    case 'all-pages':
      return <AllPagesDialog {...props} asked={asked} />
    case 'delete':
      return <DeleteDialog {...props} asked={asked} />
  }
}

const count = (number: number, one: string, more = `${one}s`) => `${number} ${number === 1 ? one : more}`

type ListedZap = Extract<Asked, { kind: 'delete' }>['zaps'][number]

/** A list that may be long scrolls by itself, also by keyboard. */
const Zaps = ({ zaps, label }: { zaps: ListedZap[]; label: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
  <ul className={styles.long} aria-label={label} tabIndex={0}>
    {zaps.map(({ id, name, state }) => (
      <li key={id}>
        <Group gap="xs">
          <span>{name}</span>
          <StatusBadge tone={state.tone}>{state.text}</StatusBadge>
        </Group>
      </li>
    ))}
  </ul>
)

function LoginIdDialog({ here, isOwn, profile, asked, answer, pending }: Dialog<'login-id'>) {
  const problems = problemsOf(answer, 'login-id')
  const whose = isOwn ? 'You' : profile.name
  return (
    <AddressDialog title="Change Login ID" closeTo={here}>
      <Form method="post" action={`${here}?do=login-id`} noValidate preventScrollReset>
        <input type="hidden" name="intent" value="login-id" />
        <Stack>
          <Text>
            {whose} {isOwn ? 'sign' : 'signs'} in with the new one from then on, and mails go to it. The
            password stays. Both addresses get a mail about the change.
          </Text>
          {asked.zaps.length === 0 ? (
            <Text>No Zap is on, so none stops.</Text>
          ) : (
            <>
              <Text fw={600}>
                {asked.zaps.length === 1
                  ? 'This Zap stops until the reconnect:'
                  : `These ${asked.zaps.length} Zaps stop until the reconnect:`}
              </Text>
              <Zaps zaps={asked.zaps} label="Zaps that stop" />
              <Text>
                To reconnect, enter the API key, which stays the same, and the new Login ID in Zapier. What
                happens in the meantime is kept for 7 days and sent then.
              </Text>
            </>
          )}
          <TextInput
            label="New Login ID"
            description={`Now: ${profile.loginId}`}
            name="loginId"
            type="email"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
            data-autofocus
            error={problems.loginId}
            aria-invalid={problems.loginId !== undefined}
          />
          <PasswordField
            label="Your password"
            {...(isOwn ? {} : { description: `Your own, not the one of ${profile.name}.` })}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            error={problems.password}
            aria-invalid={problems.password !== undefined}
          />
          <DialogButtons closeTo={here} confirmLabel="Save" pending={pending} />
        </Stack>
      </Form>
    </AddressDialog>
  )
}

function RoleDialog({ here, profile, isOwn, asked, answer, pending }: Dialog<'role'>) {
  const problem = problemsOf(answer, 'role').role
  const mustStay = asked.isLast && profile.role === 'administrator'
  return (
    <AddressDialog title="Change role" closeTo={here}>
      <Form method="post" action={`${here}?do=role`} preventScrollReset>
        <input type="hidden" name="intent" value="role" />
        <Stack>
          {mustStay ? (
            <Text>{lastAdministratorWords}</Text>
          ) : (
            <Radio.Group
              name="role"
              label={`What ${isOwn ? 'you' : profile.name} may do`}
              defaultValue={profile.role}
              error={problem}
            >
              <Stack gap="sm" mt="xs">
                {(['administrator', 'member'] as const).map((role) => (
                  <Radio key={role} value={role} label={roleNames[role]} description={roleWords[role]} />
                ))}
              </Stack>
            </Radio.Group>
          )}
          {isOwn && !mustStay && (
            <Text size="sm">As a Member you cannot undo this yourself: another Administrator has to.</Text>
          )}
          {profile.triggersAllPages && !mustStay && (
            <Text size="sm">
              A Member loses the permission “Trigger Zaps from all Booking pages”: Zaps act on own pages only
              from then on.
            </Text>
          )}
          <DialogButtons closeTo={here} confirmLabel={mustStay ? undefined : 'Save'} pending={pending} />
        </Stack>
      </Form>
    </AddressDialog>
  )
}

function AllPagesDialog({ here, profile, isOwn, asked, pending }: Dialog<'all-pages'>) {
  const whose = isOwn ? 'Your Zaps' : `Zaps of ${profile.name}`
  return (
    <AddressDialog title="Trigger Zaps from all Booking pages" closeTo={here}>
      <Form method="post" action={here} preventScrollReset>
        <input type="hidden" name="intent" value="all-pages" />
        <input type="hidden" name="allPages" value={asked.wanted ? 'on' : 'off'} />
        <Stack>
          {asked.wanted ? (
            <>
              <Text>
                {whose} act on the bookings of every page of the account, at once and without a reconnect.{' '}
                {isOwn ? 'You get' : `${profile.name} gets`} the data of all pages’ customers that way.
              </Text>
              {asked.others.length === 0 ? (
                <Text>Nobody else has Zaps that are on, so nothing happens twice.</Text>
              ) : (
                <Alert color="orange" role="note" title="Some bookings will act twice">
                  <Text size="sm">
                    Zaps of these users go on as well. What both do, such as a mail to the customer, happens
                    twice. Look at those Zaps first, or set a filter by booking page.
                  </Text>
                  <ul>
                    {asked.others.map(({ id, name, zaps }) => (
                      <li key={id}>
                        {name}: {count(zaps, 'Zap')}
                      </li>
                    ))}
                  </ul>
                </Alert>
              )}
            </>
          ) : (
            <Text>
              {whose} act only on pages that {isOwn ? 'you own' : `${profile.name} owns`}, from now on. Zaps
              that are set to somebody else’s page get nothing more.
            </Text>
          )}
          <DialogButtons closeTo={here} confirmLabel="Yes" pending={pending} />
        </Stack>
      </Form>
    </AddressDialog>
  )
}

function DeleteDialog({ here, profile, asked, answer, pending }: Dialog<'delete'>) {
  const problems = problemsOf(answer, 'delete')
  return (
    <AddressDialog title={`Delete ${profile.name}?`} closeTo={here}>
      <Form method="post" action={`${here}?do=delete`} preventScrollReset>
        <input type="hidden" name="intent" value="delete" />
        <input type="hidden" name="name" value={profile.name} />
        <Stack>
          <Text>
            {profile.name} cannot sign in any more, and the Login ID {profile.loginId} becomes free. This
            cannot be taken back. {profile.name} and all Administrators get a mail.
          </Text>
          {asked.pages.length === 0 ? (
            <>
              <input type="hidden" name="heirId" value={asked.chosenHeir} />
              <Text>No booking page belongs to {profile.name}.</Text>
            </>
          ) : (
            <>
              <Text fw={600}>
                {asked.pages.length === 1
                  ? 'This booking page gets another owner:'
                  : `These ${asked.pages.length} booking pages get another owner:`}
              </Text>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
              <ul className={styles.long} aria-label="Booking pages" tabIndex={0}>
                {asked.pages.map(({ id, label }) => (
                  <li key={id}>{label}</li>
                ))}
              </ul>
              <NativeSelect
                name="heirId"
                label="Who takes them over"
                description="New bookings take this Administrator’s time and start this Administrator’s Zaps."
                data={asked.heirs}
                defaultValue={asked.chosenHeir}
                error={problems.heirId}
                aria-invalid={problems.heirId !== undefined}
              />
            </>
          )}
          {asked.zaps.length > 0 && (
            <>
              <Text fw={600}>{asked.zaps.length === 1 ? 'This Zap ends:' : 'These Zaps end:'}</Text>
              <Zaps zaps={asked.zaps} label="Zaps that end" />
            </>
          )}
          {asked.zaps.length === 0 && profile.hasKey && (
            <Text>The Zapier API key is revoked. No Zap is on.</Text>
          )}
          {asked.comingBookings.length > 0 && (
            <>
              <Text fw={600}>
                {count(asked.comingBookings.length, 'coming booking stays', 'coming bookings stay')} as
                agreed:
              </Text>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
              <ul className={styles.long} aria-label="Coming bookings" tabIndex={0}>
                {asked.comingBookings.map(({ id, words }) => (
                  <li key={id}>{words}</li>
                ))}
              </ul>
              <Text>
                Somebody has to be there for them: reassign or cancel them in Activity. Mails about them go to
                the owner of the page.
              </Text>
            </>
          )}
          <DialogButtons closeTo={here} confirmLabel="Yes, delete" dangerous pending={pending} />
        </Stack>
      </Form>
    </AddressDialog>
  )
}
