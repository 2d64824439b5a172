import { type Selectable, sql } from 'kysely'
import type { Db } from '#database/db.ts'
import type { Tables } from '#database/tables.ts'
import type { ContactField } from '#domain/lifecycle-events/lifecycle-event.ts'
import type { AccountId, ContactId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { AccountContact, Contact, CustomerDetails } from './contact.ts'

/** What a booking may change about a known contact. Company and phone are kept where none is given. */
const isChanged = {
  name: sql<boolean>`excluded.name <> contacts.name`,
  company: sql<boolean>`excluded.company not in ('', contacts.company)`,
  phone: sql<boolean>`excluded.phone not in ('', contacts.phone)`,
  zone: sql<boolean>`excluded.zone <> contacts.zone`,
} satisfies Record<ContactField, unknown>

const anyChanged = sql<boolean>`(${sql.join(Object.values(isChanged), sql` or `)})`

/**
 * Stores a new contact, or what is new about the one with this e-mail.
 *
 * `changedFields` is empty for a new contact and for one of whom all was known; only a change, and being new, raise the sequence.
 */
export async function upsertContact(
  tx: Db,
  accountId: AccountId,
  contact: CustomerDetails & { id: ContactId; now: Instant },
): Promise<Contact & { isNew: boolean; sequence: number; changedFields: ContactField[] }> {
  const now = contact.now.toString()
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
          updated_at: sql<string>`case when ${anyChanged} then excluded.updated_at else contacts.updated_at end`,
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
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row && contactOfRow(row)
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
    .where('id', 'in', ids)
    .execute()
  return rows.map(accountContactOfRow)
}
