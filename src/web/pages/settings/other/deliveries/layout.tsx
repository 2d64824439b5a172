import { Text, Title } from '@mantine/core'
import { Outlet, useLocation } from 'react-router'
import { requireAdministrator } from '#web/require-user.ts'
import { zoneInWords } from '../../../../format/moment.ts'
import { LinkTabs } from '../../../../ui/link-tabs.tsx'
import type { Route } from './+types/layout.ts'

export function loader({ context, request }: Route.LoaderArgs) {
  const { deps, user } = requireAdministrator(context, request)
  return { zone: zoneInWords(user.zone, deps.clock.now()) }
}

const tabs = [
  { to: '/settings/other/deliveries', label: 'All deliveries' },
  { to: '/settings/other/deliveries/last-day', label: 'Last 24 hours' },
]

export default function DeliveriesLayout({ loaderData: { zone } }: Route.ComponentProps) {
  const { pathname } = useLocation()
  return (
    <>
      <Title order={1}>Deliveries</Title>
      <Text c="dimmed" mt={4} mb="sm">
        What was sent to the Zaps of everybody in this account, and what came back. Only Administrators see
        it. Times are in your zone, {zone}.
      </Text>
      <LinkTabs
        label="Deliveries"
        tabs={tabs.map((tab) => ({ ...tab, current: pathname.replace(/\/$/, '') === tab.to }))}
      />
      <Outlet />
    </>
  )
}
