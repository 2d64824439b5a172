import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, openBench } from './testing/bench.ts'
import { rightPair } from './testing/hourwire-double.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

const item = {
  id: 'EVNT-9',
  booking_id: 'BKNG-1',
  booking_subject: 'Demo',
  customer_name: 'Bo Chen',
  customer_email: 'bo@example.org',
}

/** Turns a Zap on whose second half is described by the fields of the editor's form. */
const turnedOn = async (fields: [string, string][]) => {
  if (!(await bench.connectionId())) await bench.connect()
  const made = await bench.post('/zaps', [
    ['trigger', 'booking_scheduled'],
    ['connection', await bench.connectionId()],
    ['name', 'In steps'],
    ...fields,
    ['do', 'turn-on'],
  ])
  expect(made.text).toContain('The Zap is on.')
  return {
    id: /zap_\w+/.exec(made.at)?.[0] ?? '',
    hook: [...bench.double.subscriptions.values()].at(-1)?.target_url ?? '',
  }
}

const runOf = async (id: string, index = 0) => {
  const runs = [...(await bench.get(`/zaps/${id}`)).text.matchAll(/\/runs\/run_\w+/g)]
  return runs[index]?.[0] ?? ''
}
const csv = (name: string) => readFileSync(path.join(bench.folder, 'csv', name), 'utf8')
const toCsv = (file: string, ...columns: [string, string][]): [string, string][] => [
  ['action', 'csv'],
  ['csv_file', file],
  ...columns.flatMap(([name, value]): [string, string][] => [
    ['map_name', name],
    ['map_value', value],
  ]),
]
const rule = (group: string, field: string, operator: string, value: string): [string, string][] => [
  ['filter_group', group],
  ['filter_field', field],
  ['filter_operator', operator],
  ['filter_value', value],
]

describe('a filter', () => {
  test('lets through what meets its rules, and stops the rest with the rule that was not met', async () => {
    const { id, hook } = await turnedOn([
      ...rule('0', 'booking_subject', 'exactly-matches', 'Demo'),
      ...rule('0', 'customer_name', 'contains', 'Bo'),
      ...rule('1', 'customer_name', 'exactly-matches', 'VIP'),
      ...toCsv('filtered.csv', ['Who', '{{customer_name}}']),
    ])
    expect((await bench.get(`/zaps/${id}`)).text).toContain(
      'Booking - Subject exactly matches &quot;Demo&quot; and Customer - Name contains &quot;Bo&quot;, or Customer - Name exactly matches &quot;VIP&quot;',
    )
    await bench.deliver(hook, { ...item, booking_subject: 'Talk' })
    await bench.shows(`/zaps/${id}`, '>Filtered</span>')
    const filtered = (await bench.get(await runOf(id))).text
    expect(filtered).toContain(
      'the rule &quot;Booking - Subject exactly matches Demo&quot; is not met (it is &quot;Talk&quot;)',
    )
    expect(filtered).toContain('&quot;Customer - Name contains Bo&quot;: <strong>met</strong>')
    await bench.deliver(hook, { ...item, customer_name: 'VIP' })
    await bench.deliver(hook, item)
    await bench.shows(`/zaps/${id}`, 'Added one row to filtered.csv')
    await bench.idle()
    expect(csv('filtered.csv')).toBe('Who\r\nVIP\r\nBo Chen\r\n')
  })

  test('is built rule by rule in the editor, and must be complete before the Zap is turned on', async () => {
    const id = await bench.aZap()
    const one = await bench.post(`/zaps/${id}/edit`, { do: 'add-rule:or' })
    expect(one.text).toContain('Rule 1 field')
    expect((await bench.post(`/zaps/${id}/on`)).text).toContain('Choose a field for each rule of the filter.')
    const two = await bench.post(`/zaps/${id}/edit`, [
      ...rule('0', 'customer_name', 'contains', 'Bo'),
      ['do', 'add-rule:0'],
    ])
    expect(two.text).toContain('Rule 2 field')
    expect(two.text).toContain('<option value="customer_name" selected>')
    const three = await bench.post(`/zaps/${id}/edit`, { do: 'add-rule:or' })
    expect(three.text).toContain('Group 2')
    await bench.post(`/zaps/${id}/edit`, { do: 'remove-rule:2' })
    const left = await bench.post(`/zaps/${id}/edit`, { do: 'remove-rule:1' })
    expect(left.text).not.toContain('Rule 2 field')
    expect((await bench.post(`/zaps/${id}/on`)).text).toContain('The Zap is on.')
  })
})

