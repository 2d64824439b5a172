import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, openBench } from '../testing/bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

/** What the form of a page would send if a button were pressed right away. */
function fieldsOf(page: string): [string, string][] {
  const form = page.slice(page.indexOf('class="editor"'), page.indexOf('</form>'))
  const plain = (text: string) =>
    text
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
  const attribute = (tag: string, name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  const found: [string, string][] = []
  const controls = /<input[^>]*>|<textarea([^>]*)>([\s\S]*?)<\/textarea>|<select([^>]*)>([\s\S]*?)<\/select>/g
  for (const match of form.matchAll(controls)) {
    const [tag, , text, , options] = match
    const name = attribute(tag, 'name')
    if (!name || (/type="radio"/.test(tag) && !/ checked/.test(tag))) continue
    if (tag.startsWith('<input')) found.push([name, plain(attribute(tag, 'value'))])
    else if (tag.startsWith('<textarea')) found.push([name, plain(text ?? '')])
    else {
      const chosen =
        /<option value="([^"]*)" selected>/.exec(options ?? '') ??
        /<option value="([^"]*)"/.exec(options ?? '')
      found.push([name, plain(chosen?.[1] ?? '')])
    }
  }
  return found
}

const link = (params: [string, string][]) => `/zaps/new?${new URLSearchParams(params)}`

describe('a link that fills in a Zap', () => {
  test('stores nothing, and what it filled in is all there once a button is pressed', async () => {
    await bench.connect()
    const page = await bench.get(
      link([
        ['name', 'Canceled: tell & file'],
        ['trigger', 'booking_scheduled'],
        ['input.booking_page_id', 'BP-2'],
        ['filter', 'booking_subject|contains|"Demo"'],
        ['filter', 'or'],
        ['filter', 'customer_name|is-not-empty'],
        ['action', 'create.cancel_booking'],
        ['map', 'booking_id={{id}}'],
        ['map', 'reason=He said "no" & left'],
        ['action', 'mail'],
        ['to', '{{customer_name}} <x>'],
        ['subject', 'About {{2.booking_status}}'],
        ['text', 'Line one\nLine two'],
      ]),
    )
    expect(page.status).toBe(200)
    expect(page.text).not.toContain('Left out')
    expect((await bench.get('/')).text).toContain('No Zaps yet')
    expect(bench.double.subscriptions.size).toBe(0)

    const saved = await bench.post('/zaps', [...fieldsOf(page.text), ['do', 'turn-on']])
    expect(saved.text).toContain('The Zap is on.')
    const zap = saved.text
    expect(zap).toContain('Canceled: tell &amp; file')
    expect(zap).toContain(
      'Booking - Subject contains &quot;&quot;Demo&quot;&quot;, or Customer - Name is not empty',
    )
    expect(zap).toContain('Hourwire: Cancel Booking, then Write a mail')
    expect([...bench.double.subscriptions.values()][0]).toMatchObject({ booking_page_id: 'BP-2' })
    const editor = (await bench.get(`/zaps/${/zap_\w+/.exec(saved.at)?.[0]}/edit`)).text
    expect(editor).toContain('He said &quot;no&quot; &amp; left')
    expect(editor).toContain('<option value="{{id}}" selected>')
    expect(editor).toContain('Line one\nLine two</textarea>')
  })

  test('is kept over connecting an account on the way', async () => {
    const page = await bench.get(
      link([
        ['trigger', 'booking_scheduled'],
        ['input.booking_page_id', 'BP-3'],
        ['action', 'search.find_contact'],
        ['map', 'email={{customer_email}}'],
      ]),
    )
    const asked = await bench.post('/zaps', [...fieldsOf(page.text), ['do', 'connect']])
    const zap = /zap=(zap_\w+)/.exec(asked.at)?.[1] ?? ''
    const { text } = await bench.connect({ zap })
    expect(text).toContain('<option value="BP-3" selected>Page 3</option>')
    expect(text).toContain('value="{{customer_email}}"')
  })

  test('says what it left out, as text', async () => {
    const { status, text } = await bench.get(
      link([
        ['trigger', '<b>nothing</b>'],
        ['action', 'launch'],
      ]),
    )
    expect(status).toBe(200)
    expect(text).toContain(
      'Left out: the trigger &quot;&lt;b&gt;nothing&lt;/b&gt;&quot;, the action &quot;launch&quot;.',
    )
  })
})

