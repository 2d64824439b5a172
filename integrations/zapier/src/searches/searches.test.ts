import { describe, expect, test } from 'vitest'
import { refusal } from '../../tests/hourwire-double.ts'
import { aBundle, aHourwireDouble, failureOf, readChoices, readFields, run } from '../../tests/zapier.ts'
import { BOOKING_OUTPUT_FIELDS, CONTACT_OUTPUT_FIELDS, keysOf } from '../fields.ts'
import { FOUND_CONTACT, NO_SHOW_BOOKING, SCHEDULED_BOOKING } from '../samples.ts'
import { findBooking } from './find-booking.ts'
import { findContact } from './find-contact.ts'
import { getBooking } from './get-booking.ts'

const double = aHourwireDouble()
const SEARCHES = { find_contact: findContact, find_booking: findBooking, get_booking: getBooking }
type SearchKey = keyof typeof SEARCHES

const find = (key: SearchKey, inputData: object) =>
  run(SEARCHES[key].operation.perform, aBundle({ inputData })) as Promise<Record<string, unknown>[]>
const askedFor = () => Object.fromEntries(double().asked[0]?.query ?? [])

// What each finds by, where it asks, and what it finds in a server that has one contact and two bookings.
const CASES: [key: SearchKey, inputData: Record<string, string>, path: string, fields: string[]][] = [
  ['find_contact', { email: 'Lena@Example.org' }, '/zapier/v1/contacts', keysOf(CONTACT_OUTPUT_FIELDS)],
  ['find_booking', { email: 'lena@example.org' }, '/zapier/v1/bookings', keysOf(BOOKING_OUTPUT_FIELDS)],
  [
    'get_booking',
    { booking: ` ${SCHEDULED_BOOKING.id} ` },
    `/zapier/v1/bookings/${SCHEDULED_BOOKING.id}`,
    keysOf(BOOKING_OUTPUT_FIELDS),
  ],
]

describe.each(CASES)('%s', (key, inputData, path, keys) => {
  test('finds what is there, with the keys of its sample and of its fields', async () => {
    double().contacts = [FOUND_CONTACT]
    double().bookings = [SCHEDULED_BOOKING]
    const [found, ...more] = await find(key, inputData)
    expect(more).toEqual([])
    expect(Object.keys(found ?? {})).toEqual(keys)
    expect(Object.keys(SEARCHES[key].operation.sample)).toEqual(keys)
    expect(double().asked.map((asked) => asked.path)).toEqual([path])
    const fields = await readFields(`searches.${key}.operation.outputFields`, aBundle())
    expect(fields.map((field) => field.key)).toEqual(keys)
  })

  test('finds nothing, and is no error, where there is nothing', async () => {
    expect(await find(key, inputData)).toEqual([])
  })

  test('says so when the server refuses', async () => {
    double().answers.set(path, refusal(400, 'invalid-input', 'This cannot be asked.'))
    expect(await failureOf(find(key, inputData))).toMatchObject({
      kind: 'AppError',
      message: 'This cannot be asked.',
    })
  })

  test('says so when the answer is something else', async () => {
    double().answers.set(path, { status: 200, body: '<h1>Hello</h1>' })
    expect((await failureOf(find(key, inputData))).message).toContain(
      'does not answer like a Hourwire server',
    )
  })

  test('asks to reconnect when the pair is refused', async () => {
    double().pair.api_key = 'hwz_the_new_one'
    expect((await failureOf(find(key, inputData))).kind).toBe('ExpiredAuthError')
  })
})

test.each<[SearchKey, object]>([
  ['find_contact', { email: ' ' }],
  ['get_booking', { booking: '' }],
  ['get_booking', {}],
])('%s for nobody in particular (%j) finds nothing and asks nobody', async (key, inputData) => {
  double().bookings = [SCHEDULED_BOOKING]
  expect(await find(key, inputData)).toEqual([])
  expect(double().asked).toEqual([])
})

describe('Find Booking', () => {
  test('passes on what is filled in, and keeps the order of the server', async () => {
    double().bookings = [NO_SHOW_BOOKING, SCHEDULED_BOOKING]
    const found = await find('find_booking', {
      email: '',
      status: 'no_show',
      when: 'past',
      booking_page: 'BP-1',
      event_type: 'ET-1',
    })
    expect(found).toEqual([NO_SHOW_BOOKING, SCHEDULED_BOOKING])
    expect(askedFor()).toEqual({
      status: 'no_show',
      when: 'past',
      booking_page_id: 'BP-1',
      event_type_id: 'ET-1',
    })
  })

  test('offers pages and event types, every status, and both directions of time', async () => {
    double().bookingPages = [{ id: 'BP-1', name: 'Meet Jonas' }]
    double().eventTypes = [{ id: 'ET-1', name: 'Product demo' }]
    expect(await readChoices('searches.find_booking', 'booking_page', aBundle())).toEqual(['BP-1 Meet Jonas'])
    expect(await readChoices('searches.find_booking', 'event_type', aBundle())).toEqual(['ET-1 Product demo'])
    const [, status, when] = findBooking.operation.inputFields
    expect(valuesOf(status)).toEqual([
      'requested',
      'scheduled',
      'rescheduled',
      'completed',
      'no_show',
      'canceled',
    ])
    expect(valuesOf(when)).toEqual(['upcoming', 'past', 'any'])
  })
})

describe('Get Booking', () => {
  test('offers every booking, in words', async () => {
    double().bookings = [SCHEDULED_BOOKING, NO_SHOW_BOOKING, { ...SCHEDULED_BOOKING, event_type_name: '' }]
    const label = 'Thu, Feb 16, 2023, 04:30 PM: Lena Novak (Product demo)'
    expect(await readChoices('searches.get_booking', 'booking', aBundle())).toEqual(
      Array.from({ length: 3 }, () => `${SCHEDULED_BOOKING.id} ${label}`),
    )
    expect(double().asked.map(({ query }) => query.get('when'))).toEqual(['any', 'any'])
  })

  test('does not let an id lead to another address', async () => {
    expect(await find('get_booking', { booking: '../me' })).toEqual([])
    expect(double().asked[0]?.path).toBe('/zapier/v1/bookings/..%2Fme')
  })

  test('does not take a server without bookings at its door for "not found"', async () => {
    double().answers.set('/zapier/v1/bookings/BKNG-1', { status: 404, body: 'No such page' })
    expect((await failureOf(find('get_booking', { booking: 'BKNG-1' }))).message).toContain(
      'does not answer like a Hourwire server',
    )
  })

  test('says so when what it gets is no booking', async () => {
    double().answers.set('/zapier/v1/bookings/BKNG-1', { status: 200, body: { hello: 'world' } })
    expect((await failureOf(find('get_booking', { booking: 'BKNG-1' }))).message).toContain(
      'does not answer like a Hourwire server',
    )
  })
})

test('custom fields stand among the fields of a booking, not among those of a contact', async () => {
  double().customFields = [{ key: 'answer_company_size', label: 'Company size' }]
  const last = async (key: SearchKey) =>
    (await readFields(`searches.${key}.operation.outputFields`, aBundle())).at(-1)?.label
  expect(await last('find_booking')).toBe('Company size')
  expect(await last('get_booking')).toBe('Company size')
  expect(await last('find_contact')).toBe('Contact - Tracking ID of the last booking')
})

function valuesOf(field: object | undefined) {
  return (field as { choices: { value: string }[] }).choices.map(({ value }) => value)
}
