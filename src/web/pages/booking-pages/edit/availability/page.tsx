import { Anchor, Paper, Radio, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { data, Form, Link } from 'react-router'
import { z } from 'zod'
import { editPage } from '#domain/booking-pages/edit-page.ts'
import { zoneInWords } from '../../../../format/moment.ts'
import { pageTitle } from '../../../../page-title.ts'
import { parseForm, readForm } from '../../../../parse-form.ts'
import { useFocusOnProblem } from '../../../../ui/use-focus-on-problem.ts'
import { problemsOf } from '../../parts/edit-words.ts'
import { HoursEditor } from '../../parts/hours-editor.tsx'
import { HoursField, problemsOfHours, typedHours } from '../../parts/hours-form.ts'
import { SaveBar, SaveNote } from '../../parts/save-bar.tsx'
import { requireEditable } from '../require-editable.ts'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Availability', 'Booking page')

export async function loader(args: Route.LoaderArgs) {
  const { deps, user, page, ownHours } = await requireEditable(args)
  return {
    here: `/booking-pages/${args.params.pageId}/availability`,
    hours: typedHours(ownHours),
    usesOwnerHours: page.usesOwnerHours,
    owner: page.owner.name,
    ownedByViewer: page.ownerId === user.id,
    zone: zoneInWords(page.zone, deps.clock.now()),
  }
}

const AvailabilityForm = z.object({
  follows: z.enum(['owner', 'page'], 'Choose one of the two.'),
  hours: HoursField,
})

export async function action(args: Route.ActionArgs) {
  const { deps, user, pageId } = await requireEditable(args)
  const parsed = parseForm(AvailabilityForm, await readForm(args.request))
  if (!parsed.ok)
    return data({ problems: { form: Object.values(parsed.problems)[0] ?? '' } }, { status: 400 })
  const { follows, hours } = parsed.value
  const done = await editPage(deps, {
    viewer: user,
    pageId,
    changes: { usesOwnerHours: follows === 'owner', hours },
  })
  if (done.ok) return data({ saved: true as const })
  const problems =
    done.problem.code === 'bad-settings'
      ? problemsOfHours(done.problem.settings, hours)
      : problemsOf(done.problem)
  return data({ problems }, { status: 400 })
}

export default function AvailabilitySection({ loaderData, actionData }: Route.ComponentProps) {
  const { here, hours, usesOwnerHours, owner, ownedByViewer, zone } = loaderData
  const form = useFocusOnProblem<HTMLFormElement>(actionData)
  const problems: Record<string, string> =
    actionData && 'problems' in actionData ? (actionData.problems as Record<string, string>) : {}
  const [follows, setFollows] = useState(usesOwnerHours ? 'owner' : 'page')
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb={4}>
        Availability
      </Title>
      <Text c="dimmed" mb="md">
        Times are in the page’s zone, {zone}. Other bookings of {owner}, on any page, are kept free by
        themselves.
      </Text>
      <Form method="post" ref={form}>
        <SaveNote answer={actionData} />
        <Radio.Group name="follows" value={follows} onChange={setFollows} label="Hours of this page" mb="lg">
          <Stack gap="xs" mt="xs">
            <Radio value="page" label="Hours of its own" />
            <Radio
              value="owner"
              label={`${owner}’s own hours`}
              description={`They are the same for all pages that follow ${owner}, each in its own time zone.`}
            />
          </Stack>
        </Radio.Group>
        {follows === 'owner' && ownedByViewer && (
          <Text mb="md">
            <Anchor component={Link} to="/my-hours">
              Change my own hours
            </Anchor>
          </Text>
        )}
        <div hidden={follows === 'owner'}>
          <HoursEditor hours={hours} problems={problems} />
        </div>
        <SaveBar discard={here} />
      </Form>
    </Paper>
  )
}
