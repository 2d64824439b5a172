import { isPlainObject } from '../host/curlies.ts'
import { type Definition, type Field, labelOf } from '../host/definition.ts'
import { callWith } from './connections.ts'
import type { Deps } from './deps.ts'
import { coerceInputs, inputFieldsAt } from './fields.ts'
import { asText, fill } from './mapping.ts'
import type { ActionOutcome, AppAction, Item, Zap } from './records.ts'
import { settle } from './settle.ts'

const roomOf = (kind: AppAction['kind']) => (kind === 'create' ? 'creates' : 'searches')

/** Where in the definition an action of the integration stands, such as `creates.cancel_booking`. */
export const placeOf = ({ kind, key }: AppAction): string => `${roomOf(kind)}.${key}`

export const deedOf = (definition: Definition, { kind, key }: AppAction) => definition[roomOf(kind)]?.[key]

/** Texts with their placeholders filled in. */
export const filledInputs = (inputs: Record<string, string>, data: Item): Record<string, string> =>
  Object.fromEntries(Object.entries(inputs).map(([key, text]) => [key, asText(fill(text, data))]))

/**
 * Does something in the app through the integration, with the Zap's own connection. A search gives its first hit;
 * finding nothing stops the run, as nothing is there for what follows.
 */
export async function callApp(
  deps: Deps,
  { zap, action, label, data }: { zap: Zap; action: AppAction; label: string; data: Item },
): Promise<ActionOutcome> {
  const filled = filledInputs(action.inputs, data)
  const method = `${placeOf(action)}.operation.perform`
  const ended = (
    outcome: Pick<ActionOutcome, 'reason' | 'end' | 'log'>,
    made: { input?: unknown; found?: Item } = {},
  ): ActionOutcome => ({
    ...outcome,
    done: outcome.reason === '',
    result: {
      summary: label,
      output: made.input ?? filled,
      status: null,
      answer: made.found ? JSON.stringify(made.found, null, 2).slice(0, 1024) : '',
      fields: made.found ?? {},
    },
  })
  const connection = zap.connectionId ? deps.store.findConnection(zap.connectionId) : undefined
  if (!connection) return ended({ end: 'held', reason: 'The Zap has no connection.' })
  if (connection.state === 'reconnect') {
    return ended({ end: 'held', reason: 'The connection has to be reconnected first.' })
  }
  const fields = await inputFieldsAt(deps, connection, { place: placeOf(action), inputs: filled })
  if ('problem' in fields) {
    const { status, reason } = settle(fields.problem)
    return ended({ reason, log: fields.log, ...(status === 'failed' ? {} : { end: status }) })
  }
  const input = coerceInputs(fields.fields, filled)
  const missing = missingInput(fields.fields, input)
  if (missing) return ended({ reason: `"${labelOf(missing)}" is empty.`, log: fields.log }, { input })
  const { outcome, log: called } = await callWith(deps, connection, { method, bundle: { inputData: input } })
  const log = [...fields.log, ...called]
  if (!outcome.ok) {
    const { status, reason } = settle(outcome.problem)
    return ended({ reason, log, ...(status === 'failed' ? {} : { end: status }) }, { input })
  }
  const found = Array.isArray(outcome.value) ? outcome.value[0] : outcome.value
  if (isPlainObject(found)) return ended({ reason: '', log }, { input, found })
  return ended({ end: 'stopped', reason: 'The search found nothing.', log }, { input })
}

export const missingInput = (fields: readonly Field[], input: Record<string, unknown>): Field | undefined =>
  fields.find(
    (field) =>
      field.required && field.type !== 'copy' && (input[field.key] === undefined || input[field.key] === ''),
  )
