import type { UtmParams } from '#database/tables.ts'
import { readAnswers } from '#domain/booking-pages/answers.ts'
import { findFields } from '#domain/booking-pages/booking-forms.ts'
import {
  type EventType,
  type FormField,
  optionsOf,
  type PublicPage,
} from '#domain/booking-pages/booking-page.ts'
import type { CustomerDetails } from '#domain/contacts/contact.ts'
import type { Deps } from '#domain/deps.ts'
import { type Result, refuse } from '#kit/result.ts'
import type { Instant } from '#kit/time.ts'
import { type Booked, book, requestBooking } from './book.ts'
import type { BookProblem } from './booking.ts'
import { addressIdOf, type MeetingPlace, placesOf } from './meeting-place.ts'

export interface WantedByAccount {
  page: PublicPage
  eventType: EventType
  start: Instant
  customer: CustomerDetails & { note: string }
  /** By the names of the form's fields; names the form does not have are passed over. */
  answers: Record<string, string | string[]>
  /** Left out: the page's own place. */
  place?: { type: MeetingPlace['type']; value: string | null } | undefined
  utmParams?: UtmParams | null | undefined
  idempotencyKey?: string | undefined
}

export type ScheduleProblem =
  | BookProblem
  /** An answer is missing or wrong. `field`: its name in the form. */
  | { code: 'answer-wrong'; field: string; reason: string }
  | { code: 'place-wrong'; reason: string }

/** Books a slot for a customer, or asks for it where the page wants to approve: what the page itself would do with the same form. */
export async function scheduleAsAccount(
  deps: Pick<Deps, 'database' | 'clock' | 'secrets' | 'wakeWorker' | 'observer'>,
  wanted: WantedByAccount,
): Promise<Result<Booked, ScheduleProblem>> {
  const { page, eventType, start, customer, idempotencyKey } = wanted
  const fields = await findFields(deps, { page, eventType })
  const missing = missingOf(customer, fields)
  if (missing) return refuse(missing)
  const { answers, problems } = readAnswers(fields, (name) => given(wanted, fields, name))
  const [wrong] = Object.entries(problems)
  if (wrong) return refuse({ code: 'answer-wrong', field: wrong[0], reason: wrong[1] })
  const place = readPlace(wanted, placesOf(page.location, fields))
  if (!place.ok) return place
  const details = {
    pageSlug: page.slug,
    eventTypeSlug: eventType.slug,
    customer: { ...customer, phone: place.value.phone ?? customer.phone },
    answers,
    location: place.value.location,
    byPhone: place.value.phone !== undefined,
    utmParams: wanted.utmParams,
    idempotencyKey,
  }
  return optionsOf(page, eventType).mode === 'approval'
    ? await requestBooking(deps, { ...details, starts: [start], mayBeFewer: true })
    : await book(deps, { ...details, start })
}

function missingOf(
  customer: CustomerDetails & { note: string },
  fields: readonly FormField[],
): ScheduleProblem | undefined {
  for (const name of ['phone', 'company', 'note'] as const) {
    const field = fields.find((one) => one.name === name)
    if (field?.required && customer[name] === '')
      return { code: 'answer-wrong', field: name, reason: `Fill in: ${field.title}` }
  }
  return undefined
}

/** What was given for a field; of a field with options only what is one of them (api-contract 9.10). */
function given({ answers }: WantedByAccount, fields: readonly FormField[], name: string): string[] {
  const field = fields.find((one) => one.name === name)
  const value = Object.hasOwn(answers, name) ? answers[name] : answers[name.replaceAll('-', '_')]
  const texts = value === undefined ? [] : typeof value === 'string' ? [value] : value
  return field && field.options.length > 0
    ? texts.filter((text) => field.options.includes(text.trim()))
    : [texts.join('\n')]
}

function readPlace(
  { page, place, customer }: WantedByAccount,
  offered: MeetingPlace[],
): Result<{ location: string | undefined; phone: string | undefined }, ScheduleProblem> {
  const wrong = (reason: string) => refuse({ code: 'place-wrong', reason } as const)
  const asksWhere = page.location.kind.endsWith('-by-customer')
  if (!place)
    return asksWhere
      ? wrong(`say where to meet (${page.location.header})`)
      : { ok: true, value: { location: undefined, phone: undefined } }
  // A conference by a fixed link is both.
  const fits =
    offered.find(({ type }) => type === place.type) ??
    offered.find(({ type }) => type === 'virtual' && place.type === 'virtual_static')
  if (!fits)
    return wrong(`${place.type} is not offered; ${offered.map(({ type }) => type).join(', ') || 'none'} is`)
  const value = place.value?.trim() ?? ''
  switch (place.type) {
    case 'guest_phone': {
      const phone = normalisePhone(value) ?? (value === '' ? customer.phone : '')
      return phone === ''
        ? wrong('give the number to call, with its country code, such as +12025550195')
        : { ok: true, value: { location: undefined, phone } }
    }
    case 'in_person_by_guest':
      return value === '' || value.length > 500
        ? wrong('give the address, in at most 500 characters')
        : { ok: true, value: { location: value, phone: undefined } }
    case 'physical':
      return value !== '' && value !== addressIdOf(page)
        ? wrong(`there is no address "${value.slice(0, 100)}"; ${addressIdOf(page)} is it`)
        : { ok: true, value: { location: undefined, phone: undefined } }
    case 'virtual':
      return value !== '' && value !== fits.value
        ? wrong(`${value} is not offered; ${fits.value} is`)
        : { ok: true, value: { location: undefined, phone: undefined } }
    default:
      return { ok: true, value: { location: undefined, phone: undefined } }
  }
}

/** A telephone number as E.164; undefined for what is none. */
export function normalisePhone(text: string): string | undefined {
  const plain = text
    .trim()
    .replace(/^00/, '+')
    .replace(/[\s\-–./()]/g, '')
  return /^\+[1-9]\d{6,14}$/.test(plain) ? plain : undefined
}
