import { inAccount } from '#database/db.ts'
import { addUser, prepareUser } from '#domain/accounts/add-user.ts'
import { listUsersOf } from '#domain/accounts/find-user.ts'
import type { User } from '#domain/accounts/user.ts'
import { addBookingPage } from '#domain/booking-pages/add-booking-page.ts'
import { type BookingPage, defaultScheduling, officeHours } from '#domain/booking-pages/booking-page.ts'
import { editPage } from '#domain/booking-pages/edit-page.ts'
import { listAllEventTypes } from '#domain/booking-pages/find-booking-page.ts'
import { findPublicPage } from '#domain/booking-pages/find-public-page.ts'
import { requestBooking } from '#domain/bookings/book.ts'
import { cancelAsUser } from '#domain/bookings/cancel-booking.ts'
import { completePastBookings } from '#domain/bookings/complete-past-bookings.ts'
import { findSlots } from '#domain/bookings/find-slots.ts'
import { setNoShow } from '#domain/bookings/handle-booking.ts'
import { rescheduleAsCustomer } from '#domain/bookings/reschedule.ts'
import type { Deps } from '#domain/deps.ts'
import { changeTeam, createTeam } from '#domain/teams/manage-teams.ts'
import { accepted } from '#kit/result.ts'
import { bookFirstFree, type Customer, customers } from './demo-story.ts'

/**
 * What clients of the REST API are tried with: a third user, two teams of which one has a member, a published calendar with free times
 * on most days that offers a conference and a call, an unpublished one, and bookings in every status.
 */
export async function seedForClients(
  deps: Deps,
  { ana, anasPage, password }: { ana: User; anasPage: BookingPage; password: string },
): Promise<void> {
  const kim = await addKim(deps, ana, password)
  const sales = accepted(await createTeam(deps, { viewer: ana, name: 'Sales' }))
  accepted(await createTeam(deps, { viewer: ana, name: 'Support' }))
  accepted(await changeTeam(deps, { viewer: ana, id: sales, name: 'Sales', members: [kim.id] }))

  const onKims = await addKimsPages(deps, ana, kim)
  await addBookings(deps, { ana, slug: anasPage.slug, approvalSlug: onKims.slug })
  // The request waits on; who schedules on the page from now on is booked at once.
  accepted(
    await editPage(deps, { viewer: ana, pageId: onKims.id, changes: { scheduling: defaultScheduling } }),
  )
  // Last, so that it is the first calendar of the list.
  await inAccount(deps.database, ana.accountId, async (tx) => {
    const [, thirtyMinutes] = await listAllEventTypes(tx, ana.accountId)
    await addBookingPage(tx, deps, {
      owner: ana,
      publicName: 'Client meetings',
      availability: {
        ...officeHours,
        weekly: [1, 2, 3, 4, 5, 6].map((day) => ({ day, start: '08:00', end: '18:00' })),
      },
      location: {
        kind: 'virtual-by-owner',
        header: 'Where',
        text: 'https://meet.google.com/abc-defg-hij',
        announced: true,
      },
      eventTypeIds: thirtyMinutes ? [thirtyMinutes.id] : [],
    })
  })
  const users = await inAccount(deps.database, ana.accountId, (tx) => listUsersOf(tx, ana.accountId))
  if (users.length !== 3) throw new Error(`The demo should have three users, not ${users.length}`)
}

async function addKim(deps: Deps, ana: User, password: string): Promise<User> {
  const prepared = accepted(
    await prepareUser({
      name: 'Kim Larsen',
      loginId: 'kim@example.com',
      password,
      zone: 'Europe/Copenhagen',
      role: 'member',
    }),
  )
  return await inAccount(deps.database, ana.accountId, async (tx) =>
    accepted(await addUser(tx, deps, { accountId: ana.accountId, user: prepared })),
  )
}

/** One that wants to approve, and one that takes no bookings. */
async function addKimsPages(deps: Deps, ana: User, kim: User): Promise<BookingPage> {
  const [approval, closed] = await inAccount(deps.database, ana.accountId, async (tx) => {
    const [first] = await listAllEventTypes(tx, ana.accountId)
    const page = (publicName: string) =>
      addBookingPage(tx, deps, {
        owner: kim,
        publicName,
        availability: officeHours,
        eventTypeIds: first ? [first.id] : [],
      })
    return [await page('Kim Larsen, on request'), await page('Kim Larsen, not yet open')]
  })
  accepted(
    await editPage(deps, {
      viewer: ana,
      pageId: approval.id,
      changes: { scheduling: { ...defaultScheduling, mode: 'approval', suggestedTimes: 1 } },
    }),
  )
  accepted(await editPage(deps, { viewer: ana, pageId: closed.id, changes: { acceptsBookings: false } }))
  return approval
}

/** One in each status that the story has not: requested, rescheduled, canceled, no-show; and a few more. */
async function addBookings(
  deps: Deps,
  { ana, slug, approvalSlug }: { ana: User; slug: string; approvalSlug: string },
): Promise<void> {
  const at = (customer: number, day: number, eventType = 1) =>
    bookFirstFree(deps, { slug, customer: customers[customer] as Customer, eventType, day })
  const missed = await at(1, -7)
  await completePastBookings(deps, 100)
  accepted(await setNoShow(deps, { viewer: ana, bookingId: missed.bookingId }))
  const canceled = await at(3, 4)
  const cancel = { viewer: ana, bookingId: canceled.bookingId, cancel: { kind: 'cancel' as const } }
  accepted(await cancelAsUser(deps, { ...cancel, reason: 'The room is closed that day.' }))
  const moved = await at(0, 6)
  const [, , shownId = '', signature = ''] = moved.customerPath.split('/')
  const [later] = await freeTimes(deps, { slug, eventType: 1, day: 9 })
  accepted(
    await rescheduleAsCustomer(deps, {
      address: { shownId, signature },
      start: later as Temporal.Instant,
      pageSlug: slug,
      eventTypeSlug: '30-minute-meeting',
      customerZone: 'America/New_York',
      reason: 'A day later suits me better.',
    }),
  )
  const [suggested] = await freeTimes(deps, { slug: approvalSlug, eventType: 0, day: 5 })
  accepted(
    await requestBooking(deps, {
      pageSlug: approvalSlug,
      eventTypeSlug: '15-minute-meeting',
      customer: customers[2] as Customer,
      starts: [suggested as Temporal.Instant],
    }),
  )
  for (const day of [10, 12, 15]) await at(day % customers.length, day)
}

async function freeTimes(
  deps: Deps,
  { slug, eventType, day }: { slug: string; eventType: number; day: number },
): Promise<Temporal.Instant[]> {
  const page = accepted(await findPublicPage(deps, slug))
  const chosen = page.eventTypes[eventType]
  if (!chosen) throw new Error(`${slug} offers no event type ${eventType}`)
  const from = deps.clock.now().toZonedDateTimeISO(page.zone).toPlainDate().add({ days: day })
  const range = { from: from.toString(), to: from.add({ days: 6 }).toString() }
  return await findSlots(deps, { page, eventType: chosen, customerZone: page.zone, range })
}
