import { expect, test } from 'vitest'
import { type CalendarLinkEntry, calendarLinks } from './calendar-links.ts'

const entry: CalendarLinkEntry = {
  startsAt: Temporal.Instant.from('2026-12-03T13:30:00.5Z'),
  endsAt: Temporal.Instant.from('2026-12-03T14:00:00Z'),
  summary: 'Demo & “review” with Ana Martín + Bo',
  description: 'https://meet.example.com/room?a=1&b=2\n\nBooking ID: BKNG-01ABC',
  location: 'Torstraße 12 #3; dates=20200101/20200102',
}

test('Google Calendar gets the times in UTC and all texts as they are', () => {
  const { origin, pathname, searchParams, hash } = new URL(calendarLinks(entry).google)
  expect(origin + pathname).toBe('https://calendar.google.com/calendar/render')
  expect(hash).toBe('')
  expect(Object.fromEntries(searchParams)).toEqual({
    action: 'TEMPLATE',
    text: entry.summary,
    dates: '20261203T133000Z/20261203T140000Z',
    details: entry.description,
    location: entry.location,
  })
  expect([...searchParams.keys()]).toHaveLength(5)
})

test('Outlook.com gets the times in UTC, and texts on one line', () => {
  const { origin, pathname, searchParams, hash } = new URL(calendarLinks(entry).outlook)
  expect(origin + pathname).toBe('https://outlook.live.com/calendar/0/deeplink/compose')
  expect(hash).toBe('')
  expect(Object.fromEntries(searchParams)).toEqual({
    path: '/calendar/action/compose',
    rru: 'addevent',
    subject: entry.summary,
    startdt: '2026-12-03T13:30:00Z',
    enddt: '2026-12-03T14:00:00Z',
    body: 'https://meet.example.com/room?a=1&b=2 Booking ID: BKNG-01ABC',
    location: entry.location,
  })
})

test('a space is never a plus, which Outlook would show; what is empty is left out; controls are dropped', () => {
  const links = calendarLinks({
    ...entry,
    summary: 'A\u0007 b\r\nc',
    description: '',
    location: '',
  })
  for (const link of Object.values(links)) {
    expect(link).not.toMatch(/[+\s<>"']/)
    expect(link).not.toMatch(/location=|details=|body=/)
  }
  expect(new URL(links.google).searchParams.get('text')).toBe('A b c')
})
