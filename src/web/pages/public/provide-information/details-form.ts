import { z } from 'zod'
import { readAnswers } from '#domain/booking-pages/answers.ts'
import type { FormAnswer, FormField } from '#domain/booking-pages/booking-page.ts'
import type { CustomerDetails } from '#domain/contacts/contact.ts'
import { longest, type Prefill, unprintable, unprintableInText } from '../carried.ts'
import { parseZone } from '../zone.ts'
import { parseStart } from './nearest-starts.ts'

/** What the form asks, beside name and email. */
export interface Questions {
  fields: FormField[]
  /** Header of the question where to meet; undefined where the customer is not asked. */
  location: string | undefined
}

/** What the customer typed, by field, to show it again; of checkboxes the checked options, one on each line. */
export type DetailsValues = Record<string, string>
/** A sentence for each field that is not right; `start` when a free time had to be chosen, `reason` of a move. */
export type DetailsErrors = Record<string, string>

interface DetailsForm {
  values: DetailsValues
  zone: string | undefined
  /** The start chosen in the form; undefined when the one in the address is meant. */
  start: Temporal.Instant | undefined
  idempotencyKey: string | undefined
  /** Ready for `book`, but for the zone. */
  customer: (Omit<CustomerDetails, 'zone'> & { note: string }) | undefined
  answers: FormAnswer[]
  location: string | undefined
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

const systemNames = ['name', 'email', 'company', 'phone', 'note'] as const

/** Longest text that is shown again: enough to mend a slip, too little to send a book around. */
const longestShown = 6000
const longestLocation = 500

/** Reads the posted form. Whatever is in it, each field ends up with a value to show and at most one error. */
export function parseDetailsForm(form: FormData, { fields, location: header }: Questions): DetailsForm {
  const texts = (name: string) => form.getAll(name).filter((value) => typeof value === 'string')
  const text = (name: string) => texts(name)[0] ?? ''
  const asked = new Set(['name', 'email', ...fields.map(({ name }) => name)])
  const names = [...asked, ...(header === undefined ? [] : ['location'])]
  const values = Object.fromEntries(
    names.map((name) => [name, texts(name).join('\n').replace(/\r\n?/g, '\n').slice(0, longestShown)]),
  )
  // What the form does not ask is not taken, whoever sends it.
  const parsed = Details.safeParse(
    Object.fromEntries(systemNames.map((name) => [name, asked.has(name) ? text(name) : ''])),
  )
  const errors: DetailsErrors = {}
  for (const issue of parsed.error?.issues ?? []) errors[String(issue.path[0])] ??= issue.message
  for (const { name, title, required } of fields)
    if (required && (systemNames as readonly string[]).includes(name) && text(name).trim() === '')
      errors[name] ??= `Fill in: ${title}`
  const { answers, problems } = readAnswers(fields, texts)
  Object.assign(errors, problems)
  const location = text('location').replace(/\r\n?/g, '\n').trim()
  if (header !== undefined) {
    if (location === '') errors.location = `Fill in: ${header}`
    else if (location.length > longestLocation) errors.location = `Use at most 500 characters: ${header}`
    else if (location.search(unprintableInText) !== -1)
      errors.location = `This has a character that cannot be shown. Type it anew: ${header}`
  }
  const key = text('idempotencyKey')
  const start = parseStart(text('start'))
  if (!start && form.has('chooseStart')) errors.start = 'Choose a time'
  const areDetailsRight = Object.keys(errors).every((name) => name === 'start')
  return {
    values,
    zone: parseZone(text('zone')),
    start,
    idempotencyKey: /^[0-9a-f-]{36}$/.test(key) ? key : undefined,
    customer: areDetailsRight ? parsed.data : undefined,
    answers,
    location: header === undefined ? undefined : location,
    errors,
  }
}

/** What an address fills in, as the form would send it: for those that skip the form. */
export function formOfPrefill(prefill: Prefill, { fields }: Questions): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(prefill)) {
    const isList = fields.some((field) => field.name === name && field.kind === 'checkbox')
    for (const one of isList ? value.split(/, |\n/) : [value]) form.append(name, one)
  }
  return form
}
