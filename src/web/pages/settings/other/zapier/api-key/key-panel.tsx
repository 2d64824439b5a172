import { Anchor, Group, Stack, Text, ThemeIcon } from '@mantine/core'
import type { MouseEvent } from 'react'
import { Link } from 'react-router'
import type { Moment } from '../../../../../format/moment.ts'
import { IconPlugConnected } from '../../../../../icons.ts'
import { CopyBox } from '../../../../../ui/copy-box.tsx'
import { StatusBadge } from '../../../../../ui/status-badge.tsx'
import { Time } from '../../../../../ui/time.tsx'
import type { Intent } from './ending-key.tsx'
import styles from './page.module.css'

export interface ShownKey {
  text: string
  created: Moment
  connected: Moment | null
  lastUsed: Moment | null
}

/** The pair that Zapier asks for. The two links ask before they do anything; without scripts on a page of their own. */
export function KeyPanel({
  keyShown,
  loginId,
  onAsk,
}: {
  keyShown: ShownKey
  loginId: string
  onAsk: (intent: Intent) => void
}) {
  const ask = (intent: Intent) => (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    onAsk(intent)
  }
  return (
    <Stack>
      <Group>
        <ThemeIcon size={52} radius="md" variant="light" aria-hidden>
          <IconPlugConnected size={28} />
        </ThemeIcon>
        <StatusBadge tone={keyShown.connected ? 'good' : 'quiet'}>
          {keyShown.connected ? 'Connected' : 'Not connected yet'}
        </StatusBadge>
      </Group>
      <CopyBox label="API key:" text={keyShown.text} />
      <CopyBox label="Login ID:" text={loginId} />
      <Text size="sm" c="dimmed">
        Whoever has both can read bookings of the pages your Zaps reach. Give them to Zapier only.
      </Text>
      <div className={styles.links}>
        <Anchor component={Link} to="?confirm=revoke" onClick={ask('revoke')} size="sm" fw={600}>
          Revoke key
        </Anchor>
        <span aria-hidden>|</span>
        <Anchor component={Link} to="?confirm=regenerate" onClick={ask('regenerate')} size="sm" fw={600}>
          Regenerate key
        </Anchor>
      </div>
      <dl className={styles.facts}>
        <dt>Created</dt>
        <dd>
          <Time at={keyShown.created} />
        </dd>
        <dt>Connection</dt>
        <dd>
          {keyShown.connected ? (
            <>
              Connected since <Time at={keyShown.connected} />
            </>
          ) : (
            'Not connected yet'
          )}
        </dd>
        <dt>Last used</dt>
        <dd>{keyShown.lastUsed ? <Time at={keyShown.lastUsed} show="both" /> : 'Never'}</dd>
      </dl>
    </Stack>
  )
}
