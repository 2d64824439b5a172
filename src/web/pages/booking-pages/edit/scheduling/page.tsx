import { Alert, Paper, Title } from '@mantine/core'
import { data, Form } from 'react-router'
import { listBookingForms } from '#domain/booking-pages/booking-forms.ts'
import { editPage } from '#domain/booking-pages/edit-page.ts'
import { publicId } from '#kit/ids.ts'
import { IconInfoCircle } from '../../../../icons.ts'
import { pageTitle } from '../../../../page-title.ts'
import { parseForm, readForm } from '../../../../parse-form.ts'
import { useFocusOnProblem } from '../../../../ui/use-focus-on-problem.ts'
import { problemsOf } from '../../parts/edit-words.ts'
import { SaveBar, SaveNote } from '../../parts/save-bar.tsx'
import { SchedulingFields } from '../../parts/scheduling-fields.tsx'
import { SchedulingForm } from '../../parts/scheduling-form.ts'
import { requireEditable } from '../require-editable.ts'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Scheduling options', 'Booking page')

export async function loader(args: Route.LoaderArgs) {
  const { deps, user, page } = await requireEditable(args)
  const forms = await listBookingForms(deps, user)
  const { weekly: _weekly, overrides: _overrides, ...slots } = page.availability
  const { formId } = page.scheduling
  return {
    here: `/booking-pages/${args.params.pageId}/scheduling`,
    options: { ...page.scheduling, formId: formId ? publicId('booking-form', formId) : '', slots },
    forms: forms.map(({ id, name }) => ({ value: publicId('booking-form', id), label: name })),
    withOwnOptions: page.eventTypes.filter(({ scheduling }) => scheduling !== null).map(({ name }) => name),
  }
}

export async function action(args: Route.ActionArgs) {
  const { deps, user, pageId } = await requireEditable(args)
  const parsed = parseForm(SchedulingForm, await readForm(args.request))
  if (!parsed.ok) return data({ problems: parsed.problems }, { status: 400 })
  const done = await editPage(deps, { viewer: user, pageId, changes: parsed.value })
  return done.ok
    ? data({ saved: true as const })
    : data({ problems: problemsOf(done.problem) }, { status: 400 })
}

export default function SchedulingSection({ loaderData, actionData }: Route.ComponentProps) {
  const { here, options, forms, withOwnOptions } = loaderData
  const form = useFocusOnProblem<HTMLFormElement>(actionData)
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb="md">
        Scheduling options
      </Title>
      {withOwnOptions.length > 0 && (
        <Alert icon={<IconInfoCircle />} mb="md">
          {withOwnOptions.join(', ')} {withOwnOptions.length === 1 ? 'has' : 'have'} scheduling options of
          {withOwnOptions.length === 1 ? ' its' : ' their'} own, which rule instead of these.
        </Alert>
      )}
      <Form method="post" ref={form} noValidate>
        <SaveNote answer={actionData} />
        <SchedulingFields
          options={options}
          forms={forms}
          problems={actionData && 'problems' in actionData ? actionData.problems : {}}
        />
        <SaveBar discard={here} />
      </Form>
    </Paper>
  )
}
