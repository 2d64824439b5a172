import { Alert, Anchor, Checkbox, Paper, Stack, Text, Title } from '@mantine/core'
import { data, Form, Link } from 'react-router'
import { editPage } from '#domain/booking-pages/edit-page.ts'
import { listSetUpEventTypes } from '#domain/booking-pages/set-up-event-types.ts'
import { type EventTypeId, parsePublicId, publicId } from '#kit/ids.ts'
import { IconListDetails } from '../../../../icons.ts'
import { pageTitle } from '../../../../page-title.ts'
import { readForm } from '../../../../parse-form.ts'
import { EmptyState } from '../../../../ui/empty-state.tsx'
import { problemsOf } from '../../parts/edit-words.ts'
import { SaveBar, SaveNote } from '../../parts/save-bar.tsx'
import { minutesInWords } from '../../parts/scheduling-form.ts'
import { requireEditable } from '../require-editable.ts'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Event types', 'Booking page')

export async function loader(args: Route.LoaderArgs) {
  const { deps, user, page } = await requireEditable(args)
  const offered = new Set(page.eventTypes.map(({ id }) => id))
  return {
    here: `/booking-pages/${args.params.pageId}/event-types`,
    isAdministrator: user.role === 'administrator',
    eventTypes: (await listSetUpEventTypes(deps, user)).map(({ id, name, durationMinutes, scheduling }) => ({
      id: publicId('event-type', id),
      name,
      words: `${minutesInWords(durationMinutes)}${scheduling ? ', with scheduling options of its own' : ''}`,
      offered: offered.has(id),
    })),
  }
}

export async function action(args: Route.ActionArgs) {
  const { deps, user, pageId } = await requireEditable(args)
  const form = await readForm(args.request)
  const eventTypeIds = form
    .getAll('eventTypeIds')
    .map((text) => parsePublicId('event-type', String(text)))
    .filter((id): id is EventTypeId => id !== undefined)
  const done = await editPage(deps, { viewer: user, pageId, changes: { eventTypeIds } })
  return done.ok
    ? data({ saved: true as const })
    : data({ problems: problemsOf(done.problem) }, { status: 400 })
}

export default function EventTypesSection({
  loaderData: { here, eventTypes, isAdministrator },
  actionData,
}: Route.ComponentProps) {
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb={4}>
        Event types
      </Title>
      <Text c="dimmed" mb="md">
        What customers can book on this page. With exactly one they need not choose.
      </Text>
      <SaveNote answer={actionData} />
      {eventTypes.length === 0 ? (
        <EmptyState icon={<IconListDetails />} title="No event types yet">
          An Administrator adds them under Event types.
        </EmptyState>
      ) : (
        <Form method="post">
          {eventTypes.every(({ offered }) => !offered) && (
            <Alert color="orange" mb="md">
              Customers find nothing to book on this page. Choose at least one event type.
            </Alert>
          )}
          <Stack gap="sm">
            {eventTypes.map(({ id, name, words, offered }) => (
              <Checkbox
                key={id}
                name="eventTypeIds"
                value={id}
                label={name}
                description={words}
                defaultChecked={offered}
              />
            ))}
          </Stack>
          <SaveBar discard={here} />
        </Form>
      )}
      {isAdministrator && (
        <Text mt="md" size="sm">
          <Anchor component={Link} to="/event-types" size="sm">
            Change event types, or add one
          </Anchor>
        </Text>
      )}
    </Paper>
  )
}
