import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { QueryText, show, TimeZoneShape } from './values.ts'

export const dayNames = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const

const locationTypes = [
  'in_person_by_host',
  'in_person_by_guest',
  'online_dynamic_link',
  'online_static_link',
  'phone_by_guest',
] as const

const WorkingHoursShape = z.array(
  z.strictObject({
    start_time: z.string().meta({ examples: ['09:00'] }),
    end_time: z.string().meta({ description: 'Up to 24:00', examples: ['17:00'] }),
    locations: z.array(
      z.strictObject({
        type: z.enum(locationTypes),
        value: z.string().nullable(),
        id: z.string().nullable(),
      }),
    ),
  }),
)

const ScheduleShape = z
  .strictObject({
    object: z.literal('schedule'),
    timezone: TimeZoneShape,
    weekly: z.array(z.strictObject({ day: z.enum(dayNames), working_hours: WorkingHoursShape })),
    overrides: z.array(
      z.strictObject({ date: z.iso.date(), day: z.enum(dayNames), working_hours: WorkingHoursShape }),
    ),
  })
  .meta({ id: 'Schedule' })

const area = 'Users'
const noun = 'user'

const dateWords = (given: unknown) => `must be a date such as 2026-12-24, not ${show(given)}`

const isDate = (text: string): boolean => {
  try {
    const { year } = Temporal.PlainDate.from(text)
    return /^\d{4}-\d{2}-\d{2}$/.test(text) && year >= 1900 && year < 2200
  } catch {
    return false
  }
}

const QueryDate = QueryText.transform((text, context): string | undefined => {
  if (text === undefined || isDate(text)) return text
  context.addIssue({ code: 'custom', message: dateWords(text) })
  return z.NEVER
}).meta({ type: 'string', format: 'date' })

export const getAvailability = endpoint({
  method: 'GET',
  path: '/users/{id}/scheduling-availability',
  name: 'getSchedulingAvailability',
  area,
  noun,
  summary: 'Get the hours of a user',
  description: 'What runs over midnight is shown on both days. Unknown parameters are refused.',
  need: 'read',
  query: z.strictObject({
    overrides_start_time: QueryDate.meta({ description: 'Only dates from this one on' }),
    overrides_end_time: QueryDate.meta({ description: 'Only dates up to this one' }),
  }),
  strictQuery: true,
  status: 200,
  answer: ScheduleShape,
  refusals: [
    { status: 400, param: 'overrides_start_time', when: 'it is no date, or later than the other one' },
    { status: 400, param: 'overrides_end_time', when: 'it is no date' },
    { status: 400, param: 'expand', when: 'it, or any other parameter that is not known, is given' },
  ],
})

const quarter = (pattern: RegExp, latest: string) =>
  z.string({ error: 'must be a time such as 09:00' }).regex(pattern, {
    error: ({ input }) =>
      `must be a time on a quarter of an hour, from 00:00 to ${latest}, such as 09:15, not ${show(input)}`,
  })

const Location = z
  .object(
    {
      type: z.enum(locationTypes, {
        error: ({ input }) => `must be one of ${locationTypes.join(', ')}, not ${show(input)}`,
      }),
      id: z
        .string({ error: 'must be the id of an address' })
        .max(100, { error: 'must be the id of an address' })
        .nullish(),
      value: z
        .string({ error: 'must be a text' })
        .max(2000, { error: 'can have at most 2000 characters' })
        .nullish(),
    },
    { error: 'must be an object with a type' },
  )
  .refine(({ type, value }) => type !== 'online_static_link' || isLink(value), {
    path: ['value'],
    error: 'must be the address of the meeting, such as https://meet.example.com/ana',
  })
  .refine(({ type, id }) => type !== 'in_person_by_host' || Boolean(id), {
    path: ['id'],
    error: 'must be the id of an address (ADD-…), as time-slots gives it',
  })

function isLink(text: string | null | undefined): boolean {
  if (!text?.isWellFormed() || /[\s\p{Cc}]/u.test(text)) return false
  const url = URL.parse(text)
  return url !== null && ['http:', 'https:'].includes(url.protocol)
}

