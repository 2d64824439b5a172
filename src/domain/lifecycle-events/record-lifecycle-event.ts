import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import { type LifecycleEventId, newUuid } from '#kit/ids.ts'
import type { BookingEvent, ContactEvent } from './lifecycle-event.ts'
import { insertLifecycleEvent } from './lifecycle-event-repository.ts'

/**
 * Stores what happened, in the transaction in which it happened: with the change or not at all.
 *
 * Nothing is sent here. The worker turns the event into deliveries once the transaction has committed.
 */
export async function recordLifecycleEvent<Event extends BookingEvent | ContactEvent>(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  event: Omit<Event, 'id' | 'occurredAt'>,
): Promise<Event> {
  const occurredAt = clock.now()
  const id = newUuid(occurredAt.epochMilliseconds) as LifecycleEventId
  const recorded = { ...event, id, occurredAt } as Event
  await insertLifecycleEvent(tx, recorded)
  return recorded
}
