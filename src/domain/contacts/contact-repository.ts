import type { Db } from '#database/db.ts'
import type { AccountId, ContactId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'
import type { CustomerDetails } from './contact.ts'

/** Stores a new contact, or what is new about the one with this e-mail. Company and phone are kept where none is given. */
export async function upsertContact(
  tx: Db,
  accountId: AccountId,
  contact: CustomerDetails & { id: ContactId; now: Instant },
): Promise<ContactId> {
  const now = contact.now.toString()
  const { id } = await tx
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
    })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'email']).doUpdateSet((eb) => ({
        name: eb.ref('excluded.name'),
        company: eb.fn.coalesce(
          eb.fn<string>('nullif', ['excluded.company', eb.val('')]),
          'contacts.company',
        ),
        phone: eb.fn.coalesce(eb.fn<string>('nullif', ['excluded.phone', eb.val('')]), 'contacts.phone'),
        zone: eb.ref('excluded.zone'),
        updated_at: eb.ref('excluded.updated_at'),
      })),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
