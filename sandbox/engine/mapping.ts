import { valueAt } from '../host/curlies.ts'
import type { Item, Mapping } from './records.ts'

const placeholder = /\{\{\s*([^{}]+?)\s*\}\}/g
const onlyPlaceholder = /^\{\{\s*([^{}]+?)\s*\}\}$/

/** The value of one field of an item; `a__b` reaches into nested objects as in Zapier's output fields. */
export function fieldOf(item: Item, key: string): unknown {
  return Object.hasOwn(item, key) ? item[key] : valueAt(item, key.replaceAll('__', '.'))
}

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
