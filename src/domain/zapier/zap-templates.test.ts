import { describe, expect, test } from 'vitest'
import { TRIGGER_FIELDS } from '../../../integrations/zapier/src/fields.ts'
import { type Trigger, triggers } from '../webhooks/subscription.ts'
import { presentZapItem } from './present-zap-item.ts'
import { syntheticEvent } from './synthetic-event.ts'
import { labelOfField } from './zap-field-labels.ts'
import { findZapApp, keysIn, keysOfTemplate, zapApps, zapTemplates } from './zap-templates.ts'

/** What the server really sends for a trigger. */
const itemOf = (trigger: Trigger) =>
  presentZapItem(syntheticEvent({ now: Temporal.Instant.from('2027-02-16T09:00:00Z'), trigger }), {
    publicUrl: 'https://meet.example.com',
    trigger,
    customFields: [],
  })

describe('zap templates', () => {
  test('offer enough: thirty templates or more over eighteen apps or more, each app with at least one', () => {
    expect(zapTemplates.length).toBeGreaterThanOrEqual(30)
    expect(zapApps.length).toBeGreaterThanOrEqual(18)
    const used = new Set(zapTemplates.flatMap(({ steps }) => steps.map(({ app }) => app)))
    expect([...used].filter((id) => !findZapApp(id))).toEqual([])
    expect(zapApps.filter(({ id }) => !used.has(id))).toEqual([])
  })

  test('begin with every trigger there is, and with no other', () => {
    expect(new Set(zapTemplates.map(({ trigger }) => trigger))).toEqual(new Set(triggers))
  })

  test('have ids, titles and app names of their own', () => {
    for (const names of [
      zapTemplates.map(({ id }) => id),
      zapTemplates.map(({ title }) => title),
      zapApps.map(({ id }) => id),
      zapApps.map(({ name }) => name),
    ])
      expect(new Set(names).size).toBe(names.length)
  })

  test.each(zapTemplates)('$id reads only fields that the server sends with its trigger', (template) => {
    const sent = Object.keys(itemOf(template.trigger))
    expect(keysOfTemplate(template).filter((key) => !sent.includes(key))).toEqual([])
  })

  test.each(zapTemplates)('$id names its fields as the integration does', (template) => {
    const fields = new Map<string, string>(
      TRIGGER_FIELDS[template.trigger].map(({ key, label }) => [key, label]),
    )
    for (const key of keysOfTemplate(template))
      expect([key, labelOfField(key)]).toEqual([key, fields.get(key)])
  })

  test.each(zapTemplates)('$id fills every field it names, and has no braces left over', ({ steps }) => {
    expect(steps.length).toBeGreaterThan(0)
    for (const { fields } of steps) {
      expect(fields.length).toBeGreaterThan(0)
      expect(new Set(fields.map(([name]) => name)).size).toBe(fields.length)
      for (const [, value] of fields) {
        expect(keysIn(value).length).toBeGreaterThan(0)
        expect(value.replaceAll(/\{\{\w+\}\}/g, '')).not.toMatch(/[{}]/)
      }
    }
  })
})
