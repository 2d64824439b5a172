import type { Db } from '#database/db.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { type AccountId, type BookingPageId, type EventTypeId, newUuid } from '#kit/ids.ts'
import {
  type BookingPage,
  defaultScheduling,
  type EventType,
  firstEventTypes,
  noLocation,
  officeHours,
  type PageAvailability,
  type PageLocation,
  slugOf,
} from './booking-page.ts'
import { insertEventType, insertPage, offerEventTypes } from './booking-page-repository.ts'

/** The three event types every new account starts with: 15, 30 and 60 minutes. Within the caller's transaction. */
export async function addFirstEventTypes(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  accountId: AccountId,
): Promise<EventType[]> {
  const now = clock.now()
  const added: EventType[] = []
  for (const [position, { name, durationMinutes }] of firstEventTypes.entries()) {
    const eventType: EventType = {
      id: newUuid(now.epochMilliseconds) as EventTypeId,
      name,
      slug: slugOf(name),
      description: '',
      durationMinutes,
      price: '',
      currency: '',
      category: null,
      scheduling: null,
    }
    await insertEventType(tx, accountId, { ...eventType, position, now })
    added.push(eventType)
  }
  return added
}

/**
 * Adds a booking page owned by this user, open Monday to Friday 9 to 5 in the owner's zone unless told otherwise, with the
 * first free public link made of its name. Within the caller's transaction.
 */
export async function addBookingPage(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  page: {
    owner: User
    publicName: string
    internalLabel?: string
    welcomeMessage?: string
    location?: PageLocation
    zone?: string
    /** Asked for by name; else made of the public name. */
    slug?: string | undefined
    availability?: PageAvailability
    eventTypeIds: EventTypeId[]
  },
): Promise<BookingPage> {
  const now = clock.now()
  const added: BookingPage = {
    accountId: page.owner.accountId,
    id: newUuid(now.epochMilliseconds) as BookingPageId,
    ownerId: page.owner.id,
    publicName: page.publicName,
    internalLabel: page.internalLabel ?? page.publicName,
    welcomeMessage: page.welcomeMessage ?? '',
    location: page.location ?? noLocation,
    zone: page.zone ?? page.owner.zone,
    acceptsBookings: true,
    usesOwnerHours: false,
    convertsZone: true,
    availability: page.availability ?? officeHours,
    scheduling: defaultScheduling,
    category: null,
    imageHash: null,
    slug: page.slug ?? slugOf(page.publicName),
  }
  const slug = await insertPage(tx, added, now)
  await offerEventTypes(tx, added.accountId, { pageId: added.id, eventTypeIds: page.eventTypeIds })
  return { ...added, slug }
}
