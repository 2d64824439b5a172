import type {
  ChangeLimit,
  ChangePolicy,
  EventTypeScheduling,
  FormAnswer,
  FormField,
  Hours,
  PageAvailability,
  PageLocation,
  PageScheduling,
  SlotSettings,
} from '#database/tables.ts'
import type { AccountId, BookingFormId, BookingPageId, CategoryId, EventTypeId, UserId } from '#kit/ids.ts'

export type {
  ChangeLimit,
  ChangePolicy,
  EventTypeScheduling,
  FormAnswer,
  FormField,
  Hours,
  PageAvailability,
  PageLocation,
  PageScheduling,
  SlotSettings,
}

export interface EventType {
  id: EventTypeId
  name: string
  /** Part of the public address, unique within the account. */
  slug: string
  description: string
  durationMinutes: number
  /** Text only, shown as it is; nothing is collected. */
  price: string
  /** ISO 4217, or empty. */
  currency: string
  category: { id: CategoryId; name: string; shownToCustomers: boolean } | null
  /** Its own options in place of the page's, or null. */
  scheduling: EventTypeScheduling | null
}

export interface BookingPage {
  accountId: AccountId
  id: BookingPageId
  ownerId: UserId
  publicName: string
  internalLabel: string
  welcomeMessage: string
  location: PageLocation
  /** IANA zone in which the availability is meant. */
  zone: string
  acceptsBookings: boolean
  /** True: weekly windows and overrides are those of the owner's profile; `availability` already holds them. */
  usesOwnerHours: boolean
  /** False: times are shown in the page's zone to everybody. */
  convertsZone: boolean
  availability: PageAvailability
  scheduling: PageScheduling
  category: { id: CategoryId; name: string } | null
  /** Changes with the picture; null without one. */
  imageHash: string | null
  /** The current public link, without the host. */
  slug: string
}

/** A page as the public sees it: with its owner and what can be booked. */
export interface PublicPage extends BookingPage {
  owner: { name: string; zone: string; loginId: string }
  /** Bookings made on it live on; nothing new is booked. */
  isDeleted: boolean
  eventTypes: EventType[]
  /** Some page of this owner keeps buffers or caps: then the owner's bookings have to be made one after another. */
  ownerBooksInTurn: boolean
}

/** The options in force for this event type on this page: its own, or the page's. */
export const optionsOf = (
  page: Pick<BookingPage, 'availability' | 'scheduling'>,
  eventType: Pick<EventType, 'scheduling'>,
): EventTypeScheduling => eventType.scheduling ?? { ...page.scheduling, slots: page.availability }

/**
 * The cap in force for this event type. Bookings are counted over the whole page, so where several event types have caps the highest
 * of them rules (product.md 4.10); an event type without one is never closed.
 */
export function capOf(
  page: Pick<PublicPage, 'availability' | 'scheduling' | 'eventTypes'>,
  eventType: EventType,
  cap: 'bookingsPerDay' | 'bookingsPerWeek',
): number | null {
  const own = optionsOf(page, eventType).slots[cap]
  if (own === null) return null
  const caps = page.eventTypes.map((other) => optionsOf(page, other).slots[cap] ?? 0)
  return Math.max(own, ...caps)
}

/** Questions of a page that has no form of its own. */
export const defaultFields: FormField[] = [
  {
    name: 'company',
    kind: 'single-line',
    title: 'Company',
    subtext: '',
    required: false,
    hidden: false,
    options: [],
  },
  {
    name: 'phone',
    kind: 'single-line',
    title: 'Phone',
    subtext: 'With the country code, such as +1 202 555 0195',
    required: false,
    hidden: false,
    options: [],
  },
  {
    name: 'note',
    kind: 'multi-line',
    title: 'Note',
    subtext: 'Anything that helps to prepare the meeting',
    required: false,
    hidden: false,
    options: [],
  },
]

export const noLocation: PageLocation = { kind: 'none', header: '', text: '', announced: false }

export const defaultScheduling: PageScheduling = {
  mode: 'automatic',
  suggestedTimes: 3,
  policy: { cancel: 'any', reschedule: 'any', reason: 'optional', text: '' },
  formId: null,
}

export interface BookingForm {
  id: BookingFormId
  name: string
  fields: FormField[]
}

export interface Category {
  id: CategoryId
  kind: 'booking-page' | 'event-type'
  name: string
  shownToCustomers: boolean
}

export const publicLinkOf = (publicUrl: string, slug: string): string => `${publicUrl}/${slug}`

/** Monday to Friday 9 to 5, quarter hours, four hours' notice, eighteen months ahead (product.md 4.8, 4.10). */
export const officeHours: PageAvailability = {
  weekly: [1, 2, 3, 4, 5].map((day) => ({ day, start: '09:00', end: '17:00' })),
  overrides: {},
  spacingMinutes: 15,
  grid: 'window',
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  noticeMinutes: 240,
  horizonMinutes: 548 * 24 * 60,
  firstDays: null,
  bookingsPerDay: null,
  bookingsPerWeek: null,
  slotsPerDay: null,
}

export const firstEventTypes = [
  { name: '15 minute meeting', durationMinutes: 15 },
  { name: '30 minute meeting', durationMinutes: 30 },
  { name: '60 minute meeting', durationMinutes: 60 },
]

/** First segments of addresses that are the program's own, now or foreseeably; no public link may be one of them. */
const ownAddresses = new Set(
  (
    'account activity admin administrator api api-reference assets auth billing book booking booking-forms booking-page booking-pages bookings ' +
    'calendar categories my-hours page-image ' +
    'contacts dashboard deliveries docs event-types favicon health help home hooks inbox integration integrations invitation invite live ' +
    'login logout mailbox manage master-pages metrics my-booking oauth openapi password problems profile public ready register ' +
    'reset reset-password robots security set-up settings setup sign-in sign-out signin signout signup sitemap static status support teams ' +
    'users webhooks well-known zapier'
  ).split(' '),
)

export const isOwnAddress = (slug: string): boolean => ownAddresses.has(slug)

/** `Ana Martín` becomes `ana-martin`; never an own address, always 4 to 50 letters, digits and single hyphens. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '')
  if (plain.length < 4 || isOwnAddress(plain)) return plain ? `meet-${plain}` : 'meet-me'
  return plain
}
