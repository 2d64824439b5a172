import type { Db } from '#database/db.ts'
import type { AccountId, ContactId } from '#kit/ids.ts'
import { type AccountContact, type Contact, normaliseEmail } from './contact.ts'
import {
  type ContactFilter,
  type ContactPlace,
  findContactByEmail,
  findContactsById,
  listContactsOf,
} from './contact-repository.ts'

export type { ContactPlace }

/** The account's contact with this e-mail, compared trimmed and without case. Within the caller's transaction. */
export const findContact = (tx: Db, accountId: AccountId, email: string): Promise<Contact | undefined> =>
  findContactByEmail(tx, accountId, normaliseEmail(email))

/** Contacts by their ids, also deleted ones. Within the caller's transaction. */
export const findContacts = (tx: Db, accountId: AccountId, ids: ContactId[]): Promise<AccountContact[]> =>
  findContactsById(tx, accountId, ids)

/** The account's contacts, newest first by creation, none that was deleted. `email` in any case. Within the caller's transaction. */
export const listContacts = (
  tx: Db,
  accountId: AccountId,
  filter: ContactFilter,
  part: { limit: number; place?: ContactPlace | undefined },
): Promise<AccountContact[]> =>
  listContactsOf(
    tx,
    accountId,
    filter.email === undefined ? filter : { ...filter, email: normaliseEmail(filter.email) },
    part,
  )
