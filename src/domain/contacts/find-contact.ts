import type { Db } from '#database/db.ts'
import type { AccountId, ContactId } from '#kit/ids.ts'
import { type AccountContact, type Contact, normaliseEmail } from './contact.ts'
import { findContactByEmail, findContactsById } from './contact-repository.ts'

/** The account's contact with this e-mail, compared trimmed and without case. Within the caller's transaction. */
export const findContact = (tx: Db, accountId: AccountId, email: string): Promise<Contact | undefined> =>
  findContactByEmail(tx, accountId, normaliseEmail(email))

/** Contacts by their ids, also deleted ones. Within the caller's transaction. */
export const findContacts = (tx: Db, accountId: AccountId, ids: ContactId[]): Promise<AccountContact[]> =>
  findContactsById(tx, accountId, ids)
