import '@mantine/core/styles.layer.css'
import './base.css'
import { MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import { resolveVariables, theme } from '../../theme.ts'
import { useNonce } from '../../use-nonce.ts'

/** The UI kit, for the pages of users. Public pages do without it, so it must not be taken into root.tsx. */
export function UiKit({ children }: { children: ReactNode }) {
  const nonce = useNonce() ?? ''
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      forceColorScheme="light"
      getStyleNonce={() => nonce}
    >
      {children}
    </MantineProvider>
  )
}
