import {
  Anchor,
  Button,
  Group,
  NativeSelect,
  Paper,
  Radio,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core'
import { useState } from 'react'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { z } from 'zod'
import { listAllCategories, listBookingForms } from '#domain/booking-pages/booking-forms.ts'
import { defaultScheduling, officeHours } from '#domain/booking-pages/booking-page.ts'
import {
  addEventType,
  deleteEventType,
  dependentsOfEventType,
  duplicateEventType,
  editEventType,
  findSetUpEventType,
} from '#domain/booking-pages/set-up-event-types.ts'
import { type EventTypeId, parsePublicId, publicId } from '#kit/ids.ts'
import type { PageContext } from '#web/page-context.ts'
import { requireUser } from '#web/require-user.ts'
import { pageTitle } from '../../../page-title.ts'
import { parseForm, readForm } from '../../../parse-form.ts'
import { ConfirmForm } from '../../../ui/confirm-dialog.tsx'
import { useFocusOnProblem } from '../../../ui/use-focus-on-problem.ts'
import { problemsOf } from '../../booking-pages/parts/edit-words.ts'
import { SaveBar, SaveNote } from '../../booking-pages/parts/save-bar.tsx'
import { SchedulingFields } from '../../booking-pages/parts/scheduling-fields.tsx'
import { choices, SchedulingForm } from '../../booking-pages/parts/scheduling-form.ts'
import type { Route } from './+types/page.ts'

export const meta = ({ loaderData }: Route.MetaArgs) =>
  pageTitle(loaderData?.eventType?.name ?? 'New event type', 'Event types')

const durations = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 480]

/** The event type that the address names, null for `new`; a 404 for whoever may not change it. */
async function requireEventType(context: PageContext, request: Request, text: string) {
  const { deps, user } = requireUser(context, request)
  if (user.role !== 'administrator') throw data(null, { status: 404 })
  if (text === 'new') return { deps, user, eventType: null }
  const id = parsePublicId('event-type', text)
  const eventType = id && (await findSetUpEventType(deps, { viewer: user, id }))
  if (!eventType) throw data(null, { status: 404 })
  return { deps, user, eventType }
}

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { deps, user, eventType } = await requireEventType(context, request, params.eventTypeId)
  const query = new URL(request.url).searchParams
  const forms = await listBookingForms(deps, user)
  const categories = await listAllCategories(deps, user)
  const { weekly: _weekly, overrides: _overrides, ...officeSlots } = officeHours
  const options = eventType?.scheduling ?? { ...defaultScheduling, slots: officeSlots }
  return {
    here: `/event-types/${params.eventTypeId}`,
    added: query.has('added'),
    eventType: eventType && {
      name: eventType.name,
      description: eventType.description,
      durationMinutes: eventType.durationMinutes,
      price: eventType.price,
      currency: eventType.currency,
      categoryId: eventType.category ? publicId('category', eventType.category.id) : '',
      hasOwnOptions: eventType.scheduling !== null,
    },
    options: { ...options, formId: options.formId ? publicId('booking-form', options.formId) : '' },
    forms: forms.map(({ id, name }) => ({ value: publicId('booking-form', id), label: name })),
    categories: categories
      .filter(({ kind }) => kind === 'event-type')
      .map(({ id, name }) => ({ value: publicId('category', id), label: name })),
    deletion:
      eventType && query.get('do') === 'delete'
        ? await dependentsOfEventType(deps, { viewer: user, id: eventType.id })
        : null,
  }
}

const EventTypeForm = z.object({
  name: z.string('Enter a name.').trim(),
  description: z
    .string()
    .default('')
    .transform((text) => text.replace(/\r\n/g, '\n').trim()),
  durationMinutes: z.string('Choose a duration.').transform(Number),
  price: z
    .string()
    .default('')
    .transform((text) => text.trim()),
  currency: z
    .string()
    .default('')
    .transform((text) => text.trim().toUpperCase()),
  categoryId: z.string().default(''),
  options: z.enum(['page', 'own'], 'Choose one of the two.'),
})

export async function action({ context, request, params }: Route.ActionArgs) {
  const { deps, user, eventType } = await requireEventType(context, request, params.eventTypeId)
  const form = await readForm(request)
  const refused = (problems: Record<string, string>) => data({ problems }, { status: 400 })
  const to = (id: EventTypeId) => `/event-types/${publicId('event-type', id)}`
  if (eventType && form.get('intent') === 'delete') {
    const deleted = await deleteEventType(deps, { viewer: user, id: eventType.id })
    return deleted.ok
      ? redirect(`/event-types?deleted=${encodeURIComponent(eventType.name)}`, 303)
      : refused(problemsOf(deleted.problem))
  }
  if (eventType && form.get('intent') === 'duplicate') {
    const copied = await duplicateEventType(deps, { viewer: user, id: eventType.id })
    return copied.ok ? redirect(to(copied.value), 303) : refused(problemsOf(copied.problem))
  }
  const parsed = parseForm(EventTypeForm, form)
  const own = form.get('options') === 'own' ? parseForm(SchedulingForm, form) : undefined
  const unread = { ...(parsed.ok ? {} : parsed.problems), ...(own && !own.ok ? own.problems : {}) }
  if (!parsed.ok || (own && !own.ok)) return refused(unread)
  const { options: _options, categoryId: shownCategory, ...plain } = parsed.value
  const categoryId = shownCategory === '' ? null : parsePublicId('category', shownCategory)
  if (categoryId === undefined) return refused({ categoryId: 'Choose a category.' })
  const scheduling = own ? { ...own.value.scheduling, slots: own.value.slots } : null
  const settings = { ...plain, categoryId, scheduling }
  if (!eventType) {
    const added = await addEventType(deps, { viewer: user, settings })
    return added.ok ? redirect(`${to(added.value)}?added`, 303) : refused(problemsOf(added.problem))
  }
  const done = await editEventType(deps, { viewer: user, id: eventType.id, settings })
  return done.ok ? data({ saved: true as const }) : refused(problemsOf(done.problem))
}

