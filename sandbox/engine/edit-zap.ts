import { type Definition, visibleTriggers } from '../host/definition.ts'
import { idOfAction, maxActions, newAction } from './actions.ts'
import type { OutputField } from './fields.ts'
import { operators } from './filter.ts'
import { type Action, hasMappings, type MappedAction, type Mapping, type Rule, type Zap } from './records.ts'

const inputPrefix = 'input.'
const maxRules = 20

/** Names of the fields that belong to an action start with this; those of the first have their plain names. */
export const prefixOf = (position: number): string => (position === 0 ? '' : 'then.')

/**
 * Puts the fields of the editor's form into a Zap. While the Zap is on its trigger, connection and inputs stay as
 * they are: the app was told of them when it was turned on.
 */
export function applyForm(zap: Zap, form: URLSearchParams): Zap {
  const edited: Zap = {
    ...zap,
    name: (form.get('name') ?? zap.name).trim().slice(0, 120),
    filter: form.has('filter_field') ? filterFrom(form) : zap.filter,
    actions: zap.actions.map((action, position) => applyAction(action, form, prefixOf(position))),
  }
  if (zap.state === 'on') return edited
  return {
    ...edited,
    connectionId: form.has('connection') ? form.get('connection') || null : zap.connectionId,
    inputs: { ...zap.inputs, ...startingWith(form, inputPrefix) },
  }
}

const startingWith = (form: URLSearchParams, prefix: string): Record<string, string> =>
  Object.fromEntries(
    [...form.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name.slice(prefix.length), form.get(name) ?? '']),
  )

/** Rules come as rows that say which group they are of. */
function filterFrom(form: URLSearchParams): Rule[][] {
  const [groups, values, conditions] = ['filter_group', 'filter_value', 'filter_operator'].map((name) =>
    form.getAll(name),
  )
  const rules = form.getAll('filter_field').map((field, index) => ({
    group: groups?.[index] ?? '0',
    rule: { field: field.trim(), operator: conditions?.[index] ?? '', value: values?.[index] ?? '' },
  }))
  return [...Map.groupBy(rules.slice(0, maxRules), ({ group }) => group).values()].map((rows) =>
    rows.map(({ rule }) => rule),
  )
}

function applyAction(action: Action, form: URLSearchParams, prefix: string): Action {
  const text = (name: string, before: string) => form.get(`${prefix}${name}`) ?? before
  if (action.kind === 'mail') {
    return {
      ...action,
      to: text('mail_to', action.to).trim(),
      subject: text('mail_subject', action.subject),
      text: text('mail_text', action.text),
    }
  }
  if (!hasMappings(action)) {
    return { ...action, inputs: { ...action.inputs, ...startingWith(form, `${prefix}in.`) } }
  }
  const mappings = mappingsFrom(form, prefix) ?? action.mappings
  if (action.kind === 'csv') {
    return { ...action, mappings, fileName: text('csv_file', action.fileName).trim() }
  }
  const body = form.get(`${prefix}post_body`)
  return {
    ...action,
    mappings,
    url: text('post_url', action.url).trim(),
    body: body === 'all' || body === 'mapped' ? body : action.body,
  }
}

function mappingsFrom(form: URLSearchParams, prefix: string): Mapping[] | null {
  if (!form.has(`${prefix}map_name`)) return null
  const values = form.getAll(`${prefix}map_value`)
  return form
    .getAll(`${prefix}map_name`)
    .map((name, index): Mapping => ({ name: name.trim(), value: values[index] ?? '' }))
    .filter(({ name, value }) => name !== '' || value !== '')
    .map((mapping) => ({ ...mapping, name: mapping.name || nameFrom(mapping.value) }))
}

/** A row whose name was left empty is called after its placeholder. */
const nameFrom = (value: string): string => /\{\{\s*([^{}]+?)\s*\}\}/.exec(value)?.[1] ?? value.slice(0, 60)

