import { type Db, inAccount } from '#database/db.ts'
import { audit } from '#domain/accounts/audit.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { type AccountId, type CategoryId, type EventTypeId, newUuid } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { type EventType, slugOf } from './booking-page.ts'
import { findEventTypeById, insertEventType, listEventTypes } from './booking-page-repository.ts'
import { problemOfEventType, type SettingProblem } from './check-settings.ts'
import { copyName } from './edit-page.ts'
import {
  countDependents,
  findForm,
  listCategories,
  listOfferingPages,
  markEventTypeDeleted,
  updateEventType,
} from './set-up-repository.ts'

export type EventTypeProblem =
  | SettingProblem
  | { code: 'administrators-only' }
  | { code: 'event-type-not-found' }
  | { code: 'category-not-found' }
  | { code: 'form-not-found' }

type SetUpDeps = Pick<Deps, 'database' | 'clock'>

/** What an Administrator says of an event type; its part of public addresses is made from its first name and stays. */
export type EventTypeSettings = Pick<
  EventType,
  'name' | 'description' | 'durationMinutes' | 'price' | 'currency' | 'scheduling'
> & { categoryId: CategoryId | null }

/** The account's event types in their order, with the internal labels of the pages that offer each. */
export const listSetUpEventTypes = (
  { database }: Pick<Deps, 'database'>,
  viewer: User,
): Promise<(EventType & { pages: string[] })[]> =>
  inAccount(database, viewer.accountId, async (tx) => {
    const offering = await listOfferingPages(tx, viewer.accountId)
    return (await listEventTypes(tx, viewer.accountId)).map((eventType) => ({
      ...eventType,
      pages: offering.filter(({ eventTypeId }) => eventTypeId === eventType.id).map(({ label }) => label),
    }))
  })

const asAdministrator = <T>(
  { database }: Pick<Deps, 'database'>,
  viewer: User,
  work: (tx: Db, known: EventType[]) => Promise<Result<T, EventTypeProblem>>,
): Promise<Result<T, EventTypeProblem>> =>
  inAccount(database, viewer.accountId, async (tx) =>
    viewer.role === 'administrator'
      ? await work(tx, await listEventTypes(tx, viewer.accountId))
      : refuse({ code: 'administrators-only' }),
  )

/** Adds an event type to the account (Administrators only); pages offer it once somebody says so. */
export const addEventType = (
  deps: SetUpDeps,
  { viewer, settings }: { viewer: User; settings: EventTypeSettings },
): Promise<Result<EventTypeId, EventTypeProblem>> =>
  asAdministrator(deps, viewer, async (tx, known) => {
    const checked = await check(tx, viewer.accountId, settings)
    if (!checked.ok) return checked
    return ok(await insert(tx, deps, { viewer, known, eventType: checked.value }))
  })

/** Changes an event type (Administrators only). Bookings made before keep their subject, length and policy. */
export const editEventType = (
  deps: SetUpDeps,
  { viewer, id, settings }: { viewer: User; id: EventTypeId; settings: EventTypeSettings },
): Promise<Result<void, EventTypeProblem>> =>
  asAdministrator(deps, viewer, async (tx, known) => {
    const former = known.find((eventType) => eventType.id === id)
    if (!former) return refuse({ code: 'event-type-not-found' })
    const checked = await check(tx, viewer.accountId, settings)
    if (!checked.ok) return checked
    await updateEventType(tx, viewer.accountId, { ...former, ...checked.value })
    return ok(undefined)
  })

/** Copies an event type (Administrators only); no page offers the copy yet. */
export const duplicateEventType = (
  deps: SetUpDeps,
  { viewer, id }: { viewer: User; id: EventTypeId },
): Promise<Result<EventTypeId, EventTypeProblem>> =>
  asAdministrator(deps, viewer, async (tx, known) => {
    const former = known.find((eventType) => eventType.id === id)
    if (!former) return refuse({ code: 'event-type-not-found' })
    return ok(
      await insert(tx, deps, { viewer, known, eventType: { ...former, name: copyName(former.name) } }),
    )
  })

/** What goes on, and what ends, when an event type is deleted: for the question before. */
export const dependentsOfEventType = (
  { database, clock }: SetUpDeps,
  { viewer, id }: { viewer: User; id: EventTypeId },
): Promise<{ comingBookings: number; openRequests: number; zaps: number; pages: string[] }> =>
  inAccount(database, viewer.accountId, async (tx) => ({
    ...(await countDependents(tx, viewer.accountId, { column: 'event_type_id', id, now: clock.now() })),
    pages: (await listOfferingPages(tx, viewer.accountId))
      .filter(({ eventTypeId }) => eventTypeId === id)
      .map(({ label }) => label),
  }))

/** Deletes an event type (Administrators only): no page offers it any longer. Its bookings live on. */
export const deleteEventType = (
  deps: SetUpDeps,
  { viewer, id }: { viewer: User; id: EventTypeId },
): Promise<Result<void, EventTypeProblem>> =>
  asAdministrator(deps, viewer, async (tx, known) => {
    if (!known.some((eventType) => eventType.id === id)) return refuse({ code: 'event-type-not-found' })
    await markEventTypeDeleted(tx, viewer.accountId, { id, now: deps.clock.now() })
    await audit(tx, deps, {
      accountId: viewer.accountId,
      actorUserId: viewer.id,
      action: 'event-type.deleted',
      subject: id,
    })
    return ok(undefined)
  })

async function check(
  tx: Db,
  accountId: AccountId,
  { categoryId, ...settings }: EventTypeSettings,
): Promise<Result<Omit<EventType, 'id' | 'slug'>, EventTypeProblem>> {
  const problem = problemOfEventType(settings)
  if (problem) return refuse(problem)
  const category = (await listCategories(tx, accountId)).find(
    ({ id, kind }) => id === categoryId && kind === 'event-type',
  )
  if (categoryId !== null && !category) return refuse({ code: 'category-not-found' })
  const formId = settings.scheduling?.formId
  if (formId && !(await findForm(tx, accountId, formId))) return refuse({ code: 'form-not-found' })
  return ok({ ...settings, category: category ?? null })
}

async function insert(
  tx: Db,
  { clock }: Pick<Deps, 'clock'>,
  asked: { viewer: User; known: EventType[]; eventType: Omit<EventType, 'id' | 'slug'> },
): Promise<EventTypeId> {
  const now = clock.now()
  const id = newUuid(now.epochMilliseconds) as EventTypeId
  const base = slugOf(asked.eventType.name)
  const taken = new Set(asked.known.map(({ slug }) => slug))
  let slug = base
  for (let suffix = 2; taken.has(slug); suffix += 1) slug = `${base}-${suffix}`
  await insertEventType(tx, asked.viewer.accountId, {
    ...asked.eventType,
    id,
    slug,
    position: asked.known.length,
    now,
  })
  return id
}

/** An event type for its settings screen; Administrators only. */
export const findSetUpEventType = (
  { database }: Pick<Deps, 'database'>,
  { viewer, id }: { viewer: User; id: EventTypeId },
): Promise<EventType | undefined> =>
  viewer.role === 'administrator'
    ? inAccount(database, viewer.accountId, async (tx) =>
        (await listEventTypes(tx, viewer.accountId)).some((eventType) => eventType.id === id)
          ? await findEventTypeById(tx, viewer.accountId, id)
          : undefined,
      )
    : Promise.resolve(undefined)
