import { Link, NavLink, Outlet } from 'react-router'
import { IconPlugConnected } from '../../../icons.ts'
import styles from './layout.module.css'

export default function OtherSettingsLayout() {
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
        </ul>
      </nav>
      <div>
        <Outlet />
      </div>
    </div>
  )
}
