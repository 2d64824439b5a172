import { asText, fieldOf, fill } from './mapping.ts'
import type { Item, JudgedRule, Rule } from './records.ts'

interface Operator {
  id: string
  label: string
  /** False for a question that needs nothing to compare with. */
  takesValue: boolean
  /** Whether the rule holds, or a sentence why the two cannot be compared. */
  holds: (found: string, wanted: string) => boolean | string
}

const numbers =
  (compare: (a: number, b: number) => boolean) =>
  (found: string, wanted: string): boolean | string => {
    const [a, b] = [numberOf(found), numberOf(wanted)]
    if (a === null) return `"${found}" is no number`
    return b === null ? `"${wanted}" is no number` : compare(a, b)
  }

const dates =
  (compare: (a: number, b: number) => boolean) =>
  (found: string, wanted: string): boolean | string => {
    const [a, b] = [dateOf(found), dateOf(wanted)]
    const no = (text: string) =>
      `"${text}" is no date in ISO form, such as 2027-02-16 or 2027-02-16T15:30:00Z`
    if (a === null) return no(found)
    return b === null ? no(wanted) : compare(a, b)
  }

/** The questions a rule may ask. Texts are compared as they are written: upper and lower case differ. */
export const operators: readonly Operator[] = [
  { id: 'exactly-matches', label: 'exactly matches', takesValue: true, holds: (a, b) => a === b },
  {
    id: 'does-not-exactly-match',
    label: 'does not exactly match',
    takesValue: true,
    holds: (a, b) => a !== b,
  },
  { id: 'contains', label: 'contains', takesValue: true, holds: (a, b) => a.includes(b) },
  {
    id: 'does-not-contain',
    label: 'does not contain',
    takesValue: true,
    holds: (a, b) => !a.includes(b),
  },
  { id: 'is-empty', label: 'is empty', takesValue: false, holds: (a) => a.trim() === '' },
  { id: 'is-not-empty', label: 'is not empty', takesValue: false, holds: (a) => a.trim() !== '' },
  {
    id: 'greater-than',
    label: 'is greater than (number)',
    takesValue: true,
    holds: numbers((a, b) => a > b),
  },
  { id: 'less-than', label: 'is less than (number)', takesValue: true, holds: numbers((a, b) => a < b) },
  { id: 'after', label: 'is after (date)', takesValue: true, holds: dates((a, b) => a > b) },
  { id: 'before', label: 'is before (date)', takesValue: true, holds: dates((a, b) => a < b) },
]

export const findOperator = (id: string): Operator | undefined => operators.find((one) => one.id === id)

function numberOf(text: string): number | null {
  const number = Number(text)
  return text.trim() !== '' && Number.isFinite(number) ? number : null
}

/** ISO 8601 only: what else a date may look like is read differently from one machine to the next. */
function dateOf(text: string): number | null {
  const isIso = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(
    text.trim(),
  )
  const ms = isIso ? Date.parse(text.trim().replace(' ', 'T')) : Number.NaN
  return Number.isNaN(ms) ? null : ms
}

/** The first thing that is missing in a filter, or "". */
export function missingInFilter(filter: readonly Rule[][]): string {
  for (const rule of filter.flat()) {
    const operator = findOperator(rule.operator)
    if (!rule.field) return 'Choose a field for each rule of the filter.'
    if (!operator) return 'Choose a condition for each rule of the filter.'
    if (operator.takesValue && rule.value === '') return 'Give each rule of the filter a value.'
  }
  return ''
}

export interface Judged {
  passes: boolean
  groups: JudgedRule[][]
  /** Why it does not pass, naming the rule; "" when it does. */
  reason: string
}

/** Holds an item against the filter: one group of which every rule is met lets it pass. */
export function judge(filter: readonly Rule[][], item: Item, labelOfField: (key: string) => string): Judged {
  const groups = filter.map((rules) => rules.map((rule) => judgeRule(rule, item, labelOfField)))
  const passes = groups.length === 0 || groups.some((rules) => rules.every(({ isMet }) => isMet))
  const failing = groups.flatMap((rules) => rules.find(({ isMet }) => !isMet) ?? [])
  const because = failing.map(({ text, found }) => `the rule ${text} is not met (${found})`)
  return { passes, groups, reason: passes ? '' : `The filter let nothing pass: ${because.join('; ')}.` }
}

function judgeRule(rule: Rule, item: Item, labelOfField: (key: string) => string): JudgedRule {
  const operator = findOperator(rule.operator)
  const found = asText(fieldOf(item, rule.field))
  const wanted = asText(fill(rule.value, item))
  const text = `"${labelOfField(rule.field)} ${operator?.label ?? rule.operator}${operator?.takesValue ? ` ${wanted}` : ''}"`
  const held = operator ? operator.holds(found, wanted) : 'this condition does not exist'
  const seen =
    found === '' ? 'it is empty' : `it is "${found.length > 100 ? `${found.slice(0, 99)}…` : found}"`
  return { text, found: typeof held === 'string' ? held : seen, isMet: held === true }
}
