import { Anchor, Checkbox, NativeSelect, Paper, Stack, TextInput, Title } from '@mantine/core'
import { data, Form, Link, redirect } from 'react-router'
import { listUsers } from '#domain/accounts/find-user.ts'
import { addPage } from '#domain/booking-pages/edit-page.ts'
import { listSetUpEventTypes } from '#domain/booking-pages/set-up-event-types.ts'
import { type EventTypeId, parsePublicId, publicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { pageTitle } from '../../../page-title.ts'
import { readForm } from '../../../parse-form.ts'
import { useFocusOnProblem } from '../../../ui/use-focus-on-problem.ts'
import { problemsOf } from '../parts/edit-words.ts'
import { SaveBar, SaveNote } from '../parts/save-bar.tsx'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('New booking page')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  return {
    host: `${new URL(deps.publicUrl).host}/`,
    viewerId: publicId('user', user.id),
    owners:
      user.role === 'administrator'
        ? (await listUsers(deps, user.accountId)).map(({ id, name }) => ({
            value: publicId('user', id),
            label: name,
          }))
        : [],
    eventTypes: (await listSetUpEventTypes(deps, user)).map(({ id, name }) => ({
      id: publicId('event-type', id),
      name,
    })),
  }
}

export async function action({ context, request }: Route.ActionArgs) {
  const { deps, user } = requireUser(context, request)
  const form = await readForm(request)
  const text = (name: string) => String(form.get(name) ?? '')
  const ownerId = form.has('ownerId') ? parsePublicId('user', text('ownerId')) : user.id
  const given = {
    publicName: text('publicName'),
    internalLabel: text('internalLabel'),
    publicLink: text('publicLink'),
  }
  const added = await addPage(deps, {
    viewer: user,
    ...given,
    ownerId,
    eventTypeIds: form
      .getAll('eventTypeIds')
      .map((id) => parsePublicId('event-type', String(id)))
      .filter((id): id is EventTypeId => id !== undefined),
  })
  return added.ok
    ? redirect(`/booking-pages/${publicId('booking-page', added.value)}`, 303)
    : data({ given, problems: problemsOf(added.problem) }, { status: 400 })
}

export default function NewBookingPage({ loaderData, actionData }: Route.ComponentProps) {
  const { host, owners, viewerId, eventTypes } = loaderData
  const form = useFocusOnProblem<HTMLFormElement>(actionData)
  const problems: Record<string, string> = actionData?.problems ?? {}
  const field = (name: 'publicName' | 'internalLabel' | 'publicLink') => ({
    name,
    defaultValue: actionData?.given[name],
    error: problems[name],
    'aria-invalid': problems[name] !== undefined,
  })
  return (
    <>
      <Anchor component={Link} to="/booking-pages" size="sm">
        Booking pages
      </Anchor>
      <Title order={1} mb="lg">
        New booking page
      </Title>
      <Paper withBorder p="lg" maw="40rem">
        <Form method="post" ref={form} noValidate>
          <SaveNote answer={actionData} />
          <Stack>
            <TextInput
              {...field('publicName')}
              label="Public name"
              description="What customers see, such as your name."
              required
              withAsterisk={false}
              maxLength={75}
            />
            <TextInput
              {...field('internalLabel')}
              label="Internal label (optional)"
              description="Only your team sees it. The public name, if left empty."
              maxLength={75}
            />
            <TextInput
              {...field('publicLink')}
              label={`Public link (optional): ${host}`}
              description="At least four small letters, digits or hyphens. Made of the public name, if left empty."
              autoCapitalize="none"
              spellCheck={false}
            />
            {owners.length > 1 && (
              <NativeSelect
                name="ownerId"
                label="Owner"
                description="Gets the bookings."
                data={owners}
                defaultValue={viewerId}
              />
            )}
            <Checkbox.Group label="Event types" defaultValue={eventTypes.map(({ id }) => id)}>
              <Stack gap="xs" mt="xs">
                {eventTypes.map(({ id, name }) => (
                  <Checkbox key={id} name="eventTypeIds" value={id} label={name} />
                ))}
              </Stack>
            </Checkbox.Group>
          </Stack>
          <SaveBar discard="/booking-pages" label="Save & edit" />
        </Form>
      </Paper>
    </>
  )
}
