import type { ContactId } from '#kit/ids.ts'
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

export const normaliseEmail = (text: string): string => text.trim().normalize('NFC').toLowerCase()

/** "Lena", "Novak": the first word is the first name, all that follows the last name. */
export function splitName(name: string): { firstName: string; lastName: string } {
  const [firstName = '', ...rest] = name.trim().split(/\s+/)
  return { firstName, lastName: rest.join(' ') }
}
