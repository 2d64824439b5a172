import { type Definition, visibleDeeds } from '../host/definition.ts'
import { callApp, deedOf } from './app-action.ts'
import { appendRow } from './csv-action.ts'
import type { Deps } from './deps.ts'
import { keepMail } from './mail-action.ts'
import { withOutputs } from './mapping.ts'
import { postJson } from './post-action.ts'
import type { Action, ActionOutcome, Item, Zap } from './records.ts'

/** What the sandbox itself can do as an action of a Zap. */
export const ownActions = [
  {
    id: 'post',
    label: 'POST to a URL',
    description: 'Sends the data as JSON to a web address.',
  },
  {
    id: 'csv',
    label: 'Append a row to a CSV file',
    description: 'Adds one row to a file in the data folder of the sandbox.',
  },
  {
    id: 'mail',
    label: 'Write a mail',
    description: "Puts a mail into the sandbox's own outbox. It stays there; nobody gets it.",
  },
] as const

export const maxActions = 2

/** How forms and links name an action: `csv`, `create.cancel_booking`. */
export const idOfAction = (action: Action): string =>
  action.kind === 'create' || action.kind === 'search' ? `${action.kind}.${action.key}` : action.kind

/** An action with nothing filled in yet; null for an id that neither the sandbox nor the integration knows. */
export function newAction(definition: Definition, id: string, inboxUrl: string): Action | null {
  if (id === 'post') return { kind: 'post', url: inboxUrl, body: 'all', mappings: [] }
  if (id === 'csv') return { kind: 'csv', fileName: 'bookings.csv', mappings: [] }
  if (id === 'mail') return { kind: 'mail', to: '', subject: '', text: '' }
  const found = visibleDeeds(definition).find(({ kind, deed }) => id === `${kind}.${deed.key}`)
  return found ? { kind: found.kind, key: found.deed.key, inputs: {} } : null
}

export function labelOfAction(definition: Definition, appTitle: string, action: Action): string {
  if (action.kind === 'create' || action.kind === 'search') {
    return `${appTitle}: ${deedOf(definition, action)?.display.label ?? action.key}`
  }
  return ownActions.find(({ id }) => id === action.kind)?.label ?? action.kind
}

export const labelOfActions = (definition: Definition, appTitle: string, { actions }: Zap): string =>
  actions.map((action) => labelOfAction(definition, appTitle, action)).join(', then ') || 'No action yet'

export interface Acting {
  zap: Zap
  action: Action
  label: string
  item: Item
  /** What the actions before this one gave. */
  outputs: readonly Item[]
}

/**
 * Does the action with one item and what earlier actions gave. What a receiver answers is data, never an exception.
 */
export function act(
  deps: Deps,
  { zap, action, label, item, outputs }: Acting,
): Promise<ActionOutcome> | ActionOutcome {
  const data = withOutputs(item, outputs)
  if (action.kind === 'post') return postJson({ stopping: deps.stopping }, { action, item, data })
  if (action.kind === 'csv') return appendRow({ dataDir: deps.dataDir }, { action, item: data })
  if (action.kind === 'mail') return keepMail(deps, { zapId: zap.id, action, data })
  return callApp(deps, { zap, action, label, data })
}
