import type { ContactDetails } from '#database/tables.ts'
import type { AccountId, ContactId } from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

/** What a customer tells about themselves when booking. Email is trimmed and lower case: contacts are matched by it. */
export interface CustomerDetails {
  name: string
  email: string
  company: string
  /** E.164, or empty. */
  phone: string
  /** IANA zone the customer chose. */
  zone: string
}

/** A customer as the account remembers them. */
export interface Contact extends CustomerDetails {
  id: ContactId
  capturedAt: Instant
  updatedAt: Instant
}

/** A contact with all that the REST API keeps of it. Its e-mail is empty where only the mobile phone is known. */
export interface AccountContact extends Contact {
  accountId: AccountId
  /** E.164, or empty. */
  mobilePhone: string
  details: ContactDetails
  /** When its newest booking was made, or null. */
  lastInteractedAt: Instant | null
  isDeleted: boolean
}

export type { ContactDetails }

export const normaliseEmail = (text: string): string => text.trim().normalize('NFC').toLowerCase()

/** "Lena", "Novak": the first word is the first name, all that follows the last name. */
export function splitName(name: string): { firstName: string; lastName: string } {
  const [firstName = '', ...rest] = name.trim().split(/\s+/)
  return { firstName, lastName: rest.join(' ') }
}
