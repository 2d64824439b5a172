import { describe, expect, test } from 'vitest'
import { closedAddress, refusal } from '../../tests/hourwire-double.ts'
import { aBundle, aHourwireDouble, failureOf, readChoices, readFields, run } from '../../tests/zapier.ts'
import { keysOf, TRIGGER_FIELDS, type TriggerKey } from '../fields.ts'
import { sampleOf } from '../samples.ts'
import { triggers } from './triggers.ts'

const double = aHourwireDouble()
const targetUrl = 'https://hooks.zapier.com/hooks/standard/1/abc/'
const filter = { booking_page: 'BP-1', event_type: 'ET-1' }

const keys = Object.keys(TRIGGER_FIELDS) as TriggerKey[]
const operationOf = (key: TriggerKey) => triggers[key].operation
const subscribe = (key: TriggerKey, more: object) =>
  run(operationOf(key).performSubscribe, aBundle({ ...more }))
const unsubscribe = (key: TriggerKey, more: object) =>
  run(operationOf(key).performUnsubscribe, aBundle({ ...more }))
const receive = (key: TriggerKey, cleanedRequest?: object) =>
  run(operationOf(key).perform, aBundle({ cleanedRequest }))
const listSamples = (key: TriggerKey, more: object = {}) =>
  run(operationOf(key).performList, aBundle({ ...more }))

// Which lifecycle event starts which triggers; everything else must start nothing.
const STARTS: Record<string, TriggerKey[]> = {
  'booking.scheduled': ['booking_scheduled', 'booking_lifecycle'],
  'booking.rescheduled': ['booking_rescheduled', 'booking_lifecycle'],
  'booking.canceled': ['booking_canceled', 'booking_lifecycle'],
  'booking.canceled_then_rescheduled': ['booking_canceled_rescheduled', 'booking_lifecycle'],
  'booking.canceled_reschedule_requested': ['booking_canceled_rescheduled', 'booking_lifecycle'],
  'booking.completed': ['booking_completed', 'booking_lifecycle'],
  'booking.no_show': ['booking_no_show', 'booking_lifecycle'],
  'contact.captured': ['contact_captured', 'contact_lifecycle'],
  'contact.updated': ['contact_updated', 'contact_lifecycle'],
  'booking.requested': [],
}

// What `booking_scheduled` had when it was first published (1.0.0): a running Zap may use any of these.
const PUBLISHED =
  `id event sequence occurred_at booking_id booking_status booking_subject booking_creation_date
  booking_created_at booking_last_updated booking_updated_at booking_duration_minutes booking_duration_seconds
  booking_meeting_time_utc booking_starts_at booking_ends_at booking_meeting_time_customer_zone
  booking_starting_time_customer_zone booking_starts_at_customer_zone booking_meeting_time_owner_zone
  booking_starting_time_owner_zone booking_starts_at_owner_zone booking_mode booking_summary_long booking_summary_short
  booking_invoice_line_item booking_physical_location booking_virtual_location booking_location customer_name
  customer_first_name customer_last_name customer_email customer_company customer_phone customer_phone_e164
  customer_note customer_time_zone customer_zone cancel_reschedule_customer_link booking_page_id
  booking_page_public_name booking_page_internal_label booking_page_public_link booking_page_owner
  booking_page_time_zone event_type_id event_type_name event_type_description`.split(/\s+/)

