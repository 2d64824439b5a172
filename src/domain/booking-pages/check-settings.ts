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

/** A setting that makes no sense, by name: `field` is the member, `message` what to write instead. */
export interface SettingProblem {
  code: 'bad-setting'
  field: string
  message: string
}

const bad = (field: string, message: string): SettingProblem => ({ code: 'bad-setting', field, message })

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
): SettingProblem | undefined =>
  value === null || (Number.isSafeInteger(value) && value >= least && value <= most)
    ? undefined
    : bad(field, `must be a whole number from ${least} to ${most}${unit && ` ${unit}`}`)

const text = (field: string, value: string, least: number, most: number): SettingProblem | undefined => {
  if (value.trim().length < least) return bad(field, 'must not be empty')
  if (value.length > most) return bad(field, `must be at most ${most} characters`)
  return undefined
}

const oneLine = (field: string, value: string, least: number, most: number): SettingProblem | undefined =>
  text(field, value, least, most) ?? (/\p{Cc}/u.test(value) ? bad(field, 'must be on one line') : undefined)

export function problemOfHours(hours: Hours): SettingProblem | undefined {
  const problem = hoursProblem(hours)
  return problem && bad(problem.path, problem.message)
}

export const problemOfZone = (zone: string): SettingProblem | undefined =>
  isZone(zone) ? undefined : bad('zone', 'must be an IANA time zone, such as Europe/Berlin')

export const problemOfSlots = (slots: SlotSettings): SettingProblem | undefined =>
  wholeNumber('spacingMinutes', slots.spacingMinutes, settingLimits.spacingMinutes, 'minutes') ??
  (slots.grid !== 'window' && slots.grid !== 'clock'
    ? bad('grid', 'must be "window" or "clock"')
    : undefined) ??
  wholeNumber('bufferBeforeMinutes', slots.bufferBeforeMinutes, settingLimits.bufferMinutes, 'minutes') ??
  wholeNumber('bufferAfterMinutes', slots.bufferAfterMinutes, settingLimits.bufferMinutes, 'minutes') ??
  wholeNumber('noticeMinutes', slots.noticeMinutes, settingLimits.noticeMinutes, 'minutes') ??
  wholeNumber('horizonMinutes', slots.horizonMinutes, settingLimits.horizonMinutes, 'minutes') ??
  (slots.horizonMinutes !== null && slots.horizonMinutes <= slots.noticeMinutes
    ? bad('horizonMinutes', 'must be longer than the minimum notice, or no time is ever offered')
    : undefined) ??
  wholeNumber('firstDays', slots.firstDays, settingLimits.firstDays, 'days') ??
  wholeNumber('bookingsPerDay', slots.bookingsPerDay, settingLimits.bookings, '') ??
  wholeNumber('bookingsPerWeek', slots.bookingsPerWeek, settingLimits.bookings, '') ??
  wholeNumber('slotsPerDay', slots.slotsPerDay, settingLimits.slotsPerDay, '')

const problemOfPolicy = (policy: ChangePolicy): SettingProblem | undefined => {
  for (const act of ['cancel', 'reschedule'] as const) {
    const limit = policy[act]
    if (limit === 'any' || limit === 'never') continue
    const problem = wholeNumber(`policy.${act}`, limit, settingLimits.changeMinutes, 'minutes')
    if (problem) return problem
  }
  if (!['mandatory', 'optional', 'none'].includes(policy.reason))
    return bad('policy.reason', 'must be "mandatory", "optional" or "none"')
  return text('policy.text', policy.text, 0, 2_000)
}

export const problemOfScheduling = (scheduling: PageScheduling): SettingProblem | undefined =>
  (scheduling.mode !== 'automatic' && scheduling.mode !== 'approval'
    ? bad('mode', 'must be "automatic" or "approval"')
    : undefined) ??
  wholeNumber('suggestedTimes', scheduling.suggestedTimes, settingLimits.suggestedTimes, 'times') ??
  problemOfPolicy(scheduling.policy)

