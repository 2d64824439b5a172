import { describe, expect, test } from 'vitest'
import type { Definition } from '../host/definition.ts'
import {
  addFields,
  addRule,
  applyForm,
  chooseAction,
  chooseTrigger,
  removeAction,
  removeMapping,
  removeRule,
} from './edit-zap.ts'
import { coerceInputs, describeItem, fieldsOfTrigger } from './fields.ts'
import { hasMappings, type Zap } from './records.ts'
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
const mappingsOf = ({ actions }: Zap) => (hasMappings(actions[0]) ? actions[0].mappings : [])
const form = (fields: [string, string][]) => new URLSearchParams(fields)

describe('editing a Zap', () => {
  test('keeps rows with a name or a value, and names a nameless one after its field', () => {
    const zap = applyForm(
      chooseAction(draft(), { definition, position: 0, id: 'post', inboxUrl: 'http://a/' }),
      form([
        ['map_name', 'who'],
        ['map_value', '{{name}}'],
        ['map_name', ''],
        ['map_value', '{{created}}'],
        ['map_name', ''],
        ['map_value', ''],
      ]),
    )
    expect(mappingsOf(zap)).toEqual([
      { name: 'who', value: '{{name}}' },
      { name: 'created', value: '{{created}}' },
    ])
  })

  test('adds each field once and never two columns of one name', () => {
    const offered = describeItem(fieldsOfTrigger(definition, draft()), null)
    const csv = chooseAction(draft(), { definition, position: 0, id: 'csv', inboxUrl: '' })
    const once = addFields(csv, { position: 0, offered, keys: 'all' })
    const twice = addFields(once, { position: 0, offered, keys: 'all' })
    expect(mappingsOf(twice).map(({ name }) => name)).toEqual(['Creation date', 'created_at'])
    expect(mappingsOf(removeMapping(twice, 0, 0))).toEqual([{ name: 'created_at', value: '{{created_at}}' }])
  })

  test('takes two actions and no third, and keeps mapped fields when the kind changes', () => {
    const choose = (zap: Zap, position: number, id: string) =>
      chooseAction(zap, { definition, position, id, inboxUrl: 'http://a/' })
    const one = applyForm(
      choose(draft(), 0, 'csv'),
      form([
        ['map_name', 'a'],
        ['map_value', '{{created}}'],
      ]),
    )
    expect(mappingsOf(choose(one, 0, 'post'))).toEqual([{ name: 'a', value: '{{created}}' }])
    const two = choose(one, 1, 'mail')
    expect(two.actions.map(({ kind }) => kind)).toEqual(['csv', 'mail'])
    expect(choose(two, 2, 'post')).toBe(two)
    expect(choose(draft(), 1, 'post').actions).toEqual([])
    expect(removeAction(two, 0).actions.map(({ kind }) => kind)).toEqual(['mail'])
  })

  test('reads rules in their groups, adds to a group or a new one, and drops groups without rules', () => {
    const rows = [
      ['0', 'status', 'exactly-matches', 'Scheduled'],
      ['0', 'page', 'is-not-empty', ''],
      ['1', 'status', 'contains', 'Re'],
    ]
    const names = ['filter_group', 'filter_field', 'filter_operator', 'filter_value']
    const filled = applyForm(
      draft(),
      form(rows.flatMap((row) => row.map((text, at): [string, string] => [names[at] ?? '', text]))),
    )
    expect(filled.filter.map((rules) => rules.map(({ field }) => field))).toEqual([
      ['status', 'page'],
      ['status'],
    ])
    expect(addRule(filled, 0).filter.map(({ length }) => length)).toEqual([3, 1])
    expect(addRule(filled, 'or').filter.map(({ length }) => length)).toEqual([2, 1, 1])
    expect(removeRule(filled, 2).filter).toEqual([filled.filter[0]])
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
