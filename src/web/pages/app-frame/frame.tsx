import { Burger, Drawer, Menu, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Link, NavLink, useLocation, useSubmit } from 'react-router'
import {
  IconActivity,
  IconCalendarEvent,
  IconCategory,
  IconClock,
  IconForms,
  IconListDetails,
  IconLogout,
  IconSettings,
  IconUserCircle,
  IconUsers,
} from '../../icons.ts'
import styles from './layout.module.css'
import { LogoMark } from './logo.tsx'

export interface FrameUser {
  isAdministrator: boolean
  name: string
  loginId: string
  roleName: string
}

const places = [
  { to: '/', label: 'Activity', Icon: IconActivity },
  { to: '/booking-pages', label: 'Booking pages', Icon: IconCalendarEvent },
  { to: '/event-types', label: 'Event types', Icon: IconListDetails },
  { to: '/my-hours', label: 'My hours', Icon: IconClock },
]

const administratorsPlaces = [
  { to: '/booking-forms', label: 'Booking forms', Icon: IconForms },
  { to: '/categories', label: 'Categories', Icon: IconCategory },
]

/** Bar at the top, places at the left, the page in the middle. */
export function Frame({ user, children }: { user: FrameUser; children: ReactNode }) {
  const [menuOpened, setMenuOpened] = useState(false)
  const own = user.isAdministrator ? [...places, ...administratorsPlaces] : places
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <header className={styles.bar}>
        <Burger
          hiddenFrom="sm"
          opened={menuOpened}
          onClick={() => setMenuOpened(true)}
          color="#fff"
          size="sm"
          aria-label="Main menu"
          aria-haspopup="dialog"
        />
        <Link className={styles.home} to="/">
          <LogoMark />
          Hourwire
        </Link>
        <div className={styles.right}>
          <noscript>
            <div className={styles.withoutScripts}>
              <a href="/booking-pages">Booking pages</a>
              {user.isAdministrator && <a href="/users">Users</a>}
              <a href="/settings/other">Other settings</a>
              <a href="/profile">My profile</a>
              <form method="post" action="/sign-out">
                <button type="submit">Sign out</button>
              </form>
            </div>
          </noscript>
          <SettingsMenu isAdministrator={user.isAdministrator} />
          <UserMenu user={user} />
        </div>
      </header>
      <nav className={styles.side} aria-label="Main">
        <ul className={styles.sideList}>
          {own.map((place) => (
            <li key={place.to}>
              <Place {...place} className={styles.item} />
            </li>
          ))}
        </ul>
      </nav>
      <Drawer
        opened={menuOpened}
        onClose={() => setMenuOpened(false)}
        title="Main menu"
        size="17rem"
        lockScroll={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <nav aria-label="Main">
          {own.map((place) => (
            <Place
              key={place.to}
              {...place}
              className={`${styles.item} ${styles.drawerItem}`}
              onClick={() => setMenuOpened(false)}
            />
          ))}
        </nav>
      </Drawer>
      <main className={styles.main} id="main" tabIndex={-1}>
        <div className={styles.width}>{children}</div>
      </main>
    </div>
  )
}

const Place = ({
  to,
  label,
  Icon,
  className,
  onClick,
}: (typeof places)[number] & { className: string | undefined; onClick?: () => void }) => (
  <NavLink to={to} end={to === '/'} className={className} onClick={onClick}>
    <Icon size={22} stroke={1.7} aria-hidden />
    {label}
  </NavLink>
)

function SettingsMenu({ isAdministrator }: { isAdministrator: boolean }) {
  const { pathname } = useLocation()
  return (
    <Menu position="bottom-end" width={200} shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button
          type="button"
          className={styles.icon}
          aria-label="Settings"
          data-active={['/settings', '/users', '/profile'].some((place) => pathname.startsWith(place))}
        >
          <IconSettings size={22} stroke={1.7} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {isAdministrator && (
          <Menu.Item component={Link} to="/users" leftSection={<IconUsers size={16} aria-hidden />}>
            Users
          </Menu.Item>
        )}
        <Menu.Item component={Link} to="/settings/other" leftSection={<IconSettings size={16} aria-hidden />}>
          Other settings
        </Menu.Item>
        <Menu.Item component={Link} to="/profile" leftSection={<IconUserCircle size={16} aria-hidden />}>
          My profile
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function UserMenu({ user }: { user: FrameUser }) {
  const submit = useSubmit()
  return (
    <Menu position="bottom-end" width={260} shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className={styles.icon} aria-label={`Your account, ${user.name}`}>
          <span className={styles.avatar} data-initials={initialsOf(user.name)} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text component="span" display="block" fw={650} size="sm" c="dark" truncate>
            {user.name}
          </Text>
          <Text component="span" display="block" size="sm" truncate>
            {user.loginId}
          </Text>
          <Text component="span" display="block" size="xs">
            {user.roleName}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to="/profile" leftSection={<IconUserCircle size={16} aria-hidden />}>
          My profile
        </Menu.Item>
        {user.isAdministrator && (
          <Menu.Item component={Link} to="/users" leftSection={<IconUsers size={16} aria-hidden />}>
            Users
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => void submit(null, { method: 'post', action: '/sign-out' })}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** First letters of the first and the last name. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = [...(words[0] ?? '')][0] ?? ''
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : ''
  return (first + last).toUpperCase()
}
