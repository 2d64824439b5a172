import { z } from 'zod'
import { parsePublicId } from '#kit/ids.ts'

/** A number that a form sends as text; empty is null. What it may be is checked by the verb that stores it. */
const number = z.string('This field is missing.').transform((text) => {
  const trimmed = text.trim()
  return trimmed === '' ? Number.NaN : Number(trimmed)
})
const numberOrNone = z
  .string('This field is missing.')
  .transform((text) => (text.trim() === '' ? null : Number(text)))

const limit = z
  .string('This field is missing.')
  .transform((text): 'any' | 'never' | number => (text === 'any' || text === 'never' ? text : Number(text)))

/** How times are offered, and how customers book: fields that pages and event types share. */
export const SchedulingForm = z
  .object({
    mode: z.enum(['automatic', 'approval'], 'Choose one of the two.'),
    suggestedTimes: number,
    cancel: limit,
    reschedule: limit,
    reason: z.enum(['mandatory', 'optional', 'none'], 'Choose one.'),
    policyText: z.string().default(''),
    formId: z.string().default(''),
    spacingMinutes: number,
    grid: z.enum(['window', 'clock'], 'Choose one of the two.'),
    bufferBeforeMinutes: number,
    bufferAfterMinutes: number,
    noticeMinutes: number,
    horizonMinutes: numberOrNone,
    firstDays: numberOrNone,
    bookingsPerDay: numberOrNone,
    bookingsPerWeek: numberOrNone,
    slotsPerDay: numberOrNone,
  })
  .transform(
    ({ mode, suggestedTimes, cancel, reschedule, reason, policyText, formId, ...slots }, context) => {
      const form = formId === '' ? null : parsePublicId('booking-form', formId)
      if (form === undefined) {
        context.addIssue({ code: 'custom', path: ['formId'], message: 'Choose a form.' })
        return z.NEVER
      }
      return {
        scheduling: {
          mode,
          suggestedTimes,
          policy: { cancel, reschedule, reason, text: policyText.replace(/\r\n/g, '\n').trim() },
          formId: form,
        },
        slots,
      }
    },
  )

/** Fields of the form for members of the stored settings that have another name there. */
export const fieldOfSetting: Record<string, string> = {
  'policy.cancel': 'cancel',
  'policy.reschedule': 'reschedule',
  'policy.reason': 'reason',
  'policy.text': 'policyText',
}

/** `90` is `1 hour 30 minutes`. */
export function minutesInWords(minutes: number): string {
  if (minutes === 0) return 'none'
  const units: [number, string][] = [
    [7 * 1440, 'week'],
    [1440, 'day'],
    [60, 'hour'],
    [1, 'minute'],
  ]
  const parts: string[] = []
  let rest = minutes
  for (const [length, name] of units) {
    // Weeks only where they come out even: "18 months" is more days than anybody counts in weeks.
    if (name === 'week' && rest % length !== 0) continue
    const count = Math.floor(rest / length)
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`)
    rest -= count * length
  }
  return parts.join(' ')
}

/** Choices of a select, with what is stored among them although nobody would offer it. */
export function choices(
  offered: readonly number[],
  stored: number | null,
  words: (value: number) => string = minutesInWords,
): { value: string; label: string }[] {
  const all =
    stored === null || offered.includes(stored) ? offered : [...offered, stored].sort((a, b) => a - b)
  return all.map((value) => ({ value: String(value), label: words(value) }))
}
