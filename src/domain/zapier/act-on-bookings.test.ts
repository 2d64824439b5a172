import { expect, test } from 'vitest'
import { saveBookingForm } from '#domain/booking-pages/booking-forms.ts'
import { accepted } from '#kit/result.ts'
import { openHouse } from '../../../tests/house.ts'
import { scheduleForZap } from './act-on-bookings.ts'

test('a Zap chooses options with commas in their names, joined as items have them or line by line', async () => {
  const house = await openHouse()
  const { ana, page, eventTypes } = await house.anAccount()
  const form = accepted(
    await saveBookingForm(house, {
      viewer: ana,
      form: {
        id: null,
        name: 'Where',
        fields: [
          {
            name: 'places',
            title: 'Places',
            subtext: '',
            kind: 'checkbox',
            required: true,
            hidden: false,
            options: ['Berlin', 'Berlin, Germany', 'Paris'],
          },
        ],
      },
    }),
  )
  await house.sql(
    `update booking_pages set scheduling = jsonb_set(scheduling, '{formId}', to_jsonb($1::text))`,
    [form],
  )
  const schedule = async (hour: string, places: string) => {
    const scheduled = await scheduleForZap(
      house,
      { user: ana },
      {
        bookingPageId: page.id,
        eventTypeId: eventTypes[1]?.id as never,
        start: Temporal.Instant.from(`2026-11-24T${hour}:00:00Z`),
        customer: {
          name: 'Lena',
          email: 'lena@example.org',
          company: '',
          phone: '',
          note: '',
          zone: undefined,
        },
        location: undefined,
        answers: { places },
      },
    )
    return scheduled.ok ? scheduled.value.answer_places : scheduled.problem
  }
  expect(await schedule('09', 'Berlin, Germany, Paris')).toBe('Berlin, Germany, Paris')
  expect(await schedule('10', 'Paris\nBerlin, Germany')).toBe('Paris, Berlin, Germany')
  expect(await schedule('11', 'Berlin, Paris')).toBe('Berlin, Paris')
  expect(await schedule('12', 'Berlin, Rome')).toMatchObject({ code: 'answers-wrong' })
})
