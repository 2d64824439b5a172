import type { Definition } from '../host/definition.ts'
import { visibleTriggers } from '../host/definition.ts'
import { describeItem } from './fields.ts'
import type { Action, Mapping, Zap } from './records.ts'

const defaultFile = 'bookings.csv'
const inputPrefix = 'input.'

/**
 * Puts the fields of the editor's form into a Zap. While the Zap is on its trigger, connection and inputs stay as
 * they are: the app was told of them when it was turned on.
 */
export function applyForm(zap: Zap, form: URLSearchParams): Zap {
  const edited: Zap = {
    ...zap,
    name: (form.get('name') ?? zap.name).trim().slice(0, 120),
    action: applyAction(zap.action, form),
  }
  if (zap.state === 'on') return edited
  const inputs = [...form.keys()].filter((name) => name.startsWith(inputPrefix))
  const fromForm = Object.fromEntries(
    inputs.map((name) => [name.slice(inputPrefix.length), form.get(name) ?? '']),
  )
  return {
    ...edited,
    connectionId: form.has('connection') ? form.get('connection') || null : zap.connectionId,
    inputs: { ...zap.inputs, ...fromForm },
  }
}

function applyAction(action: Action | null, form: URLSearchParams): Action | null {
  if (!action) return null
  const values = form.getAll('map_value')
  const mappings = form.has('map_name')
    ? form
        .getAll('map_name')
        .map((name, index): Mapping => ({ name: name.trim(), value: values[index] ?? '' }))
        .filter(({ name, value }) => name !== '' || value !== '')
        .map((mapping) => ({ ...mapping, name: mapping.name || nameFrom(mapping.value) }))
    : action.mappings
  if (action.kind === 'csv') {
    return { ...action, mappings, fileName: (form.get('csv_file') ?? action.fileName).trim() }
  }
  const body = form.get('post_body')
  return {
    ...action,
    mappings,
    url: (form.get('post_url') ?? action.url).trim(),
    body: body === 'all' || body === 'mapped' ? body : action.body,
  }
}

/** A row whose name was left empty is called after its placeholder. */
const nameFrom = (value: string): string => /\{\{\s*([^{}]+?)\s*\}\}/.exec(value)?.[1] ?? value.slice(0, 60)

export function chooseTrigger(definition: Definition, zap: Zap, key: string): Zap {
  if (zap.state === 'on' || zap.triggerKey === key) return zap
  if (!visibleTriggers(definition).some((trigger) => trigger.key === key)) return zap
  return { ...zap, triggerKey: key, inputs: {}, sample: null, sampleFrom: null }
}

/** Changes the kind of action and keeps the mapped fields. */
export function chooseAction(zap: Zap, kind: string, inboxUrl: string): Zap {
  if (zap.action?.kind === kind) return zap
  const mappings = zap.action?.mappings ?? []
  if (kind === 'post') return { ...zap, action: { kind, url: inboxUrl, body: 'all', mappings } }
  if (kind === 'csv') return { ...zap, action: { kind, fileName: defaultFile, mappings } }
  return zap
}

/** Adds fields of the trigger as mapped rows, those that are not mapped yet; columns are named by their labels. */
export function addFields(definition: Definition, zap: Zap, keys: readonly string[] | 'all'): Zap {
  if (!zap.action) return zap
  const offered = describeItem(definition.triggers?.[zap.triggerKey], zap.sample)
  const { mappings, kind } = zap.action
  const added = offered
    .filter(({ key }) => keys === 'all' || keys.includes(key))
    .filter(({ key }) => !mappings.some(({ value }) => value === `{{${key}}}`))
    .map(({ key, label }): Mapping => ({ name: kind === 'csv' ? label : key, value: `{{${key}}}` }))
  return withMappings(zap, uniqueNames([...mappings, ...added]))
}

export const removeMapping = (zap: Zap, index: number): Zap =>
  zap.action
    ? withMappings(
        zap,
        zap.action.mappings.filter((_, at) => at !== index),
      )
    : zap

const withMappings = (zap: Zap, mappings: Mapping[]): Zap =>
  zap.action ? { ...zap, action: { ...zap.action, mappings } } : zap

/** Two fields may share a label ("Creation date" as text and as ISO 8601); the second is named after its key. */
function uniqueNames(mappings: Mapping[]): Mapping[] {
  return mappings.map((mapping, index) => {
    const isTaken = mappings.slice(0, index).some(({ name }) => name === mapping.name)
    return isTaken ? { ...mapping, name: nameFrom(mapping.value) } : mapping
  })
}
