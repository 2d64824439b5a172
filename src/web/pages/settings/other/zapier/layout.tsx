import { Anchor, Text, Title } from '@mantine/core'
import { Link, Outlet, useLocation } from 'react-router'
import { reachesAllPages } from '#domain/webhooks/subscription.ts'
import { requireUser } from '#web/require-user.ts'
import { IconInfoCircle } from '../../../../icons.ts'
import { LinkTabs } from '../../../../ui/link-tabs.tsx'
import type { Route } from './+types/layout.ts'
import styles from './layout.module.css'

export function loader({ context, request }: Route.LoaderArgs) {
  const { user } = requireUser(context, request)
  return { reachesAll: reachesAllPages(user), isAdministrator: user.role === 'administrator' }
}

const tabs = [
  { to: '/settings/other/zapier/add-zaps', label: 'Add Zaps' },
  { to: '/settings/other/zapier/manage-zaps', label: 'Manage Zaps' },
  { to: '/settings/other/zapier/api-key', label: 'API key' },
]

export default function ZapierLayout({ loaderData: { reachesAll, isAdministrator } }: Route.ComponentProps) {
  const { pathname } = useLocation()
  return (
    <>
      <Title order={1}>Zapier integration</Title>
      <Text mt={4}>A Zap begins with a booking here and goes on in the apps you work with.</Text>
      <div className={styles.note} role="note">
        <IconInfoCircle size={20} aria-hidden />
        {reachesAll ? (
          <div>
            <p>Your Zaps are triggered by every booking page of your account.</p>
            <p>
              You have the permission “Trigger Zaps from all Booking pages”. Zaps of the pages’ owners run as
              well.
            </p>
          </div>
        ) : (
          <div>
            <p>Your Zaps are triggered only by the booking pages that you own.</p>
            {isAdministrator ? (
              <p>
                To trigger them from all booking pages of the account, turn on the permission in your{' '}
                <Anchor component={Link} to="/profile#permissions" size="sm" underline="always">
                  profile
                </Anchor>
                .
              </p>
            ) : (
              <p>A booking on somebody else’s page does not start them, even where you can see it.</p>
            )}
          </div>
        )}
      </div>
      <LinkTabs
        label="Zapier integration"
        centred
        tabs={tabs.map((tab) => ({
          ...tab,
          current: pathname === tab.to || pathname.startsWith(`${tab.to}/`),
        }))}
      />
      <Outlet />
    </>
  )
}
