import { hoursProblem } from '#domain/availability/check-hours.ts'
import { isZone } from '#kit/time.ts'
import type {
  ChangePolicy,
  EventType,
  FormField,
  Hours,
  PageLocation,
  PageScheduling,
  SlotSettings,
} from './booking-page.ts'

/** Settings that make no sense: all of them at once, in the order of the form. */
export interface SettingProblem {
  code: 'bad-settings'
  settings: WrongSetting[]
}

/** One of them by name: `field` is the member, `message` what to write instead. */
export interface WrongSetting {
  field: string
  message: string
}

/** The problem that these make, undefined where nothing is wrong. */
export const settingProblem = (...wrong: WrongSetting[][]): SettingProblem | undefined => {
  const settings = wrong.flat()
  return settings.length === 0 ? undefined : { code: 'bad-settings', settings }
}

const bad = (field: string, message: string): WrongSetting[] => [{ field, message }]

const dayMinutes = 1440

/** Bounds of all settings, in the units of their members. */
export const settingLimits = {
  durationMinutes: [5, dayMinutes],
  spacingMinutes: [5, dayMinutes],
  bufferMinutes: [0, dayMinutes],
  noticeMinutes: [0, 365 * dayMinutes],
  /** Twelve hours (product.md 4.10) to five years. */
  horizonMinutes: [720, 5 * 366 * dayMinutes],
  firstDays: [1, 30],
  bookings: [1, 1_000],
  slotsPerDay: [1, 288],
  suggestedTimes: [1, 10],
  /** Fifteen minutes to fourteen days (product.md 4.15). */
  changeMinutes: [15, 14 * dayMinutes],
} as const satisfies Record<string, readonly [number, number]>

const wholeNumber = (
  field: string,
  value: number | null,
  [least, most]: readonly [number, number],
  unit: string,
): WrongSetting[] =>
  value === null || (Number.isSafeInteger(value) && value >= least && value <= most)
    ? []
    : bad(field, `must be a whole number from ${least} to ${most}${unit && ` ${unit}`}`)

const text = (field: string, value: string, least: number, most: number): WrongSetting[] => {
  if (value.trim().length < least) return bad(field, 'must not be empty')
  return value.length > most ? bad(field, `must be at most ${most} characters`) : []
}

const oneLine = (field: string, value: string, least: number, most: number): WrongSetting[] => {
  const wrong = text(field, value, least, most)
  return wrong.length === 0 && /\p{Cc}/u.test(value) ? bad(field, 'must be on one line') : wrong
}

/** At most one of each day and date: a window of theirs, or how many there are. */
export function wrongHours({ weekly, overrides }: Hours): WrongSetting[] {
  const first = hoursProblem({ weekly, overrides })
  if (!first) return []
  // Too many dates to look at each.
  if (first.path === 'overrides') return bad(first.path, first.message)
  const wrong: WrongSetting[] = []
  for (const day of new Set(weekly.map((window) => window.day))) {
    const places = weekly.flatMap((window, index) => (window.day === day ? [index] : []))
    const problem = hoursProblem({ weekly: weekly.filter((window) => window.day === day), overrides: {} })
    if (!problem) continue
    const within = /^weekly\[(\d+)\](.*)$/.exec(problem.path)
    wrong.push({
      field: `weekly[${places[Number(within?.[1] ?? 0)]}]${within?.[2] ?? ''}`,
      message: problem.message,
    })
  }
  for (const [date, windows] of Object.entries(overrides)) {
    const problem = hoursProblem({ weekly: [], overrides: { [date]: windows } })
    if (problem) wrong.push({ field: problem.path, message: problem.message })
  }
  return wrong.length > 0 ? wrong : bad(first.path, first.message)
}

export const wrongZone = (zone: string): WrongSetting[] =>
  isZone(zone) ? [] : bad('zone', 'must be an IANA time zone, such as Europe/Berlin')

export function wrongSlots(slots: SlotSettings): WrongSetting[] {
  const horizon = wholeNumber('horizonMinutes', slots.horizonMinutes, settingLimits.horizonMinutes, 'minutes')
  return [
    wholeNumber('spacingMinutes', slots.spacingMinutes, settingLimits.spacingMinutes, 'minutes'),
    slots.grid !== 'window' && slots.grid !== 'clock' ? bad('grid', 'must be "window" or "clock"') : [],
    wholeNumber('bufferBeforeMinutes', slots.bufferBeforeMinutes, settingLimits.bufferMinutes, 'minutes'),
    wholeNumber('bufferAfterMinutes', slots.bufferAfterMinutes, settingLimits.bufferMinutes, 'minutes'),
    wholeNumber('noticeMinutes', slots.noticeMinutes, settingLimits.noticeMinutes, 'minutes'),
    horizon.length === 0 && slots.horizonMinutes !== null && slots.horizonMinutes <= slots.noticeMinutes
      ? bad('horizonMinutes', 'must be longer than the minimum notice, or no time is ever offered')
      : horizon,
    wholeNumber('firstDays', slots.firstDays, settingLimits.firstDays, 'days'),
    wholeNumber('slotsPerDay', slots.slotsPerDay, settingLimits.slotsPerDay, ''),
    wholeNumber('bookingsPerDay', slots.bookingsPerDay, settingLimits.bookings, ''),
    wholeNumber('bookingsPerWeek', slots.bookingsPerWeek, settingLimits.bookings, ''),
  ].flat()
}

