import { Anchor, Text, Title } from '@mantine/core'
import { Outlet, useLocation } from 'react-router'
import { requireAdministrator } from '#web/require-user.ts'
import { CopyBox } from '../../../../ui/copy-box.tsx'
import { LinkTabs } from '../../../../ui/link-tabs.tsx'
import type { Route } from './+types/layout.ts'
import styles from './layout.module.css'

export function loader({ context, request }: Route.LoaderArgs) {
  const { deps } = requireAdministrator(context, request)
  return { address: `${deps.publicUrl}/v2` }
}

const tabs = [
  { to: '/settings/other/api', label: 'API keys' },
  { to: '/settings/other/api/webhooks', label: 'Webhooks' },
]

export default function ApiLayout({ loaderData: { address } }: Route.ComponentProps) {
  const { pathname } = useLocation()
  return (
    <>
      <Title order={1}>API & Webhooks</Title>
      <Text mt={4} mb="md">
        Reach your account from programs of your own. The{' '}
        <Anchor href="/api-reference" underline="always">
          API reference
        </Anchor>{' '}
        lists all that can be asked, and tries it.
      </Text>
      <div className={styles.address}>
        <CopyBox label="Address:" text={address} />
      </div>
      <LinkTabs
        label="API & Webhooks"
        tabs={tabs.map((tab) => ({
          ...tab,
          current: pathname.startsWith('/settings/other/api/webhooks') === tab.to.endsWith('/webhooks'),
        }))}
      />
      <Outlet />
    </>
  )
}
