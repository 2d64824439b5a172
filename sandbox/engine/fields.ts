import { ok, type Result, refuse } from '#kit/result.ts'
import { isPlainObject } from '../host/curlies.ts'
import { type Definition, type Field, hasComputedFields, labelOf, staticFields } from '../host/definition.ts'
import type { CallProblem, LogLine } from '../host/protocol.ts'
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
  /** Label of the field that has to be filled in before there are choices; "" when none has to. */
  waitsFor: string
}

export const pagesAtFirst = 10

export interface Asked {
  definition: Definition
  connection: Connection
  /** Where the fields stand: `triggers.booking_scheduled`, `creates.cancel_booking`. */
  place: string
  /** What is filled in so far; choices and computed fields may depend on it. */
  inputs: Record<string, string>
  maxPages?: number
}

type FieldsAt = { fields: Field[]; log: LogLine[] } | { problem: CallProblem; log: LogLine[] }

/** The input fields at one place of the definition, with those that a function computes. */
export async function inputFieldsAt(
  deps: Deps,
  connection: Connection,
  { place, inputs }: Pick<Asked, 'place' | 'inputs'>,
): Promise<FieldsAt> {
  const method = `${place}.operation.inputFields`
  const { outcome, log } = await callWith(deps, connection, { method, bundle: { inputData: inputs } })
  if (outcome.ok) return { fields: staticFields(outcome.value as unknown[]), log }
  // Without input fields there is nothing at that path, which is no trouble.
  const hasNone = outcome.problem.message === `The integration has no ${method}.`
  return hasNone ? { fields: [], log } : { problem: outcome.problem, log }
}

/**
 * Input fields with their choices, fetched through the integration: `dynamic` (a hidden trigger, page by page),
 * `choices.perform` (until it gives no `paging_token`), or fixed choices.
 */
export async function drawFields(
  deps: Deps,
  asked: Asked,
): Promise<Result<DrawnField[], { code: 'no-fields'; sentence: string }>> {
  const found = await inputFieldsAt(deps, asked.connection, asked)
  if ('problem' in found) return refuse({ code: 'no-fields', sentence: sentenceOf(found.problem) })
  const drawn: DrawnField[] = []
  for (const field of found.fields)
    drawn.push(await drawField(deps, { ...asked, field, among: found.fields }))
  return ok(drawn)
}

interface OneField extends Asked {
  field: Field
  among: readonly Field[]
}

async function drawField(deps: Deps, one: OneField): Promise<DrawnField> {
  const { field, among, inputs } = one
  const plain = { ...field, options: null, hasMore: false, trouble: '', waitsFor: '' }
  if (field.type === 'boolean') {
    return { ...plain, options: [choice('true', 'Yes'), choice('false', 'No')] }
  }
  const isFetched = isPlainObject(field.choices) && 'perform' in field.choices
  if (!field.dynamic && !isFetched) return { ...plain, options: fixedChoices(field.choices) }
  const missing = (field.dependsOn ?? []).find((key) => !inputs[key])
  if (missing) {
    const label = labelOf(among.find(({ key }) => key === missing) ?? { key: missing })
    return { ...plain, options: [], waitsFor: label }
  }
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
  { definition, connection, place, inputs, field, maxPages = pagesAtFirst }: OneField,
): Promise<Pick<DrawnField, 'options' | 'hasMore' | 'trouble'>> {
  const found = new Map<string, Choice>()
  let token: unknown
  for (let page = 0; page < maxPages; page++) {
    const source = sourceOf(definition, place, field)
    const { outcome } = await callWith(deps, connection, {
      method: source.method,
      bundle: { inputData: inputs, meta: { page, isFillingDynamicDropdown: true, paging_token: token } },
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

function sourceOf(definition: Definition, place: string, field: Field) {
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
    method: `${place}.operation.inputFields.${field.key}.choices.perform`,
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

/** One field of a step's data: what the mapper offers. */
export interface OutputField {
  key: string
  label: string
  sample: unknown
}

/**
 * The fields of an item with their labels, in the order of the definition, then any others the item has.
 * Keys the definition promises but the item lacks are listed too, without a sample.
 */
export function describeItem(declared: readonly Field[], item: Item | null): OutputField[] {
  const known = new Set(declared.map((field) => field.key))
  const others = Object.keys(item ?? {}).filter((key) => !known.has(key))
  return [
    ...declared.map((field) => ({ key: field.key, label: labelOf(field), sample: item?.[field.key] })),
    ...others.map((key) => ({ key, label: labelOf({ key }), sample: item?.[key] })),
  ]
}

/** The output fields of a Zap's trigger: those that are written down, then those computed for its account. */
export function fieldsOfTrigger(definition: Definition, zap: Zap): Field[] {
  const written = staticFields(definition.triggers?.[zap.triggerKey]?.operation.outputFields)
  const known = new Set(written.map(({ key }) => key))
  return [...written, ...(zap.fields ?? []).filter(({ key }) => !known.has(key))]
}

/**
 * Asks the integration for the output fields it computes, such as the account's custom fields. Gives the Zap with
 * them; as it was when there is nothing to ask, no working connection, or no answer.
 */
export async function withComputedFields(
  deps: Deps,
  { definition, zap }: { definition: Definition; zap: Zap },
): Promise<Zap> {
  const connection = zap.connectionId ? deps.store.findConnection(zap.connectionId) : undefined
  const written = definition.triggers?.[zap.triggerKey]?.operation.outputFields
  if (connection?.state !== 'connected' || !hasComputedFields(written)) return zap
  const { outcome } = await callWith(deps, connection, {
    method: `triggers.${zap.triggerKey}.operation.outputFields`,
    bundle: { inputData: zap.inputs },
  })
  return outcome.ok ? { ...zap, fields: staticFields(outcome.value as unknown[]) } : zap
}
