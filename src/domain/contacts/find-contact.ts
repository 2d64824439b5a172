import type { Db } from '#database/db.ts'
import type { AccountId } from '#kit/ids.ts'
import { type Contact, normaliseEmail } from './contact.ts'
import { findContactByEmail } from './contact-repository.ts'

/** The account's contact with this e-mail, compared trimmed and without case. Within the caller's transaction. */
export const findContact = (tx: Db, accountId: AccountId, email: string): Promise<Contact | undefined> =>
  findContactByEmail(tx, accountId, normaliseEmail(email))