describe.each(keys)('%s', (key) => {
  test('is turned on for the chosen page and event type, and off again, twice without harm', async () => {
    const subscribeData = await subscribe(key, { targetUrl, inputData: filter })
    expect(subscribeData).toEqual({ id: 'WHK-1' })
    expect(double().subscriptions.get('WHK-1')).toEqual({
      trigger: key,
      target_url: targetUrl,
      booking_page_id: 'BP-1',
      event_type_id: 'ET-1',
    })
    const turnOff = () => unsubscribe(key, { targetUrl, subscribeData })
    expect(await turnOff()).toEqual({ id: 'WHK-1' })
    expect(double().subscriptions.size).toBe(0)
    expect(await turnOff()).toEqual({ id: 'WHK-1' })
    expect(double().asked.map(({ method }) => method)).toEqual(['POST', 'DELETE', 'DELETE'])
  })

  test.each(Object.keys(STARTS))('takes %s only if it is its own', async (event) => {
    const item = { ...sampleOf(key), event }
    expect(await receive(key, item)).toEqual(STARTS[event]?.includes(key) ? [item] : [])
  })

  test('has the same keys in a delivery, in the editor, in the sample and in the list of fields', async () => {
    const fields = keysOf(TRIGGER_FIELDS[key])
    const { sample } = operationOf(key)
    const [delivered] = await receive(key, sample)
    const [listed] = await listSamples(key)
    expect(Object.keys(sample)).toEqual(fields)
    expect(Object.keys(delivered ?? {})).toEqual(fields)
    expect(Object.keys(listed ?? {})).toEqual(fields)
    expect(keysOf((await readFields(`triggers.${key}.operation.outputFields`, aBundle())) as never)).toEqual(
      fields,
    )
    expect(new Set(fields).size).toBe(fields.length)
  })

  test('asks the server for samples of the chosen page and event type', async () => {
    await listSamples(key, { inputData: filter })
    expect(Object.fromEntries(double().asked[0]?.query ?? [])).toEqual({
      trigger: key,
      booking_page_id: 'BP-1',
      event_type_id: 'ET-1',
      limit: '3',
    })
  })

  test('offers booking pages and event types to filter by, and needs neither', async () => {
    double().bookingPages = named('BP', 3)
    double().eventTypes = named('ET', 3)
    const operation = `triggers.${key}`
    expect(await readChoices(operation, 'booking_page', aBundle())).toEqual(labels('BP', 3))
    expect(await readChoices(operation, 'event_type', aBundle())).toEqual(labels('ET', 3))
    expect(operationOf(key).inputFields.map(({ required }) => required)).toEqual([false, false])
  })

  test('lists the custom fields of the account exactly where its items carry them', async () => {
    double().customFields = [{ key: 'answer_company_size', label: 'Company size' }]
    const fields = await readFields(`triggers.${key}.operation.outputFields`, aBundle())
    const custom = fields.slice(TRIGGER_FIELDS[key].length)
    const expected = [{ key: 'answer_company_size', label: 'Company size', type: 'string' }]
    expect(custom).toEqual(key.startsWith('booking_') ? expected : [])
  })
})

// The names under which people know the fields (product.md 2.3).
const KNOWN_LABELS =
  `Attachment|Creation date|Summary (long)|Summary (short)|Duration in minutes|Duration in seconds
  Last updated|Meeting time in UTC|Meeting time in Customer's time zone|Meeting time in Owner's time zone|Mode
  Number of sessions scheduled|Physical location|Starting time in Customer's time zone
  Starting time in Owner's time zone|Status|Subject|Tracking ID|Package ID|Virtual location
  Virtual or physical location|Invoice line item
  Customer - Name|Customer - First name|Customer - Last name|Customer - Email|Customer - Company|Customer - Phone
  Customer - Mobile phone|Customer - Note|Customer - Time zone|Customer - Country|Customer - State
  Customer - Location
  Cancel/reschedule - Initiated by customer name|Cancel/reschedule - Initiated by user name
  Cancel/reschedule - Reason|Cancel/reschedule - Summary (long)|Cancel/reschedule - Summary (short)
  Cancel/reschedule - Customer link|Cancel/reschedule - Tracking ID (canceled booking)
  Booking page - Category|Booking page - Internal label|Booking page - Public link|Booking page - Public name
  Booking page - Owner|Booking page - Time zone
  Master page - Internal label|Master page - Public link|Master page - Public name
  Event type - Category|Event type - Description|Event type - Name|Event type - Price|Event type - Currency`
    .split(/\||\n/)
    .map((label) => label.trim())
    .map((label) => (label.includes(' - ') ? label : `Booking - ${label}`))

