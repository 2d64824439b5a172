import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultIntegration } from './sandbox.ts'
import { type Bench, openBench } from './testing/bench.ts'
import { rightPair } from './testing/hourwire-double.ts'

/** The integration that is pushed to Zapier, run by the sandbox's own host against a double of the server. */
let bench: Bench
beforeAll(async () => {
  expect(existsSync(defaultIntegration)).toBe(true)
  bench = await openBench({ integration: defaultIntegration })
})
afterAll(() => bench.close())

describe("Hourwire's own integration in the sandbox", () => {
  test('draws the connection page with its two fields and the link to the key', async () => {
    const { text } = await bench.get('/connections/new')
    expect(text).toContain('API Key (required)')
    expect(text).toContain('Hourwire Login ID (required)')
    expect(text).toMatch(
      new RegExp(`<a href="${bench.double.url}/settings/[^"]+"[^>]*>Click here to get your API Key</a>`),
    )
  })

  test('connects, fills its dropdowns, loads a sample, turns on, runs and turns off', async () => {
    expect((await bench.connect()).text).toContain('Connected: Ana Martin (ana@example.com).')
    const id = await bench.aZap()
    const editor = (await bench.get(`/zaps/${id}/edit`)).text
    expect(editor).toContain('<option value="BP-4">Page 4</option>')
    expect(editor).toContain('<option value="ET-4">Type 4</option>')
    expect((await bench.post(`/zaps/${id}/edit`, { do: 'load-sample' })).text).toContain('Intro call')
    await bench.post(`/zaps/${id}/on`)
    const hook = [...bench.double.subscriptions.values()].at(-1)?.target_url ?? ''
    await bench.deliver(hook, { id: 'EVNT-77', event: 'booking.scheduled', booking_subject: 'Hello' })
    await bench.shows(`/inbox/${id.replace('zap_', '')}`, 'EVNT-77')
    expect((await bench.post(`/zaps/${id}/off`)).text).toContain('The Zap is off.')
    expect(bench.double.subscriptions.size).toBe(0)
  })

  test.each([
    ['booking_scheduled', 'Booking Scheduled'],
    ['booking_rescheduled', 'Booking Rescheduled'],
    ['booking_canceled', 'Booking Canceled'],
    ['booking_canceled_rescheduled', 'Booking Canceled and Rescheduled'],
    ['booking_completed', 'Booking Completed'],
    ['booking_no_show', 'Booking No-Show'],
    ['booking_lifecycle', 'Booking Lifecycle Event'],
    ['contact_captured', 'Contact Captured'],
    ['contact_updated', 'Contact Updated'],
    ['contact_lifecycle', 'Contact Lifecycle Event'],
  ])('offers the trigger %s with its fields and turns it on', async (trigger, label) => {
    const id = await bench.aZap({ trigger, action: 'csv', name: trigger })
    const { text } = await bench.post(`/zaps/${id}/edit`, { do: 'add-all', csv_file: `${trigger}.csv` })
    expect(text).toContain(`value="trigger:${trigger}" aria-pressed="true"`)
    expect(text).toContain('value="Event ID"')
    // What people were asked on the booking form is in the items of bookings only.
    expect(text.includes('value="Company size"')).toBe(trigger.startsWith('booking'))
    const on = await bench.post(`/zaps/${id}/on`)
    expect(on.text).toContain('The Zap is on.')
    expect(on.text).toContain(`<dd>${label}</dd>`)
    expect([...bench.double.subscriptions.values()].at(-1)).toMatchObject({ trigger })
    await bench.post(`/zaps/${id}/off`)
  })

  test('cancels the booking of an event, then looks up its customer', async () => {
    const id = await bench.aZap({
      action: 'create.cancel_booking',
      'then.action': 'search.find_contact',
      'in.booking': '{{booking_id}}',
      'in.reason': 'Moved away',
      'then.in.email': '{{customer_email}}',
    })
    const editor = (await bench.get(`/zaps/${id}/edit`)).text
    expect(editor).toContain('<option value="BKNG-1">Tue, Feb 16, 2027, 11:30 AM: Bo Chen (Intro)</option>')
    expect((await bench.post(`/zaps/${id}/on`)).text).toContain('The Zap is on.')
    const hook = [...bench.double.subscriptions.values()].at(-1)?.target_url ?? ''
    await bench.deliver(hook, {
      id: 'EVNT-78',
      event: 'booking.scheduled',
      booking_id: 'BKNG-9',
      customer_email: 'bo@example.org',
    })
    await bench.shows(`/zaps/${id}`, '>Success</span>')
    expect(bench.double.asked).toContainEqual(
      expect.objectContaining({ path: '/zapier/v1/bookings/BKNG-9/cancel', body: { reason: 'Moved away' } }),
    )
    const run = /\/runs\/run_\w+/.exec((await bench.get(`/zaps/${id}`)).text)?.[0] ?? ''
    expect((await bench.get(run)).text).toContain('CTC-1')
  })

  test('refuses a wrong half with its own sentence, and asks to reconnect once the key is revoked', async () => {
    const refused = await bench.connect({ 'field.login_id': 'someone@example.com' })
    expect(refused.status).toBe(422)
    expect(refused.text).toMatch(/role="alert"/)
    bench.double.behavior.pair = null
    const { text } = await bench.post(`/connections/${await bench.connectionId()}/test`)
    expect(text).toContain('Reconnect needed')
    bench.double.behavior.pair = rightPair
  })
})
