import { z } from 'zod'
import { isIanaZone } from '../slots-case.ts'

/**
 * Values of the REST API. Whatever has a name in the OpenAPI document has it from `.meta({ id })`.
 *
 * A query arrives as text: its shapes read any text, and say by `.meta` how OpenAPI describes them.
 */

/** `BKNG-` and 26 letters of Crockford base32. */
export const idOf = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}-[0-9A-HJKMNP-TV-Z]{26}$`))
    .meta({ description: `Public id, prefix ${prefix}-` })

/** UTC, always to the millisecond: `2026-12-01T17:00:00.000Z`. */
export const TimestampShape = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .meta({ format: 'date-time', examples: ['2026-12-01T17:00:00.000Z'] })

export const TimeZoneShape = z.string().meta({ description: 'IANA time zone', examples: ['Europe/Berlin'] })

export const RefusalShape = z
  .strictObject({
    type: z.enum(['authentication_error', 'invalid_request_error', 'rate_limit_error', 'api_error']),
    message: z.string().meta({ description: 'What is wrong and what to do, for people' }),
    param: z.string().optional().meta({
      description: 'The input to blame: a member, a dotted path, a query parameter, `id` or `body`',
    }),
  })
  .meta({ id: 'Error' })

/** One page of a list, newest first. */
export const listOf = <Item extends z.ZodType>(id: string, item: Item) =>
  z
    .strictObject({ object: z.literal('list'), data: z.array(item), has_more: z.boolean() })
    .meta({ id: `${id}List` })

/** What is left of an object that was deleted. */
export const deletedOf = (object: string, prefix: string) =>
  z
    .strictObject({ id: idOf(prefix), object: z.literal(object), deleted: z.literal(true) })
    .meta({ id: `Deleted${object.replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}` })

/** Controls and halves of characters, which cannot be stored, and marks that turn the direction of writing. */
const unprintable = /(?![\n\t\r])\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u

/** A text of a query; an empty one counts as not given. */
const queryText = z
  .unknown()
  .optional()
  .transform((all, context): string | undefined => {
    // Followers of Link headers that add their own parameters again say the same twice.
    const given = Array.isArray(all) && new Set(all).size === 1 ? all[0] : all
    if (given === undefined || given === '') return undefined
    const isText = typeof given === 'string'
    if (isText && given.length <= 2000 && !unprintable.test(given)) return given
    context.addIssue({
      code: 'custom',
      message: !isText
        ? 'is given more than once'
        : given.length > 2000
          ? 'is too long'
          : 'has a character that cannot be read',
    })
    return z.NEVER
  })

/** Free text of a query, optional. */
export const QueryText = queryText.meta({ type: 'string' })

/** An id, optional. What is no id of ours is the id of nothing. */
export const QueryId = queryText.meta({ type: 'string' })

/** `limit`: 1 to 100, 10 when left out. */
export const Limit = queryText
  .transform((text, context): number => {
    const limit = text === undefined ? 10 : Number(text)
    if (text === undefined || (/^\d{1,3}$/.test(text) && limit >= 1 && limit <= 100)) return limit
    context.addIssue({ code: 'custom', message: `must be a whole number from 1 to 100, not ${show(text)}` })
    return z.NEVER
  })
  .meta({ type: 'integer', minimum: 1, maximum: 100, default: 10, description: 'Objects per page' })

/** A date or an instant; without an offset, and a date alone, in UTC. */
export const QueryTime = queryText
  .transform((text, context): Temporal.Instant | undefined => {
    if (text === undefined) return undefined
    const instant = readTime(text)
    if (instant) return instant
    context.addIssue({
      code: 'custom',
      message: `must be a date or a time, such as 2026-12-01 or 2026-12-01T17:00:00.000Z, not ${show(text)}`,
    })
    return z.NEVER
  })
  .meta({ type: 'string', format: 'date-time' })

/**
 * An exclusive lower bound. Times are stored more exactly than they are shown: what is shown as the bound itself is not later, so the
 * bound is the last instant of its millisecond.
 */
export const LaterThan = QueryTime.transform((bound) =>
  bound?.round({ smallestUnit: 'millisecond', roundingMode: 'floor' }).add({ microseconds: 999 }),
).meta({ type: 'string', format: 'date-time', description: 'Later than this' })

/** An exclusive upper bound: the first instant of its millisecond, or of the next one where it lies within one. */
export const EarlierThan = QueryTime.transform((bound) =>
  bound?.round({ smallestUnit: 'millisecond', roundingMode: 'ceil' }),
).meta({ type: 'string', format: 'date-time', description: 'Earlier than this' })

/** `2026-12-01`, `2026-12-01T17:00:00`, with `Z` or an offset, with up to nine digits of fraction. */
export function readTime(text: string): Temporal.Instant | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return parseInstant(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text)) return undefined
  // A plus sign that was not encoded arrives as a blank.
  const mended = text.replace(/^(.{10}) /, '$1T').replace(/ (\d{2}:?\d{2})$/, '+$1')
  return parseInstant(/(Z|[+-]\d{2}(:?\d{2})?)$/i.test(mended.slice(11)) ? mended : `${mended}Z`)
}

/** `expand=a,b`, also with `data.` in front (api-contract T23). `names`: what can be expanded. */
export const expandOf = <const Name extends string>(names: readonly Name[]) =>
  queryText
    .transform((text, context): Name[] => {
      const wanted = (text ?? '')
        .split(',')
        .map((part) => part.trim().replace(/^data\./, ''))
        .filter((part) => part !== '')
      const unknown = wanted.find((part) => !(names as readonly string[]).includes(part))
      if (unknown === undefined) return [...new Set(wanted)] as Name[]
      context.addIssue({
        code: 'custom',
        message: `cannot expand ${show(unknown)}; choose from ${names.join(', ')}`,
      })
      return z.NEVER
    })
    .meta({
      type: 'string',
      description: `Fields to show as objects in place of ids, joined by commas: ${names.join(', ')}`,
    })

/** What each list takes. */
export const paging = {
  limit: Limit,
  after: QueryId.meta({ description: 'Only what follows the object with this id' }),
  before: QueryId.meta({ description: 'Only what precedes the object with this id' }),
}

/** An instant in a body: an offset is needed. */
export const BodyInstant = z
  .string({ error: 'must be a time such as 2026-12-01T17:00:00.000Z' })
  .transform((text, context): Temporal.Instant => {
    const instant = parseInstant(text)
    if (instant) return instant
    context.addIssue({
      code: 'custom',
      message: `must be a time with its offset, such as 2026-12-01T17:00:00.000Z, not ${show(text)}`,
    })
    return z.NEVER
  })
  .meta({ format: 'date-time' })

export const BodyZone = z
  .string({ error: 'must be an IANA time zone, such as Europe/Berlin' })
  .refine(isIanaZone, {
    error: ({ input }) => `must be an IANA time zone, such as Europe/Berlin, not ${show(input)}`,
  })

/** A text of a body as it is given. */
export const plainText = (most: number) =>
  z
    .string({ error: 'must be a text' })
    .max(most, { error: `can have at most ${most} characters` })
    .refine((text) => !unprintable.test(text), { error: 'has a character that cannot be shown' })

/** A text of a body, trimmed. */
export const bodyText = (most: number, { least = 0 }: { least?: number } = {}) =>
  z
    .string({ error: 'must be a text' })
    .trim()
    .min(least, { error: 'must not be empty' })
    .max(most, { error: `can have at most ${most} characters` })
    .refine((text) => !unprintable.test(text), { error: 'has a character that cannot be shown' })

const earliestMs = Date.UTC(1900, 0)
const latestMs = Date.UTC(2200, 0)

/** An ISO 8601 instant of the years 1900 to 2199 that names its offset; anything else is undefined. */
function parseInstant(text: string): Temporal.Instant | undefined {
  if (text.length > 40) return undefined
  try {
    const instant = Temporal.Instant.from(text)
    const ms = instant.epochMilliseconds
    return ms >= earliestMs && ms < latestMs ? instant : undefined
  } catch {
    return undefined
  }
}

/** A value as a message quotes it. */
export const show = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return `"${text.length > 100 ? `${text.slice(0, 100)}…` : text}"`
}
