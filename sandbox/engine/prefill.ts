import type { Definition } from '../host/definition.ts'
import { chooseAction, chooseTrigger } from './edit-zap.ts'
import { findOperator } from './filter.ts'
import { parseTarget } from './post-action.ts'
import { type Action, hasMappings, type Rule, type Zap } from './records.ts'

interface Prefilling {
  definition: Definition
  /** The draft to fill in. */
  zap: Zap
  inboxUrl: string
}

const longest = 2_000
const mostTexts = 100
const mostRules = 20
const actionTexts = new Set(['file', 'url', 'to', 'subject', 'text', 'map'])

/**
 * Fills a draft from the parameters of a link to `/zaps/new`: `name`, `trigger`, `input.<key>`,
 * `filter` (repeated; `field|operator|value`, or the word `or` between groups), `action` (up to two) and what belongs
 * to the action before it: `file`, `url`, `to`, `subject`, `text`, `map` (`Name=text`).
 *
 * A link can come from anywhere, so it stores nothing and runs nothing: a person sees the draft and presses a button.
 * What does not fit is left out and named in `leftOut`.
 */
export function prefill(
  link: URLSearchParams,
  { definition, zap, inboxUrl }: Prefilling,
): { zap: Zap; leftOut: string[] } {
  const leftOut: string[] = []
  let draft: Zap = { ...zap, name: (link.get('name') ?? '').trim().slice(0, 120) }

  const trigger = link.get('trigger')
  if (trigger) {
    draft = chooseTrigger(definition, draft, trigger)
    if (draft.triggerKey !== trigger) leftOut.push(`the trigger "${short(trigger)}"`)
  }
  for (const [name, text] of link) {
    if (name.startsWith('input.') && text.length <= longest) {
      draft = { ...draft, inputs: { ...draft.inputs, [name.slice('input.'.length)]: text } }
    }
  }
  draft = { ...draft, filter: filterOf(link.getAll('filter'), leftOut) }

  for (const { id, texts } of actionsIn(link)) {
    const position = draft.actions.length
    const chosen = chooseAction(draft, { definition, position, id, inboxUrl })
    if (chosen === draft) leftOut.push(`the action "${short(id)}"`)
    const action = chosen === draft ? undefined : chosen.actions[position]
    if (!action) continue
    const filled = texts.slice(0, mostTexts).reduce((so, text) => fillIn(so, text, leftOut), action)
    draft = { ...chosen, actions: [...chosen.actions.slice(0, position), filled] }
  }
  return { zap: draft, leftOut }
}

interface Text {
  name: string
  text: string
}

/** Texts belong to the action before them; those before any action to the first. */
function actionsIn(link: URLSearchParams): { id: string; texts: Text[] }[] {
  const early: Text[] = []
  const actions: { id: string; texts: Text[] }[] = []
  for (const [name, text] of link) {
    if (name === 'action') actions.push({ id: text, texts: actions.length === 0 ? early : [] })
    else if (actionTexts.has(name)) (actions.at(-1)?.texts ?? early).push({ name, text })
  }
  return actions
}

function fillIn(action: Action, { name, text }: Text, leftOut: string[]): Action {
  const no = (): Action => {
    leftOut.push(`"${short(`${name}=${text}`)}"`)
    return action
  }
  if (text.length > longest) return no()
  if (action.kind === 'mail' && (name === 'to' || name === 'subject' || name === 'text')) {
    return { ...action, [name]: text }
  }
  if (action.kind === 'csv' && name === 'file') return { ...action, fileName: text.trim() }
  if (action.kind === 'post' && name === 'url') {
    const target = parseTarget(text)
    return target.ok ? { ...action, url: target.value } : no()
  }
  const at = text.indexOf('=')
  const [key, value] = [text.slice(0, at).trim(), text.slice(at + 1)]
  if (name !== 'map' || at < 0 || key === '') return no()
  if (action.kind === 'create' || action.kind === 'search') {
    return { ...action, inputs: { ...action.inputs, [key]: value } }
  }
  if (!hasMappings(action)) return no()
  const mappings = [...action.mappings, { name: key, value }]
  return action.kind === 'post' ? { ...action, body: 'mapped', mappings } : { ...action, mappings }
}

function filterOf(texts: readonly string[], leftOut: string[]): Rule[][] {
  const groups: Rule[][] = [[]]
  for (const text of texts.slice(0, mostRules)) {
    if (text === 'or') {
      groups.push([])
      continue
    }
    const [, field = '', operator = '', value = ''] = /^([^|]+)\|([^|]+)(?:\|(.*))?$/s.exec(text) ?? []
    if (!field || !findOperator(operator) || text.length > longest) leftOut.push(`the rule "${short(text)}"`)
    else groups.at(-1)?.push({ field, operator, value })
  }
  return groups.filter((rules) => rules.length > 0)
}

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text)