describe('the fields of a trigger', () => {
  test('have the labels people know, each only once', () => {
    expect(KNOWN_LABELS).toHaveLength(55)
    for (const key of keys) {
      const labels = TRIGGER_FIELDS[key].map(({ label }) => label)
      expect(new Set(labels).size).toBe(labels.length)
    }
    expect(TRIGGER_FIELDS.booking_lifecycle.map(({ label }) => label)).toEqual(
      expect.arrayContaining(KNOWN_LABELS),
    )
  })

  test.each([
    ['booking_scheduled', 'Scheduled'],
    ['booking_rescheduled', 'Rescheduled'],
    ['booking_canceled', 'Canceled'],
    ['booking_canceled_rescheduled', 'Canceled'],
    ['booking_completed', 'Completed'],
    ['booking_no_show', 'No-show'],
  ] as const)('%s show in their sample the status %s', (key, status) => {
    expect(sampleOf(key).booking_status).toBe(status)
  })

  test('keep every key that was ever published', () => {
    expect(PUBLISHED).toHaveLength(49)
    expect(keysOf(TRIGGER_FIELDS.booking_scheduled)).toEqual(expect.arrayContaining(PUBLISHED))
  })

  // The columns of the product's field table (product.md 2.3): who carries what of a cancellation or a reschedule.
  test.each([
    ['cancel_reschedule_by_customer', 'rescheduled canceled canceled_rescheduled lifecycle'],
    ['cancel_reschedule_by_user', 'rescheduled canceled canceled_rescheduled lifecycle'],
    ['cancel_reschedule_reason', 'rescheduled canceled canceled_rescheduled lifecycle'],
    ['cancel_reschedule_summary_long', 'rescheduled canceled_rescheduled lifecycle'],
    ['cancel_reschedule_summary_short', 'rescheduled canceled_rescheduled lifecycle'],
    ['cancel_reschedule_customer_link', 'scheduled rescheduled lifecycle'],
    ['cancel_reschedule_canceled_booking_id', 'rescheduled lifecycle'],
    ['booking_former_start', 'rescheduled lifecycle'],
    ['booking_former_starts_at', 'rescheduled lifecycle'],
    ['join_link', 'scheduled rescheduled canceled canceled_rescheduled completed no_show lifecycle'],
  ])('%s are those of the table', (field, carriers) => {
    const found = keys.filter((key) => keysOf(TRIGGER_FIELDS[key]).includes(field))
    expect(found).toEqual(carriers.split(' ').map((name) => `booking_${name}`))
  })

  test.each<[string, () => Promise<void> | void]>([
    [
      'an older server',
      () => void double().answers.set('/zapier/v1/custom-fields', refusal(404, 'not-found', 'No.')),
    ],
    ['a refused pair', () => void Object.assign(double().pair, { api_key: 'hwz_new' })],
    [
      'some other answer',
      () => void double().answers.set('/zapier/v1/custom-fields', { status: 200, body: 'Hi' }),
    ],
    [
      'an answer with nonsense in it',
      () => {
        const items = [null, 'x', { key: 'id', label: 'ID' }, { key: 'answer_a' }]
        double().answers.set('/zapier/v1/custom-fields', { status: 200, body: { items } })
      },
    ],
    [
      'nobody who answers',
      async () => {
        process.env.HOURWIRE_BASE_URL = await closedAddress()
      },
    ],
  ])('are still shown with %s', async (_what, arrange) => {
    await arrange()
    const fields = await readFields('triggers.booking_scheduled.operation.outputFields', aBundle())
    expect(fields.map(({ key }) => key)).toEqual(keysOf(TRIGGER_FIELDS.booking_scheduled))
  })
})

