import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { type LifecycleEventId, newUuid } from '#kit/ids.ts'
import type { LifecycleEvent } from './lifecycle-event.ts'
import { insertLifecycleEvent } from './lifecycle-event-repository.ts'

/**
 * Stores what happened, in the transaction in which it happened: with the booking or not at all.
 *
 * Nothing is sent here. The worker turns the event into deliveries once the transaction has committed.
 */
export async function recordLifecycleEvent(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  event: Omit<LifecycleEvent, 'id' | 'occurredAt'>,
): Promise<LifecycleEvent> {
  const occurredAt = clock.now()
  const recorded = { ...event, id: newUuid(occurredAt.epochMilliseconds) as LifecycleEventId, occurredAt }
  await insertLifecycleEvent(tx, recorded)
  return recorded
}
