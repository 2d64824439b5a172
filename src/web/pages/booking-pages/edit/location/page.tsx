import { Checkbox, Paper, Radio, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { data, Form } from 'react-router'
import { z } from 'zod'
import { editPage } from '#domain/booking-pages/edit-page.ts'
import { pageTitle } from '../../../../page-title.ts'
import { parseForm, readForm } from '../../../../parse-form.ts'
import { useFocusOnProblem } from '../../../../ui/use-focus-on-problem.ts'
import { problemsOf } from '../../parts/edit-words.ts'
import { SaveBar, SaveNote } from '../../parts/save-bar.tsx'
import { requireEditable } from '../require-editable.ts'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Location', 'Booking page')

export async function loader(args: Route.LoaderArgs) {
  const { page } = await requireEditable(args)
  return { here: `/booking-pages/${args.params.pageId}/location`, location: page.location }
}

const kinds = [
  ['none', 'No location', 'Nothing is said about where to meet.'],
  [
    'virtual-by-owner',
    'Online or by phone, provided by the owner',
    'A link or number; customers get it with the confirmation, not before.',
  ],
  [
    'virtual-by-customer',
    'Online or by phone, provided by the customer',
    'Customers give a number or link when they book.',
  ],
  ['physical-by-owner', 'In person, at the owner’s place', 'An address.'],
  ['physical-by-customer', 'In person, at the customer’s place', 'Customers give an address when they book.'],
] as const

const usualHeader = (kind: string) => (kind.startsWith('virtual') ? 'Phone or meeting link' : 'Address')

const LocationForm = z.object({
  kind: z.enum(
    kinds.map(([kind]) => kind),
    'Choose one.',
  ),
  header: z
    .string()
    .default('')
    .transform((text) => text.trim()),
  text: z
    .string()
    .default('')
    .transform((text) => text.replace(/\r\n/g, '\n').trim()),
  announced: z.literal('on').optional(),
})

export async function action(args: Route.ActionArgs) {
  const { deps, user, pageId } = await requireEditable(args)
  const parsed = parseForm(LocationForm, await readForm(args.request))
  if (!parsed.ok) return data({ problems: parsed.problems }, { status: 400 })
  const { announced, ...location } = parsed.value
  const done = await editPage(deps, {
    viewer: user,
    pageId,
    changes: { location: { ...location, announced: announced === 'on' } },
  })
  return done.ok
    ? data({ saved: true as const })
    : data({ problems: problemsOf(done.problem) }, { status: 400 })
}

export default function LocationSection({
  loaderData: { here, location },
  actionData,
}: Route.ComponentProps) {
  const [kind, setKind] = useState<string>(location.kind)
  const [header, setHeader] = useState(location.header || usualHeader(location.kind))
  const choose = (chosen: string) => {
    // A header that nobody wrote goes with the kind: no address is asked for under "Phone or meeting link".
    if (header.trim() === '' || header === usualHeader(kind)) setHeader(usualHeader(chosen))
    setKind(chosen)
  }
  const form = useFocusOnProblem<HTMLFormElement>(actionData)
  const problems: Record<string, string> = actionData && 'problems' in actionData ? actionData.problems : {}
  const invalid = (name: string) => ({ error: problems[name], 'aria-invalid': problems[name] !== undefined })
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb="md">
        Location
      </Title>
      <Form method="post" ref={form} noValidate>
        <SaveNote answer={actionData} />
        <Stack>
          <Radio.Group name="kind" value={kind} onChange={choose} label="Where to meet">
            <Stack gap="xs" mt="xs">
              {kinds.map(([value, label, description]) => (
                <Radio key={value} value={value} label={label} description={description} />
              ))}
            </Stack>
          </Radio.Group>
          {kind !== 'none' && (
            <TextInput
              {...invalid('header')}
              name="header"
              label="Header"
              description={
                kind.endsWith('-by-customer')
                  ? 'The name of the field that customers fill in.'
                  : 'What customers see beside it, such as “Our office”.'
              }
              value={header}
              onChange={(event) => setHeader(event.currentTarget.value)}
              maxLength={75}
            />
          )}
          {kind.endsWith('-by-owner') && (
            <Textarea
              {...invalid('text')}
              name="text"
              label={kind === 'physical-by-owner' ? 'Address' : 'Link or phone number'}
              defaultValue={location.text}
              autosize
              minRows={2}
              maxLength={500}
            />
          )}
          {kind.startsWith('physical') && (
            <Checkbox
              name="announced"
              label={
                kind === 'physical-by-owner'
                  ? 'Show the address before booking'
                  : 'Say before booking that customers will be asked for an address'
              }
              defaultChecked={location.announced}
            />
          )}
        </Stack>
        <Text size="sm" c="dimmed" mt="md">
          Bookings made before keep the place that was agreed.
        </Text>
        <SaveBar discard={here} />
      </Form>
    </Paper>
  )
}
