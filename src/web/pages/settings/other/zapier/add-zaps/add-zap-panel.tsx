import { Anchor, Button, Group, Text, Title, VisuallyHidden } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { Link, useNavigate } from 'react-router'
import { IconExternalLink } from '../../../../../icons.ts'
import { CopyBox } from '../../../../../ui/copy-box.tsx'
import { CopyButton } from '../../../../../ui/copy-button.tsx'
import type { ShownZap } from './card.ts'
import styles from './page.module.css'
import { FieldName, Parts } from './zap-card.tsx'

/**
 * The steps in Zapier's editor, with everything to copy, in a panel from the right. A dialog of the browser's own: open without scripts
 * too, and with them it holds the focus and closes with Escape.
 */
export function AddZapPanel({
  zap,
  closeHref,
  loginId,
  opensFilled,
}: {
  zap: ShownZap
  closeHref: string
  loginId: string
  opensFilled: boolean
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const navigate = useNavigate()
  useEffect(() => {
    const shown = dialog.current
    if (!shown) return
    shown.removeAttribute('open')
    shown.showModal()
    return () => shown.close()
  }, [])
  const close = () => void navigate(closeHref, { preventScrollReset: true })
  return (
    <dialog
      ref={dialog}
      open
      className={styles.panel}
      aria-labelledby="add-zap"
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
    >
      <div className={styles.panelHead}>
        <Title order={2} id="add-zap">
          Add Zap
        </Title>
        <Button component={Link} to={closeHref} preventScrollReset radius="xl" variant="default">
          Close
        </Button>
      </div>
      <Text fw={600}>{zap.title}</Text>
      <Text size="sm" c="dimmed">
        Zapier saves every change by itself. Close this when your Zap is on.
      </Text>
      <Group my="md">
        <Button
          component="a"
          href={zap.zapierUrl}
          target="_blank"
          rel="noopener"
          rightSection={<IconExternalLink size={16} aria-hidden />}
        >
          Open Zapier’s editor
          <VisuallyHidden> (opens in a new tab)</VisuallyHidden>
        </Button>
        {zap.sandboxUrl && (
          <Button component="a" href={zap.sandboxUrl} target="_blank" rel="noopener" variant="outline">
            Try it in the sandbox
            <VisuallyHidden> (opens in a new tab)</VisuallyHidden>
          </Button>
        )}
      </Group>
      <ol className={styles.steps}>
        <li>
          <Title order={3} size="md">
            Trigger
          </Title>
          <Text size="sm">
            {opensFilled
              ? 'The editor opens with this app and this event. If it does not, choose your Hourwire integration and this event yourself.'
              : 'Choose your Hourwire integration as the app, and this event. If you do not find it, ask the person who runs this server to invite you.'}
          </Text>
          <CopyBox label="Event:" text={zap.trigger} />
        </li>
        <li>
          <Title order={3} size="md">
            Account
          </Title>
          <Text size="sm">
            Choose your connection, or connect with your API key from the{' '}
            <Anchor component={Link} to="/settings/other/zapier/api-key" size="sm" underline="always">
              API key tab
            </Anchor>{' '}
            and your Login ID. To narrow the Zap down, choose a booking page or an event type. Then test: your
            newest events appear, or a made-up one when there are none yet.
          </Text>
          <CopyBox label="Login ID:" text={loginId} />
        </li>
        {zap.filter && (
          <li>
            <Title order={3} size="md">
              Filter
            </Title>
            <Text size="sm">
              Add the step “Filter by Zapier”: only continue if <FieldName text={zap.filter.field} />{' '}
              {zap.filter.condition}
              {zap.filter.value && (
                <>
                  {' '}
                  <strong>{zap.filter.value}</strong>
                </>
              )}
              .
            </Text>
            <CopyBox label="Field:" text={zap.filter.field} />
            {zap.filter.value && <CopyBox label="Value:" text={zap.filter.value} />}
          </li>
        )}
        {zap.steps.map(({ app, action, fields }) => (
          <li key={`${app} ${action}`}>
            <Title order={3} size="md">
              {app}: {action}
            </Title>
            <Text size="sm">
              Add this action and fill its fields. <FieldName text="Words like these" /> are fields of ours:
              choose them from the list that Zapier offers under the name.
            </Text>
            <table className={styles.mapping}>
              <thead>
                <tr>
                  <th scope="col">Field in {app}</th>
                  <th scope="col">What goes into it</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {fields.map(({ name, parts, copied }) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td>
                      <Parts parts={parts} />
                    </td>
                    <td>
                      <CopyButton text={copied} what={`for ${name}`} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </li>
        ))}
        <li>
          <Title order={3} size="md">
            Publish
          </Title>
          <Text size="sm">
            Test the action and publish. The Zap then appears under{' '}
            <Anchor component={Link} to="/settings/other/zapier/manage-zaps" size="sm" underline="always">
              Manage Zaps
            </Anchor>
            .
          </Text>
        </li>
      </ol>
    </dialog>
  )
}
