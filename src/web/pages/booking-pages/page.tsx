import { Alert, Anchor, Button, Group, Paper, Text, Title, VisuallyHidden } from '@mantine/core'
import { Link } from 'react-router'
import { listBookingPages } from '#domain/booking-pages/list-booking-pages.ts'
import { publicId } from '#kit/ids.ts'
import { requireUser } from '#web/require-user.ts'
import { zoneInWords } from '../../format/moment.ts'
import { IconCalendarEvent, IconCheck, IconExternalLink, IconPlus } from '../../icons.ts'
import { pageTitle } from '../../page-title.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { StatusBadge } from '../../ui/status-badge.tsx'
import type { Route } from './+types/page.ts'
import styles from './page.module.css'
import { stateInWords } from './parts/edit-words.ts'

export const meta = () => pageTitle('Booking pages')

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireUser(context, request)
  const now = deps.clock.now()
  const pages = await listBookingPages(deps, user)
  return {
    deleted: new URL(request.url).searchParams.get('deleted')?.slice(0, 100),
    pages: pages.map((page) => ({
      id: publicId('booking-page', page.id),
      publicName: page.publicName,
      internalLabel: page.internalLabel,
      ownership: page.ownedByViewer
        ? 'Owned by you'
        : `Owned by ${page.owner.name}${page.editedByViewer ? ' (you are an Editor)' : ''}`,
      offered: `${page.eventTypeCount} ${page.eventTypeCount === 1 ? 'event type' : 'event types'}`,
      category: page.category?.name ?? '',
      zone: zoneInWords(page.zone, now),
      state: stateInWords(page),
      publicLink: page.publicLink,
    })),
  }
}

export default function BookingPagesPage({ loaderData: { pages, deleted } }: Route.ComponentProps) {
  return (
    <>
      <Group justify="space-between" mb={4}>
        <Title order={1}>Booking pages</Title>
        <Button component={Link} to="/booking-pages/new" leftSection={<IconPlus size={18} aria-hidden />}>
          New booking page
        </Button>
      </Group>
      <Text c="dimmed" mb="lg">
        Each page has a public link. Whoever has it can book the page’s owner.
      </Text>
      {deleted && (
        <Alert color="green" icon={<IconCheck />} role="status" mb="md">
          “{deleted}” was deleted.
        </Alert>
      )}
      {pages.length === 0 ? (
        <EmptyState icon={<IconCalendarEvent />} title="No booking page is yours">
          Add one, or ask an Administrator to make you the owner of one.
        </EmptyState>
      ) : (
        groupsOf(pages).map(({ category, pages: grouped }) => (
          <section key={category} className={styles.group} aria-label={category || undefined}>
            {category && (
              <Title order={2} size="h4" mb="xs">
                {category}
              </Title>
            )}
            <ul className={styles.list} aria-label={category ? undefined : 'Booking pages'}>
              {grouped.map((page) => (
                <Paper component="li" key={page.id} withBorder p="md">
                  <BookingPage page={page} />
                </Paper>
              ))}
            </ul>
          </section>
        ))
      )}
    </>
  )
}

type ShownPage = Route.ComponentProps['loaderData']['pages'][number]

/** Pages by their categories, in the order of the names; those in none come last, without a heading. */
function groupsOf(pages: ShownPage[]): { category: string; pages: ShownPage[] }[] {
  const categories = [...new Set(pages.map(({ category }) => category))].sort((one, other) =>
    one === '' ? 1 : other === '' ? -1 : one.localeCompare(other, 'en'),
  )
  return categories.map((category) => ({
    category,
    pages: pages.filter((page) => page.category === category),
  }))
}

const BookingPage = ({ page }: { page: ShownPage }) => (
  <div className={styles.page}>
    <div>
      <Title order={page.category ? 3 : 2} size="h2">
        <Anchor component={Link} to={`/booking-pages/${page.id}`} inherit>
          {page.publicName}
        </Anchor>
      </Title>
      {page.internalLabel !== page.publicName && (
        <Text size="sm">
          Internal label: <strong>{page.internalLabel}</strong>
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {[page.ownership, page.zone, page.offered].join(' · ')}
      </Text>
    </div>
    <StatusBadge tone={page.state.tone}>{page.state.words}</StatusBadge>
    <div className={styles.link}>
      <span className={styles.address}>{page.publicLink}</span>
      <Group gap="md">
        <CopyButton text={page.publicLink} what={`link of ${page.internalLabel}`} />
        <Anchor href={page.publicLink} target="_blank" size="sm" fw={600}>
          Open <VisuallyHidden>{page.internalLabel} in a new tab</VisuallyHidden>
          <IconExternalLink size={14} aria-hidden />
        </Anchor>
      </Group>
    </div>
  </div>
)
