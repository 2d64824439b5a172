/** What was done, as the next page says it; undefined where it could not be done any more. */
export type Done = 'rotated' | 'test' | 'paused' | 'resumed' | 'ended' | 'replayed' | 'replayed-failed'

export const doneWords: Record<Done | 'not-possible', string> = {
  test: 'A test event is on its way. It appears below.',
  paused: 'The Zap is paused. What happens meanwhile is kept for 7 days.',
  resumed: 'The Zap goes on, beginning with what was held.',
  ended: 'The Zap has ended, and Zapier was told.',
  replayed: 'The delivery is sent again.',
  rotated: 'There is a new signing secret. The former one signs beside it for 24 hours.',
  'replayed-failed': 'All failed deliveries are sent again.',
  'not-possible': 'The Zap was changed meanwhile, so this is not possible any more.',
}
