import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Bench, openBench } from './testing/bench.ts'
import { rightPair } from './testing/hourwire-double.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

const item = { id: 'EVNT-9', booking_subject: 'Demo & talk', customer_name: 'Bo <b>Chen</b>' }
const inboxOf = (zapId: string) => `/inbox/${zapId.replace('zap_', '')}`

describe('connecting', () => {
  test('draws the page from the definition', async () => {
    const { text } = await bench.get('/connections/new')
    expect(text).toContain('Allow Zapier to access your Hourwire Account?')
    expect(text).toMatch(/<label for="field-api_key">API Key \(required\)/)
    expect(text).toMatch(/<label for="field-login_id">Hourwire Login ID \(required\)/)
    expect(text).toMatch(/name="field.api_key" type="password"/)
    expect(text).toContain('<a href="http://localhost/settings/zapier"')
    expect(text).not.toContain('href="javascript:')
    expect(text).toMatch(/Yes, Continue<\/button>/)
  })

  test('the right pair becomes a connection with a readable label', async () => {
    const { text } = await bench.connect()
    expect(text).toContain('Connected: Ana Martin (ana@example.com).')
    expect(text).not.toContain(rightPair.apiKey)
  })

  test.each<Record<string, string>>([
    { 'field.api_key': 'hwz_wrong' },
    { 'field.login_id': 'bo@example.com' },
  ])('a wrong half (%j) is refused in one sentence, and nothing is stored', async (wrong) => {
    const { status, text } = await bench.connect(wrong)
    expect(status).toBe(422)
    expect(text).toContain('The API key and the Login ID do not belong together.')
    expect(text).toContain(`value="${wrong['field.login_id'] ?? rightPair.loginId}"`)
    expect(text).not.toContain(wrong['field.api_key'] ?? rightPair.apiKey)
    expect((await bench.get('/')).text).toContain('No connections yet')
  })

  test('an empty field is named', async () => {
    expect((await bench.connect({ 'field.login_id': '' })).text).toContain(
      'Fill in &quot;Hourwire Login ID&quot;.',
    )
    expect(bench.double.asked).toEqual([])
  })

  test('coming from the editor leads back to it with the connection chosen', async () => {
    const zap =
      /zaps\/(zap_\w+)/.exec((await bench.post('/zaps', { trigger: 'booking_scheduled' })).at)?.[1] ?? ''
    expect((await bench.post(`/zaps/${zap}/edit`, { do: 'connect' })).at).toBe(`/connections/new?zap=${zap}`)
    const { at, text } = await bench.connect({ zap })
    expect(at).toContain(`/zaps/${zap}/edit`)
    expect(text).toMatch(/<option value="conn_\w+" selected>Ana Martin/)
  })

  test('"Test" says that a revoked key needs a reconnect, and reconnecting mends it', async () => {
    await bench.connect()
    const id = await bench.connectionId()
    expect((await bench.post(`/connections/${id}/test`)).text).toContain(
      'Ana Martin (ana@example.com) works.',
    )
    bench.double.behavior.pair = null
    const { text } = await bench.post(`/connections/${id}/test`)
    expect(text).toContain('has to be reconnected.')
    expect(text).toContain('Reconnect needed')
    bench.double.behavior.pair = { ...rightPair, apiKey: 'hwz_new' }
    expect((await bench.post(`/connections/${id}/reconnect`, { 'field.api_key': 'hwz_old' })).status).toBe(
      422,
    )
    const mended = await bench.post(`/connections/${id}/reconnect`, {
      'field.api_key': 'hwz_new',
      'field.login_id': rightPair.loginId,
    })
    expect(mended.text).toContain('Reconnected: Ana Martin')
    expect(mended.text).not.toContain('Reconnect needed')
  })

  test('a server that is away is no reason to reconnect', async () => {
    const alone = await openBench()
    await alone.connect()
    const id = await alone.connectionId()
    await alone.double.close()
    const { text } = await alone.post(`/connections/${id}/test`)
    expect(text).toContain('could not be tested.')
    expect(text).not.toContain('Reconnect needed')
    await alone.close()
  })

  test('deleting a connection names its Zaps, turns them off and tells the app', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    const connection = await bench.connectionId()
    expect((await bench.get(`/connections/${connection}/delete`)).text).toContain('Bookings to my inbox')
    await bench.post(`/connections/${connection}/delete`)
    expect(bench.double.subscriptions.size).toBe(0)
    expect((await bench.get(`/zaps/${id}`)).text).toContain('Its connection was deleted.')
    expect((await bench.deliver(hook, item)).status).toBe(410)
  })
})

