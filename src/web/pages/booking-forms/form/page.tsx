import { Anchor, Button, List, Paper, Text, TextInput, Title } from '@mantine/core'
import { data, Form, Link, redirect, useNavigation } from 'react-router'
import { z } from 'zod'
import type { User } from '#domain/accounts/user.ts'
import { deleteBookingForm, listBookingForms, saveBookingForm } from '#domain/booking-pages/booking-forms.ts'
import { defaultFields } from '#domain/booking-pages/booking-page.ts'
import { listBookingPages } from '#domain/booking-pages/list-booking-pages.ts'
import { listSetUpEventTypes } from '#domain/booking-pages/set-up-event-types.ts'
import type { Deps } from '#domain/deps.ts'
import { type BookingFormId, parsePublicId, publicId } from '#kit/ids.ts'
import type { PageContext } from '#web/page-context.ts'
import { requireUser } from '#web/require-user.ts'
import { pageTitle } from '../../../page-title.ts'
import { parseForm, readForm } from '../../../parse-form.ts'
import { ConfirmForm } from '../../../ui/confirm-dialog.tsx'
import { useFocusOnProblem } from '../../../ui/use-focus-on-problem.ts'
import { problemsOf } from '../../booking-pages/parts/edit-words.ts'
import { SaveBar, SaveNote } from '../../booking-pages/parts/save-bar.tsx'
import type { Route } from './+types/page.ts'
import { FieldsEditor } from './fields-editor.tsx'

export const meta = ({ loaderData }: Route.MetaArgs) =>
  pageTitle(loaderData?.name || 'New booking form', 'Booking forms')

async function requireForm(context: PageContext, request: Request, text: string) {
  const { deps, user } = requireUser(context, request)
  if (user.role !== 'administrator') throw data(null, { status: 404 })
  if (text === 'new') return { deps, user, form: null }
  const id = parsePublicId('booking-form', text)
  const form = (await listBookingForms(deps, user)).find((one) => one.id === id)
  if (!form) throw data(null, { status: 404 })
  return { deps, user, form }
}

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { deps, user, form } = await requireForm(context, request, params.formId)
  const query = new URL(request.url).searchParams
  const asksToDelete = form !== null && query.get('do') === 'delete'
  return {
    here: `/booking-forms/${params.formId}`,
    isNew: form === null,
    name: form?.name ?? '',
    fields: form?.fields ?? defaultFields,
    added: query.has('added'),
    asksToDelete,
    usedBy: asksToDelete ? await listUsersOfForm(deps, user, form.id) : [],
  }
}

/** What asks the questions of this form, in words. */
async function listUsersOfForm(deps: Deps, user: User, id: BookingFormId): Promise<string[]> {
  const pages = await listBookingPages(deps, user)
  const eventTypes = await listSetUpEventTypes(deps, user)
  return [
    ...pages
      .filter(({ scheduling }) => scheduling.formId === id)
      .map((page) => `Booking page ${page.internalLabel}`),
    ...eventTypes
      .filter(({ scheduling }) => scheduling?.formId === id)
      .map(({ name }) => `Event type ${name}`),
  ]
}

const Field = z.object({
  name: z.string(),
  kind: z.enum(['single-line', 'multi-line', 'dropdown', 'checkbox']),
  title: z.string().trim(),
  subtext: z.string().trim(),
  required: z.boolean(),
  hidden: z.boolean(),
  options: z.array(z.string().trim()),
})

const BookingFormForm = z.object({
  name: z.string('Enter a name.').trim(),
  fields: z.string('The questions are missing.').transform((text, context) => {
    try {
      return z.array(Field).parse(JSON.parse(text))
    } catch {
      context.addIssue('These questions could not be read. Load the page anew and try again.')
      return z.NEVER
    }
  }),
})

export async function action({ context, request, params }: Route.ActionArgs) {
  const { deps, user, form: former } = await requireForm(context, request, params.formId)
  const form = await readForm(request)
  if (former && form.get('intent') === 'delete') {
    await deleteBookingForm(deps, { viewer: user, id: former.id })
    return redirect('/booking-forms?deleted', 303)
  }
  const parsed = parseForm(BookingFormForm, form)
  if (!parsed.ok) return data({ problems: parsed.problems }, { status: 400 })
  const saved = await saveBookingForm(deps, {
    viewer: user,
    form: { ...parsed.value, id: former?.id ?? null },
  })
  if (saved.ok)
    return former
      ? data({ saved: true as const })
      : redirect(`/booking-forms/${publicId('booking-form', saved.value)}?added`, 303)
  const { fields: tooMany, ...problems } = problemsOf(saved.problem)
  return data(
    { problems: tooMany === undefined ? problems : { ...problems, form: `Too many questions. ${tooMany}` } },
    { status: 400 },
  )
}

export default function BookingFormPage({ loaderData, actionData }: Route.ComponentProps) {
  const { here, isNew, name, fields, added, asksToDelete, usedBy } = loaderData
  const pending = useNavigation().state === 'submitting'
  const form = useFocusOnProblem<HTMLFormElement>(actionData)
  const problems: Record<string, string> =
    actionData && 'problems' in actionData ? (actionData.problems as Record<string, string>) : {}
  return (
    <>
      <Anchor component={Link} to="/booking-forms" size="sm">
        Booking forms
      </Anchor>
      <Title order={1} mb="lg">
        {isNew ? 'New booking form' : `Booking form: ${name}`}
      </Title>
      {asksToDelete ? (
        <Paper withBorder p="lg">
          <Title order={2} mb="md">
            Delete this booking form?
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
            {usedBy.length === 0 ? (
              <Text>No booking page and no event type uses it.</Text>
            ) : (
              <>
                <Text>From then on these ask the default questions again:</Text>
                <List>
                  {usedBy.map((one) => (
                    <List.Item key={one}>{one}</List.Item>
                  ))}
                </List>
              </>
            )}
            <Text>Answers that customers gave stay with their bookings.</Text>
          </ConfirmForm>
        </Paper>
      ) : (
        <Paper withBorder p="lg">
          <Form method="post" ref={form} noValidate>
            <SaveNote answer={actionData ?? (added ? { saved: true } : undefined)} />
            <TextInput
              name="name"
              label="Name of the form"
              description="Only your team sees it."
              defaultValue={name}
              error={problems.name}
              aria-invalid={problems.name !== undefined}
              maxLength={75}
              maw="30rem"
              mb="lg"
            />
            <FieldsEditor key={JSON.stringify(fields)} fields={fields} problems={problems} />
            <SaveBar discard={isNew ? '/booking-forms' : here} label={isNew ? 'Add form' : 'Save'} />
          </Form>
          {!isNew && (
            <Button component={Link} to={`${here}?do=delete`} variant="light" color="red" mt="xl">
              Delete this form
            </Button>
          )}
        </Paper>
      )}
    </>
  )
}
