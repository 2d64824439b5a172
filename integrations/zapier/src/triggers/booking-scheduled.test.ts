import { describe, expect, test } from 'vitest'
import { refusal } from '../../tests/hourwire-double.ts'
import { aBundle, aHourwireDouble, failureOf, fillDropdown, run } from '../../tests/zapier.ts'
import { BOOKING_SCHEDULED_FIELDS, keysOf } from '../fields.ts'
import {
  BOOKING_SCHEDULED_SAMPLE,
  listSamples,
  receive,
  subscribe,
  unsubscribe,
} from './booking-scheduled.ts'

const double = aHourwireDouble()
const targetUrl = 'https://hooks.zapier.com/hooks/standard/1/abc/'
const filter = { booking_page: 'BP-1', event_type: 'ET-1' }

describe('turning a Zap on', () => {
  test('subscribes its address to bookings of the chosen page and event type', async () => {
    expect(await run(subscribe, aBundle({ targetUrl, inputData: filter }))).toEqual({ id: 'WHK-1' })
    expect(double().subscriptions.get('WHK-1')).toEqual({
      trigger: 'booking_scheduled',
      target_url: targetUrl,
      booking_page_id: 'BP-1',
      event_type_id: 'ET-1',
    })
  })

  test.each([[{}], [{ booking_page: '', event_type: '' }]])(
    'without a choice %j subscribes to all',
    async (inputData) => {
      await run(subscribe, aBundle({ targetUrl, inputData }))
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
    const failure = await failureOf(run(subscribe, aBundle({ targetUrl })))
    expect(failure.message).toBe('This booking page does not exist.')
  })

  test('fails when the answer has no id to unsubscribe with later', async () => {
    double().answers.set('/zapier/v1/subscriptions', { status: 201, body: {} })
    const failure = await failureOf(run(subscribe, aBundle({ targetUrl })))
    expect(failure.message).toContain('does not answer like a Hourwire server')
  })
})

describe('turning a Zap off', () => {
  test('ends the subscription, and does not mind being asked twice', async () => {
    const subscribeData = await run(subscribe, aBundle({ targetUrl }))
    const turnOff = () => run(unsubscribe, aBundle({ targetUrl, subscribeData }))
    expect(await turnOff()).toEqual({ id: 'WHK-1' })
    expect(double().subscriptions.size).toBe(0)
    expect(await turnOff()).toEqual({ id: 'WHK-1' })
    expect(double().asked.map(({ method }) => method)).toEqual(['POST', 'DELETE', 'DELETE'])
  })

  test('takes "gone" for success', async () => {
    double().answers.set('/zapier/v1/subscriptions/WHK-1', { status: 410 })
    expect(await run(unsubscribe, aBundle({ subscribeData: { id: 'WHK-1' } }))).toEqual({ id: 'WHK-1' })
  })

  test('that was never on asks nobody', async () => {
    expect(await run(unsubscribe, aBundle())).toEqual({ id: '' })
    expect(double().asked).toEqual([])
  })

  test('does not let an id lead to another address', async () => {
    await run(unsubscribe, aBundle({ subscribeData: { id: '../me' } }))
    expect(double().asked[0]?.path).toBe('/zapier/v1/subscriptions/..%2Fme')
  })

  test('says so when the server cannot', async () => {
    double().answers.set('/zapier/v1/subscriptions/WHK-1', { status: 500 })
    const failure = await failureOf(run(unsubscribe, aBundle({ subscribeData: { id: 'WHK-1' } })))
    expect(failure.message).toContain('status 500')
  })
})

describe('what a Zap sees', () => {
  test('has the same keys in a delivery, in the editor, in the sample and in the list of fields', async () => {
    const keys = keysOf(BOOKING_SCHEDULED_FIELDS)
    const [delivered] = await run(receive, aBundle({ cleanedRequest: { ...BOOKING_SCHEDULED_SAMPLE } }))
    const [listed] = await run(listSamples, aBundle())
    expect(keys).toHaveLength(49)
    expect(Object.keys(BOOKING_SCHEDULED_SAMPLE)).toEqual(keys)
    expect(Object.keys(delivered ?? {})).toEqual(keys)
    expect(Object.keys(listed ?? {})).toEqual(keys)
  })

  test('is asked from the server for the chosen page and event type', async () => {
    await run(listSamples, aBundle({ inputData: filter }))
    const query = Object.fromEntries(double().asked[0]?.query ?? [])
    expect(query).toEqual({
      trigger: 'booking_scheduled',
      booking_page_id: 'BP-1',
      event_type_id: 'ET-1',
      limit: '3',
    })
  })

  test('leaves out what Zapier itself adds to a delivery', async () => {
    const cleanedRequest = { ...BOOKING_SCHEDULED_SAMPLE, querystring: { a: '1' } }
    expect(await run(receive, aBundle({ cleanedRequest }))).toEqual([BOOKING_SCHEDULED_SAMPLE])
  })

  test('keeps keys that a newer server adds', async () => {
    const cleanedRequest = { ...BOOKING_SCHEDULED_SAMPLE, booking_color: 'green' }
    expect(await run(receive, aBundle({ cleanedRequest }))).toEqual([cleanedRequest])
  })

  test('is nothing for another lifecycle event', async () => {
    const cleanedRequest = { ...BOOKING_SCHEDULED_SAMPLE, event: 'booking.canceled' }
    expect(await run(receive, aBundle({ cleanedRequest }))).toEqual([])
  })

  test.each([[undefined], [{}], [{ id: '' }], [{ hello: 'world' }]])(
    'halts softly on a stray call %j',
    async (cleanedRequest) => {
      expect((await failureOf(run(receive, aBundle({ cleanedRequest })))).kind).toBe('HaltedError')
    },
  )
})

describe('the dropdowns', () => {
  const named = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({ id: `${prefix}-${at + 1}`, name: `Name ${at + 1}` }))

  const readAll = async (field: 'booking_page' | 'event_type') => {
    const labels: string[] = []
    let token: string | null | undefined
    do {
      const page = await fillDropdown(field, aBundle({ meta: token ? { paging_token: token } : {} }))
      labels.push(...page.results.map(({ id, label }) => `${id} ${label}`))
      token = page.paging_token
    } while (token)
    return labels
  }

  test('offer every booking page, page by page', async () => {
    double().bookingPages = named('BP', 5)
    expect(await readAll('booking_page')).toEqual([1, 2, 3, 4, 5].map((at) => `BP-${at} Name ${at}`))
    expect(double().asked.map(({ query }) => query.get('cursor'))).toEqual([null, 'after-2', 'after-4'])
  })

  test('offer every event type, page by page', async () => {
    double().eventTypes = named('ET', 3)
    expect(await readAll('event_type')).toEqual([1, 2, 3].map((at) => `ET-${at} Name ${at}`))
  })

  test('are empty, and no error, for somebody without any', async () => {
    expect(await fillDropdown('booking_page', aBundle())).toEqual({ results: [], paging_token: null })
  })

  test('say so when the answer is not a list', async () => {
    double().answers.set('/zapier/v1/event-types', { status: 200, body: { items: 'none' } })
    expect((await failureOf(fillDropdown('event_type', aBundle()))).message).toContain(
      'does not answer like a Hourwire',
    )
  })
})
