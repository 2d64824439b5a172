import { Alert, Anchor, Group, Stack, Text, ThemeIcon } from '@mantine/core'
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
  connectedFrom: string | null
  lastUsedFrom: string | null
  /** Version of the integration that called last. */
  integration: string | null
  isOutdated: boolean
  refused: { at: Moment; from: string } | null
  formerWorksUntil: Moment | undefined
}

/** The pair that Zapier asks for. The two links ask before they do anything; without scripts on a page of their own. */
export function KeyPanel({
  keyShown,
  loginId,
  newestIntegration,
  onAsk,
}: {
  keyShown: ShownKey
  loginId: string
  newestIntegration: string
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
      {keyShown.formerWorksUntil && (
        <Alert color="yellow" role="note">
          <Text size="sm" c="dark">
            Your old key goes on until <Time at={keyShown.formerWorksUntil} />. Reconnect in Zapier with the
            key above before that.
          </Text>
        </Alert>
      )}
      {keyShown.isOutdated && (
        <Alert color="yellow" role="note">
          <Text size="sm" c="dark">
            The integration that called last (version {keyShown.integration}) is older than the one that came
            with this server ({newestIntegration}). Ask your operator to push it again.
          </Text>
        </Alert>
      )}
      <section aria-label="Connection">
        <dl className={styles.facts}>
          <dt>Connection</dt>
          <dd>
            {keyShown.connected ? (
              <>
                Connected since <Time at={keyShown.connected} />
                {keyShown.connectedFrom && ` from ${keyShown.connectedFrom}`}
              </>
            ) : (
              'Not connected yet'
            )}
          </dd>
          {keyShown.connected && (
            <>
              <dt>Connected as</dt>
              <dd>{loginId}</dd>
            </>
          )}
          <dt>Last used</dt>
          <dd>
            {keyShown.lastUsed ? (
              <>
                <Time at={keyShown.lastUsed} show="both" />
                {keyShown.lastUsedFrom && ` from ${keyShown.lastUsedFrom}`}
              </>
            ) : (
              'Never'
            )}
          </dd>
          {keyShown.refused && (
            <>
              <dt>Last refused</dt>
              <dd>
                <Time at={keyShown.refused.at} show="both" /> from {keyShown.refused.from}: the key came with
                another Login ID, or its end was wrong.
              </dd>
            </>
          )}
          <dt>Key created</dt>
          <dd>
            <Time at={keyShown.created} />
          </dd>
        </dl>
      </section>
    </Stack>
  )
}