describe('turning a Zap on', () => {
  test.each([[{}], [{ booking_page: '', event_type: ' ' }]])(
    'without a choice %j subscribes to all',
    async (inputData) => {
      await subscribe('booking_scheduled', { targetUrl, inputData })
      expect(double().subscriptions.get('WHK-1')).toMatchObject({
        booking_page_id: null,
        event_type_id: null,
      })
    },
  )

  test('fails in the words of the server when the page is gone', async () => {
    double().answers.set(
      '/zapier/v1/subscriptions',
      refusal(404, 'not-found', 'This booking page does not exist.'),
    )
    const failure = await failureOf(subscribe('booking_scheduled', { targetUrl }))
    expect(failure.message).toBe('This booking page does not exist.')
  })

  test('fails when the answer has no id to unsubscribe with later', async () => {
    double().answers.set('/zapier/v1/subscriptions', { status: 201, body: {} })
    const failure = await failureOf(subscribe('booking_scheduled', { targetUrl }))
    expect(failure.message).toContain('does not answer like a Hourwire server')
  })
})

describe('turning a Zap off', () => {
  const turnOff = (id: string) => unsubscribe('booking_scheduled', { subscribeData: { id } })

  test('takes "gone" for success', async () => {
    double().answers.set('/zapier/v1/subscriptions/WHK-1', { status: 410 })
    expect(await turnOff('WHK-1')).toEqual({ id: 'WHK-1' })
  })

  test('that was never on asks nobody', async () => {
    expect(await unsubscribe('booking_scheduled', {})).toEqual({ id: '' })
    expect(double().asked).toEqual([])
  })

  test('does not let an id lead to another address', async () => {
    await turnOff('../me')
    expect(double().asked[0]?.path).toBe('/zapier/v1/subscriptions/..%2Fme')
  })

  test('says so when the server cannot', async () => {
    double().answers.set('/zapier/v1/subscriptions/WHK-1', { status: 500 })
    expect((await failureOf(turnOff('WHK-1'))).message).toContain('status 500')
  })
})

describe('a delivery', () => {
  test('leaves out what Zapier itself adds, and keeps keys that a newer server adds', async () => {
    const item = { ...sampleOf('booking_scheduled'), booking_color: 'green' }
    expect(await receive('booking_scheduled', { ...item, querystring: { a: '1' } })).toEqual([item])
  })

  test.each([[undefined], [{}], [{ id: '' }], [{ hello: 'world' }]])(
    'that is none halts softly: %j',
    async (cleanedRequest) => {
      expect(await failureOf(receive('contact_updated', cleanedRequest))).toMatchObject({
        kind: 'HaltedError',
        message: 'What came in is not a contact from Hourwire, so nothing was done with it.',
      })
    },
  )
})

describe('the dropdowns', () => {
  test('ask page by page', async () => {
    double().bookingPages = named('BP', 5)
    expect(await readChoices('triggers.booking_scheduled', 'booking_page', aBundle())).toEqual(
      labels('BP', 5),
    )
    expect(double().asked.map(({ query }) => query.get('cursor'))).toEqual([null, 'after-2', 'after-4'])
  })

  test('are empty, and no error, for somebody without any', async () => {
    expect(await readChoices('triggers.booking_scheduled', 'booking_page', aBundle())).toEqual([])
  })

  test('say so when the answer is not a list', async () => {
    double().answers.set('/zapier/v1/event-types', { status: 200, body: { items: 'none' } })
    const failure = await failureOf(readChoices('triggers.booking_scheduled', 'event_type', aBundle()))
    expect(failure.message).toContain('does not answer like a Hourwire')
  })
})

function named(prefix: string, count: number) {
  return Array.from({ length: count }, (_, at) => ({ id: `${prefix}-${at + 1}`, name: `Name ${at + 1}` }))
}

function labels(prefix: string, count: number) {
  return named(prefix, count).map(({ id, name }) => `${id} ${name}`)
}
