import { appendRow } from './csv-action.ts'
import type { Deps } from './deps.ts'
import { postJson } from './post-action.ts'
import type { Action, ActionOutcome, Item } from './records.ts'

/** What a person can choose as the second half of a Zap. */
export const actionKinds = [
  {
    kind: 'post',
    label: 'POST to a URL',
    description: 'Sends the data as JSON to a web address.',
  },
  {
    kind: 'csv',
    label: 'Append a row to a CSV file',
    description: 'Adds one row to a file in the data folder of the sandbox.',
  },
] as const

export const labelOfAction = (action: Action | null): string =>
  actionKinds.find(({ kind }) => kind === action?.kind)?.label ?? 'No action yet'

/** Does the action with one item. What a receiver answers is data, never an exception. */
export function act(deps: Deps, action: Action, item: Item): Promise<ActionOutcome> | ActionOutcome {
  return action.kind === 'post'
    ? postJson({ stopping: deps.stopping }, { action, item })
    : appendRow({ dataDir: deps.dataDir }, { action, item })
}
