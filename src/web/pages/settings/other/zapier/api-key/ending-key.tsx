import { Checkbox, Group, Stack, Text } from '@mantine/core'
import { StatusBadge, type Tone } from '../../../../../ui/status-badge.tsx'

export type Intent = 'revoke' | 'regenerate'

export interface StoppedZap {
  id: string
  name: string
  state: { tone: Tone; text: string }
}

export const endings: Record<Intent, { title: string; yes: string }> = {
  revoke: { title: 'Revoke the API key?', yes: 'Yes, revoke key' },
  regenerate: { title: 'Regenerate the API key?', yes: 'Yes, regenerate key' },
}

const consequences: Record<Intent, string> = {
  revoke:
    'Zapier is refused from then on. Zaps that run on this key end for good: once you have a new key and have reconnected, turn them off and on again in Zapier.',
  regenerate:
    'You get a new key, and the old one is refused from then on. Zaps wait until you reconnect with the new key. What happens in the meantime is kept for 7 days and sent then.',
}

/** What will happen, with the Zaps it happens to. */
export const EndingWords = ({ intent, zaps }: { intent: Intent; zaps: StoppedZap[] }) => (
  <Stack gap="sm">
    {zaps.length === 0 ? (
      <Text>No Zap is on, so none stops.</Text>
    ) : (
      <>
        <Text fw={600}>{zaps.length === 1 ? 'This Zap stops:' : `These ${zaps.length} Zaps stop:`}</Text>
        <Stack component="ul" gap="xs" m={0} pl="lg" mah="14rem" style={{ overflowY: 'auto' }}>
          {zaps.map(({ id, name, state }) => (
            <li key={id}>
              <Group gap="xs">
                <span>{name}</span>
                <StatusBadge tone={state.tone}>{state.text}</StatusBadge>
              </Group>
            </li>
          ))}
        </Stack>
      </>
    )}
    <Text>{consequences[intent]}</Text>
    {intent === 'regenerate' && (
      <Checkbox
        name="grace"
        label="Let the old key go on for 24 hours"
        description="Zaps go on meanwhile; reconnect in that time. Not for a key that somebody else may have."
      />
    )}
  </Stack>
)

/** What the page says after a key was made or ended. */
export function doneWords(done: string | null, zaps: number): string | undefined {
  const count = Number.isInteger(zaps) && zaps > 0 ? (zaps === 1 ? '1 Zap' : `${zaps} Zaps`) : undefined
  switch (done) {
    case 'generated':
      return 'Your API key is ready.'
    case 'revoked':
      return `The API key was revoked.${count ? ` ${count} ended.` : ''}`
    case 'regenerated':
      return `You have a new API key.${count ? ` ${count} ${zaps === 1 ? 'waits' : 'wait'} until you reconnect in Zapier.` : ''}`
    case 'regenerated-with-grace':
      return 'You have a new API key. The old one goes on for 24 hours: reconnect in Zapier in that time.'
    default:
      return undefined
  }
}
