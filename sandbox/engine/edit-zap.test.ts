import { describe, expect, test } from 'vitest'
import type { Definition } from '../host/definition.ts'
import { addFields, applyForm, chooseAction, chooseTrigger, removeMapping } from './edit-zap.ts'
import { coerceInputs } from './fields.ts'
import { draftZap } from './zaps.ts'

const definition: Definition = {
  version: '1',
  triggers: {
    booked: {
      key: 'booked',
      display: { label: 'Booked' },
      operation: {
        outputFields: [
          { key: 'created', label: 'Creation date' },
          { key: 'created_at', label: 'Creation date' },
        ],
      },
    },
    hidden: { key: 'hidden', display: { label: 'Hidden', hidden: true }, operation: {} },
  },
}
const draft = () => chooseTrigger(definition, draftZap({ now: () => 1 }, {}), 'booked')
const form = (fields: [string, string][]) => new URLSearchParams(fields)

describe('editing a Zap', () => {
  test('keeps rows with a name or a value, and names a nameless one after its field', () => {
    const zap = applyForm(
      chooseAction(draft(), 'post', 'http://a/'),
      form([
        ['map_name', 'who'],
        ['map_value', '{{name}}'],
        ['map_name', ''],
        ['map_value', '{{created}}'],
        ['map_name', ''],
        ['map_value', ''],
      ]),
    )
    expect(zap.action?.mappings).toEqual([
      { name: 'who', value: '{{name}}' },
      { name: 'created', value: '{{created}}' },
    ])
  })

  test('adds each field once and never two columns of one name', () => {
    const once = addFields(definition, chooseAction(draft(), 'csv', ''), 'all')
    const twice = addFields(definition, once, 'all')
    expect(twice.action?.mappings.map(({ name }) => name)).toEqual(['Creation date', 'created_at'])
    expect(removeMapping(twice, 0).action?.mappings).toEqual([
      { name: 'created_at', value: '{{created_at}}' },
    ])
  })

  test('cannot choose a hidden trigger', () => {
    expect(chooseTrigger(definition, draftZap({ now: () => 1 }, {}), 'hidden').triggerKey).toBe('')
  })

  test('leaves trigger, connection and inputs of a Zap that is on alone', () => {
    const on = { ...draft(), state: 'on' as const, connectionId: 'c1', inputs: { page: '1' } }
    const edited = applyForm(
      on,
      form([
        ['connection', 'c2'],
        ['input.page', '2'],
        ['name', 'New name'],
      ]),
    )
    expect(edited).toMatchObject({ connectionId: 'c1', inputs: { page: '1' }, name: 'New name' })
    expect(chooseTrigger(definition, on, 'other')).toBe(on)
  })
})

describe('inputs', () => {
  test('reach the integration with their types, defaults filled in and empty ones left out', () => {
    const fields = [
      { key: 'n', type: 'integer' },
      { key: 'x', type: 'number' },
      { key: 'b', type: 'boolean' },
      { key: 'l', list: true },
      { key: 'd', default: 'std' },
      { key: 'e' },
    ]
    expect(coerceInputs(fields, { n: '3.7', x: '1.5', b: 'false', l: 'a\nb', e: '' })).toEqual({
      n: 3,
      x: 1.5,
      b: false,
      l: ['a', 'b'],
      d: 'std',
    })
  })
})
