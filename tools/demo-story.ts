import { inAccount } from '#database/db.ts'
import { addUser, prepareUser } from '#domain/accounts/add-user.ts'
import { createAccountKey } from '#domain/api-keys/manage-account-keys.ts'
import { addBookingPage } from '#domain/booking-pages/add-booking-page.ts'
import { officeHours } from '#domain/booking-pages/booking-page.ts'
import { listAllEventTypes } from '#domain/booking-pages/find-booking-page.ts'
import { findPublicPage } from '#domain/booking-pages/find-public-page.ts'
import { type Booked, book } from '#domain/bookings/book.ts'
import { completePastBookings } from '#domain/bookings/complete-past-bookings.ts'
import { findSlots } from '#domain/bookings/find-slots.ts'
import type { Deps } from '#domain/deps.ts'
import { setUp } from '#domain/installation/set-up.ts'
import { generateKey } from '#domain/zapier/manage-key.ts'
import { accepted } from '#kit/result.ts'

export interface Customer {
  name: string
  email: string
  company: string
  phone: string
  note: string
  zone: string
}

export const customers: Customer[] = [
  {
    name: 'Lena Novak',
    email: 'lena@example.org',
    company: 'Novak Design',
    phone: '+12025550195',
    note: 'Please show the reports.',
    zone: 'America/New_York',
  },
  {
    name: 'Bo Chen',
    email: 'bo@example.org',
    company: 'Harbour Studio',
    phone: '',
    note: '',
    zone: 'Asia/Singapore',
  },
  {
    name: 'Priya Raman',
    email: 'priya@example.org',
    company: '',
    phone: '+442079460123',
    note: 'We are three people.',
    zone: 'Europe/London',
  },
  {
    name: 'Mateo Alvarez',
    email: 'mateo@example.org',
    company: 'Alvarez & Hijos',
    phone: '',
    note: '',
    zone: 'America/Argentina/Buenos_Aires',
  },
  {
    name: 'Ingrid Solheim',
    email: 'ingrid@example.org',
    company: 'Solheim AS',
    phone: '',
    note: 'A first talk about prices.',
    zone: 'Europe/Oslo',
  },
]

/** Who books what, in days from today; weekends fall to the next free day. */
const bookings = [
  { page: 0, customer: 0, eventType: 1, day: -9 },
  { page: 0, customer: 1, eventType: 0, day: -5 },
  { page: 1, customer: 2, eventType: 2, day: -4 },
  { page: 0, customer: 3, eventType: 1, day: -2 },
  { page: 0, customer: 2, eventType: 2, day: 2 },
  { page: 1, customer: 4, eventType: 1, day: 3 },
  { page: 0, customer: 4, eventType: 1, day: 5 },
  { page: 1, customer: 0, eventType: 0, day: 8 },
]

/**
 * Two users with a page each in two zones, past and coming bookings, a Zapier key and an API key. All by the same verbs as in the program;
 * past bookings are made with a clock set back.
 */
export async function seedStory(deps: Deps, password: string) {
  const { user: ana, page: anasPage } = accepted(
    await setUp(deps, { name: 'Ana Martin', loginId: 'ana@example.com', password, zone: 'Europe/Berlin' }),
  )
  const sam = accepted(
    await prepareUser({
      name: 'Sam Rivera',
      loginId: 'sam@example.com',
      password,
      zone: 'America/New_York',
      role: 'member',
    }),
  )
  const samsPage = await inAccount(deps.database, ana.accountId, async (tx) => {
    const eventTypes = await listAllEventTypes(tx, ana.accountId)
    return await addBookingPage(tx, deps, {
      owner: accepted(await addUser(tx, deps, { accountId: ana.accountId, user: sam })),
      publicName: 'Sam Rivera',
      welcomeMessage: 'Talk to me about onboarding, migrations and everything that has to fit together.',
      location: {
        kind: 'virtual-by-owner',
        header: 'Where',
        text: 'https://video.example.com/sam-rivera',
        announced: false,
      },
      availability: { ...officeHours, bufferAfterMinutes: 15, spacingMinutes: 30 },
      eventTypeIds: eventTypes.map(({ id }) => id),
    })
  })
  const slugs = [anasPage.slug, samsPage.slug]
  for (const { page, customer, eventType, day } of bookings)
    await bookFirstFree(deps, {
      slug: slugs[page] as string,
      customer: customers[customer] as Customer,
      eventType,
      day,
    })
  await completePastBookings(deps, 100)
  const { key } = accepted(await generateKey(deps, ana))
  const apiKey = accepted(await createAccountKey(deps, { viewer: ana, name: 'Demo', scope: 'all' })).key
  return {
    ana,
    anasPage,
    loginId: ana.loginId,
    zapierApiKey: key,
    apiKey,
    pages: [
      { name: 'Europe/Berlin', link: `${deps.publicUrl}/${anasPage.slug}` },
      { name: 'America/New_York', link: `${deps.publicUrl}/${samsPage.slug}` },
    ],
  }
}

/** Books the customer's slot on that day or the next with a free time, as it would have been a few days before a past one. */
export async function bookFirstFree(
  deps: Deps,
  { slug, customer, eventType, day }: { slug: string; customer: Customer; eventType: number; day: number },
): Promise<Booked> {
  const page = accepted(await findPublicPage(deps, slug))
  const chosen = page.eventTypes[eventType]
  if (!chosen) throw new Error(`${slug} offers no event type ${eventType}`)
  const now = deps.clock.now()
  const then = { ...deps, clock: { now: () => now.add({ hours: 24 * Math.min(0, day - 3) }) } }
  const from = now.toZonedDateTimeISO(page.zone).toPlainDate().add({ days: day })
  const slots = await findSlots(then, {
    page,
    eventType: chosen,
    customerZone: page.zone,
    range: { from: from.toString(), to: from.add({ days: 6 }).toString() },
  })
  // Not all at nine o'clock.
  const slot = slots[(customer.name.length * 3) % Math.min(slots.length, 20)]
  if (!slot) throw new Error(`${slug} has no free time from ${from}`)
  return accepted(await book(then, { pageSlug: slug, eventTypeSlug: chosen.slug, start: slot, customer }))
}
