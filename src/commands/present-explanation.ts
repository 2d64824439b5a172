import type { OpenWindow, SlotRules } from '#domain/availability/availability.ts'
import type { ClosingRule, Explanation, WindowFact } from '#domain/availability/explain-instant.ts'

/** An explanation for a person at a terminal: one sentence, the rule's name and each rule with its facts. */
export function presentExplanation(rules: SlotRules, explanation: Explanation) {
  const { atMs, bookable, openedBy, closedBy } = explanation
  const [first, ...others] = closedBy
  const subject = `${utc(atMs)} (${local(atMs, rules.zone)})`
  const deciding = first?.rule ?? openedBy[0]?.rule
  return {
    instant: utc(atMs),
    bookable,
    rule: deciding,
    sentence: first
      ? `${subject} is not offered: ${closes(rules, first, atMs)}${others.length > 0 ? `; also: ${others.map((rule) => closes(rules, rule, atMs)).join('; ')}` : ''}.`
      : `${subject} is offered: ${openedBy.map(opens).join(' and ')}, and no rule closes it.`,
    openedBy: openedBy.map((fact) => ({ ...fact, says: opens(fact) })),
    closedBy: closedBy.map((closing) => ({ rule: closing.rule, says: closes(rules, closing, atMs) })),
  }
}

const opens = ({ rule, date, window }: WindowFact): string =>
  rule === 'weekly-window'
    ? `it lies in the weekly window ${span(window)} that starts on ${weekday(date)} ${date}`
    : `it lies in the window ${span(window)} of the override of ${date}`

function closes(rules: SlotRules, closing: ClosingRule, atMs: number): string {
  switch (closing.rule) {
    case 'outside-weekly-windows':
      return `it lies in no weekly window (${weekday(closing.date)}: ${spans(closing.windows)})`
    case 'date-override':
      return closing.windows.length === 0
        ? `the override of ${closing.date} closes the day`
        : `it lies in no window of the override of ${closing.date} (${spans(closing.windows)})`
    case 'starting-times': {
      const { previousMs, nextMs } = closing
      const near = [previousMs, nextMs].filter((ms) => ms !== undefined).map((ms) => local(ms, rules.zone))
      const from = rules.grid === 'window' ? 'from the start of each window' : 'from midnight'
      return `it is no starting time: these come every ${rules.spacingMinutes} minutes ${from} (${
        near.length > 0 ? `nearest: ${near.join(' and ')}` : 'none within a day'
      })`
    }
    case 'slot-outlasts-open-time':
      return `a slot of ${rules.durationMinutes} minutes would end at ${local(closing.endMs, rules.zone)}, but the open time ends at ${local(closing.openUntilMs, rules.zone)}`
    case 'date-range':
      return `its date for the customer, ${closing.date} in ${rules.customerZone}, is outside the range asked for`
    case 'minimum-notice':
      return `the minimum notice of ${rules.noticeMinutes} minutes allows starts from ${utc(closing.earliestMs)} on`
    case 'horizon':
      return `the horizon of ${rules.horizonMinutes} minutes allows starts up to ${utc(closing.latestMs)}`
    case 'busy':
      return `the slot meets busy time, ${utc(closing.busy.startMs)} to ${utc(closing.busy.endMs)}`
    case 'buffer': {
      const { busy, side, gapMinutes } = closing
      const gapMs =
        side === 'before-slot' ? atMs - busy.endMs : busy.startMs - atMs - rules.durationMinutes * 60_000
      return `the buffer asks for ${gapMinutes} free minutes ${side === 'before-slot' ? 'before' : 'after'} the slot, but busy time from ${utc(busy.startMs)} to ${utc(busy.endMs)} leaves ${Math.round((gapMs / 60_000) * 100) / 100}`
    }
  }
}

const spans = (windows: readonly OpenWindow[]) =>
  windows.length === 0 ? 'none' : windows.map(span).join(', ')

const span = ({ start, end, endsNextDay }: OpenWindow) =>
  `${start}-${end}${endsNextDay ? ' the next day' : ''}`

/** To the second, with milliseconds only where there are some. */
const utc = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')

/** `Tue 2026-12-01 18:00 +01:00 Europe/Berlin`. */
function local(ms: number, zone: string): string {
  const at = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(zone)
  const time = at.toPlainTime().toString({ smallestUnit: ms % 60_000 === 0 ? 'minute' : 'second' })
  return `${weekdays[at.dayOfWeek]} ${at.toPlainDate()} ${time} ${at.offset} ${zone}`
}

const weekday = (date: string) => weekdays[Temporal.PlainDate.from(date).dayOfWeek] as string

const weekdays = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
