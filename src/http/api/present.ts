import { accountOwnerOf, type KnownUser, namesOf } from '#domain/accounts/user.ts'
import { type EventType, type PublicPage, publicLinkOf } from '#domain/booking-pages/booking-page.ts'
import { calendarIdOf } from '#domain/bookings/present-booking.ts'
import { type AccountContact, splitName } from '#domain/contacts/contact.ts'
import type { Team } from '#domain/teams/team.ts'
import { publicId, type TeamId, type UserId } from '#kit/ids.ts'
import { isoMilliseconds } from '#kit/time.ts'

/** Objects of the REST API (api-contract section 10). Empty texts are null, and nothing is ever left out. */

export const presentUser = (
  user: KnownUser,
  { owner, teams }: { owner: UserId | undefined; teams: TeamId[] },
) => {
  const { firstName, lastName } = namesOf(user)
  return {
    object: 'user' as const,
    id: publicId('user', user.id),
    first_name: firstName,
    last_name: lastName,
    email: user.loginId,
    status: user.joinedAt === null ? ('invited' as const) : ('active' as const),
    role_name:
      user.id === owner
        ? ('Account Owner' as const)
        : user.role === 'administrator'
          ? ('Administrator' as const)
          : ('Member' as const),
    timezone: user.zone,
    teams: teams.map((id) => publicId('team', id)),
  }
}

/** The same for each of all users of the account. */
export function presentUsers(users: KnownUser[], teams: Map<UserId, TeamId[]>) {
  const owner = accountOwnerOf(users)?.id
  return (user: KnownUser) => presentUser(user, { owner, teams: teams.get(user.id) ?? [] })
}

export const presentTeam = ({ id, name }: Team) => ({
  object: 'team' as const,
  id: publicId('team', id),
  name,
})

export function presentContact(contact: AccountContact) {
  const { details } = contact
  const { firstName, lastName } = splitName(contact.name)
  return {
    object: 'contact' as const,
    id: publicId('contact', contact.id),
    creation_time: isoMilliseconds(contact.capturedAt),
    last_updated_time: isoMilliseconds(contact.updatedAt),
    last_interacted_time: contact.lastInteractedAt ? isoMilliseconds(contact.lastInteractedAt) : null,
    owner: details.ownerId ? publicId('user', details.ownerId) : null,
    status: details.status ?? null,
    email: contact.email || null,
    mobile_phone: contact.mobilePhone || null,
    phone: contact.phone || null,
    first_name: (details.firstName ?? firstName) || null,
    last_name: (details.lastName ?? lastName) || null,
    salutation: details.salutation || null,
    job_title: details.jobTitle || null,
    company: contact.company || null,
    company_size: details.companySize || null,
    city: details.city || null,
    state: details.state || null,
    country: details.country || null,
    post_code: details.postCode || null,
    street_address: details.streetAddress || null,
    employees: details.employees ?? null,
    has_consent: details.hasConsent ?? false,
    terms_of_sevice: details.termsOfService ?? false,
    timezone: contact.zone || null,
    custom_fields: details.customFields ?? [],
  }
}

export const presentBookingPage = (page: PublicPage, publicUrl: string) => ({
  object: 'booking_page' as const,
  id: publicId('booking-page', page.id),
  name: page.publicName,
  label: page.internalLabel,
  url: publicLinkOf(publicUrl, page.slug),
  active: page.acceptsBookings,
  timezone: page.zone,
})

export const presentEventType = ({
  id,
  name,
  description,
}: Pick<EventType, 'id' | 'name' | 'description'>) => ({
  object: 'event_type' as const,
  id: publicId('event-type', id),
  name,
  label: name,
  description,
})

/** A page with one of its event types. */
export interface Calendar {
  page: PublicPage
  eventType: EventType
}

/** All calendars of these pages, in their order. */
export const calendarsOf = (pages: PublicPage[]): Calendar[] =>
  pages
    .filter(({ isDeleted }) => !isDeleted)
    .flatMap((page) => page.eventTypes.map((eventType) => ({ page, eventType })))

export const presentCalendar = ({ page, eventType }: Calendar, publicUrl: string) => ({
  object: 'booking_calendar' as const,
  id: publicId('calendar', calendarIdOf(page.id, eventType.id)),
  host: publicId('user', page.ownerId),
  name: `${page.internalLabel}: ${eventType.name}`,
  subject: eventType.name,
  url: `${publicLinkOf(publicUrl, page.slug)}/${eventType.slug}`,
  published: page.acceptsBookings,
  duration_minutes: eventType.durationMinutes,
})

export const deleted = <Name extends string>(object: Name, id: string) => ({
  id,
  object,
  deleted: true as const,
})
