import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { Form } from 'react-router'

interface Confirmation {
  /** What happens, before it happens. */
  children: ReactNode
  /** The words of the button that does it, such as "Yes, delete". */
  confirmLabel: string
  /** Sent along as the form's `intent`. */
  intent: string
  pending: boolean
  /** The button that leaves everything as it is: it comes first for the keyboard. */
  cancel: ReactNode
}

/** The two buttons and what stands above them; also a page of its own where there are no scripts. */
export const ConfirmForm = ({ children, confirmLabel, intent, pending, cancel }: Confirmation) => (
  <Form method="post">
    <input type="hidden" name="intent" value={intent} />
    <Stack>
      {children}
      <Group justify="flex-end">
        {cancel}
        <Button type="submit" color="red.8" loading={pending}>
          {confirmLabel}
        </Button>
      </Group>
    </Stack>
  </Form>
)

/** Asks before something that cannot be taken back. Escape and Cancel leave everything as it is. */
export const ConfirmDialog = ({
  title,
  opened,
  onClose,
  ...confirmation
}: Omit<Confirmation, 'cancel'> & { title: string; opened: boolean; onClose: () => void }) => (
  <Modal
    opened={opened}
    onClose={onClose}
    title={title}
    centered
    lockScroll={false}
    size="lg"
    padding="lg"
    styles={{ title: { fontWeight: 650, fontSize: '1.125rem' } }}
    closeButtonProps={{ 'aria-label': 'Close' }}
  >
    <ConfirmForm
      {...confirmation}
      cancel={
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
      }
    />
  </Modal>
)
