import { ok, type Result, refuse } from '#kit/result.ts'
import { isPlainObject } from '../host/curlies.ts'
import { type Definition, type Field, labelOf, type Trigger } from '../host/definition.ts'
import { callWith } from './connections.ts'
import type { Deps } from './deps.ts'
import { type Connection, type Item, sentenceOf, type Zap } from './records.ts'

export interface Choice {
  value: string
  label: string
}

/** An input field with all that is needed to draw it. */
export interface DrawnField extends Field {
  options: Choice[] | null
  /** True when the app has more choices than were fetched. */
  hasMore: boolean
  /** Why the choices could not be fetched; "" when they could. */
  trouble: string
}

const inputPath = (key: string) => `triggers.${key}.operation.inputFields`
export const pagesAtFirst = 10

/**
 * The trigger's input fields with their choices, fetched through the integration: `dynamic` (a hidden trigger,
 * page by page), `choices.perform` (until it gives no `paging_token`), or fixed choices.
 */
export async function drawFields(
  deps: Deps,
  asked: { definition: Definition; zap: Zap; connection: Connection; maxPages?: number },
): Promise<Result<DrawnField[], { code: 'no-fields'; sentence: string }>> {
  const { zap, connection } = asked
  const { outcome } = await callWith(deps, connection, {
    method: inputPath(zap.triggerKey),
    bundle: { inputData: zap.inputs },
  })
  if (!outcome.ok) {
    // A trigger without input fields has nothing at that path, which is no trouble.
    const trigger = asked.definition.triggers?.[zap.triggerKey]
    if (!trigger?.operation.inputFields) return ok([])
    return refuse({ code: 'no-fields', sentence: sentenceOf(outcome.problem) })
  }
  const fields = (outcome.value as Field[]).filter((field) => field && typeof field.key === 'string')
  const drawn: DrawnField[] = []
  for (const [index, field] of fields.entries()) drawn.push(await drawField(deps, { ...asked, field, index }))
  return ok(drawn)
}

interface OneField {
  definition: Definition
  zap: Zap
  connection: Connection
  field: Field
  index: number
  maxPages?: number
}

async function drawField(deps: Deps, one: OneField): Promise<DrawnField> {
  const { field } = one
  const plain = { ...field, options: null, hasMore: false, trouble: '' }
  if (field.type === 'boolean') {
    return { ...plain, options: [choice('true', 'Yes'), choice('false', 'No')] }
  }
  const isFetched = isPlainObject(field.choices) && 'perform' in field.choices
  if (!field.dynamic && !isFetched) return { ...plain, options: fixedChoices(field.choices) }
  return { ...plain, ...(await fetchChoices(deps, one)) }
}

const choice = (value: unknown, label: unknown): Choice => ({
  value: String(value),
  label: String(label || value),
})

function fixedChoices(choices: unknown): Choice[] | null {
  if (Array.isArray(choices)) {
    return choices.map((one) =>
      isPlainObject(one) ? choice(one.value ?? one.sample, one.label) : choice(one, one),
    )
  }
  return isPlainObject(choices) ? Object.entries(choices).map(([value, label]) => choice(value, label)) : null
}

/** Asks page by page until a page brings nothing new, no token comes back, or `maxPages` are read. */
async function fetchChoices(
  deps: Deps,
  { definition, zap, connection, field, index, maxPages = pagesAtFirst }: OneField,
): Promise<Pick<DrawnField, 'options' | 'hasMore' | 'trouble'>> {
  const found = new Map<string, Choice>()
  let token: unknown
  for (let page = 0; page < maxPages; page++) {
    const source = sourceOf(definition, zap, { field, index })
    const { outcome } = await callWith(deps, connection, {
      method: source.method,
      bundle: { inputData: zap.inputs, meta: { page, isFillingDynamicDropdown: true, paging_token: token } },
    })
    if (!outcome.ok)
      return { options: [...found.values()], hasMore: false, trouble: sentenceOf(outcome.problem) }
    const before = found.size
    const answer = outcome.value
    const rows: unknown[] = Array.isArray(answer)
      ? answer
      : isPlainObject(answer) && Array.isArray(answer.results)
        ? answer.results
        : []
    for (const row of rows) {
      if (!isPlainObject(row) || row[source.value] === undefined) continue
      const one = choice(row[source.value], row[source.label])
      found.set(one.value, one)
    }
    token = isPlainObject(answer) ? answer.paging_token : undefined
    const goesOn = field.dynamic ? source.canPaginate && found.size > before : Boolean(token)
    if (!goesOn) return { options: [...found.values()], hasMore: false, trouble: '' }
  }
  return { options: [...found.values()], hasMore: true, trouble: '' }
}

function sourceOf(definition: Definition, zap: Zap, { field, index }: { field: Field; index: number }) {
  if (field.dynamic) {
    const [key = '', value = 'id', label = value] = field.dynamic.split('.')
    const operation = definition.triggers?.[key]?.operation
    const method = operation && 'performList' in operation ? 'performList' : 'perform'
    return {
      method: `triggers.${key}.operation.${method}`,
      value,
      label,
      canPaginate: operation?.canPaginate === true,
    }
  }
  return {
    method: `${inputPath(zap.triggerKey)}.${index}.choices.perform`,
    value: 'id',
    label: 'label',
    canPaginate: false,
  }
}

/**
 * What the person filled in, as the integration wants it: numbers as numbers, yes/no as booleans, lists as lists,
 * defaults filled in, empty fields left out.
 */
export function coerceInputs(
  fields: readonly Field[],
  inputs: Record<string, string>,
): Record<string, unknown> {
  const filled = fields.flatMap((field): [string, unknown][] => {
    const text = inputs[field.key] || field.default || ''
    if (text === '') return []
    if (field.list) return [[field.key, text.split('\n').map((line) => coerce(field, line.trim()))]]
    return [[field.key, coerce(field, text)]]
  })
  return Object.fromEntries(filled)
}

function coerce(field: Field, text: string): unknown {
  if (field.type === 'boolean') return /^(true|yes|1|on)$/i.test(text)
  if (field.type !== 'integer' && field.type !== 'number') return text
  const number = Number(text)
  if (!Number.isFinite(number)) return text
  return field.type === 'integer' ? Math.trunc(number) : number
}

/** One field of the trigger's data: what the mapper offers. */
export interface OutputField {
  key: string
  label: string
  sample: unknown
}

/**
 * The fields of an item with their labels, in the order of the definition, then any others the item has.
 * Keys the definition promises but the item lacks are listed too, without a sample.
 */
export function describeItem(trigger: Trigger | undefined, item: Item | null): OutputField[] {
  const declared = (trigger?.operation.outputFields ?? []).filter(
    (field): field is Field => isPlainObject(field) && typeof field.key === 'string',
  )
  const known = new Set(declared.map((field) => field.key))
  const others = Object.keys(item ?? {}).filter((key) => !known.has(key))
  return [
    ...declared.map((field) => ({ key: field.key, label: labelOf(field), sample: item?.[field.key] })),
    ...others.map((key) => ({ key, label: labelOf({ key }), sample: item?.[key] })),
  ]
}
