import { describe, expect, test } from 'vitest'
import { type CalendarEntry, calendarFile } from './calendar-file.ts'

const entry: CalendarEntry = {
  uid: 'BKNG-01ABC@meet.example.com',
  sequence: 0,
  stamp: Temporal.Instant.from('2026-11-23T08:00:00.123Z'),
  startsAt: Temporal.Instant.from('2026-12-03T13:30:00Z'),
  endsAt: Temporal.Instant.from('2026-12-03T14:00:00Z'),
  isCanceled: false,
  method: 'PUBLISH',
  summary: '30 minute meeting with Ana Martín',
  description: 'Booking ID: BKNG-01ABC',
  location: 'Torstraße 12, 10119 Berlin',
  url: 'https://meet.example.com/my-booking/BKNG-01ABC/sig',
}

/** Lines as a calendar reads them: unfolded. */
const linesOf = (file: string) => file.replace(/\r\n /g, '').split('\r\n')

describe('calendarFile', () => {
  test('is one event, in UTC, with lines that end in CRLF', () => {
    expect(calendarFile(entry)).toBe(
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Hourwire//Booking//EN',
        'CALSCALE:GREGORIAN',
        'METHOD:PUBLISH',
        'BEGIN:VEVENT',
        'UID:BKNG-01ABC@meet.example.com',
        'SEQUENCE:0',
        'DTSTAMP:20261123T080000Z',
        'DTSTART:20261203T133000Z',
        'DTEND:20261203T140000Z',
        'STATUS:CONFIRMED',
        'SUMMARY:30 minute meeting with Ana Martín',
        'DESCRIPTION:Booking ID: BKNG-01ABC',
        'LOCATION:Torstraße 12\\, 10119 Berlin',
        'URL:https://meet.example.com/my-booking/BKNG-01ABC/sig',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    )
  })

  test('escapes text, so that nothing a customer types becomes a line of the file', () => {
    const file = calendarFile({
      ...entry,
      description: 'a;b,c\\d\r\nATTACH:http://evil.example\rX\u0007\u0000Y\nZ',
    })
    expect(linesOf(file)).toContain('DESCRIPTION:a\\;b\\,c\\\\d\\nATTACH:http://evil.example\\nXY\\nZ')
    expect(linesOf(file).filter((line) => line.startsWith('ATTACH'))).toEqual([])
  })

  test('folds lines at 75 octets without cutting a character', () => {
    const summary = `${'é'.repeat(60)}😀${'ß'.repeat(60)}😀`.repeat(3)
    const file = calendarFile({ ...entry, summary })
    for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
    expect(linesOf(file)).toContain(`SUMMARY:${summary}`)
    expect(file).not.toContain('\ufffd')
  })

  test('leaves empty parts out and says that a booking was canceled', () => {
    const file = calendarFile({ ...entry, location: '', description: '', isCanceled: true })
    expect(file).not.toMatch(/LOCATION|DESCRIPTION/)
    expect(file).toContain('STATUS:CANCELLED\r\n')
  })
})
