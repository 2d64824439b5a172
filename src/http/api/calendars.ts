import type { z } from 'zod'
import { getCalendar, listCalendars, listTimeSlots, scheduleBooking } from '#contracts/api/calendars.ts'
import type { UtmParams } from '#contracts/api/utm.ts'
import { type Db, inAccount } from '#database/db.ts'
import type { UtmParams as UtmTags } from '#database/tables.ts'
import { findFields } from '#domain/booking-pages/booking-forms.ts'
import { listPagesWithDeleted } from '#domain/booking-pages/find-booking-page.ts'
import { findSlots } from '#domain/bookings/find-slots.ts'
import { addressIdOf, type MeetingPlace, placesOf } from '#domain/bookings/meeting-place.ts'
import { calendarIdOf } from '#domain/bookings/present-booking.ts'
import {
  normalisePhone,
  type ScheduleProblem,
  scheduleAsAccount,
} from '#domain/bookings/schedule-as-account.ts'
import { type AccountId, type BookingPageId, parsePublicId, publicId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { isoMilliseconds } from '#kit/time.ts'
import { type ApiDeps, on } from './call.ts'
import { listAnswer, pageOfList } from './paging.ts'
import { type Calendar, calendarsOf, presentCalendar } from './present.ts'
import { type ApiProblem, apiProblem, keyReused, notFound, refuseWith } from './refusal.ts'

export const calendarEndpoints = [
  on(listCalendars, ({ deps, caller, query }) =>
    inAccount(deps.database, caller.accountId, async (tx) => {
      const all = await listCalendarsOf(tx, caller.accountId)
      const host = query.host
      const wanted =
        host === undefined ? all : all.filter(({ page }) => publicId('user', page.ownerId) === host)
      return ok(
        listAnswer(pageOfList(wanted, query, shownIdOf), (one) => presentCalendar(one, deps.publicUrl)),
      )
    }),
  ),

  on(getCalendar, async ({ deps, caller, id }) => {
    const found = await findCalendar(deps, caller.accountId, id)
    return found.ok ? ok(presentCalendar(found.value, deps.publicUrl)) : found
  }),

  on(listTimeSlots, async ({ deps, caller, id, query }) => {
    const now = deps.clock.now()
    const from = query.start_time ?? now
    const to = query.end_time ?? from.add({ hours: 7 * 24 })
    if (Temporal.Instant.compare(to, from) <= 0)
      return refuseWith(400, 'end_time must be after start_time.', 'end_time')
    if (from.until(to).total('hours') > 30 * 24)
      return refuseWith(400, 'end_time must be at most 30 days after start_time.', 'end_time')
    const found = await findPublishedCalendar(deps, caller.accountId, id)
    if (!found.ok) return found
    const { page, eventType } = found.value
    const begin = Temporal.Instant.compare(from, now) < 0 ? now : from
    if (Temporal.Instant.compare(to, begin) <= 0) return ok([])
    const dateOf = (instant: Temporal.Instant) =>
      instant.toZonedDateTimeISO(page.zone).toPlainDate().toString()
    const slots = await findSlots(deps, {
      page,
      eventType,
      customerZone: page.zone,
      range: { from: dateOf(begin), to: dateOf(to) },
    })
    const places = placesOf(page.location, await findFields(deps, { page, eventType }))
    const locations = places.map((place) => presentPlace(place, page))
    return ok(
      slots
        .filter(
          (start) => Temporal.Instant.compare(start, begin) >= 0 && Temporal.Instant.compare(start, to) <= 0,
        )
        .map((start) => ({ start_time: isoMilliseconds(start), locations })),
    )
  }),

  on(scheduleBooking, async ({ deps, caller, id, body, idempotencyKey }) => {
    const found = await findPublishedCalendar(deps, caller.accountId, id)
    if (!found.ok) return found
    const { name, email, phone, company, note, ...answers } = body.booking_form
    const telephone = phone ? normalisePhone(phone) : ''
    if (telephone === undefined)
      return refuseWith(
        400,
        `booking_form.phone: must be a number with its country code, such as +12025550195.`,
        'booking_form.phone',
      )
    const { location } = body
    const booked = await scheduleAsAccount(deps, {
      ...found.value,
      start: body.start_time,
      customer: {
        name,
        email,
        phone: telephone,
        company: company ?? '',
        note: note ?? '',
        zone: body.guest_time_zone,
      },
      answers: readGiven(answers),
      place: location ? { type: location.type, value: location.value ?? null } : undefined,
      utmParams: utmIn(body.utm_params),
      idempotencyKey,
    })
    return booked.ok
      ? ok({ id: publicId('booking', booked.value.bookingId) })
      : refuse(problemOf(booked.problem, id))
  }),
]

/** Null where nothing is given. */
export function utmIn(given: z.output<typeof UtmParams>): UtmTags | null {
  const tags = {
    source: given?.source || null,
    medium: given?.medium || null,
    campaign: given?.campaign || null,
    term: given?.term || null,
    content: given?.content || null,
  }
  return Object.values(tags).some((tag) => tag !== null) ? tags : null
}

/** Texts and lists of texts; what is neither answers no question. */
const readGiven = (answers: Record<string, unknown>): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(answers).flatMap(([name, value]): [string, string | string[]][] => {
      if (Array.isArray(value)) return [[name, value.filter((one) => typeof one === 'string')]]
      if (typeof value === 'string') return [[name, value]]
      return typeof value === 'number' || typeof value === 'boolean' ? [[name, String(value)]] : []
    }),
  )