const Slot = z
  .object(
    {
      start_time: quarter(/^([01]\d|2[0-3]):(00|15|30|45)$/, '23:45'),
      end_time: quarter(/^(([01]\d|2[0-3]):(00|15|30|45)|24:00)$/, '24:00'),
      locations: z
        .array(Location, { error: 'must be a list, which may be empty' })
        .max(locationTypes.length, { error: 'can have each type once' })
        .refine((all) => new Set(all.map(({ type }) => type)).size === all.length, {
          error: 'can have each type once',
        }),
    },
    { error: 'must be an object with start_time, end_time and locations' },
  )
  .refine(({ start_time, end_time }) => start_time < end_time, {
    path: ['end_time'],
    error: 'must be after start_time',
  })

const WorkingHours = z
  .array(Slot, { error: 'must be a list, which may be empty' })
  .max(12, { error: 'can have at most 12 slots' })
  .refine(
    (slots) =>
      [...slots]
        .sort((one, other) => (one.start_time < other.start_time ? -1 : 1))
        .every((slot, index, all) => index === 0 || (all[index - 1]?.end_time ?? '') <= slot.start_time),
    { error: 'overlap' },
  )

const Change = z.object({
  weekly: z
    .array(
      z.object(
        {
          day: z.enum(dayNames, {
            error: ({ input }) => `must be one of ${dayNames.join(', ')}, not ${show(input)}`,
          }),
          working_hours: WorkingHours,
        },
        { error: 'must be an object with day and working_hours' },
      ),
      { error: 'must be a list' },
    )
    .max(50, { error: 'can have each day once' })
    .refine((days) => new Set(days.map(({ day }) => day)).size === days.length, {
      error: 'can have each day once',
    })
    .nullish(),
  overrides: z
    .array(
      z.object(
        {
          date: z
            .string({ error: 'must be a date such as 2026-12-24' })
            .refine(isDate, { error: ({ input }) => dateWords(input) }),
          working_hours: WorkingHours.nullable(),
        },
        { error: 'must be an object with date and working_hours' },
      ),
      { error: 'must be a list' },
    )
    .max(1000, { error: 'can have at most 1000 dates' })
    .refine((dates) => new Set(dates.map(({ date }) => date)).size === dates.length, {
      error: 'can have each date once',
    })
    .nullish(),
})

const ofBoth = (member: string, when: string, status: 400 | 422 = 400) =>
  ['weekly', 'overrides'].map((part) => ({ status, param: `${part}.${member}`, when }))

export const updateAvailability = endpoint({
  method: 'PATCH',
  path: '/users/{id}/scheduling-availability',
  name: 'updateSchedulingAvailability',
  area,
  noun,
  summary: 'Change the hours of a user',
  description:
    'A day or date that is named is replaced as a whole, all others stay. No slots close the day; null takes the hours of a date away. What runs over midnight is cut in two at midnight first. Booking pages that follow the user’s own hours open and close with them; locations are kept and told, and decide nothing here.',
  need: 'write',
  body: Change,
  status: 200,
  answer: ScheduleShape,
  refusals: [
    { status: 400, param: 'body', when: 'there is nothing to change' },
    { status: 400, param: 'weekly', when: 'it is no list, or names a day twice' },
    { status: 400, param: 'weekly.day', when: 'it is no day of the week' },
    { status: 400, param: 'overrides', when: 'it is no list, names a date twice, or there are over 1000' },
    { status: 400, param: 'overrides.date', when: 'it is no date, or has passed' },
    ...ofBoth('working_hours', 'it is no list, or slots overlap'),
    ...ofBoth('working_hours.start_time', 'it is no time on a quarter of an hour'),
    ...ofBoth('working_hours.end_time', 'it is no time on a quarter of an hour, or not after the start'),
    ...ofBoth('working_hours.locations', 'it is no list, or has a type twice'),
    ...ofBoth('working_hours.locations.type', 'there is no such type'),
    ...ofBoth('working_hours.locations.id', 'it is no address of the account'),
    ...ofBoth('working_hours.locations.value', 'it is no address of a meeting, or no provider'),
    ...ofBoth('working_hours.locations', 'a slot has both kinds of online links', 422),
  ],
})
