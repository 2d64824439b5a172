import { describe, expect, test } from 'vitest'
import type { LifecycleEvent } from '#domain/lifecycle-events/lifecycle-event.ts'
import { presentZapItem } from './present-zap-item.ts'
import { syntheticEvent } from './synthetic-event.ts'
import { momentInZone, spanInZone, zoneInWords } from './zap-item-text.ts'

const at = (text: string) => Temporal.Instant.from(text)

describe('dates in words', () => {
  test('follow the original’s shape', () => {
    expect(momentInZone(at('2023-02-14T16:00:00Z'), 'America/New_York')).toBe('Tue, Feb 14, 2023, 11:00 AM')
    expect(momentInZone(at('2023-02-04T00:05:00Z'), 'UTC', 'long')).toBe('Saturday, Feb 04, 2023, 12:05 AM')
    expect(spanInZone(at('2023-02-16T15:30:00Z'), at('2023-02-16T16:00:00Z'), 'America/New_York')).toBe(
      'Thu, Feb 16, 2023, 10:30 AM - 11:00 AM',
    )
    expect(spanInZone(at('2023-02-16T23:30:00Z'), at('2023-02-17T00:30:00Z'), 'UTC')).toBe(
      'Thu, Feb 16, 2023, 11:30 PM - Fri, Feb 17, 2023, 12:30 AM',
    )
  })

  test('name the zone with its offset at that time of the year', () => {
    expect(zoneInWords(at('2026-12-01T12:00:00Z'), 'America/New_York')).toBe('Eastern Time (GMT-5:00)')
    expect(zoneInWords(at('2026-07-01T12:00:00Z'), 'America/New_York')).toBe('Eastern Time (GMT-4:00)')
    expect(zoneInWords(at('2026-07-01T12:00:00Z'), 'Asia/Kathmandu')).toMatch(/ \(GMT\+5:45\)$/)
  })
})

describe('presentZapItem', () => {
  const event = syntheticEvent({
    now: at('2026-11-22T09:00:00Z'),
    type: 'booking.scheduled',
    owner: { name: 'Ana Martin', zone: 'Europe/Berlin' },
  })
  const link = { publicUrl: 'https://meet.example.com' }

  test('carries times in words and as ISO 8601 with the offset of each zone', () => {
    const item = presentZapItem(event, link)
    for (const [key, value] of Object.entries(item)) expect([key, typeof value]).not.toContain('undefined')
    expect(item.booking_starts_at_owner_zone).toMatch(/\+0[12]:00$/)
    expect(at(item.booking_starts_at_customer_zone).equals(at(item.booking_starts_at))).toBe(true)
    expect(at(item.booking_starts_at_owner_zone).equals(at(item.booking_starts_at))).toBe(true)
  })

  test('has the same keys for a bare booking, with empty texts', () => {
    const bare: LifecycleEvent = {
      ...event,
      booking: {
        ...event.booking,
        physicalLocation: '',
        virtualLocation: '',
        customer: { ...event.booking.customer, name: 'Lena', company: '', phone: '', note: '' },
      },
    }
    const item = presentZapItem(bare, link)
    expect(Object.keys(item)).toEqual(Object.keys(presentZapItem(event, link)))
    expect(item).toMatchObject({
      customer_last_name: '',
      customer_phone: '',
      customer_phone_e164: '',
      booking_location: '',
    })
    expect(item.booking_summary_short).toBe('Meeting with: Lena')
  })

  test('gives North American phones with a hyphen, all without the plus, and E.164 beside it', () => {
    const phoned = (phone: string) =>
      presentZapItem(
        { ...event, booking: { ...event.booking, customer: { ...event.booking.customer, phone } } },
        link,
      )
    expect(phoned('+12025550195')).toMatchObject({
      customer_phone: '1-2025550195',
      customer_phone_e164: '+12025550195',
    })
    expect(phoned('+4930123456')).toMatchObject({
      customer_phone: '4930123456',
      customer_phone_e164: '+4930123456',
    })
  })

  test('gives the same bytes each time', () => {
    expect(JSON.stringify(presentZapItem(event, link))).toBe(
      JSON.stringify(presentZapItem(structuredCloneOf(event), link)),
    )
  })
})

const structuredCloneOf = (event: LifecycleEvent): LifecycleEvent => ({
  ...event,
  booking: structuredClone(event.booking),
})
