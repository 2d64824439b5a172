import { describe, expect, test } from 'vitest'
import { refusal } from '../../tests/hourwire-double.ts'
import { aBundle, aHourwireDouble, failureOf, readChoices, readFields, run } from '../../tests/zapier.ts'
import { BOOKING_OUTPUT_FIELDS, keysOf } from '../fields.ts'
import { SCHEDULED_BOOKING } from '../samples.ts'
import { cancelBooking } from './cancel-booking.ts'
import { requestReschedule } from './request-reschedule.ts'
import { scheduleBooking } from './schedule-booking.ts'
import { setNoShow } from './set-no-show.ts'

const double = aHourwireDouble()
const CREATES = {
  cancel_booking: cancelBooking,
  request_reschedule: requestReschedule,
  set_no_show: setNoShow,
  schedule_booking: scheduleBooking,
}
type CreateKey = keyof typeof CREATES

const act = (key: CreateKey, inputData: object) =>
  run(CREATES[key].operation.perform, aBundle({ inputData })) as Promise<Record<string, unknown>>

const ID = String(SCHEDULED_BOOKING.id)
const START = '2027-02-16T10:30:00-05:00'
const WANTED = {
  booking_page: 'BP-1',
  event_type: 'ET-1',
  start: START,
  name: 'Lena Novak',
  email: 'lena@example.org',
}

// What each is given, where it asks, and what the server is told.
const CASES: [key: CreateKey, inputData: Record<string, string>, path: string, body: object][] = [
  [
    'cancel_booking',
    { booking: ` ${ID}`, reason: 'We are ill.' },
    `/zapier/v1/bookings/${ID}/cancel`,
    { reason: 'We are ill.' },
  ],
  [
    'request_reschedule',
    { booking: ID, reason: 'We are ill.', rebook: 'any' },
    `/zapier/v1/bookings/${ID}/request-reschedule`,
    { reason: 'We are ill.', rebook: 'any' },
  ],
  ['set_no_show', { booking: ID }, `/zapier/v1/bookings/${ID}/no-show`, {}],
  [
    'schedule_booking',
    WANTED,
    '/zapier/v1/bookings',
    {
      booking_page_id: 'BP-1',
      event_type_id: 'ET-1',
      start: START,
      name: 'Lena Novak',
      email: 'lena@example.org',
    },
  ],
]

describe.each(CASES)('%s', (key, inputData, path, body) => {
  test('tells the server what to do and gives the booking, with the keys of its sample and of its fields', async () => {
    double().bookings = [SCHEDULED_BOOKING]
    const booking = await act(key, inputData)
    const keys = keysOf(BOOKING_OUTPUT_FIELDS)
    expect(double().asked).toMatchObject([{ method: 'POST', path }])
    expect(double().asked[0]?.body).toEqual(body)
    expect(Object.keys(booking)).toEqual(keys)
    expect(Object.keys(CREATES[key].operation.sample)).toEqual(keys)
    const fields = await readFields(`creates.${key}.operation.outputFields`, aBundle())
    expect(fields.map((field) => field.key)).toEqual(keys)
  })

  test('fails in the words of the server when it refuses', async () => {
    const errors = [{ path: 'booking', message: 'is not one of yours' }]
    double().answers.set(path, refusal(422, 'invalid-input', 'This cannot be done.', { errors }))
    expect(await failureOf(act(key, inputData))).toMatchObject({
      kind: 'AppError',
      code: 'invalid-input',
      message: 'This cannot be done. (booking: is not one of yours)',
    })
  })

  test('asks to reconnect when the pair is refused', async () => {
    double().pair.login_id = 'j.weber'
    expect((await failureOf(act(key, inputData))).kind).toBe('ExpiredAuthError')
  })

  test('waits as long as a busy server says', async () => {
    double().answers.set(path, { status: 429, headers: { 'retry-after': '9' } })
    expect(await failureOf(act(key, inputData))).toMatchObject({ kind: 'ThrottledError', delay: 9 })
  })

  test('says so when what it gets is no booking', async () => {
    double().answers.set(path, { status: 200, body: [] })
    expect((await failureOf(act(key, inputData))).message).toContain('does not answer like a Hourwire server')
  })

  test('lists the custom fields of the account among what it gives', async () => {
    double().customFields = [{ key: 'answer_company_size', label: 'Company size' }]
    const fields = await readFields(`creates.${key}.operation.outputFields`, aBundle())
    expect(fields.at(-1)).toEqual({ key: 'answer_company_size', label: 'Company size', type: 'string' })
  })
})