describe('the editor', () => {
  test('offers dropdowns page by page, from a hidden trigger and from choices.perform', async () => {
    const id = await bench.aZap()
    const { text } = await bench.get(`/zaps/${id}/edit`)
    for (const number of [1, 2, 3, 4]) {
      expect(text).toContain(`<option value="BP-${number}">Page ${number}</option>`)
      expect(text).toContain(`<option value="ET-${number}">Type ${number}</option>`)
    }
  })

  test('a link fills in trigger and action, and the only connection', async () => {
    await bench.connect()
    const { text } = await bench.get('/zaps/new?trigger=booking_scheduled&action=csv')
    expect(text).toContain('value="trigger:booking_scheduled" aria-pressed="true"')
    expect(text).toContain('value="action:csv" aria-pressed="true"')
    expect(text).toMatch(/<option value="conn_\w+" selected>/)
    expect((await bench.get('/')).text).toContain('No Zaps yet')
  })

  test('loads a sample, or the one of the definition when the account is empty', async () => {
    const id = await bench.aZap()
    expect((await bench.post(`/zaps/${id}/edit`, { do: 'load-sample' })).text).toContain('Intro call')
    bench.double.behavior.sample = null
    const { text } = await bench.post(`/zaps/${id}/edit`, { do: 'load-sample' })
    expect(text).toContain('Sample call')
    expect(text).toContain('This is the sample that the integration declares.')
  })

  test('adds a field with its sample value', async () => {
    const id = await bench.aZap()
    await bench.post(`/zaps/${id}/edit`, { do: 'load-sample' })
    const { text } = await bench.post(`/zaps/${id}/edit`, { do: 'add-field', pick: 'customer_name' })
    expect(text).toContain('value="{{customer_name}}"')
    expect(text).toContain('Sample: Bo Chen')
    expect(text).toContain('<option value="booking_subject">Booking - Subject — Intro call</option>')
  })

  test('a Zap that cannot be turned on stays off and says why', async () => {
    const id = await bench.aZap()
    bench.double.behavior.subscribeStatus = 422
    const { text } = await bench.post(`/zaps/${id}/on`)
    expect(text).toContain('The Zap could not be turned on. The target URL is not allowed.')
    expect(text).toContain('<span class="pill quiet">Off</span>')
  })

  test.each([
    ['csv_file', '../x.csv', 'must not contain a folder'],
    ['csv_file', 'x.csv', 'Choose at least one column'],
  ])('refuses to turn on with %s %s', async (field, value, sentence) => {
    const id = await bench.aZap({ action: 'csv' })
    const { text } = await bench.post(`/zaps/${id}/edit`, { do: 'turn-on', [field]: value })
    expect(text).toContain(sentence)
    expect(bench.double.subscriptions.size).toBe(0)
  })

  test('a new Zap sent twice is one Zap', async () => {
    const draft = /name="draft" value="(\w+)"/.exec((await bench.get('/zaps/new')).text)?.[1] ?? ''
    const fields = { draft, trigger: 'booking_scheduled', name: 'Only once' }
    await bench.post('/zaps', fields)
    await bench.post('/zaps', fields)
    expect((await bench.get('/')).text.match(/Only once/g)).toHaveLength(1)
  })

  test('a Zap without an account asks for one', async () => {
    const made = await bench.post('/zaps', { trigger: 'booking_scheduled', action: 'post' })
    const id = /zap_\w+/.exec(made.at)?.[0]
    expect((await bench.post(`/zaps/${id}/on`)).text).toContain('Choose a connection, or connect an account.')
  })
})

