import type { Tone } from '../../../../ui/status-badge.tsx'

/** What became of a mail, in words. */
export const stateWords: Record<'pending' | 'sent' | 'kept' | 'given_up', { text: string; tone: Tone }> = {
  pending: { text: 'Waiting', tone: 'info' },
  sent: { text: 'Sent', tone: 'good' },
  kept: { text: 'Kept here', tone: 'quiet' },
  given_up: { text: 'Given up', tone: 'bad' },
}
