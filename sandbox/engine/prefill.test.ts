import { describe, expect, test } from 'vitest'
import type { Definition } from '../host/definition.ts'
import { prefill } from './prefill.ts'
import { draftZap } from './zaps.ts'

const definition: Definition = {
  version: '1',
  triggers: {
    booked: { key: 'booked', display: { label: 'Booked' }, operation: {} },
    hidden: { key: 'hidden', display: { label: 'Hidden', hidden: true }, operation: {} },
  },
  creates: { cancel: { key: 'cancel', display: { label: 'Cancel' }, operation: {} } },
  searches: { find: { key: 'find', display: { label: 'Find' }, operation: {} } },
}
const filled = (params: [string, string][]) =>
  prefill(new URLSearchParams(params), {
    definition,
    zap: draftZap({ now: () => 1 }, {}),
    inboxUrl: 'http://localhost/inbox/a',
  })

describe('a link', () => {
  test('fills in name, trigger, inputs, filter and a CSV action', () => {
    const { zap, leftOut } = filled([
      ['name', 'Canceled bookings'],
      ['trigger', 'booked'],
      ['input.page', 'BP-1'],
      ['filter', 'event|exactly-matches|booking.canceled'],
      ['filter', 'note|is-not-empty'],
      ['filter', 'or'],
      ['filter', 'text|contains|a|b'],
      ['action', 'csv'],
      ['file', 'canceled.csv'],
      ['map', 'Customer={{name}}'],
      ['map', 'Sum=1=1'],
    ])
    expect(leftOut).toEqual([])
    expect(zap).toMatchObject({ name: 'Canceled bookings', triggerKey: 'booked', inputs: { page: 'BP-1' } })
    expect(zap.filter).toEqual([
      [
        { field: 'event', operator: 'exactly-matches', value: 'booking.canceled' },
        { field: 'note', operator: 'is-not-empty', value: '' },
      ],
      [{ field: 'text', operator: 'contains', value: 'a|b' }],
    ])
    expect(zap.actions).toEqual([
      {
        kind: 'csv',
        fileName: 'canceled.csv',
        mappings: [
          { name: 'Customer', value: '{{name}}' },
          { name: 'Sum', value: '1=1' },
        ],
      },
    ])
  })

  test('gives texts to the action before them, and those before any action to the first', () => {
    const { zap, leftOut } = filled([
      ['map', 'email={{customer_email}}'],
      ['action', 'search.find'],
      ['action', 'mail'],
      ['to', '{{2.email}}'],
      ['subject', 'Hello'],
      ['text', 'Hi {{name}}'],
    ])
    expect(leftOut).toEqual([])
    expect(zap.actions).toEqual([
      { kind: 'search', key: 'find', inputs: { email: '{{customer_email}}' } },
      { kind: 'mail', to: '{{2.email}}', subject: 'Hello', text: 'Hi {{name}}' },
    ])
  })

  test('posts to the own inbox without an address, and sends the mapped fields only when there are any', () => {
    expect(filled([['action', 'post']]).zap.actions).toEqual([
      { kind: 'post', url: 'http://localhost/inbox/a', body: 'all', mappings: [] },
    ])
    expect(
      filled([
        ['action', 'post'],
        ['url', 'https://example.org/in'],
        ['map', 'a={{b}}'],
      ]).zap.actions,
    ).toEqual([
      {
        kind: 'post',
        url: 'https://example.org/in',
        body: 'mapped',
        mappings: [{ name: 'a', value: '{{b}}' }],
      },
    ])
  })

  test.each<[string, [string, string][], string]>([
    ['an unknown trigger', [['trigger', 'nothing']], 'the trigger "nothing"'],
    ['a hidden trigger', [['trigger', 'hidden']], 'the trigger "hidden"'],
    ['an unknown action', [['action', 'create.nothing']], 'the action "create.nothing"'],
    [
      'a third action',
      [
        ['action', 'csv'],
        ['action', 'mail'],
        ['action', 'post'],
      ],
      'the action "post"',
    ],
    ['an unknown condition', [['filter', 'a|is|b']], 'the rule "a|is|b"'],
    ['a rule without a condition', [['filter', 'a']], 'the rule "a"'],
    [
      'a script for an address',
      [
        ['action', 'post'],
        ['url', 'javascript:alert(1)'],
      ],
      'url=javascript:alert(1)',
    ],
    [
      'a column without a name',
      [
        ['action', 'csv'],
        ['map', 'no equals sign'],
      ],
      'map=no equals sign',
    ],
    [
      'a text that the action does not have',
      [
        ['action', 'csv'],
        ['to', 'a@b.c'],
      ],
      'to=a@b.c',
    ],
    [
      'a text that is too long',
      [
        ['action', 'mail'],
        ['text', 'x'.repeat(2_001)],
      ],
      'text=xxx',
    ],
  ])('leaves out %s and says so', (_, params, named) => {
    const { leftOut } = filled(params)
    expect(leftOut).toHaveLength(1)
    expect(leftOut[0]).toContain(named)
  })

  test('gives what belongs to a refused action to no other', () => {
    const { zap } = filled([
      ['action', 'csv'],
      ['action', 'nothing'],
      ['file', 'other.csv'],
    ])
    expect(zap.actions).toMatchObject([{ kind: 'csv', fileName: 'bookings.csv' }])
  })
})
