interface Person {
  name: string
  address: string
}

export interface CalendarEntry {
  /** Stays the same for ever: an entry imported twice replaces itself. */
  uid: string
  /** Rises with each change of the booking. */
  sequence: number
  stamp: Temporal.Instant
  startsAt: Temporal.Instant
  endsAt: Temporal.Instant
  isCanceled: boolean
  /** `PUBLISH` to import by hand; in mails `REQUEST` puts it into the calendar and `CANCEL` takes it out (RFC 5546). */
  method: 'PUBLISH' | 'REQUEST' | 'CANCEL'
  organizer?: Person | undefined
  attendee?: Person | undefined
  summary: string
  description: string
  location: string
  url: string
}

/**
 * UID of a booking's entry, from its public id, which is unique in the world. Without the host: an installation that gets another
 * address still changes and removes the entries it made before.
 */
export const calendarUid = (bookingId: string): string => `${bookingId}@hourwire`

/**
 * One booking as an iCalendar file to import. Times are in UTC, so that no zone definitions are needed and every
 * calendar shows them in its own zone.
 *
 * Source: RFC 5545, sections 3.1 (lines and folding), 3.3.11 (escaping), 3.6.1 (VEVENT); RFC 5546 for METHOD.
 */
export function calendarFile(entry: CalendarEntry): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Hourwire//Booking//EN',
    'CALSCALE:GREGORIAN',
    `METHOD:${entry.method}`,
    'BEGIN:VEVENT',
    `UID:${escaped(entry.uid)}`,
    `SEQUENCE:${entry.sequence}`,
    `DTSTAMP:${utc(entry.stamp)}`,
    `DTSTART:${utc(entry.startsAt)}`,
    `DTEND:${utc(entry.endsAt)}`,
    `STATUS:${entry.isCanceled ? 'CANCELLED' : 'CONFIRMED'}`,
    `SUMMARY:${escaped(entry.summary)}`,
    ...(entry.description ? [`DESCRIPTION:${escaped(entry.description)}`] : []),
    ...(entry.location ? [`LOCATION:${escaped(entry.location)}`] : []),
    `URL:${withoutControls(entry.url)}`,
    ...(entry.organizer ? [`ORGANIZER;CN=${quoted(entry.organizer.name)}:${mailto(entry.organizer)}`] : []),
    ...(entry.attendee
      ? [
          `ATTENDEE;CN=${quoted(entry.attendee.name)};ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:${mailto(entry.attendee)}`,
        ]
      : []),
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

/** `20261203T143000Z` */
const utc = (instant: Temporal.Instant): string =>
  instant.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '')

// A control character inside a line would be read as the end of it, or refused by the importer.
const withoutControls = (text: string) => text.replace(/\p{Cc}/gu, '')

const escaped = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => withoutControls(line).replace(/[\\;,]/g, (character) => `\\${character}`))
    .join('\\n')

/** A parameter value: no quotes inside, nothing that would end the line (RFC 5545, section 3.2). */
const quoted = (text: string) => `"${withoutControls(text).replaceAll('"', "'")}"`

const mailto = ({ address }: Person) => `mailto:${withoutControls(address)}`

/** Lines of at most 75 octets; the rest goes on after a line break and a space. Characters are never cut in two. */
function folded(line: string): string {
  const parts: string[] = []
  let part = ''
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > 75) {
      parts.push(part)
      part = ' '
      octets = 1
    }
    part += character
    octets += size
  }
  return [...parts, part].join('\r\n')
}
