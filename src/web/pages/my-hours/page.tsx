import { Paper, Text, Title } from '@mantine/core'
import { data, Form } from 'react-router'
import { z } from 'zod'
import { findOwnHours, setOwnHours } from '#domain/accounts/own-hours.ts'
import { listBookingPages } from '#domain/booking-pages/list-booking-pages.ts'
import { requireUser } from '#web/require-user.ts'
import { pageTitle } from '../../page-title.ts'
import { parseForm, readForm } from '../../parse-form.ts'
import { sentence } from '../booking-pages/parts/edit-words.ts'
import { HoursEditor } from '../booking-pages/parts/hours-editor.tsx'
import { HoursField, placeOfHours, typedHours } from '../booking-pages/parts/hours-form.ts'
import { SaveBar, SaveNote } from '../booking-pages/parts/save-bar.tsx'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('My hours')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const pages = await listBookingPages(deps, user)
  return {
    hours: typedHours(await findOwnHours(deps, user)),
    followers: pages
      .filter(({ ownedByViewer, usesOwnerHours }) => ownedByViewer && usesOwnerHours)
      .map(({ internalLabel }) => internalLabel),
  }
}

const MyHoursForm = z.object({ hours: HoursField })

export async function action({ context, request }: Route.ActionArgs) {
  const { deps, user } = requireUser(context, request)
  const parsed = parseForm(MyHoursForm, await readForm(request))
  if (!parsed.ok)
    return data({ problems: { form: Object.values(parsed.problems)[0] ?? '' } }, { status: 400 })
  const { hours } = parsed.value
  const done = await setOwnHours(deps, { user, hours })
  if (done.ok) return data({ saved: true as const })
  const form = `${placeOfHours(done.problem.path, hours)}: ${sentence(done.problem.message)}`
  return data({ problems: { form } }, { status: 400 })
}

export default function MyHoursPage({ loaderData: { hours, followers }, actionData }: Route.ComponentProps) {
  return (
    <>
      <Title order={1} mb={4}>
        My hours
      </Title>
      <Text c="dimmed" mb="lg">
        {followers.length === 0
          ? 'No page of yours follows these hours yet. A page does once you choose so under its Availability.'
          : `Followed by ${followers.join(', ')}, each in its own time zone.`}
      </Text>
      <Paper withBorder p="lg">
        <SaveNote answer={actionData} />
        <Form method="post">
          <HoursEditor hours={hours} />
          <SaveBar discard="/my-hours" />
        </Form>
      </Paper>
    </>
  )
}
