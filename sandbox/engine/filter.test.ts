import { describe, expect, test } from 'vitest'
import { judge, missingInFilter } from './filter.ts'
import type { Rule } from './records.ts'

const item = {
  status: 'Scheduled',
  empty: '',
  minutes: 30,
  starts: '2027-02-16T10:30:00-05:00',
  nested: { page: 'BP-1' },
}
const rule = (field: string, operator: string, value = ''): Rule => ({ field, operator, value })
const label = (key: string) => key
const passes = (filter: Rule[][]) => judge(filter, item, label).passes

describe('a rule', () => {
  test.each<[Rule, boolean]>([
    [rule('status', 'exactly-matches', 'Scheduled'), true],
    [rule('status', 'exactly-matches', 'scheduled'), false],
    [rule('status', 'does-not-exactly-match', 'Canceled'), true],
    [rule('status', 'does-not-exactly-match', 'Scheduled'), false],
    [rule('status', 'contains', 'ched'), true],
    [rule('status', 'contains', 'Re'), false],
    [rule('status', 'does-not-contain', 'Re'), true],
    [rule('status', 'does-not-contain', 'ched'), false],
    [rule('empty', 'is-empty'), true],
    [rule('missing', 'is-empty'), true],
    [rule('status', 'is-empty'), false],
    [rule('status', 'is-not-empty'), true],
    [rule('empty', 'is-not-empty'), false],
    [rule('minutes', 'greater-than', '15'), true],
    [rule('minutes', 'greater-than', '30'), false],
    [rule('minutes', 'less-than', '100'), true],
    [rule('minutes', 'less-than', '9'), false],
    [rule('starts', 'after', '2027-02-16T15:29:59Z'), true],
    [rule('starts', 'after', '2027-02-16T15:30:00Z'), false],
    [rule('starts', 'before', '2027-03-01'), true],
    [rule('starts', 'before', '2027-01-01'), false],
    [rule('nested__page', 'exactly-matches', 'BP-1'), true],
    [rule('status', 'sounds-like', 'x'), false],
  ])('%j: %s', (one, expected) => {
    expect(passes([[one]])).toBe(expected)
  })

  test.each([
    [rule('status', 'greater-than', '3'), '"Scheduled" is no number'],
    [rule('minutes', 'less-than', 'many'), '"many" is no number'],
    [rule('status', 'before', '2027-01-01'), '"Scheduled" is no date'],
    [rule('starts', 'after', 'tomorrow'), '"tomorrow" is no date'],
    [rule('empty', 'greater-than', '0'), '"" is no number'],
  ])('that cannot compare is not met, and says why: %j', (one, sentence) => {
    const { passes: goesOn, reason } = judge([[one]], item, label)
    expect(goesOn).toBe(false)
    expect(reason).toContain(sentence)
  })
})

describe('a filter', () => {
  const yes = rule('status', 'exactly-matches', 'Scheduled')
  const no = rule('minutes', 'exactly-matches', '60')

  test.each<[string, Rule[][], boolean]>([
    ['without rules', [], true],
    ['of two rules that hold', [[yes, yes]], true],
    ['of which one rule does not hold', [[yes, no]], false],
    ['of two groups of which one holds', [[no], [yes]], true],
    ['of two groups of which none holds', [[no, yes], [no]], false],
  ])('%s: %s', (_, filter, expected) => {
    expect(passes(filter)).toBe(expected)
  })

  test('that stops names the rule that is not met in each group, and what it found', () => {
    const { reason, groups } = judge(
      [[yes, no], [rule('empty', 'is-not-empty')]],
      item,
      (key) => `Label of ${key}`,
    )
    expect(reason).toBe(
      'The filter let nothing pass: the rule "Label of minutes exactly matches 60" is not met (it is "30"); ' +
        'the rule "Label of empty is not empty" is not met (it is empty).',
    )
    expect(groups.map((rules) => rules.map(({ isMet }) => isMet))).toEqual([[true, false], [false]])
  })

  test('is incomplete without a field, a condition or a value', () => {
    expect(missingInFilter([[rule('', 'contains', 'a')]])).toContain('field')
    expect(missingInFilter([[rule('a', 'none', 'a')]])).toContain('condition')
    expect(missingInFilter([[rule('a', 'contains')]])).toContain('value')
    expect(missingInFilter([[rule('a', 'is-empty')]])).toBe('')
  })
})
