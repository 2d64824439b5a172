import type { z } from 'zod'
import {
  type BookingExpansion,
  type BookingShape,
  cancelBooking,
  getBooking,
  listBookings,
  reassignBooking,
  requestReschedule,
  setNoShow,
} from '#contracts/api/bookings.ts'
import { type Db, inAccount } from '#database/db.ts'
import { findUserOf, listUsersOf } from '#domain/accounts/find-user.ts'
import { accountOwnerOf, type User } from '#domain/accounts/user.ts'
import type { ApiCaller } from '#domain/api-keys/account-key.ts'
import { listEventTypesWithDeleted, listPagesWithDeleted } from '#domain/booking-pages/find-booking-page.ts'
import { customerPathOf } from '#domain/bookings/booking.ts'
import { cancelAsUser } from '#domain/bookings/cancel-booking.ts'
import type { ChangeProblem } from '#domain/bookings/change-booking.ts'
import { reassign, setNoShow as setNoShowOf } from '#domain/bookings/handle-booking.ts'
import {
  type AccountBooking,
  type BookingFilter,
  listAccountBookings,
} from '#domain/bookings/list-account-bookings.ts'
import { calendarIdOf, presentBooking } from '#domain/bookings/present-booking.ts'
import { findContacts } from '#domain/contacts/find-contact.ts'
import { teamsByUser } from '#domain/teams/list-teams.ts'
import {
  type AccountId,
  type BookingId,
  type Id,
  type PublicKind,
  parsePublicId,
  publicId,
} from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { isoMilliseconds } from '#kit/time.ts'
import { type ApiDeps, afterwards, type Call, on } from './call.ts'
import { crossedBounds, listAnswer } from './paging.ts'
import {
  calendarsOf,
  deleted,
  presentBookingPage,
  presentCalendar,
  presentContact,
  presentEventType,
  presentUsers,
} from './present.ts'
import { type ApiProblem, apiProblem, keyReused, notFound, refuseWith } from './refusal.ts'

type ShownBooking = z.input<typeof BookingShape>

export const bookingEndpoints = [
  on(listBookings, ({ deps, caller, query }) =>
    inAccount(deps.database, caller.accountId, async (tx) => {
      const { limit, expand } = query
      const filter = await filterOf(tx, caller.accountId, query)
      if (!filter.ok) return filter
      const cursor = query.after ?? query.before
      const id = cursor === undefined ? undefined : parsePublicId('booking', cursor)
      const side = query.before === undefined ? ('after' as const) : ('before' as const)
      const rows = filter.value
        ? await listAccountBookings(tx, caller.accountId, filter.value, {
            limit: limit + 1,
            place: id && { id, side },
          })
        : []
      const hasMore = rows.length > limit
      const isBack = id !== undefined && side === 'before'
      const shown = isBack ? rows.slice(-limit) : rows.slice(0, limit)
      const present = await presenter(tx, deps, caller, shown, expand)
      return ok(
        listAnswer(
          {
            rows: shown,
            hasNext: isBack || hasMore,
            hasPrevious: isBack ? hasMore : id !== undefined && shown.length > 0,
            isBack,
          },
          present,
        ),
      )
    }),
  ),

  on(getBooking, ({ deps, caller, id, query }) => show(deps, caller, id, query.expand)),

  on(cancelBooking, (call) =>
    act(call, ({ host, bookingId }) =>
      cancelAsUser(call.deps, {
        viewer: host,
        bookingId,
        cancel: { kind: 'cancel' },
        reason: call.body.cancellation_reason ?? '',
        withoutCustomerMail: call.body.send_cancellation_email === false,
        onlyBefore: true,
        idempotencyKey: call.idempotencyKey,
      }),
    ),
  ),

  on(requestReschedule, (call) =>
    act(call, ({ host, bookingId }) =>
      cancelAsUser(call.deps, {
        viewer: host,
        bookingId,
        cancel: { kind: 'ask-again', rebook: 'same' },
        reason: call.body.reschedule_reason ?? '',
        onlyBefore: true,
        idempotencyKey: call.idempotencyKey,
      }),
    ),
  ),

  on(setNoShow, (call) =>
    act(call, ({ host, bookingId }) => setNoShowOf(call.deps, { viewer: host, bookingId })),
  ),

  on(reassignBooking, async (call) => {
    const { deps, caller, body } = call
    const toUserId = parsePublicId('user', body.new_host)
    const found = await inAccount(deps.database, caller.accountId, async (tx) => {
      const users = await listUsersOf(tx, caller.accountId)
      return { newHost: users.find(({ id }) => id === toUserId), owner: accountOwnerOf(users) }
    })
    return await act(call, async ({ booking }) => {
      const { newHost, owner } = found
      if (!newHost || !owner) return refuseWith(404, `There is no user "${body.new_host}".`, 'new_host')
      if (newHost.joinedAt === null)
        return refuseWith(409, `${newHost.name} was invited and has not signed in yet.`, 'new_host')
      if (newHost.id === booking.ownerId)
        return refuseWith(409, `${newHost.name} is the host already.`, 'new_host')
      // Hourwire makes no conferences of its own, so no provider is ever connected.
      if (body.location)
        return refuseWith(
          409,
          `${newHost.name} has no ${body.location.value} connected; no conferencing is.`,
          'location.value',
        )
      const done = await reassign(deps, { viewer: owner, bookingId: booking.id, toUserId: newHost.id })
      return !done.ok && done.problem.code === 'slot-taken'
        ? refuseWith(409, `${newHost.name} has another booking at that time.`, 'new_host')
        : done
    })
  }),
]

