import { type Selectable, sql } from 'kysely'
import { type Db, inStep, isOneOf, moment } from '#database/db.ts'
import type { ContactDetails, Tables } from '#database/tables.ts'
import type { ContactField } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { AccountId, ContactId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { AccountContact, Contact, CustomerDetails } from './contact.ts'

/** What a booking may change about a known contact. Company and phone are kept where none is given. */
const isChangedByBooking = {
  name: sql<boolean>`excluded.name <> contacts.name`,
  company: sql<boolean>`excluded.company not in ('', contacts.company)`,
  phone: sql<boolean>`excluded.phone not in ('', contacts.phone)`,
  zone: sql<boolean>`excluded.zone <> contacts.zone`,
} satisfies Partial<Record<ContactField, unknown>>

/** When a contact was changed at this moment: never the same twice, because clients know changes by it. */
const nextUpdate = (now: Instant) =>
  sql<string>`greatest(${now.toString()}::timestamptz, contacts.updated_at + interval '1 millisecond')`

/**
 * Stores a new contact, or what is new about the one with this e-mail. `wasGivenEmail`: it has it since this very transaction.
 *
 * `changedFields` is empty for a new contact and for one of whom all was known; only a change, and being new, raise the sequence.
 */
export async function upsertContact(
  tx: Db,
  accountId: AccountId,
  contact: CustomerDetails & { id: ContactId; wasGivenEmail: boolean; now: Instant },
): Promise<Contact & { isNew: boolean; sequence: number; changedFields: ContactField[] }> {
  const now = contact.now.toString()
  const isChanged = {
    ...isChangedByBooking,
    email: sql<boolean>`${contact.wasGivenEmail}::boolean`,
  } satisfies Record<ContactField, unknown>
  const anyChanged = sql<boolean>`(${sql.join(Object.values(isChanged), sql` or `)})`
  const row = await tx
    .insertInto('contacts')
    .values({
      account_id: accountId,
      id: contact.id,
      email: contact.email,
      name: contact.name,
      company: contact.company,
      phone: contact.phone,
      zone: contact.zone,
      created_at: now,
      updated_at: now,
      last_interacted_at: now,
      sequence: 1,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'email'])
        // In the text and not a parameter: with a generic plan PostgreSQL would not find the index by it.
        .where('email', '<>', sql.lit(''))
        .where('deleted_at', 'is', null)
        .doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          company: sql<string>`case when ${isChanged.company} then excluded.company else contacts.company end`,
          phone: sql<string>`case when ${isChanged.phone} then excluded.phone else contacts.phone end`,
          zone: eb.ref('excluded.zone'),
          last_interacted_at: eb.ref('excluded.last_interacted_at'),
          // First and last name were said of the former name.
          details: sql<string>`case when ${isChanged.name} then contacts.details - 'firstName' - 'lastName' else contacts.details end`,
          updated_at: sql<string>`case when ${anyChanged} then ${nextUpdate(contact.now)} else contacts.updated_at end`,
          sequence: sql<number>`contacts.sequence + case when ${anyChanged} then 1 else 0 end`,
          changed_fields: sql<string[]>`array_remove(array[${sql.join(
            Object.entries(isChanged).map(
              ([field, changed]) => sql`case when ${changed} then ${sql.lit(field)} end`,
            ),
          )}], null)`,
        })),
    )
    .returningAll()
    // A row version that nobody replaced is one that was just inserted.
    .returning(sql<boolean>`xmax = 0`.as('is_new'))
    .executeTakeFirstOrThrow()
  return {
    ...contactOfRow(row),
    isNew: row.is_new,
    sequence: row.sequence,
    changedFields: row.changed_fields as ContactField[],
  }
}