describe('the mapper', () => {
  test('offers custom fields by the labels that the integration computes, before and after a sample is loaded', async () => {
    await bench.connect()
    const made = await bench.post('/zaps', {
      trigger: 'booking_canceled',
      action: 'csv',
      connection: await bench.connectionId(),
    })
    const id = /zap_\w+/.exec(made.at)?.[0] ?? ''
    expect(made.text).toContain('<option value="answer_company_size">Company size</option>')
    const sampled = await bench.post(`/zaps/${id}/edit`, { do: 'load-sample' })
    expect(sampled.text).toContain('<option value="answer_company_size">Company size — 11 to 50</option>')
    const { text } = await bench.post(`/zaps/${id}/edit`, { do: 'add-all' })
    expect(text).toContain('value="Company size" spellcheck')
    await bench.post(`/zaps/${id}/on`)
    const hook = [...bench.double.subscriptions.values()].at(-1)?.target_url ?? ''
    await bench.deliver(hook, { id: 'EVNT-1', booking_id: 'BKNG-1', answer_company_size: '500' })
    await bench.shows(`/zaps/${id}`, 'Success')
    const run = /\/runs\/run_\w+/.exec((await bench.get(`/zaps/${id}`)).text)?.[0] ?? ''
    expect((await bench.get(run)).text).toContain('Company size<code>answer_company_size</code>')
  })

  test('of a second action offers what the first one gives, under its real labels', async () => {
    const id = await bench.aZap({ action: 'search.find_contact' })
    const { text } = await bench.post(`/zaps/${id}/edit`, { do: 'then.action:csv' })
    expect(text).toContain(
      '<option value="2.name">2. Hourwire: Find Contact: Contact - Name — Sam Sample</option>',
    )
    expect(text).toContain('2. Hourwire: Find Contact: Company size')
    const added = await bench.post(`/zaps/${id}/edit`, { do: 'then.add-field', 'then.pick': '2.name' })
    expect(added.text).toContain('value="{{2.name}}"')
    expect(added.text).toContain('Sample: Sam Sample')
    const removed = await bench.post(`/zaps/${id}/edit`, { do: 'then.remove-action' })
    expect(removed.text).not.toContain('value="{{2.name}}"')
  })
})

describe('an action of the integration', () => {
  test('is drawn from its input fields: choices of the app beside fields of the trigger', async () => {
    const id = await bench.aZap({ action: 'create.cancel_booking' })
    const { text } = await bench.post(`/zaps/${id}/edit`, { do: 'load-sample' })
    expect(text).toContain('Hourwire: Cancel Booking')
    expect(text).toContain('<option value="BKNG-1">Bo Chen</option>')
    expect(text).toContain('<option value="{{id}}">Event ID — EVNT-1</option>')
    expect(text).toMatch(/<textarea rows="3" id="in-reason"/)
  })

  test('asks for more once the field is chosen on which the others hang', async () => {
    const id = await bench.aZap({ action: 'create.schedule_booking' })
    const before = await bench.get(`/zaps/${id}/edit`)
    expect(before.text).toContain('Its choices depend on "Booking page".')
    expect(before.text).not.toContain('>Guests<')
    const { text } = await bench.post(`/zaps/${id}/edit`, { do: 'refresh', 'in.booking_page_id': 'BP-2' })
    expect(text).toContain('<option value="ET-1">Type 1</option>')
    expect(text).toContain('Guests</label>')
    // The choices of a field that a function makes.
    expect(text).toContain('<option value="2027-02-16T10:30:00Z">Free on BP-2</option>')
  })
})
