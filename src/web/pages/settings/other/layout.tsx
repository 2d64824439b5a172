import { Link, NavLink, Outlet } from 'react-router'
import { requireUser } from '#web/require-user.ts'
import { IconKey, IconMail, IconPlugConnected, IconSend } from '../../../icons.ts'
import type { Route } from './+types/layout.ts'
import styles from './layout.module.css'

export const loader = ({ context, request }: Route.LoaderArgs) => ({
  isAdministrator: requireUser(context, request).user.role === 'administrator',
})

export default function OtherSettingsLayout({ loaderData: { isAdministrator } }: Route.ComponentProps) {
  return (
    <div className={styles.settings}>
      <nav className={styles.nav} aria-label="Other settings">
        <Link className={styles.heading} to="/settings/other">
          Other settings
        </Link>
        <ul className={styles.list}>
          <li>
            <NavLink className={styles.item} to="/settings/other/zapier">
              <IconPlugConnected size={18} stroke={1.7} aria-hidden />
              Zapier
            </NavLink>
          </li>
          {isAdministrator && (
            <li>
              <NavLink className={styles.item} to="/settings/other/api">
                <IconKey size={18} stroke={1.7} aria-hidden />
                API & Webhooks
              </NavLink>
            </li>
          )}
          {isAdministrator && (
            <li>
              <NavLink className={styles.item} to="/settings/other/deliveries">
                <IconSend size={18} stroke={1.7} aria-hidden />
                Deliveries
              </NavLink>
            </li>
          )}
          {isAdministrator && (
            <li>
              <NavLink className={styles.item} to="/settings/other/mailbox">
                <IconMail size={18} stroke={1.7} aria-hidden />
                Mailbox
              </NavLink>
            </li>
          )}
        </ul>
      </nav>
      <div>
        <Outlet />
      </div>
    </div>
  )
}