describe('a Zap that is on', () => {
  test('runs what arrives, and keeps data, result and time', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    expect(hook).toMatch(/^http:\/\/localhost:\d+\/hooks\/[0-9a-f]{32}$/)
    const answer = await bench.deliver(hook, item)
    expect(answer.status).toBe(200)
    await bench.shows(`/zaps/${id}`, 'Success')
    await bench.shows(inboxOf(id), 'Demo &amp; talk')
    const run = /\/runs\/(run_\w+)/.exec((await bench.get(`/zaps/${id}`)).text)?.[0] ?? ''
    const { text } = await bench.get(run)
    expect(text).toContain('Booking - Subject<code>booking_subject</code>')
    expect(text).toContain('Bo &lt;b&gt;Chen&lt;/b&gt;')
    expect(text).toContain('answered <strong>200</strong>')
  })

  test('shows its runs in pages of twenty', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    await Promise.all(Array.from({ length: 21 }, () => bench.deliver(hook, item)))
    await bench.shows(`/zaps/${id}`, 'Page 1 of 2')
    expect((await bench.get(`/zaps/${id}?page=2`)).text.match(/href="\/runs\//g)).toHaveLength(1)
  })

  test('makes one run of each item', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    await bench.deliver(hook, { ...item, test_does: 'two' })
    await bench.shows(inboxOf(id), 'EVNT-SECOND')
    await vi.waitFor(async () =>
      expect((await bench.get(`/zaps/${id}`)).text.match(/>Success</g)).toHaveLength(2),
    )
  })

  test('appends to a CSV file that can be downloaded', async () => {
    const id = await bench.aZap({ action: 'csv' })
    await bench.post(`/zaps/${id}/edit`, { do: 'add-all', csv_file: 'mine.csv' })
    await bench.post(`/zaps/${id}/on`)
    const hook = [...bench.double.subscriptions.values()][0]?.target_url ?? ''
    await bench.deliver(hook, { ...item, customer_name: '=cmd()' })
    await bench.shows(`/zaps/${id}`, 'Added one row to mine.csv')
    const wanted = "Event ID,Booking - Subject,Customer - Name\r\nEVNT-9,Demo & talk,'=cmd()\r\n"
    expect(readFileSync(path.join(bench.folder, 'csv', 'mine.csv'), 'utf8')).toBe(wanted)
    expect((await bench.get('/files/mine.csv')).text).toBe(wanted)
    expect((await bench.get('/files/..%2Fsandbox.sqlite')).status).toBe(404)
  })

  test.each([
    ['halt', 'Stopped', 'Nothing to do for this one.'],
    ['nothing', 'Stopped', 'The trigger made no item of this data.'],
    ['error', 'Failed', 'This cannot be done.'],
    ['break', 'Failed', 'The integration failed: '],
    ['die', 'Failed', 'The integration process ended (code 3).'],
    ['throttle', 'Held', 'Slow down. Replay it in 42 seconds.'],
  ])('a perform that does "%s" ends as %s', async (does, status, sentence) => {
    const { id, hook } = await bench.aZapThatIsOn()
    await bench.deliver(hook, { ...item, test_does: does })
    await bench.shows(`/zaps/${id}`, sentence)
    expect((await bench.get(`/zaps/${id}`)).text).toContain(`>${status}</span>`)
  })

  test('a failed run is replayed as a new one', async () => {
    const { id, hook } = await bench.aZapThatIsOn({ post_url: 'http://127.0.0.1:9/' })
    await bench.deliver(hook, item)
    await bench.shows(`/zaps/${id}`, 'could not be reached')
    await bench.post(`/zaps/${id}/edit`, { do: 'save', post_url: `${bench.url}${inboxOf(id)}` })
    const run = /\/runs\/(run_\w+)/.exec((await bench.get(`/zaps/${id}`)).text)?.[0] ?? ''
    const { at } = await bench.post(`${run}/replay`)
    expect(at).not.toContain(run)
    await bench.shows(at, '>Success<')
    await bench.shows(inboxOf(id), 'EVNT-9')
  })

  test('refuses a body that is no JSON with 400, and one that is too large with 413', async () => {
    const { hook } = await bench.aZapThatIsOn()
    expect((await bench.deliver(hook, '{"half')).status).toBe(400)
    expect((await bench.deliver(hook, '7')).status).toBe(400)
    expect((await bench.deliver(hook, JSON.stringify({ a: 'x'.repeat(10 * 1024 * 1024) }))).status).toBe(413)
  })

  test('tells the app when it is turned off, and answers 410 from then on', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    expect((await bench.post(`/zaps/${id}/off`)).text).toContain('The Zap is off.')
    expect(bench.double.subscriptions.size).toBe(0)
    expect((await bench.deliver(hook, item)).status).toBe(410)
    expect((await bench.get(`/zaps/${id}`)).text).toContain('No runs yet')
  })

  test('is off even when the app cannot be told', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    bench.double.subscriptions.clear()
    expect((await bench.post(`/zaps/${id}/off`)).text).toContain(
      'the app could not be told. There is no such subscription.',
    )
    expect((await bench.deliver(hook, item)).status).toBe(410)
  })

  test('pauses and asks for attention when the app ends the subscription', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    expect((await fetch(hook, { method: 'DELETE' })).status).toBe(204)
    expect((await bench.get(`/zaps/${id}`)).text).toContain('The app ended this subscription.')
    expect((await bench.get('/')).text).toContain('Needs attention')
    expect((await bench.deliver(hook, item)).status).toBe(410)
    expect((await fetch(hook, { method: 'DELETE' })).status).toBe(410)
    const again = await bench.post(`/zaps/${id}/on`)
    expect(again.text).not.toContain('The app ended this subscription.')
  })

  test('is deleted with its history, and the app is told', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    await bench.deliver(hook, item)
    await bench.shows(`/zaps/${id}`, 'Success')
    expect((await bench.post(`/zaps/${id}/delete`)).text).toContain('was deleted.')
    expect(bench.double.subscriptions.size).toBe(0)
    expect((await bench.get(`/zaps/${id}`)).status).toBe(404)
  })
})