/** Undefined: a filter names what does not exist, so nothing fits. */
async function filterOf(
  tx: Db,
  accountId: AccountId,
  query: z.output<NonNullable<typeof listBookings.query>>,
): Promise<Result<BookingFilter | undefined, ApiProblem>> {
  const crossed = crossedBounds(['creation_time', 'starting_time', 'last_updated_time'], query)
  if (crossed) return refuse(crossed)
  const ids = {
    owner: idIn('user', query.owner ?? query.host),
    contact: idIn('contact', query.contact),
    page: idIn('booking-page', query.booking_page),
    eventType: idIn('event-type', query.event_type),
    calendar: idIn('calendar', query.booking_calendar),
  }
  const isContradiction = query.owner && query.host && query.owner !== query.host
  if (query.master_page || isContradiction || Object.values(ids).includes(null)) return ok(undefined)
  const calendar =
    ids.calendar &&
    calendarsOf(await listPagesWithDeleted(tx, accountId)).find(
      ({ page, eventType }) => calendarIdOf(page.id, eventType.id) === ids.calendar,
    )
  if (ids.calendar && !calendar) return ok(undefined)
  const bookingPageId = ids.page ?? calendar?.page.id
  const eventTypeId = ids.eventType ?? calendar?.eventType.id
  if (calendar && (bookingPageId !== calendar.page.id || eventTypeId !== calendar.eventType.id))
    return ok(undefined)
  return ok({
    statuses: query.status,
    ownerId: ids.owner ?? undefined,
    contactId: ids.contact ?? undefined,
    bookingPageId: bookingPageId ?? undefined,
    eventTypeId: eventTypeId ?? undefined,
    createdAfter: query['creation_time.gt'],
    createdBefore: query['creation_time.lt'],
    startsAfter: query['starting_time.gt'],
    startsBefore: query['starting_time.lt'],
    updatedAfter: query['last_updated_time.gt'],
    updatedBefore: query['last_updated_time.lt'],
  })
}

/** Undefined for nothing given, null for what is no id of this kind. */
const idIn = <Kind extends PublicKind>(kind: Kind, text: string | undefined): Id<Kind> | null | undefined =>
  text === undefined ? undefined : (parsePublicId(kind, text) ?? null)

const show = (
  deps: ApiDeps,
  caller: ApiCaller,
  shownId: string,
  expand: BookingExpansion[] = [],
): Promise<Result<ShownBooking, ApiProblem>> =>
  inAccount(deps.database, caller.accountId, async (tx) => {
    const found = await findBooking(tx, caller.accountId, shownId)
    if (!found) return refuse(notFound('booking', shownId))
    return ok((await presenter(tx, deps, caller, [found], expand))(found))
  })

async function findBooking(
  tx: Db,
  accountId: AccountId,
  shownId: string,
): Promise<AccountBooking | undefined> {
  const id = parsePublicId('booking', shownId)
  return id && (await listAccountBookings(tx, accountId, { id }, { limit: 1 }))[0]
}

/** Does something to a booking in the name of its host, and shows it as it is then. */
async function act(
  { deps, caller, id }: Pick<Call<unknown, unknown>, 'deps' | 'caller' | 'id'>,
  work: (given: {
    host: User
    booking: AccountBooking
    bookingId: BookingId
  }) => Promise<Result<unknown, ChangeProblem | ApiProblem>>,
): Promise<Result<ShownBooking, ApiProblem>> {
  const { accountId } = caller
  const found = await inAccount(deps.database, accountId, async (tx) => {
    const booking = await findBooking(tx, accountId, id)
    if (!booking) return undefined
    // One who left acts no more: then it is the account's owner.
    const host =
      (await findUserOf(tx, accountId, booking.ownerId)) ?? accountOwnerOf(await listUsersOf(tx, accountId))
    return host && { booking, host, bookingId: booking.id }
  })
  if (!found) return refuse(notFound('booking', id))
  const done = await work(found)
  return done.ok ? await afterwards(() => show(deps, caller, id)) : refuse(problemOf(done.problem, id))
}

