import { z } from 'zod'
import type { CustomerDetails } from '#domain/contacts/contact.ts'
import { longest, unprintable, unprintableInText } from '../carried.ts'
import { parseZone } from '../zone.ts'
import { parseStart } from './nearest-starts.ts'

export type DetailsField = 'name' | 'email' | 'company' | 'phone' | 'note'
/** What the customer typed, to show it again. */
export type DetailsValues = Record<DetailsField, string>
/** A sentence for each field that is not right; `start` when a free time had to be chosen, `reason` of a move. */
export type DetailsErrors = Partial<Record<DetailsField | 'start' | 'reason', string>>

interface DetailsForm {
  values: DetailsValues
  zone: string | undefined
  /** The start chosen in the form; undefined when the one in the address is meant. */
  start: Temporal.Instant | undefined
  idempotencyKey: string | undefined
  /** Ready for `book`, but for the zone. */
  customer: (Omit<CustomerDetails, 'zone'> & { note: string }) | undefined
  errors: DetailsErrors
}

const hasNone = (characters: RegExp) => (text: string) => text.search(characters) === -1

const line = (most: number, what: string) =>
  z
    .string()
    .trim()
    .max(most, `${what} can have at most ${most} characters`)
    .refine(hasNone(unprintable), `${what} has a character that cannot be shown. Type it anew`)

const Details = z.object({
  name: line(longest.name, 'The name').min(1, 'Enter your name'),
  email: line(longest.email, 'The email address')
    .min(1, 'Enter your email address')
    .check((context) => {
      if (context.value && context.issues.length === 0 && !z.email().safeParse(context.value).success)
        context.issues.push({
          code: 'custom',
          input: context.value,
          message: 'Enter an email address such as lena@example.com',
        })
    }),
  company: line(longest.company, 'The company'),
  phone: z
    .string()
    .trim()
    .transform((text) => text.replace(/^00/, '+').replace(/[\s\-–./()]/g, ''))
    .refine(
      (text) => text === '' || /^\+[1-9]\d{6,14}$/.test(text),
      'Enter the phone number with its country code, such as +1 202 555 0195',
    ),
  note: z
    .string()
    .transform((text) => text.replace(/\r\n?/g, '\n').trim())
    .refine((text) => text.length <= longest.note, `The note can have at most ${longest.note} characters`)
    .refine(hasNone(unprintableInText), 'The note has a character that cannot be shown. Type it anew'),
})

const fields: DetailsField[] = ['name', 'email', 'company', 'phone', 'note']

/** Longest text that is shown again: enough to mend a slip, too little to send a book around. */
const longestShown = 4000

/** Reads the posted form. Whatever is in it, each field ends up with a value to show and at most one error. */
export function parseDetailsForm(form: FormData): DetailsForm {
  const text = (name: string) => {
    const value = form.get(name)
    return typeof value === 'string' ? value : ''
  }
  const values = Object.fromEntries(
    fields.map((name) => [name, text(name).replace(/\r\n?/g, '\n').slice(0, longestShown)]),
  ) as DetailsValues
  const parsed = Details.safeParse(Object.fromEntries(fields.map((name) => [name, text(name)])))
  const errors: DetailsErrors = {}
  for (const issue of parsed.error?.issues ?? []) {
    const field = issue.path[0] as DetailsField
    errors[field] ??= issue.message
  }
  const key = text('idempotencyKey')
  const start = parseStart(text('start'))
  if (!start && form.has('chooseStart')) errors.start = 'Choose a time'
  return {
    values,
    zone: parseZone(text('zone')),
    start,
    idempotencyKey: /^[0-9a-f-]{36}$/.test(key) ? key : undefined,
    customer: parsed.data,
    errors,
  }
}
