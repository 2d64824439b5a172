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
