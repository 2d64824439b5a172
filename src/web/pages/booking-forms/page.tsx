import { Alert, Anchor, Button, Group, Paper, Text, Title } from '@mantine/core'
import { data, Link } from 'react-router'
import { listBookingForms } from '#domain/booking-pages/booking-forms.ts'
import { publicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { IconCheck, IconForms, IconPlus } from '../../icons.ts'
import { pageTitle } from '../../page-title.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import styles from '../event-types/page.module.css'
import type { Route } from './+types/page.ts'

export const meta = () => pageTitle('Booking forms')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  if (user.role !== 'administrator') throw data(null, { status: 404 })
  return {
    deleted: new URL(request.url).searchParams.has('deleted'),
    forms: (await listBookingForms(deps, user)).map(({ id, name, fields }) => ({
      id: publicId('booking-form', id),
      name,
      questions: fields.map(({ title }) => title).join(', ') || 'Name and email only',
    })),
  }
}

export default function BookingFormsPage({ loaderData: { forms, deleted } }: Route.ComponentProps) {
  return (
    <>
      <Group justify="space-between" mb={4}>
        <Title order={1}>Booking forms</Title>
        <Button component={Link} to="/booking-forms/new" leftSection={<IconPlus size={18} aria-hidden />}>
          New booking form
        </Button>
      </Group>
      <Text c="dimmed" mb="lg">
        What customers are asked when they book, beside name and email. Pages and event types choose one under
        their scheduling options.
      </Text>
      {deleted && (
        <Alert color="green" icon={<IconCheck />} role="status" mb="md">
          The form was deleted. Where it was used, the default questions are asked again.
        </Alert>
      )}
      {forms.length === 0 ? (
        <EmptyState icon={<IconForms />} title="No booking forms yet">
          Until you add one, customers are asked for company, phone and a note, all optional.
        </EmptyState>
      ) : (
        <ul className={styles.list} aria-label="Booking forms">
          {forms.map(({ id, name, questions }) => (
            <Paper component="li" key={id} withBorder p="md">
              <Title order={2}>
                <Anchor component={Link} to={`/booking-forms/${id}`} inherit>
                  {name}
                </Anchor>
              </Title>
              <Text size="sm" c="dimmed">
                {questions}
              </Text>
            </Paper>
          ))}
        </ul>
      )}
    </>
  )
}