export function problemOfLocation(location: PageLocation): SettingProblem | undefined {
  if (location.kind === 'none') return undefined
  return (
    oneLine('header', location.header, 1, 75) ??
    text('text', location.text, location.kind.endsWith('-by-owner') ? 1 : 0, 500)
  )
}

/** The names by which pages are known: to customers, and to the team. */
export const problemOfNames = (page: {
  publicName: string
  internalLabel: string
  welcomeMessage: string
}): SettingProblem | undefined =>
  oneLine('publicName', page.publicName, 1, 75) ??
  oneLine('internalLabel', page.internalLabel, 1, 75) ??
  text('welcomeMessage', page.welcomeMessage, 0, 2_000)

export const problemOfEventType = (
  eventType: Pick<
    EventType,
    'name' | 'description' | 'durationMinutes' | 'price' | 'currency' | 'scheduling'
  >,
): SettingProblem | undefined =>
  oneLine('name', eventType.name, 1, 75) ??
  text('description', eventType.description, 0, 2_000) ??
  wholeNumber('durationMinutes', eventType.durationMinutes, settingLimits.durationMinutes, 'minutes') ??
  oneLine('price', eventType.price, 0, 40) ??
  (/^([A-Z]{3})?$/.test(eventType.currency)
    ? undefined
    : bad('currency', 'must be three capital letters (ISO 4217), such as EUR')) ??
  (eventType.scheduling
    ? (problemOfScheduling(eventType.scheduling) ?? problemOfSlots(eventType.scheduling.slots))
    : undefined)

/** Fields that every form may have and whose answers go into members of their own. */
export const systemFields = ['company', 'phone', 'note']

/** Fields whose names mean something else in a booking's address or form. */
const takenNames = new Set(
  'name email mobile start zone month date move skip location reason times'.split(' '),
)

const formLimits = { fields: 40, options: 100 }

/** `fields[2].title`: what is wrong with the questions of a form. */
export function problemOfForm(form: { name: string; fields: FormField[] }): SettingProblem | undefined {
  const names = new Set<string>()
  if (form.fields.length > formLimits.fields)
    return bad('fields', `must be at most ${formLimits.fields} questions`)
  for (const [index, field] of form.fields.entries()) {
    const at = `fields[${index}]`
    if (!/^[a-z0-9-]{1,20}$/.test(field.name))
      return bad(`${at}.name`, 'must be 1 to 20 small letters, digits and hyphens')
    if (takenNames.has(field.name)) return bad(`${at}.name`, `must not be "${field.name}", which is taken`)
    if (names.has(field.name)) return bad(`${at}.name`, `must not be "${field.name}" twice`)
    names.add(field.name)
    const needed = field.kind === 'dropdown' ? 2 : field.kind === 'checkbox' ? 1 : 0
    if (!['single-line', 'multi-line', 'dropdown', 'checkbox'].includes(field.kind))
      return bad(`${at}.kind`, 'must be a kind of field')
    if (
      systemFields.includes(field.name) &&
      field.kind !== (field.name === 'note' ? 'multi-line' : 'single-line')
    )
      return bad(`${at}.kind`, `of "${field.name}" is fixed`)
    if (field.options.length < needed)
      return bad(`${at}.options`, needed === 2 ? 'must be at least two' : 'must be at least one')
    if (field.options.length > formLimits.options)
      return bad(`${at}.options`, `must be at most ${formLimits.options}`)
    if (new Set(field.options).size < field.options.length) return bad(`${at}.options`, 'must all differ')
    if (field.hidden && field.required)
      return bad(`${at}.required`, 'must be off for a hidden field, which customers cannot fill')
    const problem =
      oneLine(`${at}.title`, field.title, 1, 200) ??
      text(`${at}.subtext`, field.subtext, 0, 500) ??
      field.options.map((option) => oneLine(`${at}.options`, option, 1, 100)).find(Boolean)
    if (problem) return problem
  }
  return oneLine('name', form.name, 1, 75)
}

export const problemOfCategory = (category: { name: string }): SettingProblem | undefined =>
  oneLine('name', category.name, 1, 45)
