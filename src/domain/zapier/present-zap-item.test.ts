import { describe, expect, test } from 'vitest'
import type { CustomField } from '#database/tables.ts'
import type {
  BookingEvent,
  BookingSnapshot,
  LifecycleEvent,
} from '#domain/lifecycle-events/lifecycle-event.ts'
import { type Trigger, triggers } from '#domain/webhooks/subscription.ts'
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

const context = (trigger: Trigger, customFields: CustomField[] = []) => ({
  publicUrl: 'https://meet.example.com',
  trigger,
  customFields,
})

const now = at('2026-11-22T09:00:00Z')
const owner = { name: 'Ana Martin', zone: 'Europe/Berlin' }
const scheduled = syntheticEvent({ now, trigger: 'booking_scheduled', owner }) as BookingEvent
const withBooking = (changes: Partial<BookingSnapshot>): BookingEvent => ({
  ...scheduled,
  booking: { ...scheduled.booking, ...changes },
})

describe('presentZapItem', () => {
  test('carries times in words and as ISO 8601 with the offset of each zone', () => {
    const item = presentZapItem(scheduled, context('booking_scheduled'))
    expect(Object.values(item)).not.toContain(undefined)
    expect(item.booking_starts_at_owner_zone).toMatch(/\+0[12]:00$/)
    const utc = at(String(item.booking_starts_at))
    expect(at(String(item.booking_starts_at_customer_zone)).equals(utc)).toBe(true)
    expect(at(String(item.booking_starts_at_owner_zone)).equals(utc)).toBe(true)
  })

  test.each(triggers)(
    '%s: the same keys for a bare event as for a full one, and the same bytes each time',
    (trigger) => {
      const event = syntheticEvent({ now, trigger, owner })
      const full = presentZapItem(event, context(trigger, [{ name: 'team-size', title: 'Team size' }]))
      const bare: LifecycleEvent =
        'booking' in event
          ? {
              ...event,
              booking: {
                ...event.booking,
                virtualLocation: '',
                reason: '',
                formerStartsAt: '',
                customer: { ...event.booking.customer, name: 'Lena', company: '', phone: '', note: '' },
                initiatedBy: { customer: '', user: '' },
              },
            }
          : {
              ...event,
              contact: { ...event.contact, name: 'Lena', company: '', phone: '', changedFields: [] },
            }
      const item = presentZapItem(bare, context(trigger, [{ name: 'team-size', title: 'Team size' }]))
      expect(Object.keys(item)).toEqual(Object.keys(full))
      expect(
        JSON.stringify(
          presentZapItem({ ...bare }, context(trigger, [{ name: 'team-size', title: 'Team size' }])),
        ),
      ).toBe(JSON.stringify(item))
      expect(
        Object.values(item).every((value) => typeof value === 'string' || typeof value === 'number'),
      ).toBe(true)
    },
  )

  test('leaves empty parts out of the summaries', () => {
    const item = presentZapItem(
      withBooking({
        virtualLocation: '',
        customer: { ...scheduled.booking.customer, name: 'Lena', company: '', phone: '', note: '' },
      }),
      context('booking_scheduled'),
    )
    expect(item).toMatchObject({ customer_last_name: '', customer_phone_e164: '', booking_location: '' })
    expect(item.booking_summary_short).toBe('Meeting with: Lena')
  })

  test('gives North American phones with a hyphen, all without the plus, and E.164 beside it', () => {
    const phoned = (phone: string) =>
      presentZapItem(
        withBooking({ customer: { ...scheduled.booking.customer, phone } }),
        context('booking_scheduled'),
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

  test('has a key for each custom field of the account, and fills the system’s own from fields of their name', () => {
    const item = presentZapItem(
      withBooking({
        answers: [
          { name: 'team-size', title: 'Team size', value: '12' },
          { name: 'mobile-phone', title: 'Mobile', value: '+44 20 7946 0018' },
          { name: 'country', title: 'Country', value: 'Canada' },
        ],
      }),
      context('booking_scheduled', [
        { name: 'team-size', title: 'Team size' },
        { name: 'budget', title: 'Budget' },
      ]),
    )
    expect(item).toMatchObject({
      answer_team_size: '12',
      answer_budget: '',
      customer_mobile_phone_e164: '+442079460018',
      customer_country: 'Canada',
      booking_answers: 'Team size: 12, Mobile: +44 20 7946 0018, Country: Canada',
    })
  })

  test('tells who changed what, why, and from where to where', () => {
    const moved = syntheticEvent({ now, trigger: 'booking_rescheduled', owner })
    expect(presentZapItem(moved, context('booking_rescheduled'))).toMatchObject({
      booking_status: 'Rescheduled',
      cancel_reschedule_by_customer: 'Lena Novak',
      cancel_reschedule_by_user: '',
      cancel_reschedule_reason: 'I am on a train at that time.',
      cancel_reschedule_summary_short: expect.stringMatching(
        /^The meeting was rescheduled\. Rescheduling reason: I am on a train at that time\. Meeting with: Lena Novak/,
      ),
      booking_former_starts_at: expect.stringMatching(/Z$/),
    })
    const canceled = syntheticEvent({ now, trigger: 'booking_canceled', owner })
    const item = presentZapItem(canceled, context('booking_lifecycle'))
    expect(item).toMatchObject({ booking_status: 'Canceled', cancel_reschedule_summary_long: '' })
    expect(presentZapItem(canceled, context('booking_canceled'))).not.toHaveProperty(
      'cancel_reschedule_customer_link',
    )
  })

  test('finds the address in what the owner wrote about the virtual meeting', () => {
    const link = (virtualLocation: string) =>
      presentZapItem(withBooking({ virtualLocation }), context('booking_scheduled')).join_link
    expect(link('Join at https://video.example.com/a?b=1, code 77.')).toBe('https://video.example.com/a?b=1')
    expect(link('Call +49 30 123456')).toBe('')
  })
})
