import { LinkTabs } from '../../ui/link-tabs.tsx'

export const UsersTabs = ({ current }: { current: 'users' | 'teams' }) => (
  <LinkTabs
    label="Users and teams"
    tabs={[
      { to: '/users', label: 'Users', current: current === 'users' },
      { to: '/users/teams', label: 'Teams', current: current === 'teams' },
    ]}
  />
)
