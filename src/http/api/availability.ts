import type { z } from 'zod'
import { dayNames, getAvailability, updateAvailability } from '#contracts/api/availability.ts'
import { show } from '#contracts/api/values.ts'
import { inAccount } from '#database/db.ts'
import type { Hours, HoursLocation, HoursWindow } from '#database/tables.ts'
import { findUserOf } from '#domain/accounts/find-user.ts'
import { withoutNights, withoutOverlaps } from '#domain/accounts/hours-by-day.ts'
import { changeOwnHours, findOwnHours } from '#domain/accounts/own-hours.ts'
import type { User } from '#domain/accounts/user.ts'
import { listPagesWithDeleted } from '#domain/booking-pages/find-booking-page.ts'
import { type AccountId, type BookingPageId, type Id, parsePublicId, publicId } from '#kit/ids.ts'
import { ok, refuse } from '#kit/result.ts'
import { type ApiDeps, on } from './call.ts'
import { type ApiProblem, apiProblem, notFound, refuseWith } from './refusal.ts'

type Change = z.output<NonNullable<typeof updateAvailability.body>>
type Slot = NonNullable<Change['weekly']>[number]['working_hours'][number]
type Part = 'weekly' | 'overrides'

const providers = ['google_meet', 'microsoft_teams', 'webex', 'gotomeeting', 'zoom']

export const availabilityEndpoints = [
  on(getAvailability, async ({ deps, caller: { accountId }, id, query }) => {
    const { overrides_start_time: from, overrides_end_time: to } = query
    if (from && to && from > to)
      return refuseWith(
        400,
        'overrides_start_time must not be later than overrides_end_time.',
        'overrides_start_time',
      )
    const user = await find(deps, accountId, id)
    if (!user) return refuse(notFound('user', id))
    const places = await placesOf(deps, accountId)
    return ok(present(user, await findOwnHours(deps, user), places, { from, to }))
  }),

  on(updateAvailability, async ({ deps, caller: { accountId }, id, body }) => {
    const user = await find(deps, accountId, id)
    if (!user) return refuse(notFound('user', id))
    const { weekly, overrides } = body
    if (!weekly && !overrides) return refuseWith(400, 'body: there is nothing to change in it.', 'body')
    const places = await placesOf(deps, accountId)
    const today = deps.clock.now().toZonedDateTimeISO(user.zone).toPlainDate().toString()
    const past = overrides?.find(({ date }) => date < today)
    if (past) return refuseWith(400, `overrides.date: ${past.date} has passed.`, 'overrides.date')
    for (const [part, days] of [
      ['weekly', weekly],
      ['overrides', overrides],
    ] as const)
      for (const slot of (days ?? []).flatMap(({ working_hours }) => working_hours ?? [])) {
        const problem = wrongIn(part, slot, places)
        if (problem) return refuse(problem)
      }
    const changed = await changeOwnHours(deps, {
      user,
      changes: {
        weekly: (weekly ?? []).map(({ day, working_hours }) => ({
          day: dayNames.indexOf(day) + 1,
          windows: working_hours.map(windowOf),
        })),
        overrides: (overrides ?? []).map(({ date, working_hours }) => ({
          date,
          windows: working_hours?.map(windowOf) ?? null,
        })),
      },
    })
    if (changed.ok) return ok(present(user, changed.value, places, {}))
    const part: Part = changed.problem.path.startsWith('weekly') ? 'weekly' : 'overrides'
    return refuseWith(400, `${part}: ${changed.problem.message}.`, part)
  }),
]

async function find({ database }: ApiDeps, accountId: AccountId, shownId: string): Promise<User | undefined> {
  const id = parsePublicId('user', shownId)
  return id && (await inAccount(database, accountId, (tx) => findUserOf(tx, accountId, id)))
}

/** Addresses of the account's pages, by the page. */
type Places = Map<BookingPageId, string>

const placesOf = ({ database }: ApiDeps, accountId: AccountId): Promise<Places> =>
  inAccount(
    database,
    accountId,
    async (tx) =>
      new Map(
        (await listPagesWithDeleted(tx, accountId)).flatMap(({ id, isDeleted, location }) =>
          isDeleted || location.kind !== 'physical-by-owner' ? [] : [[id, location.text] as const],
        ),
      ),
  )

const pageIdOf = (shownId: string | null | undefined): BookingPageId | undefined =>
  parsePublicId('address', shownId ?? '') as string | undefined as BookingPageId | undefined

function wrongIn(part: Part, { locations }: Slot, places: Places): ApiProblem | undefined {
  const path = `${part}.working_hours.locations`
  const types = new Set(locations.map(({ type }) => type))
  if (types.has('online_dynamic_link') && types.has('online_static_link'))
    return apiProblem(422, `${path}: a slot can have a dynamic or a static online link, not both.`, path)
  for (const { type, id, value } of locations) {
    const pageId = pageIdOf(id)
    if (type === 'in_person_by_host' && !(pageId && places.has(pageId)))
      return apiProblem(400, `${path}.id: there is no address ${show(id)}.`, `${path}.id`)
    if (type === 'online_dynamic_link' && value && !providers.includes(value))
      return apiProblem(
        400,
        `${path}.value: must be one of ${providers.join(', ')}, not ${show(value)}.`,
        `${path}.value`,
      )
  }
  return undefined
}

const windowOf = ({ start_time, end_time, locations }: Slot): HoursWindow => ({
  start: start_time,
  end: end_time,
  ...(locations.length > 0 ? { locations: locations.map(locationOf) } : {}),
})

function locationOf({ type, id, value }: Slot['locations'][number]): HoursLocation {
  const pageId = type === 'in_person_by_host' ? pageIdOf(id) : undefined
  const isTold = (type === 'online_static_link' || type === 'online_dynamic_link') && value
  return { type, ...(isTold ? { value } : {}), ...(pageId ? { pageId } : {}) }
}

function present(
  user: User,
  given: Hours,
  places: Places,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): z.input<typeof getAvailability.answer> {
  const hours = withoutNights(given)
  const slots = (windows: HoursWindow[]) =>
    withoutOverlaps(windows).map(({ start, end, locations = [] }) => ({
      start_time: start,
      end_time: end,
      locations: locations.map(({ type, value, pageId }) => ({
        type,
        value: (pageId ? places.get(pageId) : value) ?? null,
        id: pageId ? publicId('address', pageId as string as Id<'address'>) : null,
      })),
    }))
  return {
    object: 'schedule',
    timezone: user.zone,
    weekly: dayNames.map((day, index) => ({
      day,
      working_hours: slots(hours.weekly.filter((window) => window.day === index + 1)),
    })),
    overrides: Object.keys(hours.overrides)
      .filter((date) => (from === undefined || date >= from) && (to === undefined || date <= to))
      .sort()
      .map((date) => ({
        date,
        day: dayNames[Temporal.PlainDate.from(date).dayOfWeek - 1] ?? 'Monday',
        working_hours: slots(hours.overrides[date] ?? []),
      })),
  }
}
