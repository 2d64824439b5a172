import type { z } from 'zod'
import type { WebhookForm } from './acts.ts'

type Done = Exclude<z.output<typeof WebhookForm>['intent'], 'delete'> | 'created' | 'not-possible'

/** What was done, as the next page says it. */
export const doneWords: Record<Done, string> = {
  created: 'The webhook is on. Its receiver needs the signing secret below; send a test event to try it.',
  test: 'A test event is on its way. It appears below.',
  pause: 'The webhook is paused. What happens meanwhile is kept for 7 days.',
  resume: 'The webhook goes on, beginning with what was held.',
  replay: 'The delivery is sent again.',
  'rotate-secret': 'There is a new signing secret. The former one signs beside it for 24 hours.',
  'replay-failed': 'All failed deliveries are sent again.',
  'not-possible': 'The webhook was changed meanwhile, so this is not possible any more.',
}
