import { Link } from 'react-router'
import styles from './link-tabs.module.css'

/** Tabs that are links: each has an address, and works without scripts. */
export const LinkTabs = ({
  label,
  tabs,
  centred = false,
}: {
  label: string
  tabs: { to: string; label: string; current: boolean }[]
  centred?: boolean
}) => (
  <nav aria-label={label}>
    <ul className={centred ? `${styles.tabs} ${styles.centred}` : styles.tabs}>
      {tabs.map((tab) => (
        <li key={tab.to}>
          <Link className={styles.tab} to={tab.to} aria-current={tab.current ? 'page' : undefined}>
            {tab.label}
          </Link>
        </li>
      ))}
    </ul>
  </nav>
)