describe('a connection that goes stale', () => {
  test('holds runs until it is reconnected; then they are replayed in their order', async () => {
    const { id, hook } = await bench.aZapThatIsOn()
    bench.double.behavior.pair = null
    await bench.deliver(hook, { ...item, id: 'EVNT-A', test_does: 'ask' })
    await bench.shows(`/zaps/${id}`, '1 run is held.')
    await bench.deliver(hook, { ...item, id: 'EVNT-B' })
    await bench.shows(`/zaps/${id}`, '2 runs are held.')
    const stale = await bench.get(`/zaps/${id}`)
    expect(stale.text).toContain('Reconnect needed')
    expect(stale.text).not.toContain('Replay held runs')
    expect((await bench.get('/')).text).toContain('Reconnect needed')

    bench.double.behavior.pair = rightPair
    const { text } = await bench.post(`/connections/${await bench.connectionId()}/reconnect`, {
      'field.api_key': rightPair.apiKey,
      'field.login_id': rightPair.loginId,
      zap: id,
    })
    expect(text).toContain('2 held runs are replayed.')
    await bench.shows(inboxOf(id), 'EVNT-B')
    const inbox = (await bench.get(inboxOf(id))).text
    expect(inbox.indexOf('EVNT-B')).toBeLessThan(inbox.indexOf('EVNT-A'))
    const healed = (await bench.get(`/zaps/${id}`)).text
    expect(healed).not.toContain('held')
    expect(healed.match(/>Success</g)).toHaveLength(2)
  })

  test.each([
    ['loading a sample', { do: 'load-sample' }],
    ['turning on', { do: 'turn-on' }],
  ])('is noticed while %s', async (_, fields) => {
    const id = await bench.aZap()
    bench.double.behavior.pair = null
    const { text } = await bench.post(`/zaps/${id}/edit`, fields)
    expect(text).toContain('Reconnect your account.')
    expect(text).toContain('reconnect needed')
    expect((await bench.get('/')).text).toContain('Reconnect needed')
  })
})
