import { type Definition, hasComputedFields, staticFields } from '../host/definition.ts'
import { labelOfAction } from './actions.ts'
import { deedOf, placeOf } from './app-action.ts'
import { callWith } from './connections.ts'
import type { Deps } from './deps.ts'
import { describeItem, type OutputField } from './fields.ts'
import { asText, fill } from './mapping.ts'
import type { Action, Item, Zap } from './records.ts'

interface Offering {
  definition: Definition
  zap: Zap
  action: Action
  /** Counted from 0; the first action is step 2 of the Zap. */
  position: number
}

/** The fields that an action gives to the one after it, under the names `2.key`, with sample values where there are any. */
export async function outputOf(
  deps: Deps,
  { definition, zap, action, position }: Offering,
): Promise<OutputField[]> {
  const step = position + 2
  const label = labelOfAction(definition, deps.appTitle, action)
  return (await fieldsOf(deps, { definition, zap, action })).map((field) => ({
    ...field,
    key: `${step}.${field.key}`,
    label: `${step}. ${label}: ${field.label}`,
  }))
}

async function fieldsOf(
  deps: Deps,
  { definition, zap, action }: Pick<Offering, 'definition' | 'zap' | 'action'>,
): Promise<OutputField[]> {
  const filled = (template: string) => (zap.sample ? asText(fill(template, zap.sample)) : undefined)
  if (action.kind === 'post') return [{ key: 'status', label: 'Status of the answer', sample: 200 }]
  if (action.kind === 'csv') {
    const columns = action.mappings.map(({ name, value }) => ({
      key: name,
      label: name,
      sample: filled(value),
    }))
    return [...columns, { key: 'file', label: 'File name', sample: action.fileName }]
  }
  if (action.kind === 'mail') {
    return [
      { key: 'to', label: 'To', sample: filled(action.to) },
      { key: 'subject', label: 'Subject', sample: filled(action.subject) },
      { key: 'text', label: 'Text', sample: filled(action.text) },
    ]
  }
  const operation = deedOf(definition, action)?.operation
  const computed = hasComputedFields(operation?.outputFields)
    ? await computedFields(deps, zap, placeOf(action))
    : null
  const sample: Item = operation?.sample ?? {}
  return describeItem(computed ?? staticFields(operation?.outputFields), sample)
}

async function computedFields(deps: Deps, zap: Zap, place: string) {
  const connection = zap.connectionId ? deps.store.findConnection(zap.connectionId) : undefined
  if (connection?.state !== 'connected') return null
  const { outcome } = await callWith(deps, connection, { method: `${place}.operation.outputFields` })
  return outcome.ok ? staticFields(outcome.value as unknown[]) : null
}