export default function EventTypePage({ loaderData, actionData }: Route.ComponentProps) {
  const { here, eventType, options, forms, categories, deletion, added } = loaderData
  const [own, setOwn] = useState(eventType?.hasOwnOptions ? 'own' : 'page')
  const pending = useNavigation().state === 'submitting'
  const form = useFocusOnProblem<HTMLFormElement>(actionData)
  const problems: Record<string, string> =
    actionData && 'problems' in actionData ? (actionData.problems as Record<string, string>) : {}
  const invalid = (name: string) => ({
    name,
    error: problems[name],
    'aria-invalid': problems[name] !== undefined,
  })
  return (
    <>
      <Anchor component={Link} to="/event-types" size="sm">
        Event types
      </Anchor>
      <Title order={1} mb="lg">
        {eventType ? `Event type: ${eventType.name}` : 'New event type'}
      </Title>
      {deletion ? (
        <Paper withBorder p="lg">
          <Title order={2} mb="md">
            Delete this event type?
          </Title>
          <ConfirmForm
            confirmLabel="Yes, delete"
            intent="delete"
            pending={pending}
            cancel={
              <Button component={Link} to={here} variant="default">
                Cancel
              </Button>
            }
          >
            <Text>What happens:</Text>
            <ul>
              <li>
                {deletion.pages.length === 0
                  ? 'No page offers it.'
                  : `It is not offered any more on ${deletion.pages.join(', ')}.`}
              </li>
              <li>
                {deletion.comingBookings === 0
                  ? 'No coming booking is of this type.'
                  : `${deletion.comingBookings} coming ${deletion.comingBookings === 1 ? 'booking stays' : 'bookings stay'} as agreed.`}
              </li>
              {deletion.openRequests > 0 && (
                <li>{deletion.openRequests} open requests can still be answered in Activity.</li>
              )}
              {deletion.zaps > 0 && (
                <li>{deletion.zaps} Zaps for this type alone act only on the bookings it has already.</li>
              )}
            </ul>
          </ConfirmForm>
        </Paper>
      ) : (
        <Form method="post" ref={form} noValidate key={`${here} ${eventType?.currency}`}>
          <SaveNote answer={actionData ?? (added ? { saved: true } : undefined)} />
          <Stack gap="lg">
            <Paper withBorder p="lg">
              <Stack>
                <TextInput
                  {...invalid('name')}
                  label="Public name"
                  defaultValue={eventType?.name}
                  maxLength={75}
                  required
                  withAsterisk={false}
                />
                <Textarea
                  {...invalid('description')}
                  label="Description"
                  description="Shown to customers where they choose."
                  defaultValue={eventType?.description}
                  autosize
                  minRows={2}
                  maxLength={2000}
                />
                <SimpleGrid cols={{ base: 1, sm: 2 }}>
                  <NativeSelect
                    {...invalid('durationMinutes')}
                    label="Duration"
                    data={choices(durations, eventType?.durationMinutes ?? null)}
                    defaultValue={eventType?.durationMinutes ?? 30}
                  />
                  <NativeSelect
                    {...invalid('categoryId')}
                    label="Category"
                    data={[{ value: '', label: 'None' }, ...categories]}
                    defaultValue={eventType?.categoryId ?? ''}
                  />
                  <TextInput
                    {...invalid('price')}
                    label="Price (optional)"
                    description="Only shown; nothing is collected."
                    defaultValue={eventType?.price}
                    maxLength={40}
                  />
                  <TextInput
                    {...invalid('currency')}
                    label="Currency (optional)"
                    description="Three letters, such as EUR."
                    defaultValue={eventType?.currency}
                    maxLength={3}
                  />
                </SimpleGrid>
              </Stack>
            </Paper>
            <Paper withBorder p="lg">
              <Title order={2} mb="md">
                Scheduling options
              </Title>
              <Radio.Group
                name="options"
                value={own}
                onChange={setOwn}
                label="Which options rule when this is booked"
                mb="lg"
              >
                <Stack gap="xs" mt="xs">
                  <Radio value="page" label="Those of the booking page" />
                  <Radio value="own" label="Its own, on every page" />
                </Stack>
              </Radio.Group>
              {own === 'own' && <SchedulingFields options={options} forms={forms} problems={problems} />}
            </Paper>
          </Stack>
          <SaveBar
            discard={eventType ? here : '/event-types'}
            label={eventType ? 'Save' : 'Add event type'}
          />
        </Form>
      )}
      {eventType && !deletion && (
        <Group mt="xl">
          <Form method="post">
            <input type="hidden" name="intent" value="duplicate" />
            <Button type="submit" variant="default" loading={pending}>
              Duplicate this event type
            </Button>
          </Form>
          <Button component={Link} to={`${here}?do=delete`} variant="light" color="red">
            Delete this event type
          </Button>
        </Group>
      )}
    </>
  )
}
