import type { Db } from '#database/db.ts'
import type { Deps } from '#domain/deps.ts'
import type { Actor, ContactEvent, ContactSnapshot } from '#domain/lifecycle-events/lifecycle-event.ts'
import { recordLifecycleEvent } from '#domain/lifecycle-events/record-lifecycle-event.ts'
import {
  type AccountId,
  type BookingId,
  type BookingPageId,
  type ContactId,
  type EventTypeId,
  newUuid,
  publicId,
  type UserId,
} from '#kit/ids.ts'
import { isoSeconds } from '#kit/time.ts'
import type { CustomerDetails } from './contact.ts'
import { giveEmailToPhone, upsertContact } from './contact-repository.ts'

/** Through which booking a contact comes: their event is told with it, and its page decides whose Zaps hear of it. */
export interface CameThrough {
  bookingId: BookingId
  page: ContactSnapshot['page'] & {
    id: BookingPageId
    ownerId: UserId
    owner: ContactSnapshot['owner']
  }
  eventTypeId: EventTypeId
  actor: Actor
}

/**
 * Makes the customer a contact of the account, or brings the known contact up to date, and tells of it: `contact.captured` for a new
 * one, `contact.updated` when something about a known one changed, nothing when all was known. Within the caller's transaction.
 *
 * A contact is known by its e-mail, and one without an e-mail by its mobile phone (api-contract 9.10).
 */
export async function captureContact(
  tx: Db,
  deps: Pick<Deps, 'clock'>,
  { accountId, customer, through }: { accountId: AccountId; customer: CustomerDetails; through: CameThrough },
): Promise<ContactId> {
  const now = deps.clock.now()
  const wasGivenEmail = customer.phone !== '' && (await giveEmailToPhone(tx, accountId, customer))
  const contact = await upsertContact(tx, accountId, {
    ...customer,
    id: newUuid(now.epochMilliseconds) as ContactId,
    wasGivenEmail,
    now,
  })
  if (!contact.isNew && contact.changedFields.length === 0) return contact.id
  const { page } = through
  await recordLifecycleEvent<ContactEvent>(tx, deps, {
    accountId,
    type: contact.isNew ? 'contact.captured' : 'contact.updated',
    contactId: contact.id,
    bookingPageId: page.id,
    eventTypeId: through.eventTypeId,
    ownerId: page.ownerId,
    sequence: contact.sequence,
    actor: through.actor,
    contact: {
      name: contact.name,
      email: contact.email,
      company: contact.company,
      phone: contact.phone,
      zone: contact.zone,
      capturedAt: isoSeconds(contact.capturedAt),
      updatedAt: isoSeconds(contact.updatedAt),
      changedFields: contact.changedFields,
      bookingId: publicId('booking', through.bookingId),
      page: { publicName: page.publicName, internalLabel: page.internalLabel, slug: page.slug },
      owner: { name: page.owner.name, zone: page.owner.zone },
    },
  })
  return contact.id
}