function problemOf(problem: ChangeProblem | ApiProblem, id: string): ApiProblem {
  switch (problem.code) {
    case 'api-problem':
      return problem
    case 'booking-not-found':
      return notFound('booking', id)
    case 'idempotency-key-reused':
      return keyReused
    case 'not-possible':
      return apiProblem(
        409,
        `Booking "${id}" is ${problem.status.replace('_', '-')}: this cannot be done with it.`,
        'id',
      )
    default:
      return apiProblem(409, `Booking "${id}" was changed meanwhile. Please try again.`, 'id')
  }
}

/** Shows these bookings, with what is to be expanded read once for all of them. */
async function presenter(
  tx: Db,
  { publicUrl, secrets }: ApiDeps,
  { accountId, scope }: ApiCaller,
  bookings: AccountBooking[],
  expand: BookingExpansion[],
): Promise<(booking: AccountBooking) => ShownBooking> {
  const has = (name: BookingExpansion) => expand.includes(name) && bookings.length > 0
  const users = has('owner') ? await listUsersOf(tx, accountId) : []
  const user = presentUsers(users, has('owner') ? await teamsByUser(tx, accountId) : new Map())
  const contacts = has('contact')
    ? await findContacts(tx, accountId, [...new Set(bookings.map(({ contactId }) => contactId))])
    : []
  const pages =
    has('booking_page') || has('booking_calendar') ? await listPagesWithDeleted(tx, accountId) : []
  const eventTypes = has('event_type') ? await listEventTypesWithDeleted(tx, accountId) : []
  const calendars = calendarsOf(pages)

  return (booking) => {
    const owner = publicId('user', booking.ownerId)
    const contact = publicId('contact', booking.contactId)
    const page = publicId('booking-page', booking.bookingPageId)
    const eventType = publicId('event-type', booking.eventTypeId)
    const calendarId = calendarIdOf(booking.bookingPageId, booking.eventTypeId)
    return {
      ...presentBooking(
        {
          id: booking.id,
          bookingPageId: booking.bookingPageId,
          eventTypeId: booking.eventTypeId,
          hostId: booking.ownerId,
          hostEmail: booking.ownerEmail,
          subject: booking.subject,
          status: booking.status,
          detail: booking.detail,
          reason: booking.reason,
          createdAt: isoMilliseconds(booking.createdAt),
          updatedAt: isoMilliseconds(booking.updatedAt),
          startsAt: isoMilliseconds(booking.startsAt),
          durationMinutes: Math.round(booking.startsAt.until(booking.endsAt).total('minutes')),
          customer: booking.customer,
          answers: booking.answers,
          physicalLocation: booking.physicalLocation,
          virtualLocation: booking.virtualLocation,
          formerBookingId: booking.reschedulesId ? publicId('booking', booking.reschedulesId) : '',
          customerPath: customerPathOf(secrets, booking),
        },
        publicUrl,
      ),
      owner: has('owner')
        ? orDeleted(
            users.find(({ id }) => id === booking.ownerId),
            user,
            deleted('user', owner),
          )
        : owner,
      contact: has('contact')
        ? orDeleted(
            contacts.find(({ id, isDeleted }) => id === booking.contactId && !isDeleted),
            presentContact,
            deleted('contact', contact),
          )
        : contact,
      booking_page: has('booking_page')
        ? orDeleted(
            pages.find(({ id, isDeleted }) => id === booking.bookingPageId && !isDeleted),
            (found) => presentBookingPage(found, publicUrl),
            deleted('booking_page', page),
          )
        : page,
      event_type: has('event_type')
        ? orDeleted(
            eventTypes.find(({ id, isDeleted }) => id === booking.eventTypeId && !isDeleted),
            presentEventType,
            deleted('event_type', eventType),
          )
        : eventType,
      booking_calendar: has('booking_calendar')
        ? orDeleted(
            calendars.find((one) => calendarIdOf(one.page.id, one.eventType.id) === calendarId),
            (found) => presentCalendar(found, publicUrl),
            deleted('booking_calendar', publicId('calendar', calendarId)),
          )
        : publicId('calendar', calendarId),
      utm_params: booking.utmParams,
      // Whoever has a guest's links may cancel and move with them: not for a key that only reads.
      ...(scope === 'read' ? { ics_url: null, cancel_url: null, reschedule_url: null } : {}),
    }
  }
}

const orDeleted = <Row, Shown, Gone>(
  row: Row | undefined,
  present: (row: Row) => Shown,
  gone: Gone,
): Shown | Gone => (row === undefined ? gone : present(row))
