import { Button, Group, Modal, Paper, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link, useNavigate } from 'react-router'
import { useHydrated } from './use-hydrated.ts'

/**
 * A dialog that has an address: it opens by a link and closes by going back to `closeTo`. Without scripts it stands at the top of its
 * page.
 */
export function AddressDialog({
  title,
  closeTo,
  children,
}: {
  title: string
  closeTo: string
  children: ReactNode
}) {
  const navigate = useNavigate()
  if (!useHydrated())
    return (
      <Paper component="section" withBorder p="lg" mb="lg">
        <Title order={2} mb="md">
          {title}
        </Title>
        {children}
      </Paper>
    )
  return (
    <Modal
      opened
      onClose={() => void navigate(closeTo, { replace: true, preventScrollReset: true })}
      title={title}
      centered
      lockScroll={false}
      size="lg"
      padding="lg"
      styles={{ title: { fontWeight: 650, fontSize: '1.125rem' } }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </Modal>
  )
}

/** The two buttons at the end of such a dialog: the one that leaves everything as it is comes first for the keyboard. */
export const DialogButtons = ({
  closeTo,
  confirmLabel,
  pending,
  dangerous = false,
}: {
  closeTo: string
  /** Without it there is nothing to confirm. */
  confirmLabel?: string | undefined
  pending: boolean
  dangerous?: boolean
}) => (
  <Group justify="flex-end">
    <Button component={Link} to={closeTo} replace preventScrollReset variant="default">
      Cancel
    </Button>
    {confirmLabel && (
      <Button type="submit" loading={pending} {...(dangerous ? { color: 'red.8' } : {})}>
        {confirmLabel}
      </Button>
    )}
  </Group>
)
