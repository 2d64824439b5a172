import type { z } from 'zod'
import {
  createContact,
  deleteContact,
  getContact,
  listContacts,
  updateContact,
} from '#contracts/api/contacts.ts'
import { show } from '#contracts/api/values.ts'
import { inAccount } from '#database/db.ts'
import { normalisePhone } from '#domain/bookings/schedule-as-account.ts'
import { findContacts, listContacts as listContactsOf } from '#domain/contacts/find-contact.ts'
import {
  addContact,
  type ContactFields,
  type ContactTaken,
  changeContact,
  type FieldProblem,
  deleteContact as removeContact,
} from '#domain/contacts/manage-contacts.ts'
import { parsePublicId } from '#kit/ids.ts'
import { ok, type Result, refuse } from '#kit/result.ts'
import { on } from './call.ts'
import { crossedBounds, listAnswer, pageOfRows } from './paging.ts'
import { deleted, presentContact } from './present.ts'
import { type ApiProblem, apiProblem, notFound, refuseWith } from './refusal.ts'

export const contactEndpoints = [
  on(listContacts, ({ deps, caller: { accountId }, query }) =>
    inAccount(deps.database, accountId, async (tx) => {
      const crossed = crossedBounds(['creation_time', 'last_updated_time'], query)
      if (crossed) return refuse(crossed)
      const cursor = parsePublicId('contact', query.after ?? query.before ?? '')
      const [at] = cursor ? await findContacts(tx, accountId, [cursor]) : []
      const side = at && (query.before === undefined ? ('after' as const) : ('before' as const))
      const rows = await listContactsOf(
        tx,
        accountId,
        {
          email: query.email,
          createdAfter: query['creation_time.gt'],
          createdBefore: query['creation_time.lt'],
          updatedAfter: query['last_updated_time.gt'],
          updatedBefore: query['last_updated_time.lt'],
        },
        { limit: query.limit + 1, place: at && side && { id: at.id, side } },
      )
      return ok(listAnswer(pageOfRows(rows, { limit: query.limit, side }), presentContact))
    }),
  ),

  on(getContact, ({ deps, caller: { accountId }, id }) =>
    inAccount(deps.database, accountId, async (tx) => {
      const own = parsePublicId('contact', id)
      const [contact] = own ? await findContacts(tx, accountId, [own]) : []
      if (!contact) return refuse(notFound('contact', id))
      return ok(contact.isDeleted ? deleted('contact', id) : presentContact(contact))
    }),
  ),

  on(createContact, async ({ deps, caller: { accountId }, body }) => {
    const { first_name, last_name, email, mobile_phone, ...given } = body
    const fields = fieldsOf(given)
    if (!fields.ok) return fields
    if (!email && !mobile_phone?.trim())
      return refuseWith(400, 'email: give an e-mail address, or a mobile_phone.', 'email')
    const mobilePhone = phoneIn(mobile_phone)
    if (mobilePhone === undefined) return refuse(noPhone('mobile_phone'))
    const added = await addContact(deps, {
      accountId,
      email: email ?? '',
      mobilePhone: mobilePhone ?? '',
      fields: { ...fields.value, firstName: first_name, lastName: last_name },
    })
    return added.ok ? ok(presentContact(added.value)) : refuse(problemOf(added.problem))
  }),

  on(updateContact, async ({ deps, caller: { accountId }, id, body }) => {
    const contactId = parsePublicId('contact', id)
    if (!contactId) return refuse(notFound('contact', id))
    const { first_name, last_name, ...given } = body
    if (Object.values(body).every((value) => value === undefined))
      return refuseWith(400, 'body: there is nothing to change in it.', 'body')
    const fields = fieldsOf(given)
    if (!fields.ok) return fields
    const changed = await changeContact(deps, {
      accountId,
      contactId,
      fields: { ...fields.value, firstName: first_name, lastName: last_name },
    })
    if (changed.ok) return ok(presentContact(changed.value))
    return refuse(
      changed.problem.code === 'contact-not-found' ? notFound('contact', id) : problemOf(changed.problem),
    )
  }),

  on(deleteContact, async ({ deps, caller: { accountId }, id }) => {
    const contactId = parsePublicId('contact', id)
    const done = contactId && (await removeContact(deps, { accountId, contactId }))
    return done?.ok ? ok(deleted('contact', id)) : refuse(notFound('contact', id))
  }),
]

type Given = Omit<z.output<NonNullable<typeof updateContact.body>>, 'first_name' | 'last_name'>

function fieldsOf(given: Given): Result<ContactFields, ApiProblem> {
  const phone = given.phone === undefined ? undefined : phoneIn(given.phone)
  if (phone === undefined && given.phone !== undefined) return refuse(noPhone('phone'))
  const ownerId = given.owner
    ? parsePublicId('user', given.owner)
    : given.owner === undefined
      ? undefined
      : null
  if (given.owner && !ownerId) return refuse(noOwner(given.owner))
  return ok({
    ownerId,
    status: given.status,
    phone,
    salutation: given.salutation,
    jobTitle: given.job_title,
    company: given.company,
    companySize: given.company_size,
    city: given.city,
    state: given.state,
    country: given.country,
    postCode: given.post_code,
    streetAddress: given.street_address,
    employees: given.employees,
    hasConsent: given.has_consent,
    termsOfService: given.terms_of_sevice ?? given.terms_of_service,
    zone: given.timezone,
    customFields:
      given.custom_fields === null
        ? null
        : given.custom_fields?.map(({ name, value = null }) => ({ name: name.trim(), value })),
  })
}

/** E.164; null for none, undefined for what is no number. */
function phoneIn(text: string | null | undefined): string | null | undefined {
  if (text === undefined || text === null || text.trim() === '') return null
  return normalisePhone(text)
}

const noPhone = (param: string) =>
  apiProblem(400, `${param}: must be a number with its country code, such as +12025550195.`, param)

const noOwner = (id: string) => apiProblem(400, `owner: there is no user ${show(id)}.`, 'owner')

function problemOf(problem: FieldProblem | ContactTaken): ApiProblem {
  switch (problem.code) {
    case 'contact-owner-unknown':
      return apiProblem(400, 'owner: there is no such user.', 'owner')
    case 'custom-field-unknown':
      return apiProblem(
        400,
        `custom_fields: there is no field ${show(problem.name)}; ${
          problem.known.length > 0
            ? `the account has ${problem.known.join(', ')}`
            : 'the account’s booking forms have no custom fields'
        }.`,
        'custom_fields',
      )
    case 'contact-email-taken':
      return apiProblem(409, 'email: another contact has this address.', 'email')
    case 'contact-phone-taken':
      return apiProblem(409, 'mobile_phone: another contact has this number.', 'mobile_phone')
  }
}
