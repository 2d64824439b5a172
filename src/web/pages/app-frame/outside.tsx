import type { ReactNode } from 'react'
import { LogoMark } from './logo.tsx'
import styles from './outside.module.css'
import { UiKit } from './provider.tsx'

/** The frame of pages for users who are not signed in. */
export const Outside = ({ wide = false, children }: { wide?: boolean; children: ReactNode }) => (
  <UiKit>
    <main className={styles.page} id="main">
      <div className={wide ? styles.wide : styles.column}>
        <div className={styles.brand}>
          <LogoMark size={34} />
          Hourwire
        </div>
        {children}
      </div>
    </main>
  </UiKit>
)