const wrongPolicy = (policy: ChangePolicy): WrongSetting[] => [
  ...(['cancel', 'reschedule'] as const).flatMap((act) => {
    const limit = policy[act]
    return limit === 'any' || limit === 'never'
      ? []
      : wholeNumber(`policy.${act}`, limit, settingLimits.changeMinutes, 'minutes')
  }),
  ...(['mandatory', 'optional', 'none'].includes(policy.reason)
    ? []
    : bad('policy.reason', 'must be "mandatory", "optional" or "none"')),
  ...text('policy.text', policy.text, 0, 2_000),
]

/** How customers book, the times offered (where they are at hand too), and the policy. */
export const wrongScheduling = (scheduling: PageScheduling, slots?: SlotSettings): WrongSetting[] => [
  ...(scheduling.mode !== 'automatic' && scheduling.mode !== 'approval'
    ? bad('mode', 'must be "automatic" or "approval"')
    : []),
  ...wholeNumber('suggestedTimes', scheduling.suggestedTimes, settingLimits.suggestedTimes, 'times'),
  ...(slots ? wrongSlots(slots) : []),
  ...wrongPolicy(scheduling.policy),
]

export const wrongLocation = (location: PageLocation): WrongSetting[] =>
  location.kind === 'none'
    ? []
    : [
        ...oneLine('header', location.header, 1, 75),
        ...text('text', location.text, location.kind.endsWith('-by-owner') ? 1 : 0, 500),
      ]

/** The names by which pages are known: to customers, and to the team. */
export const wrongNames = (page: {
  publicName: string
  internalLabel: string
  welcomeMessage: string
}): WrongSetting[] => [
  ...oneLine('publicName', page.publicName, 1, 75),
  ...oneLine('internalLabel', page.internalLabel, 1, 75),
  ...text('welcomeMessage', page.welcomeMessage, 0, 2_000),
]

export const problemOfEventType = (
  eventType: Pick<
    EventType,
    'name' | 'description' | 'durationMinutes' | 'price' | 'currency' | 'scheduling'
  >,
): SettingProblem | undefined =>
  settingProblem(
    oneLine('name', eventType.name, 1, 75),
    text('description', eventType.description, 0, 2_000),
    wholeNumber('durationMinutes', eventType.durationMinutes, settingLimits.durationMinutes, 'minutes'),
    oneLine('price', eventType.price, 0, 40),
    /^([A-Z]{3})?$/.test(eventType.currency)
      ? []
      : bad('currency', 'must be three capital letters (ISO 4217), such as EUR'),
    eventType.scheduling ? wrongScheduling(eventType.scheduling, eventType.scheduling.slots) : [],
  )

/** Fields that every form may have and whose answers go into members of their own. */
export const systemFields = ['company', 'phone', 'note']

/** Fields whose names mean something else in a booking's address or form. */
const takenNames = new Set(
  'name email mobile start zone month date move skip location reason times'.split(' '),
)

const formLimits = { fields: 40, options: 100 }

/** `fields[2].title`: what is wrong with the questions of a form. */
export function problemOfForm(form: { name: string; fields: FormField[] }): SettingProblem | undefined {
  if (form.fields.length > formLimits.fields)
    return settingProblem(
      oneLine('name', form.name, 1, 75),
      bad('fields', `must be at most ${formLimits.fields} questions`),
    )
  return settingProblem(
    oneLine('name', form.name, 1, 75),
    form.fields.flatMap((field, index) => {
      const isTwice = form.fields.findIndex(({ name }) => name === field.name) < index
      return wrongField(field, `fields[${index}]`, isTwice)
    }),
  )
}

const wrongField = (field: FormField, at: string, isTwice: boolean): WrongSetting[] => [
  ...oneLine(`${at}.title`, field.title, 1, 200),
  ...wrongFieldName(field.name, `${at}.name`, isTwice),
  ...wrongKind(field, `${at}.kind`),
  ...wrongOptions(field, `${at}.options`),
  ...text(`${at}.subtext`, field.subtext, 0, 500),
  ...(field.hidden && field.required
    ? bad(`${at}.required`, 'must be off for a hidden field, which customers cannot fill')
    : []),
]

function wrongFieldName(name: string, at: string, isTwice: boolean): WrongSetting[] {
  if (!/^[a-z0-9-]{1,20}$/.test(name)) return bad(at, 'must be 1 to 20 small letters, digits and hyphens')
  if (takenNames.has(name)) return bad(at, `must not be "${name}", which is taken`)
  return isTwice ? bad(at, `must not be "${name}" twice`) : []
}

function wrongKind({ kind, name }: FormField, at: string): WrongSetting[] {
  if (!['single-line', 'multi-line', 'dropdown', 'checkbox'].includes(kind))
    return bad(at, 'must be a kind of field')
  return systemFields.includes(name) && kind !== (name === 'note' ? 'multi-line' : 'single-line')
    ? bad(at, `of "${name}" is fixed`)
    : []
}

function wrongOptions({ kind, options }: FormField, at: string): WrongSetting[] {
  const needed = kind === 'dropdown' ? 2 : kind === 'checkbox' ? 1 : 0
  if (options.length < needed) return bad(at, needed === 2 ? 'must be at least two' : 'must be at least one')
  if (options.length > formLimits.options) return bad(at, `must be at most ${formLimits.options}`)
  if (new Set(options).size < options.length) return bad(at, 'must all differ')
  return options.map((option) => oneLine(at, option, 1, 100)).find((wrong) => wrong.length > 0) ?? []
}

export const problemOfCategory = (category: { name: string }): SettingProblem | undefined =>
  settingProblem(oneLine('name', category.name, 1, 45))
