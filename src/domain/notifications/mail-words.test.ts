import { expect, test } from 'vitest'
import { momentAndZoneInWords, spanInWords } from './mail-words.ts'

const at = (iso: string) => Temporal.Instant.from(iso)

test.each([
  [
    'an hour',
    '2026-12-03T13:30:00Z',
    '14:30',
    'Thu, Dec 3, 2026, 2:30 PM – 3:30 PM, Europe/Berlin (GMT+1:00)',
  ],
  [
    'over midnight',
    '2026-12-03T22:30:00Z',
    '23:30',
    'Thu, Dec 3, 2026, 11:30 PM – Fri, Dec 4, 2026, 12:30 AM, Europe/Berlin (GMT+1:00)',
  ],
  [
    'over an hour that comes twice',
    '2026-10-25T00:30:00Z',
    '01:30',
    'Sun, Oct 25, 2026, 2:30 AM GMT+2:00 – 2:30 AM GMT+1:00, Europe/Berlin',
  ],
  [
    'over an hour that is skipped',
    '2026-03-29T00:30:00Z',
    '01:30',
    'Sun, Mar 29, 2026, 1:30 AM GMT+1:00 – 3:30 AM GMT+2:00, Europe/Berlin',
  ],
])('a span of %s', (_, start, end, words) =>
  expect(spanInWords(at(start), at(`${start.slice(0, 11)}${end}:00Z`), 'Europe/Berlin')).toBe(words),
)

test('a moment says its zone and offset', () =>
  expect(momentAndZoneInWords(at('2026-11-24T09:00:00Z'), 'Asia/Kathmandu')).toBe(
    'Tue, Nov 24, 2026, 2:45 PM, Asia/Kathmandu (GMT+5:45)',
  ))
