import type { CalendarEntry } from './calendar-file.ts'

export type CalendarLinkEntry = Pick<
  CalendarEntry,
  'startsAt' | 'endsAt' | 'summary' | 'description' | 'location'
>

/**
 * Addresses at which a signed-in user of Google Calendar or Outlook.com finds the entry filled in and saves it. An entry saved so
 * is a copy: unlike the file it has no UID of ours, so later changes do not reach it.
 *
 * Neither form is promised by its vendor. Times are in UTC, so both show them in the user's own zone.
 */
export function calendarLinks(entry: CalendarLinkEntry): { google: string; outlook: string } {
  const [start, end] = [entry.startsAt, entry.endsAt].map((instant) =>
    instant.toString({ smallestUnit: 'second' }),
  ) as [string, string]
  const compact = (iso: string) => iso.replace(/[-:]/g, '')
  const title = oneLine(entry.summary)
  const location = oneLine(entry.location)
  return {
    google: address('https://calendar.google.com/calendar/render', {
      action: 'TEMPLATE',
      text: title,
      dates: `${compact(start)}/${compact(end)}`,
      details: entry.description.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n]/gu, ''),
      location,
    }),
    outlook: address('https://outlook.live.com/calendar/0/deeplink/compose', {
      path: '/calendar/action/compose',
      rru: 'addevent',
      subject: title,
      startdt: start,
      enddt: end,
      body: oneLine(entry.description),
      location,
    }),
  }
}

const oneLine = (text: string) =>
  text
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim()

/** Everything but letters, digits and `-_.~*` is escaped; spaces as `%20`, since Outlook shows a `+` as it is. */
function address(base: string, parameters: Record<string, string>): string {
  const filled = Object.entries(parameters).filter(([, value]) => value !== '')
  return `${base}?${new URLSearchParams(filled).toString().replaceAll('+', '%20')}`
}
