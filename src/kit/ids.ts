import { randomInt, randomUUID } from 'node:crypto'

/** A UUID in canonical lower-case text, branded by the kind of thing it names. */
export type Id<Kind extends string> = string & { readonly __kind: Kind }

export type AccountId = Id<'account'>
export type UserId = Id<'user'>
export type BookingPageId = Id<'booking-page'>
export type EventTypeId = Id<'event-type'>
export type CategoryId = Id<'category'>
export type MailId = Id<'mail'>
export type BookingFormId = Id<'booking-form'>
export type BookingId = Id<'booking'>
export type ContactId = Id<'contact'>
export type LifecycleEventId = Id<'lifecycle-event'>
export type SubscriptionId = Id<'subscription'>
export type ZapierKeyId = Id<'zapier-key'>
export type ApiKeyId = Id<'api-key'>
export type TeamId = Id<'team'>
export type CalendarId = Id<'calendar'>
export type DeliveryId = Id<'delivery'>

/** Prefixes of the public ids (api-contract section 7). */
const prefixOf = {
  account: 'ACT',
  user: 'USR',
  'booking-page': 'BP',
  'event-type': 'ET',
  booking: 'BKNG',
  contact: 'CTC',
  'lifecycle-event': 'EVNT',
  subscription: 'WHK',
  team: 'TM',
  calendar: 'BKC',
  address: 'ADD',
  'api-key': 'KEY',
  mail: 'MAIL',
  category: 'CAT',
  'booking-form': 'FORM',
} as const

export type PublicKind = keyof typeof prefixOf

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const crockfordValue = new Map([...crockford].map((letter, value) => [letter, BigInt(value)]))

let lastMs = 0
let countInMs = 0

/**
 * A new UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix time in milliseconds, 12 bits that count up within one millisecond
 * (section 6.2, method 1), 62 random bits.
 *
 * Ids made by one process sort in the order in which they were made, also within a millisecond and when the clock goes back;
 * those of several processes sort by time only.
 */
export function newUuid(nowMs: number): string {
  if (nowMs > lastMs) {
    lastMs = nowMs
    countInMs = randomInt(0x800)
  } else {
    countInMs += 1
    if (countInMs > 0xfff) {
      lastMs += 1
      countInMs = 0
    }
  }
  const time = lastMs.toString(16).padStart(12, '0')
  // The random half of a version 4 is what a version 7 has there too, and comes from random bytes that Node keeps in store.
  const random = randomUUID().slice(19)
  return `${time.slice(0, 8)}-${time.slice(8)}-${(0x7000 | countInMs).toString(16)}-${random}`
}

const uuidFromHex = (hex: string) =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const isUuid = (text: string): boolean => uuidShape.test(text)

function lettersOf(hex: string, count: number): string {
  const bits = Number.parseInt(hex, 16)
  let letters = ''
  for (let shift = 5 * (count - 1); shift >= 0; shift -= 5) letters += crockford.charAt((bits >> shift) & 31)
  return letters
}

/** The id as the outside world sees it: `BKNG-` and the same 128 bits as 26 letters of Crockford base32. */
export function publicId<Kind extends PublicKind>(kind: Kind, id: Id<Kind>): string {
  const hex = id.replaceAll('-', '')
  // 8 bits are the first two letters; after that five hexadecimal digits are four.
  let letters = lettersOf(hex.slice(0, 2), 2)
  for (let place = 2; place < 32; place += 5) letters += lettersOf(hex.slice(place, place + 5), 4)
  return `${prefixOf[kind]}-${letters}`
}

/** Reads a public id of the given kind. Anything else, another kind's id included, is undefined. */
export function parsePublicId<Kind extends PublicKind>(kind: Kind, text: string): Id<Kind> | undefined {
  const prefix = `${prefixOf[kind]}-`
  if (text.length !== prefix.length + 26 || !text.startsWith(prefix)) return undefined
  let value = 0n
  for (const letter of text.slice(prefix.length)) {
    const five = crockfordValue.get(letter)
    if (five === undefined) return undefined
    value = (value << 5n) | five
  }
  if (value >> 128n) return undefined
  return uuidFromHex(value.toString(16).padStart(32, '0')) as Id<Kind>
}