describe('two actions', () => {
  test('follow each other, and the second uses what the first gave', async () => {
    const { id, hook } = await turnedOn([
      ['action', 'create.cancel_booking'],
      ['in.booking_id', '{{booking_id}}'],
      ['in.reason', 'Because of {{customer_name}}'],
      ['then.action', 'mail'],
      ['then.mail_to', '{{customer_email}}'],
      ['then.mail_subject', 'It is {{2.booking_status}}'],
      ['then.mail_text', 'Dear {{customer_name}}, {{2.id}} is canceled.'],
    ])
    await bench.deliver(hook, item)
    await bench.shows('/outbox', 'It is Canceled')
    const outbox = (await bench.get('/outbox')).text
    expect(outbox).toContain('To bo@example.org')
    expect(outbox).toContain('Dear Bo Chen, BKNG-1 is canceled.')
    expect(outbox).toContain('nobody has received them')
    expect(bench.double.asked).toContainEqual(
      expect.objectContaining({
        method: 'POST',
        path: '/zapier/v1/bookings/BKNG-1/cancel',
        body: { reason: 'Because of Bo Chen' },
      }),
    )
    await bench.shows(`/zaps/${id}`, 'Success')
    const { text } = await bench.get(await runOf(id))
    expect(text).toContain('1. Trigger: Booking Scheduled')
    expect(text).toContain('2. Hourwire: Cancel Booking')
    expect(text).toContain('/zapier/v1/bookings/BKNG-1/cancel')
    expect(text).toContain('3. Write a mail')
    expect(text).not.toContain(rightPair.apiKey)
  })

  test('a search gives its first hit; finding nothing stops the run before the second action', async () => {
    const { id, hook } = await turnedOn([
      ['action', 'search.find_contact'],
      ['in.email', '{{customer_email}}'],
      ['then.action', 'csv'],
      ['then.csv_file', 'found.csv'],
      ['then.map_name', 'Name'],
      ['then.map_value', '{{2.name}}'],
    ])
    await bench.deliver(hook, item)
    await bench.shows(`/zaps/${id}`, 'Added one row to found.csv')
    expect(csv('found.csv')).toBe('Name\r\nBo Chen\r\n')
    await bench.deliver(hook, { ...item, customer_email: 'nobody@example.org' })
    await bench.shows(`/zaps/${id}`, 'The search found nothing.')
    expect((await bench.get(`/zaps/${id}`)).text).toContain('>Stopped</span>')
    await bench.idle()
    expect(csv('found.csv')).toBe('Name\r\nBo Chen\r\n')
  })

  test.each<[string, Record<string, string>, string, string]>([
    ['an answer of 404', { booking_id: 'BKNG-GONE' }, 'Failed', 'There is no such booking.'],
    ['a required field that is empty', { booking_id: '' }, 'Failed', '&quot;Booking&quot; is empty.'],
    ['an integration that halts', { customer_name: 'halt' }, 'Stopped', 'This booking is canceled already.'],
  ])('an action of the integration with %s ends as it says', async (_, more, status, sentence) => {
    const { id, hook } = await turnedOn([
      ['action', 'create.cancel_booking'],
      ['in.booking_id', '{{booking_id}}'],
      ['in.reason', '{{customer_name}}'],
    ])
    await bench.deliver(hook, { ...item, ...more })
    await bench.shows(`/zaps/${id}`, sentence)
    expect((await bench.get(`/zaps/${id}`)).text).toContain(`>${status}</span>`)
  })

  test('a mail without a right address is not made, and says so', async () => {
    const { id, hook } = await turnedOn([
      ['action', 'mail'],
      ['mail_to', '{{customer_email}}'],
      ['mail_subject', 'Never made'],
    ])
    await bench.deliver(hook, { ...item, customer_email: 'bo at example' })
    await bench.shows(`/zaps/${id}`, '&quot;bo at example&quot; is no e-mail address.')
    await bench.deliver(hook, { ...item, customer_email: '' })
    await bench.shows(`/zaps/${id}`, 'The mail has no recipient')
    expect((await bench.get('/outbox')).text).not.toContain('Never made')
  })

  test.each<[string, [string, string][], string]>([
    ['a mail to nobody', [['action', 'mail']], 'Say who the mail goes to.'],
    [
      'an action of the integration without a required field',
      [['action', 'create.cancel_booking']],
      'Fill in &quot;Booking&quot; of Cancel Booking.',
    ],
    [
      'a second action that is not complete',
      [
        ['action', 'post'],
        ['then.action', 'csv'],
      ],
      'Choose at least one column for the CSV file.',
    ],
  ])('a Zap with %s is not turned on', async (_, fields, sentence) => {
    await bench.connect()
    const made = await bench.post('/zaps', [
      ['trigger', 'booking_scheduled'],
      ['connection', await bench.connectionId()],
      ...fields,
      ['do', 'turn-on'],
    ])
    expect(made.text).toContain(sentence)
    expect(bench.double.subscriptions.size).toBe(0)
  })
})

