import { Alert, Anchor, Button, Group, Paper, Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import { listSetUpEventTypes } from '#domain/booking-pages/set-up-event-types.ts'
import { publicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { IconCheck, IconListDetails, IconPlus } from '../../icons.ts'
import { pageTitle } from '../../page-title.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { minutesInWords } from '../booking-pages/parts/scheduling-form.ts'
import type { Route } from './+types/page.ts'
import styles from './page.module.css'

export const meta = () => pageTitle('Event types')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const eventTypes = await listSetUpEventTypes(deps, user)
  return {
    isAdministrator: user.role === 'administrator',
    deleted: new URL(request.url).searchParams.get('deleted')?.slice(0, 100),
    eventTypes: eventTypes.map(({ id, name, durationMinutes, price, currency, category, pages }) => ({
      id: publicId('event-type', id),
      name,
      words: [
        minutesInWords(durationMinutes),
        price && `${price} ${currency}`.trim(),
        category?.name,
        pages.length === 0 ? 'on no page' : `on ${pages.join(', ')}`,
      ]
        .filter(Boolean)
        .join(' · '),
    })),
  }
}

export default function EventTypesPage({ loaderData }: Route.ComponentProps) {
  const { isAdministrator, deleted, eventTypes } = loaderData
  return (
    <>
      <Group justify="space-between" mb={4}>
        <Title order={1}>Event types</Title>
        {isAdministrator && (
          <Button component={Link} to="/event-types/new" leftSection={<IconPlus size={18} aria-hidden />}>
            New event type
          </Button>
        )}
      </Group>
      <Text c="dimmed" mb="lg">
        The kinds of meetings that customers choose from, on all pages of the account.
        {!isAdministrator && ' Administrators change them.'}
      </Text>
      {deleted && (
        <Alert color="green" icon={<IconCheck />} role="status" mb="md">
          “{deleted}” was deleted.
        </Alert>
      )}
      {eventTypes.length === 0 ? (
        <EmptyState icon={<IconListDetails />} title="No event types">
          Without one, customers have nothing to book.
        </EmptyState>
      ) : (
        <ul className={styles.list} aria-label="Event types">
          {eventTypes.map(({ id, name, words }) => (
            <Paper component="li" key={id} withBorder p="md">
              <Title order={2}>
                {isAdministrator ? (
                  <Anchor component={Link} to={`/event-types/${id}`} inherit>
                    {name}
                  </Anchor>
                ) : (
                  name
                )}
              </Title>
              <Text size="sm" c="dimmed">
                {words}
              </Text>
            </Paper>
          ))}
        </ul>
      )}
    </>
  )
}