export function chooseTrigger(definition: Definition, zap: Zap, key: string): Zap {
  if (zap.state === 'on' || zap.triggerKey === key) return zap
  if (!visibleTriggers(definition).some((trigger) => trigger.key === key)) return zap
  return { ...zap, triggerKey: key, inputs: {}, sample: null, sampleFrom: null, fields: null }
}

interface Choosing {
  definition: Definition
  position: number
  /** As `idOfAction` names them. */
  id: string
  inboxUrl: string
}

/** Puts another action at a place, or a further one at the end. Mapped fields are kept where both have them. */
export function chooseAction(zap: Zap, { definition, position, id, inboxUrl }: Choosing): Zap {
  const before = zap.actions[position]
  if (position > zap.actions.length || position >= maxActions) return zap
  if (before && idOfAction(before) === id) return zap
  const chosen = newAction(definition, id, inboxUrl)
  if (!chosen) return zap
  const keeps = hasMappings(chosen) && hasMappings(before)
  return withAction(zap, position, keeps ? { ...chosen, mappings: before.mappings } : chosen)
}

export const removeAction = (zap: Zap, position: number): Zap => ({
  ...zap,
  actions: zap.actions.filter((_, at) => at !== position),
})

/** Adds offered fields as mapped rows, those that are not mapped yet; columns are named by their labels. */
export function addFields(
  zap: Zap,
  {
    position,
    offered,
    keys,
  }: { position: number; offered: readonly OutputField[]; keys: readonly string[] | 'all' },
): Zap {
  const action = zap.actions[position]
  if (!hasMappings(action)) return zap
  const { mappings, kind } = action
  const added = offered
    .filter(({ key }) => keys === 'all' || keys.includes(key))
    .filter(({ key }) => !mappings.some(({ value }) => value === `{{${key}}}`))
    .map(({ key, label }): Mapping => ({ name: kind === 'csv' ? label : key, value: `{{${key}}}` }))
  return withMappings(zap, position, uniqueNames([...mappings, ...added]))
}

export function removeMapping(zap: Zap, position: number, index: number): Zap {
  const action = zap.actions[position]
  if (!hasMappings(action)) return zap
  return withMappings(
    zap,
    position,
    action.mappings.filter((_, at) => at !== index),
  )
}

const withMappings = (zap: Zap, position: number, mappings: Mapping[]): Zap =>
  withAction(zap, position, { ...(zap.actions[position] as MappedAction), mappings })

const withAction = (zap: Zap, position: number, action: Action): Zap => ({
  ...zap,
  actions: [...zap.actions.slice(0, position), action, ...zap.actions.slice(position + 1)],
})

/** Two fields may share a label ("Creation date" as text and as ISO 8601); the second is named after its key. */
function uniqueNames(mappings: Mapping[]): Mapping[] {
  return mappings.map((mapping, index) => {
    const isTaken = mappings.slice(0, index).some(({ name }) => name === mapping.name)
    return isTaken ? { ...mapping, name: nameFrom(mapping.value) } : mapping
  })
}

const emptyRule = (): Rule => ({ field: '', operator: operators[0]?.id ?? '', value: '' })

/** One more rule: at the end of a group ("and"), or as a group of its own ("or"). */
export function addRule(zap: Zap, group: number | 'or'): Zap {
  if (zap.filter.flat().length >= maxRules) return zap
  const filter =
    group === 'or' || !zap.filter[group]
      ? [...zap.filter, [emptyRule()]]
      : zap.filter.map((rules, at) => (at === group ? [...rules, emptyRule()] : rules))
  return { ...zap, filter }
}

/** Takes out the rule at this place, counted over all groups. */
export function removeRule(zap: Zap, index: number): Zap {
  let at = 0
  const filter = zap.filter
    .map((rules) => rules.filter(() => at++ !== index))
    .filter((rules) => rules.length > 0)
  return { ...zap, filter }
}