const presentPlace = ({ type, value }: MeetingPlace, page: { id: BookingPageId }) => ({
  type,
  value,
  id: type === 'physical' ? addressIdOf(page) : null,
})

const shownIdOf = ({ page, eventType }: Calendar) => publicId('calendar', calendarIdOf(page.id, eventType.id))

const listCalendarsOf = async (tx: Db, accountId: AccountId): Promise<Calendar[]> =>
  calendarsOf(await listPagesWithDeleted(tx, accountId))

async function findCalendar(
  { database }: ApiDeps,
  accountId: AccountId,
  shownId: string,
): Promise<Result<Calendar, ApiProblem>> {
  const id = parsePublicId('calendar', shownId)
  const all = id ? await inAccount(database, accountId, (tx) => listCalendarsOf(tx, accountId)) : []
  const found = all.find((one) => calendarIdOf(one.page.id, one.eventType.id) === id)
  return found ? ok(found) : refuse(notFound('booking calendar', shownId))
}

/** One that takes bookings. */
export async function findPublishedCalendar(
  deps: ApiDeps,
  accountId: AccountId,
  shownId: string,
): Promise<Result<Calendar, ApiProblem>> {
  const found = await findCalendar(deps, accountId, shownId)
  if (found.ok && !found.value.page.acceptsBookings) return refuse(unpublished(shownId))
  return found
}

const unpublished = (id: string) => apiProblem(422, `Booking calendar "${id}" is not published.`, 'id')

function problemOf(problem: ScheduleProblem, id: string): ApiProblem {
  switch (problem.code) {
    case 'page-closed':
      return unpublished(id)
    case 'page-not-found':
    case 'event-type-not-found':
      return notFound('booking calendar', id)
    case 'slot-taken':
      return apiProblem(400, 'start_time: this time was just booked. Choose another one.', 'start_time')
    case 'slot-past':
      return apiProblem(400, 'start_time: this time has passed. Choose another one.', 'start_time')
    case 'answer-wrong': {
      const isSystem = ['phone', 'company', 'note'].includes(problem.field)
      return apiProblem(
        400,
        `booking_form.${problem.field}: ${problem.reason}.`,
        isSystem ? `booking_form.${problem.field}` : 'booking_form',
      )
    }
    case 'place-wrong':
      return apiProblem(400, `location: ${problem.reason}.`, 'location')
    case 'idempotency-key-reused':
      return keyReused
    case 'slot-not-offered':
    case 'needs-approval':
    case 'needs-no-approval':
    case 'wrong-number-of-times':
    // Only pages book with links.
    case 'link-unknown':
    case 'link-used':
    case 'link-expired':
      return apiProblem(
        400,
        'start_time: this time is not offered. Choose one of those that time-slots gives.',
        'start_time',
      )
  }
}