const contactOfRow = (row: Selectable<Tables['contacts']>): Contact => ({
  id: row.id,
  email: row.email,
  name: row.name,
  company: row.company,
  phone: row.phone,
  zone: row.zone,
  capturedAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function findContactByEmail(
  tx: Db,
  accountId: AccountId,
  email: string,
): Promise<Contact | undefined> {
  const row = await tx
    .selectFrom('contacts')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('email', '=', email)
    // In the text, as the index has it.
    .where('email', '<>', sql.lit(''))
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row && contactOfRow(row)
}

/**
 * Gives the e-mail to the contact that is known by this mobile phone only: from now on it is matched by both. False, and nothing
 * happens, where there is none, or where another contact has the e-mail.
 *
 * The contact is not said to be changed yet: `upsertContact` does, with all else that is new of it.
 */
export async function giveEmailToPhone(
  tx: Db,
  accountId: AccountId,
  { phone, email }: { phone: string; email: string },
): Promise<boolean> {
  const known = await tx
    .selectFrom('contacts')
    .select('id')
    .where('account_id', '=', accountId)
    .where('mobile_phone', '=', phone)
    .where('mobile_phone', '<>', sql.lit(''))
    .where('email', '=', '')
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!known || (await findContactByEmail(tx, accountId, email))) return false
  const given = await inStep(tx, () =>
    tx
      .updateTable('contacts')
      .set({ email })
      .where('account_id', '=', accountId)
      .where('id', '=', known.id)
      .where('email', '=', '')
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst(),
  )
  if (!(given instanceof Error)) return given !== undefined
  // Somebody booked with the e-mail in this very moment.
  if (takenOf(given) === 'email') return false
  throw given
}

export const accountContactOfRow = (row: Selectable<Tables['contacts']>): AccountContact => ({
  ...contactOfRow(row),
  accountId: row.account_id,
  mobilePhone: row.mobile_phone,
  details: row.details,
  lastInteractedAt: row.last_interacted_at,
  isDeleted: row.deleted_at !== null,
})

/** Contacts of the account by their ids, also deleted ones. */
export async function findContactsById(
  tx: Db,
  accountId: AccountId,
  ids: ContactId[],
): Promise<AccountContact[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .selectFrom('contacts')
    .selectAll()
    .where('account_id', '=', accountId)
    .where(isOneOf('id', ids))
    .execute()
  return rows.map(accountContactOfRow)
}

/** Which contacts of an account are asked for; what is left out does not count. Bounds are exclusive. */
export interface ContactFilter {
  /** Normalised. */
  email?: string | undefined
  createdAfter?: Instant | undefined
  createdBefore?: Instant | undefined
  updatedAfter?: Instant | undefined
  updatedBefore?: Instant | undefined
}

/** A place in the list: what follows, or precedes, the contact with this id. */
export interface ContactPlace {
  id: ContactId
  side: 'after' | 'before'
}

/**
 * Contacts of the account, newest first, none that was deleted. Reads only the rows it gives where no filter is set, however many
 * there are. A place is that of its contact, also of a deleted one; one that never existed is the beginning of the list.
 */
export async function listContactsOf(
  tx: Db,
  accountId: AccountId,
  filter: ContactFilter,
  { limit, place }: { limit: number; place?: ContactPlace | undefined },
): Promise<AccountContact[]> {
  const from = place && (await placeOf(tx, accountId, place.id))
  const backwards = from !== undefined && place?.side === 'before'
  const bounds = [
    ['created_at', '>', filter.createdAfter],
    ['created_at', '<', filter.createdBefore],
    ['updated_at', '>', filter.updatedAfter],
    ['updated_at', '<', filter.updatedBefore],
  ] as const
  let query = tx
    .selectFrom('contacts')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .$if(filter.email !== undefined, (q) =>
      q.where('email', '=', filter.email as string).where('email', '<>', sql.lit('')),
    )
  for (const [column, operator, bound] of bounds)
    if (bound) query = query.where(column, operator, moment(bound))
  if (from && place)
    query = query.where(
      sql<boolean>`(created_at, id) ${sql.raw(backwards ? '>' : '<')} (${from.toString()}::timestamptz, ${place.id}::uuid)`,
    )
  const rows = await query
    .orderBy('created_at', backwards ? 'asc' : 'desc')
    .orderBy('id', backwards ? 'asc' : 'desc')
    .limit(limit)
    .execute()
  const found = rows.map(accountContactOfRow)
  return backwards ? found.reverse() : found
}

async function placeOf(tx: Db, accountId: AccountId, id: ContactId): Promise<Instant | undefined> {
  const row = await tx
    .selectFrom('contacts')
    .select('created_at')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.created_at
}

/** What can be set of a contact by hand. */
export interface StoredContact {
  name: string
  company: string
  phone: string
  zone: string
  details: ContactDetails
}

/** What another contact has, when that is why a statement failed. */
function takenOf(error: unknown): 'email' | 'mobile phone' | undefined {
  const { code, constraint } = error as { code?: string; constraint?: string }
  if (code !== '23505') return undefined
  if (constraint === 'contacts_by_email') return 'email'
  return constraint === 'contacts_by_mobile_phone' ? 'mobile phone' : undefined
}

/**
 * What is taken, when another contact has the e-mail or the mobile phone; the transaction is over then. The index that refused says
 * which: looking for the other contact afterwards would not find one that was deleted meanwhile.
 */
export async function insertContact(
  tx: Db,
  accountId: AccountId,
  contact: StoredContact & { id: ContactId; email: string; mobilePhone: string; now: Instant },
): Promise<AccountContact | { taken: 'email' | 'mobile phone' }> {
  const now = contact.now.toString()
  try {
    const row = await tx
      .insertInto('contacts')
      .values({
        account_id: accountId,
        id: contact.id,
        email: contact.email,
        mobile_phone: contact.mobilePhone,
        name: contact.name,
        company: contact.company,
        phone: contact.phone,
        zone: contact.zone,
        details: JSON.stringify(contact.details),
        created_at: now,
        updated_at: now,
        sequence: 1,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    return accountContactOfRow(row)
  } catch (error) {
    const taken = takenOf(error)
    if (!taken) throw error
    return { taken }
  }
}

/** A contact that was not deleted; nobody changes it before the transaction ends. */
export async function lockContact(
  tx: Db,
  accountId: AccountId,
  id: ContactId,
): Promise<AccountContact | undefined> {
  const row = await tx
    .selectFrom('contacts')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row && accountContactOfRow(row)
}

/** Stores what was changed. The sequence goes up, so that what a later booking tells of the contact comes after it. */
export async function updateContact(
  tx: Db,
  accountId: AccountId,
  { id, name, company, phone, zone, details, now }: StoredContact & { id: ContactId; now: Instant },
): Promise<AccountContact> {
  const row = await tx
    .updateTable('contacts')
    .set({
      name,
      company,
      phone,
      zone,
      details: JSON.stringify(details),
      updated_at: nextUpdate(now),
      sequence: sql<number>`sequence + 1`,
    })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return accountContactOfRow(row)
}

/** The row stays, because bookings and events name it; what it said of a person goes. */
export async function markContactDeleted(
  tx: Db,
  accountId: AccountId,
  { id, now }: { id: ContactId; now: Instant },
): Promise<void> {
  await tx
    .updateTable('contacts')
    .set({
      email: '',
      mobile_phone: '',
      name: '',
      company: '',
      phone: '',
      details: '{}',
      deleted_at: now.toString(),
      updated_at: now.toString(),
    })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute()
}
