import { Anchor, Group, Title } from '@mantine/core'
import { Link, NavLink, Outlet } from 'react-router'
import { IconExternalLink } from '../../../icons.ts'
import { StatusBadge } from '../../../ui/status-badge.tsx'
import { stateInWords } from '../parts/edit-words.ts'
import type { Route } from './+types/layout.ts'
import styles from './layout.module.css'
import { requireEditable } from './require-editable.ts'

export async function loader(args: Route.LoaderArgs) {
  const { page, publicLink } = await requireEditable(args)
  return {
    here: `/booking-pages/${args.params.pageId}`,
    label: page.internalLabel,
    state: stateInWords({ ...page, eventTypeCount: page.eventTypes.length }),
    publicLink,
  }
}

const sections = [
  ['', 'Overview'],
  ['event-types', 'Event types'],
  ['availability', 'Availability'],
  ['scheduling', 'Scheduling options'],
  ['location', 'Location'],
  ['public-content', 'Public content'],
] as const

export default function BookingPageLayout({
  loaderData: { here, label, state, publicLink },
}: Route.ComponentProps) {
  return (
    <>
      <Anchor component={Link} to="/booking-pages" size="sm">
        Booking pages
      </Anchor>
      <Group justify="space-between" mb="lg">
        <Title order={1}>Booking page: {label}</Title>
        <Group gap="md">
          <StatusBadge tone={state.tone}>{state.words}</StatusBadge>
          <Anchor href={publicLink} target="_blank" size="sm" fw={600}>
            Open the public page <IconExternalLink size={14} aria-hidden />
          </Anchor>
        </Group>
      </Group>
      <div className={styles.page}>
        <nav aria-label="Sections of the booking page">
          <ul className={styles.sections}>
            {sections.map(([path, name]) => (
              <li key={path}>
                <NavLink className={styles.section} to={path ? `${here}/${path}` : here} end>
                  {name}
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
        <div className={styles.content}>
          <Outlet />
        </div>
      </div>
    </>
  )
}