describe.each(CASES.slice(0, 3))('%s of one booking', (key, inputData, path) => {
  test('halts softly when the booking is past that, because the Zap is in order', async () => {
    double().answers.set(path, refusal(409, 'not-possible', 'This booking is canceled already.'))
    expect(await failureOf(act(key, inputData))).toMatchObject({
      kind: 'HaltedError',
      message: 'This booking is canceled already.',
    })
  })

  test('fails for a booking that does not exist', async () => {
    expect(await failureOf(act(key, inputData))).toMatchObject({
      kind: 'AppError',
      code: 'booking-not-found',
      message: 'There is no such booking.',
    })
  })

  test('asks nobody without a booking', async () => {
    expect((await failureOf(act(key, { booking: ' ' }))).message).toBe(
      'Choose a booking, or map the ID of one.',
    )
    expect(double().asked).toEqual([])
  })

  test('does not let an id lead to another address', async () => {
    await failureOf(act(key, { booking: '../me' }))
    expect(double().asked[0]?.path).toMatch(/^\/zapier\/v1\/bookings\/\.\.%2Fme\//)
  })
})

test('what is left empty is not said', async () => {
  double().bookings = [SCHEDULED_BOOKING]
  await act('request_reschedule', { booking: ID, reason: '', rebook: undefined })
  expect(double().asked[0]?.body).toEqual({})
})

describe('the bookings to choose from', () => {
  const withStatus = (status: string) => ({ ...SCHEDULED_BOOKING, id: status, booking_status: status })
  const statuses = ['Requested', 'Scheduled', 'Rescheduled', 'Completed', 'No-show', 'Canceled']

  test.each<[CreateKey, string, string[]]>([
    ['cancel_booking', 'upcoming', ['Requested', 'Scheduled', 'Rescheduled', 'Completed']],
    ['request_reschedule', 'upcoming', ['Requested', 'Scheduled', 'Rescheduled', 'Completed']],
    ['set_no_show', 'past', ['Scheduled', 'Rescheduled', 'Completed']],
  ])('for %s are those %s that allow it', async (key, when, offered) => {
    double().bookings = statuses.map(withStatus)
    const choices = await readChoices(`creates.${key}`, 'booking', aBundle())
    expect(choices).toEqual(
      offered.map((status) => `${status} Thu, Feb 16, 2023, 04:30 PM: Lena Novak (Product demo)`),
    )
    expect(new Set(double().asked.map(({ query }) => query.get('when')))).toEqual(new Set([when]))
  })
})

describe('Schedule Booking', () => {
  test('passes on everything that is known of the customer, answers by the names of the form', async () => {
    double().bookings = [SCHEDULED_BOOKING]
    const more = {
      phone: '+1 202 555 0195',
      company: 'Novak Design',
      note: 'Please show the reports.',
      zone: 'America/New_York',
      location: 'Zoom',
    }
    const answers = { answer_company_size: '11 to 50', answer_topics: 'A, B', answer_empty: '' }
    await act('schedule_booking', { ...WANTED, ...more, ...answers })
    expect(double().asked[0]?.body).toEqual({
      booking_page_id: 'BP-1',
      event_type_id: 'ET-1',
      start: START,
      name: 'Lena Novak',
      email: 'lena@example.org',
      ...more,
      answers: { 'company-size': '11 to 50', topics: 'A, B' },
    })
  })

  test('fails, and does not just halt, when the time was taken meanwhile', async () => {
    double().answers.set('/zapier/v1/bookings', refusal(409, 'slot-taken', 'This time was just booked.'))
    expect(await failureOf(act('schedule_booking', WANTED))).toMatchObject({
      kind: 'AppError',
      code: 'slot-taken',
      message: 'This time was just booked.',
    })
  })

  test('asks for each custom field after its own, and insists on none', async () => {
    const path = 'creates.schedule_booking.operation.inputFields'
    const own = (await readFields(path, aBundle())).map(({ key }) => key)
    expect(own.slice(0, 5)).toEqual(['booking_page', 'event_type', 'start', 'name', 'email'])
    double().customFields = [{ key: 'answer_company_size', label: 'Company size' }]
    const fields = await readFields(path, aBundle())
    expect(fields.map(({ key }) => key)).toEqual([...own, 'answer_company_size'])
    expect(fields.at(-1)).toMatchObject({ label: 'Company size', required: false })
  })

  test('shows its own fields to a server that knows no custom ones', async () => {
    double().answers.set('/zapier/v1/custom-fields', refusal(404, 'not-found', 'No route.'))
    const fields = await readFields('creates.schedule_booking.operation.inputFields', aBundle())
    expect(fields.at(-1)?.key).toBe('location')
  })

  test('offers pages, event types, and the free times of both', async () => {
    double().bookingPages = [{ id: 'BP-1', name: 'Meet Jonas' }]
    double().eventTypes = [{ id: 'ET-1', name: 'Product demo' }]
    double().starts = [10, 11, 12].map((hour) => ({
      start: `2027-02-16T${hour}:30:00-05:00`,
      label: `Tue, Feb 16, 2027, ${hour}:30 (GMT-5:00)`,
    }))
    const operation = 'creates.schedule_booking'
    expect(await readChoices(operation, 'booking_page', aBundle())).toEqual(['BP-1 Meet Jonas'])
    expect(await readChoices(operation, 'event_type', aBundle())).toEqual(['ET-1 Product demo'])
    double().asked.length = 0
    const chosen = { inputData: { booking_page: 'BP-1', event_type: 'ET-1' } }
    expect(await readChoices(operation, 'start', aBundle(chosen))).toEqual(
      double().starts.map(({ start, label }) => `${start} ${label}`),
    )
    expect(double().asked.map(({ query }) => Object.fromEntries(query))).toEqual([
      { booking_page_id: 'BP-1', event_type_id: 'ET-1' },
      { booking_page_id: 'BP-1', event_type_id: 'ET-1', cursor: 'after-2' },
    ])
  })

  test.each([[{}], [{ booking_page: 'BP-1' }], [{ booking_page: '', event_type: 'ET-1' }]])(
    'says what to choose first, with %j',
    async (inputData) => {
      const failure = await failureOf(
        readChoices('creates.schedule_booking', 'start', aBundle({ inputData })),
      )
      expect(failure.message).toBe('Choose a booking page and an event type first.')
      expect(double().asked).toEqual([])
    },
  )
})
