import { type Db, inAccount } from '#database/db.ts'
import { findUserOf } from '#domain/accounts/find-user.ts'
import { listCustomFields } from '#domain/booking-pages/booking-forms.ts'
import type { Deps } from '#domain/deps.ts'
import { type AccountId, type ContactId, newUuid, type UserId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { type AccountContact, type ContactDetails, normaliseEmail, splitName } from './contact.ts'
import {
  insertContact,
  lockContact,
  markContactDeleted,
  type StoredContact,
  updateContact,
} from './contact-repository.ts'

type Texts =
  | 'salutation'
  | 'jobTitle'
  | 'companySize'
  | 'streetAddress'
  | 'city'
  | 'state'
  | 'postCode'
  | 'country'

/** What can be set of a contact: undefined leaves it as it is, null and empty texts take it away. */
export interface ContactFields
  extends Partial<Record<Texts | 'company' | 'zone', string | null | undefined>> {
  /** Never empty. */
  firstName?: string | undefined
  lastName?: string | undefined
  /** E.164. */
  phone?: string | null | undefined
  ownerId?: UserId | null | undefined
  status?: ContactDetails['status'] | null | undefined
  employees?: number | null | undefined
  hasConsent?: boolean | null | undefined
  termsOfService?: boolean | null | undefined
  /** By names or titles of the account's custom fields; those that are not named stay. */
  customFields?: { name: string; value: unknown }[] | null | undefined
}

/** The owner is no user of the account. */
type OwnerUnknown = { code: 'contact-owner-unknown' }
/** No booking form of the account asks for it. */
type CustomFieldUnknown = { code: 'custom-field-unknown'; name: string; known: string[] }
export type FieldProblem = OwnerUnknown | CustomFieldUnknown
/** Another contact has it. */
export type ContactTaken = { code: 'contact-email-taken' | 'contact-phone-taken' }
/** No such contact, or one that was deleted. */
export type ContactNotFound = { code: 'contact-not-found' }

type ContactDeps = Pick<Deps, 'database' | 'clock'>

/**
 * Adds a contact that no booking captured. At least one of e-mail and mobile phone says who it is; empty is none.
 *
 * Nothing is told of it: lifecycle events of contacts come with bookings.
 */
export const addContact = (
  { database, clock }: ContactDeps,
  {
    accountId,
    email,
    mobilePhone,
    fields,
  }: { accountId: AccountId; email: string; mobilePhone: string; fields: ContactFields },
): Promise<Result<AccountContact, FieldProblem | ContactTaken>> =>
  inAccount(database, accountId, async (tx): Promise<Result<AccountContact, FieldProblem | ContactTaken>> => {
    const read = await readFields(tx, accountId, fields)
    if (!read.ok) return read
    const now = clock.now()
    const added = await insertContact(tx, accountId, {
      ...applied({ name: '', company: '', phone: '', zone: '', details: {} }, read.value),
      id: newUuid(now.epochMilliseconds) as ContactId,
      email: normaliseEmail(email),
      mobilePhone,
      now,
    })
    if (!('taken' in added)) return ok(added)
    return refuse({ code: added.taken === 'email' ? 'contact-email-taken' : 'contact-phone-taken' })
  })

/** Changes what is known of a contact. What is known already changes nothing, `updatedAt` included. */
export const changeContact = (
  { database, clock }: ContactDeps,
  { accountId, contactId, fields }: { accountId: AccountId; contactId: ContactId; fields: ContactFields },
): Promise<Result<AccountContact, FieldProblem | ContactNotFound>> =>
  inAccount(
    database,
    accountId,
    async (tx): Promise<Result<AccountContact, FieldProblem | ContactNotFound>> => {
      const contact = await lockContact(tx, accountId, contactId)
      if (!contact) return refuse({ code: 'contact-not-found' })
      const read = await readFields(tx, accountId, fields)
      if (!read.ok) return read
      const { name, company, phone, zone, details } = contact
      const former = { name, company, phone, zone, details }
      const changed = applied(former, read.value)
      if (sameContact(former, changed)) return ok(contact)
      return ok(await updateContact(tx, accountId, { ...changed, id: contactId, now: clock.now() }))
    },
  )

/** Deletes a contact: e-mail and phone are free for another one, what was known of the person goes, bookings stay as agreed. */
export const deleteContact = (
  { database, clock }: ContactDeps,
  { accountId, contactId }: { accountId: AccountId; contactId: ContactId },
): Promise<Result<void, ContactNotFound>> =>
  inAccount(database, accountId, async (tx): Promise<Result<void, ContactNotFound>> => {
    if (!(await lockContact(tx, accountId, contactId))) return refuse({ code: 'contact-not-found' })
    await markContactDeleted(tx, accountId, { id: contactId, now: clock.now() })
    return ok(undefined)
  })

/** Holds the fields against the account: whether the owner and the custom fields exist; these by their names in the forms. */
async function readFields(
  tx: Db,
  accountId: AccountId,
  fields: ContactFields,
): Promise<Result<ContactFields, FieldProblem>> {
  if (fields.ownerId && !(await findUserOf(tx, accountId, fields.ownerId)))
    return refuse({ code: 'contact-owner-unknown' })
  if (!fields.customFields) return ok(fields)
  const known = await listCustomFields(tx, accountId)
  const customFields: { name: string; value: unknown }[] = []
  for (const { name, value } of fields.customFields) {
    const field = known.find((one) => one.name === name) ?? known.find(({ title }) => title === name)
    if (!field) return refuse({ code: 'custom-field-unknown', name, known: known.map((one) => one.name) })
    customFields.push({ name: field.name, value })
  }
  return ok({ ...fields, customFields })
}

function applied(former: StoredContact, fields: ContactFields): StoredContact {
  const { company, phone, zone, firstName, lastName, customFields, ...others } = fields
  const known = { ...splitName(former.name), ...former.details }
  const isNamed = firstName !== undefined || lastName !== undefined
  const names = isNamed
    ? { firstName: firstName ?? known.firstName, lastName: lastName ?? known.lastName }
    : undefined
  const details: Record<string, unknown> = { ...former.details, ...names }
  for (const [name, value] of Object.entries(others)) {
    if (value === null || value === '') delete details[name]
    else if (value !== undefined) details[name] = value
  }
  if (customFields === null) delete details.customFields
  else if (customFields) details.customFields = merged(former.details.customFields ?? [], customFields)
  return {
    name: names ? `${names.firstName} ${names.lastName}`.trim() : former.name,
    company: company === undefined ? former.company : (company ?? ''),
    phone: phone === undefined ? former.phone : (phone ?? ''),
    zone: zone === undefined ? former.zone : (zone ?? ''),
    details: details as ContactDetails,
  }
}

/** By name, the newer value in the place of the former. */
const merged = (
  former: { name: string; value: unknown }[],
  given: { name: string; value: unknown }[],
): { name: string; value: unknown }[] => [
  ...new Map([...former, ...given].map((field) => [field.name, field])).values(),
]

const sameContact = (one: StoredContact, other: StoredContact): boolean => {
  const text = ({ details, ...rest }: StoredContact) =>
    JSON.stringify([rest, Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1))])
  return text(one) === text(other)
}
