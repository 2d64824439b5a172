import { type Db, inAccount } from '#database/db.ts'
import type { CustomField } from '#database/tables.ts'
import type { User } from '#domain/accounts/user.ts'
import type { Deps } from '#domain/deps.ts'
import { type AccountId, type BookingFormId, type CategoryId, newUuid } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import {
  type BookingForm,
  type Category,
  defaultFields,
  type EventType,
  type FormField,
  optionsOf,
  type PublicPage,
} from './booking-page.ts'
import { problemOfCategory, problemOfForm, type SettingProblem, systemFields } from './check-settings.ts'
import {
  deleteCategory,
  deleteForm,
  findForm,
  listCategories,
  listForms,
  saveCategory,
  saveForm,
} from './set-up-repository.ts'

export type FormProblem = SettingProblem | { code: 'administrators-only' } | { code: 'name-taken' }

type SetUpDeps = Pick<Deps, 'database' | 'clock'>

/** The questions that customers answer when they book this event type on this page. */
export async function findFields(
  { database }: Pick<Deps, 'database'>,
  { page, eventType }: { page: PublicPage; eventType: EventType },
): Promise<FormField[]> {
  const { formId } = optionsOf(page, eventType)
  if (formId === null) return defaultFields
  const form = await findForm(database.system, page.accountId, formId)
  // Deleted: as if none had been chosen.
  return form?.fields ?? defaultFields
}

/** The custom fields of all of the account's forms, each name once, by name. Within the caller's transaction. */
export async function listCustomFields(tx: Db, accountId: AccountId): Promise<CustomField[]> {
  const fields = (await listForms(tx, accountId)).flatMap((form) => form.fields)
  const byName = new Map(
    fields
      .filter(({ name }) => !systemFields.includes(name))
      .map(({ name, title }): [string, CustomField] => [name, { name, title }]),
  )
  return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** The account's booking forms, by name. */
export const listBookingForms = (
  { database }: Pick<Deps, 'database'>,
  viewer: User,
): Promise<BookingForm[]> => inAccount(database, viewer.accountId, (tx) => listForms(tx, viewer.accountId))

/** Adds a form, or changes the one with this id; Administrators only. Answers given before stay as they were given. */
export const saveBookingForm = (
  { database, clock }: SetUpDeps,
  { viewer, form }: { viewer: User; form: Omit<BookingForm, 'id'> & { id: BookingFormId | null } },
): Promise<Result<BookingFormId, FormProblem>> =>
  inAccount(database, viewer.accountId, async (tx) => {
    if (viewer.role !== 'administrator') return refuse({ code: 'administrators-only' })
    const problem = problemOfForm(form)
    if (problem) return refuse(problem)
    const now = clock.now()
    const id = form.id ?? (newUuid(now.epochMilliseconds) as BookingFormId)
    const saved = await saveForm(tx, viewer.accountId, { ...form, id, name: form.name.trim(), now })
    return saved ? ok(id) : refuse({ code: 'name-taken' })
  })

/** Deletes a form; pages and event types that used it ask the default questions again. */
export const deleteBookingForm = (
  { database }: Pick<Deps, 'database'>,
  { viewer, id }: { viewer: User; id: BookingFormId },
): Promise<Result<void, FormProblem>> =>
  inAccount(database, viewer.accountId, async (tx) => {
    if (viewer.role !== 'administrator') return refuse({ code: 'administrators-only' })
    await deleteForm(tx, viewer.accountId, id)
    return ok(undefined)
  })

/** The account's categories of pages and of event types, by name. */
export const listAllCategories = ({ database }: Pick<Deps, 'database'>, viewer: User): Promise<Category[]> =>
  inAccount(database, viewer.accountId, (tx) => listCategories(tx, viewer.accountId))

/** Adds a category, or changes the one with this id; Administrators only. */
export const saveCategoryOf = (
  { database, clock }: SetUpDeps,
  { viewer, category }: { viewer: User; category: Omit<Category, 'id'> & { id: CategoryId | null } },
): Promise<Result<CategoryId, FormProblem>> =>
  inAccount(database, viewer.accountId, async (tx) => {
    if (viewer.role !== 'administrator') return refuse({ code: 'administrators-only' })
    const problem = problemOfCategory(category)
    if (problem) return refuse(problem)
    const now = clock.now()
    const id = category.id ?? (newUuid(now.epochMilliseconds) as CategoryId)
    const name = category.name.trim()
    const saved = await saveCategory(tx, viewer.accountId, { ...category, id, name, now })
    return saved ? ok(id) : refuse({ code: 'name-taken' })
  })

/** Deletes a category; what was in it is in none. */
export const deleteCategoryOf = (
  { database }: Pick<Deps, 'database'>,
  { viewer, id }: { viewer: User; id: CategoryId },
): Promise<Result<void, FormProblem>> =>
  inAccount(database, viewer.accountId, async (tx) => {
    if (viewer.role !== 'administrator') return refuse({ code: 'administrators-only' })
    await deleteCategory(tx, viewer.accountId, id)
    return ok(undefined)
  })
