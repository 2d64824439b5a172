import { isPlainObject, valueAt } from '../host/curlies.ts'
import type { Item, Mapping } from './records.ts'

const placeholder = /\{\{\s*([^{}]+?)\s*\}\}/g
const onlyPlaceholder = /^\{\{\s*([^{}]+?)\s*\}\}$/

/**
 * The value of one field of an item; `a__b` reaches into nested objects as in Zapier's output fields, and `2.key`
 * into the output of an earlier action, where `withOutputs` has put it.
 */
export function fieldOf(item: Item, key: string): unknown {
  if (Object.hasOwn(item, key)) return item[key]
  const [, step, rest] = /^(\d)\.(.+)$/s.exec(key) ?? []
  const output = step ? item[step] : undefined
  if (rest && isPlainObject(output)) return fieldOf(output, rest)
  return valueAt(item, key.replaceAll('__', '.'))
}

/** What the texts of an action may use: the item's own fields, and the outputs of the actions before it as 2, 3, … */
export const withOutputs = (item: Item, outputs: readonly Item[]): Item => ({
  ...item,
  1: item,
  ...Object.fromEntries(outputs.map((output, index) => [index + 2, output])),
})

/** Fills `{{key}}` from an item. A text that is nothing but one placeholder keeps the type of its value. */
export function fill(template: string, item: Item): unknown {
  const whole = onlyPlaceholder.exec(template)?.[1]
  if (whole) return fieldOf(item, whole) ?? ''
  return template.replace(placeholder, (_, key: string) => asText(fieldOf(item, key)))
}

export const asText = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

/** The object that a list of mappings makes of an item, in the order of the list. */
export const mapped = (mappings: readonly Mapping[], item: Item): Item =>
  Object.fromEntries(mappings.map(({ name, value }) => [name, fill(value, item)]))