describe('a replay', () => {
  const csvThenPost = (url: string): [string, string][] => [
    ...toCsv('once.csv', ['Id', '{{id}}']),
    ['then.action', 'post'],
    ['then.post_url', url],
  ]

  test('of failed runs goes on after what was done, and each is replayed once', async () => {
    const { id, hook } = await turnedOn(csvThenPost('http://127.0.0.1:9/'))
    await bench.deliver(hook, { ...item, id: 'EVNT-A' })
    await bench.deliver(hook, { ...item, id: 'EVNT-B' })
    await bench.shows(`/zaps/${id}`, '2 runs failed and were not replayed yet.')
    await bench.post(`/zaps/${id}/edit`, { do: 'save', 'then.post_url': `${bench.url}/inbox/replayed` })
    expect((await bench.post(`/zaps/${id}/replay-failed`)).text).toContain('2 failed runs are replayed.')
    await bench.idle()
    const zap = (await bench.get(`/zaps/${id}`)).text
    expect(zap).not.toContain('were not replayed yet')
    expect(zap.match(/>Success</g)).toHaveLength(2)
    expect(csv('once.csv')).toBe('Id\r\nEVNT-A\r\nEVNT-B\r\n')
    const inbox = (await bench.get('/inbox/replayed')).text
    expect(inbox.indexOf('EVNT-B')).toBeLessThan(inbox.indexOf('EVNT-A'))
    expect((await bench.get(await runOf(id))).text).toContain('Taken over from the run before')
    expect((await bench.post(`/zaps/${id}/replay-failed`)).text).toContain('0 failed runs are replayed.')
  })

  test('of a run that went well does everything again', async () => {
    const { id, hook } = await turnedOn(toCsv('again.csv', ['Id', '{{id}}']))
    await bench.deliver(hook, item)
    await bench.shows(`/zaps/${id}`, 'Success')
    await bench.post(`${await runOf(id)}/replay`)
    await bench.idle()
    expect(csv('again.csv')).toBe('Id\r\nEVNT-9\r\nEVNT-9\r\n')
  })

  test('of a filtered run asks the filter again', async () => {
    const { id, hook } = await turnedOn([
      ...rule('0', 'booking_subject', 'exactly-matches', 'Talk'),
      ...toCsv('second-look.csv', ['Id', '{{id}}']),
    ])
    await bench.deliver(hook, item)
    await bench.shows(`/zaps/${id}`, '>Filtered</span>')
    await bench.post(`/zaps/${id}/edit`, [
      ...rule('0', 'booking_subject', 'contains', 'Demo'),
      ['do', 'save'],
    ])
    await bench.post(`${await runOf(id)}/replay`)
    await bench.shows(`/zaps/${id}`, 'Added one row to second-look.csv')
  })

  test('of runs held at an action follows the reconnect, in order, and does nothing twice', async () => {
    const { id, hook } = await turnedOn([
      ...toCsv('held.csv', ['Id', '{{id}}']),
      ['then.action', 'create.cancel_booking'],
      ['then.in.booking_id', '{{booking_id}}'],
    ])
    bench.double.behavior.pair = null
    await bench.deliver(hook, { ...item, booking_id: 'BKNG-A' })
    await bench.shows(`/zaps/${id}`, '1 run is held.')
    expect(csv('held.csv')).toBe('Id\r\nEVNT-9\r\n')
    await bench.deliver(hook, { ...item, id: 'EVNT-10', booking_id: 'BKNG-B' })
    await bench.shows(`/zaps/${id}`, '2 runs are held.')
    bench.double.behavior.pair = { ...rightPair, apiKey: 'hwz_new' }
    const connection = await bench.connectionId()
    const { text } = await bench.post(`/connections/${connection}/reconnect`, {
      'field.api_key': 'hwz_new',
      'field.login_id': rightPair.loginId,
    })
    expect(text).toContain('2 held runs are replayed.')
    await bench.idle()
    expect((await bench.get(`/zaps/${id}`)).text.match(/>Success</g)).toHaveLength(2)
    expect(csv('held.csv')).toBe('Id\r\nEVNT-9\r\nEVNT-10\r\n')
    const canceled = bench.double.asked.filter(
      ({ path: asked, headers }) => asked.endsWith('/cancel') && headers.authorization === 'Bearer hwz_new',
    )
    expect(canceled.map(({ path: asked }) => asked)).toEqual([
      '/zapier/v1/bookings/BKNG-A/cancel',
      '/zapier/v1/bookings/BKNG-B/cancel',
    ])
  })
})
