import { describe, expect, test } from 'vitest'
import { findZapTemplate, type ZapTemplate, zapTemplates } from '#domain/zapier/zap-templates.ts'
import { TRIGGER_FIELDS } from '../../../../../../../integrations/zapier/src/fields.ts'
import { prefill } from '../../../../../../../sandbox/engine/prefill.ts'
import { draftZap } from '../../../../../../../sandbox/engine/zaps.ts'
import type { Definition } from '../../../../../../../sandbox/host/definition.ts'
import { presentZap } from './card.ts'
import { emptyEditor, sandboxEditor, zapierEditor } from './links.ts'

const template = (id: string): ZapTemplate => {
  const found = findZapTemplate(id)
  if (!found) throw new Error(`No template ${id}`)
  return found
}
const searchOf = (address: string) => [...new URL(address).searchParams]

describe('zapierEditor', () => {
  test('chooses our trigger, and the app where Zapier publishes its key', () => {
    expect(searchOf(zapierEditor(template('bookings-to-google-sheets'), 'App7CLIAPI@1.1.0'))).toEqual([
      ['steps[0][app]', 'App7CLIAPI@1.1.0'],
      ['steps[0][type]', 'read'],
      ['steps[0][action]', 'booking_scheduled'],
      ['steps[1][app]', 'GoogleSheetsV2CLIAPI@latest'],
    ])
    expect(searchOf(zapierEditor(template('canceled-to-slack'), 'App7CLIAPI@1.1.0'))).toEqual([
      ['steps[0][app]', 'App7CLIAPI@1.1.0'],
      ['steps[0][type]', 'read'],
      ['steps[0][action]', 'booking_canceled'],
    ])
  })

  test('opens the empty editor when nobody has said which integration is ours', () => {
    expect(zapierEditor(template('bookings-to-slack'), undefined)).toBe(emptyEditor)
  })
})

describe('sandboxEditor', () => {
  const linkOf = (id: string) => searchOf(sandboxEditor('http://127.0.0.1:4201', template(id)))

  test('makes a table of what goes into a sheet, with the filter', () => {
    expect(linkOf('lifecycle-to-notion')).toEqual([
      ['name', 'Note canceled bookings in a Notion database'],
      ['trigger', 'booking_lifecycle'],
      ['filter', 'booking_status|exactly-matches|Canceled'],
      ['action', 'csv'],
      ['file', 'lifecycle-to-notion.csv'],
      ['map', 'Name={{booking_id}}'],
      ['map', 'Customer={{customer_name}}'],
      ['map', 'Reason={{cancel_reschedule_reason}}'],
      ['map', 'Canceled by={{cancel_reschedule_by_customer}}{{cancel_reschedule_by_user}}'],
    ])
  })

  const definition: Definition = {
    version: '1',
    triggers: Object.fromEntries(
      Object.keys(TRIGGER_FIELDS).map((key) => [key, { key, display: { label: key }, operation: {} }]),
    ),
  }

  test.each(zapTemplates)('opens $id whole: the sandbox leaves nothing of it out', (each) => {
    const { zap, leftOut } = prefill(new URL(sandboxEditor('http://127.0.0.1:4201', each)).searchParams, {
      definition,
      zap: draftZap({ now: () => 1 }, {}),
      inboxUrl: 'http://127.0.0.1:4201/inbox/a',
    })
    expect(leftOut).toEqual([])
    expect(zap).toMatchObject({ name: each.title, triggerKey: each.trigger })
    expect(zap.filter.flat().length).toBe(each.filter ? 1 : 0)
    expect(zap.actions.length).toBe(each.steps.length)
  })

  test('makes a mail of a mail', () => {
    const link = linkOf('completed-to-gmail')
    expect(link.slice(2, 5)).toEqual([
      ['action', 'mail'],
      ['to', '{{customer_email}}'],
      ['subject', 'Thank you for your time, {{customer_first_name}}'],
    ])
    expect(link[5]?.[0]).toBe('text')
  })

  test('posts everything else, one action after the other', () => {
    const link = linkOf('no-show-to-hubspot-and-slack')
    expect(link.filter(([name]) => name === 'action')).toEqual([
      ['action', 'post'],
      ['action', 'post'],
    ])
    expect(linkOf('rescheduled-to-twilio')).toContainEqual(['filter', 'customer_phone_e164|is-not-empty'])
  })
})

test('a card says in words what is sent, and what is copied can be pasted', () => {
  const card = presentZap(template('lifecycle-to-discord'), {
    triggerName: () => 'Booking Lifecycle Event',
    labelOf: (key) => `<${key}>`,
    zapierApp: undefined,
    sandboxUrl: undefined,
  })
  expect(card.filter).toEqual({
    field: '<booking_status>',
    condition: '(Text) Does not exactly match',
    value: 'Completed',
  })
  expect(card.steps[0]?.fields[0]?.copied).toBe(
    '{{<booking_status>}}: {{<booking_subject>}} with {{<customer_name>}}, {{<booking_meeting_time_owner_zone>}}',
  )
  expect(card.steps[0]?.fields[0]?.parts.slice(0, 2)).toEqual([
    { text: '<booking_status>', isField: true },
    { text: ': ', isField: false },
  ])
  expect(card.sandboxUrl).toBeNull()
})
